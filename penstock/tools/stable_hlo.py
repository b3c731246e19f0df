"""A model as StableHLO: frozen, lowered to one stage, and exported by the XLA tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.core.errors import InvalidArgumentError, UnimplementedError
from penstock.engine.contract import NeedsHost, NeedsValue, Stage
from penstock.engine.xla_tier.exporting import Exported, export_stage
from penstock.formats.import_graph_def import import_graph_def
from penstock.graph.graph import Graph
from penstock.graph.node import Tensor
from penstock.saved_model.model import Model
from penstock.session.session import Session
from penstock.tools.freezing import frozen_model

__all__ = ["export_model"]


def export_model(model: Model, shapes: Mapping[str, Sequence[int]] | None = None) -> Exported:
    """Export what a model computes, from its inputs to its outputs, in their order.

    Args:
      model: the model; its variables become constants.
      shapes: sizes of those inputs whose shapes are not wholly known, by the input's name.

    Raises:
      InvalidArgumentError: if a size is not known, or does not fit.
      UnimplementedError: if a part of the model cannot be compiled; it says which.
    """
    sizes = {name: _shape(name, tensor, shapes or {}) for name, tensor in model.inputs.items()}
    unknown = [name for name in shapes or {} if name not in model.inputs]
    if unknown:
        raise InvalidArgumentError(
            None, None, f"There is no input {unknown[0]!r}; the model's are {list(model.inputs)}."
        )
    graph = Graph()
    with graph.as_default():
        import_graph_def(frozen_model(model), name="")
    for name, tensor in model.inputs.items():
        if tensor.name.partition(":")[0] in graph.nodes:
            graph.get_tensor_by_name(tensor.name).set_shape(sizes[name])
    with Session(graph=graph) as session:
        # An input that no output needs is no part of the frozen graph.
        feeds = {
            name: graph.get_tensor_by_name(tensor.name)
            for name, tensor in model.inputs.items()
            if tensor.op.name in graph.nodes
        }
        fetches = [graph.get_tensor_by_name(tensor.name) for tensor in model.outputs.values()]
        plan = session.explain(fetches, list(feeds.values()))
        given = dict(zip(plan.program.feeds, feeds, strict=True))
        stage = _only_stage(plan)
        specs = [
            (sizes[given[slot]], feeds[given[slot]].dtype.as_numpy_dtype) for slot in stage.inputs
        ]
        try:
            return export_stage(stage, specs, plan.program.fetches)
        except NeedsValue as needed:
            raise _cannot(needed.step, "it needs a value that is known only in a run") from None
        except NeedsHost as needed:
            raise _cannot(needed.step, needed.reason) from None


def _shape(name: str, tensor: Tensor, given: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    static = tensor.static_shape
    if name in given:
        if not tensor.shape.is_compatible_with(list(given[name])):
            raise InvalidArgumentError(
                None, None, f"The input {name!r} has the shape {tensor.shape}, which "
                f"{list(given[name])} does not fit.",
            )  # fmt: skip
        return tuple(given[name])
    if static is None or None in static:
        raise InvalidArgumentError(
            None, None, f"StableHLO needs every size, but the input {name!r} has the shape "
            f"{tensor.shape}. Give them all: --shapes {name}=1,224,224,3.",
        )  # fmt: skip
    return static  # type: ignore[return-value]


def _only_stage(plan: Any) -> Stage:
    stages = plan.staged.stages
    on_host = [step for stage in stages if stage.is_host for step in stage.steps]
    program = plan.program
    if on_host:
        raise _cannot(on_host[0], "only the host can run it")
    state = [*program.reads, *program.counters, *program.writes]
    if state:
        raise UnimplementedError(
            None, None, f"Only what computes its outputs from its inputs alone can be exported, "
            f"but the model uses the state {state[0]!r}.",
        )  # fmt: skip
    if len(stages) != 1:
        raise UnimplementedError(
            None, None, f"The model runs in {len(stages)} stages, but one is needed for StableHLO."
        )
    only: Stage = stages[0]
    return only


def _cannot(step: Any, reason: str) -> UnimplementedError:
    return UnimplementedError(
        None, None, f"The node {step.node.name!r} ({step.node.type}) cannot be exported: {reason}. "
        "Name other outputs, which do not need it.",
    )  # fmt: skip
