"""One kind of call of `Session.run`, made ready: its feeds, its program, its packing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.autodiff.derived_calls import make_derived
from penstock.autodiff.gradients import gradients
from penstock.dataflow.part import Part, has_control_flow
from penstock.dataflow.rewriting import Rewritten, rewrite
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.runtime.lower import lower
from penstock.runtime.machine import Machine
from penstock.runtime.place import Placed
from penstock.runtime.prune import Pruned, prune
from penstock.session.feeds import Feeder
from penstock.session.fetches import FetchPlan

__all__ = ["Call", "Request", "call_key", "placed_request"]

_LEAVES = frozenset({Tensor, Node, str})


@dataclass(frozen=True, slots=True)
class Request:
    """What a call asks for, flattened: the first link of a run.

    Attributes:
      fetches: tensors whose values are wanted, each once.
      targets: nodes that must run.
      feeds: tensors whose values are given.
      pack: puts values of `fetches` into the nest that was asked for.
    """

    fetches: tuple[Tensor, ...]
    targets: tuple[Node, ...]
    feeds: tuple[Tensor, ...]
    pack: Callable[[Sequence[Any]], Any]

    @classmethod
    def of(cls, graph: Graph, fetches: Any, feeds: Iterable[Tensor]) -> Request:
        """Flatten a nest of fetches.

        Raises:
          TypeError, ValueError: as `FetchPlan`.
        """
        plan = FetchPlan(graph, fetches)
        return cls(plan.tensors, plan.targets, tuple(feeds), plan.pack)


class Call:
    """A request carried through the chain, ready to run on any values of its feeds.

    Args:
      graph: the session's graph.
      request: what is asked for.
      machine: what the session runs on.

    Attributes:
      rewritten: the graph without Switch, Merge and frames that runs instead, if there are any.
      pruned, placed: the links of the chain between the request and the runner's program.
      feeders: make an array of each feed's value.
      runner: runs the program.
      edits: the graph's count of edits for which this holds.
    """

    def __init__(self, graph: Graph, request: Request, machine: Machine) -> None:
        self.request = request
        self.edits = graph.edits
        self.rewritten, self.placed = placed_request(request, machine)
        self.pruned: Pruned = self.placed.pruned
        self.feeders = [Feeder(tensor) for tensor in request.feeds]
        program = lower(self.placed, machine.random_key)
        self.runner = machine.runner_maker(self.placed)(program)

    def run(self, values: Iterable[Any]) -> Any:
        """Run on one value per feed, and give the results in the nest that was asked for."""
        feeds = [feeder(value) for feeder, value in zip(self.feeders, values, strict=True)]
        return self.request.pack(self.runner.run(feeds))


def placed_request(request: Request, machine: Machine) -> tuple[Rewritten | None, Placed]:
    """Carry a request through the chain as far as to the devices.

    Returns:
      The graph without Switch, Merge and frames that runs instead, if there are any; the nodes
      and their devices.
    """
    rewritten = None
    pruned = prune(request.fetches, request.targets, request.feeds)
    make_derived(gradients, pruned.nodes)
    if has_control_flow(pruned.nodes):
        rewritten = rewrite(Part(pruned.fetches, pruned.targets, pruned.feeds, pruned.nodes))
        pruned = prune(rewritten.fetches, rewritten.targets, rewritten.feeds)
        make_derived(gradients, pruned.nodes)
    return rewritten, machine.place(pruned)


def call_key(fetches: Any) -> Any:
    """Give a nest of fetches as something that can be looked up, equal only for equal nests."""
    kind = type(fetches)
    if kind in _LEAVES:
        return fetches
    if isinstance(fetches, (list, tuple)):
        return (kind, *[item if type(item) in _LEAVES else call_key(item) for item in fetches])
    if isinstance(fetches, dict):
        return (
            kind,
            *fetches,
            *[item if type(item) in _LEAVES else call_key(item) for item in fetches.values()],
        )
    return fetches
