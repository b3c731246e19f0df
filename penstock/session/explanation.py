"""What a run does, for people: the chain from the request to executables, as text."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from penstock.dataflow.rewriting import Rewritten
from penstock.runtime.machine import Machine
from penstock.runtime.place import Placed
from penstock.session.call import Call

__all__ = ["Explanation", "log_placement"]

# How many of the reasons why something is no function are shown.
_REASONS = 12


class Explanation:
    """The links of a run's chain.

    Attributes:
      request: fetches, targets and feeds.
      rewritten: what runs in place of Switch, Merge and frames, if there are any, with the reasons
        for what is no function.
      pruned: the nodes that are needed.
      placed: their devices.
      program: the steps, over numbered slots.
      staged: the steps parted into stages.
      compilations: what was compiled so far, and why.
      forms: which form each loop and branch takes, and why, as far as that has come out.
    """

    def __init__(self, call: Call) -> None:
        self.request = call.request
        self.rewritten = call.rewritten
        self.pruned = call.pruned
        self.placed = call.placed
        self.program = call.runner.program
        self.staged = call.runner.staged
        self.compilations = call.runner.compilations
        self.forms = call.runner.forms

    def __str__(self) -> str:
        request = self.request
        lines = [
            f"request   {_names(request.fetches)}; targets {_names(request.targets)}; "
            f"feeds {_names(request.feeds)}",
            *_rewritten_lines(self.rewritten),
            f"pruned    {len(self.pruned.nodes)} nodes",
            f"placed    {dict(Counter(self.placed.devices.values()))}",
            f"lowered   {len(self.program.steps)} steps; reads {sorted(self.program.reads)}; "
            f"writes {sorted(self.program.writes)}",
        ]
        lines.extend(f"staged    {one}" for one in self.staged.stages)
        lines.extend(f"compiled  {one}" for one in self.compilations)
        if not self.compilations:
            lines.append("compiled  nothing yet: it has been interpreted so far")
        lines.extend(f"formed    {one}" for one in self.forms)
        return "\n".join(lines)


def _rewritten_lines(rewritten: Rewritten | None) -> list[str]:
    """Say what became of Switch, Merge and frames."""
    if rewritten is None:
        return []
    lines = [f"rewritten loops {list(rewritten.loops)} and choices as functions"]
    reasons = list(rewritten.reasons.items())
    lines.extend(
        f"rewritten not {name}, which runs by dead and alive values: {reason}"
        for name, reason in reasons[:_REASONS]
    )
    if len(reasons) > _REASONS:
        lines.append(f"rewritten not {len(reasons) - _REASONS} more")
    return lines


def _names(elements: Any) -> list[str]:
    return [element.name for element in elements]


def log_placement(placed: Placed, machine: Machine) -> None:
    """Log the device of each node, as ``ConfigProto(log_device_placement=True)`` asks."""
    log = logging.getLogger("penstock")
    for node in placed.devices:
        name = machine.device_of(placed, node)
        log.warning("%s: (%s): %s", node.name, node.type, name)
