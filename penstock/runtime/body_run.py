"""Functions that the interpreter calls: what a device can run in them is compiled.

A loop or branch that only the interpreter can run, since a step in it needs the host or a value
that nobody knows before, calls its functions from there, turn by turn. Each of them is a program,
and is parted into stages like any other once it has been run often enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from penstock.core.held import Held
from penstock.engine.choose import compiled_overhead, interpreted_seconds
from penstock.engine.contract import HOST, Body, Step, Table
from penstock.engine.numpy_tier.interpreter import Interpreter, MakeBodyRun
from penstock.ops.array_values import CompoundValue, on_host
from penstock.runtime.program import Program

if TYPE_CHECKING:
    from penstock.runtime.staged_run import StagedRun

__all__ = ["BodyRun", "on_host_reason"]

# Once the interpreter has worked for a body as long as this, by estimate, it is compiled: about
# what a compile takes.
_ENOUGH_SECONDS = 0.05


class BodyRun:
    """Runs one function's body.

    Args:
      body: the function's steps.
      make_staged: makes the stages of a program.
      make_body_run: makes what runs the functions that the body's steps call.
      always_compile: whether the interpreter is to run only what no device can.
    """

    def __init__(
        self,
        body: Body,
        make_staged: Callable[[Program], StagedRun],
        make_body_run: MakeBodyRun,
        always_compile: bool,
    ) -> None:
        self._body = body
        self._make_staged = make_staged
        self._always_compile = always_compile
        self._interpreter = Interpreter(body.steps, make_body_run, is_turn=True)
        self._staged: StagedRun | None = None
        self._only_host = all(not step.device and not step.bodies for step in body.steps)
        self._costs: dict[Any, float] = {}
        self._worked: dict[Any, float] = {}

    def __call__(self, table: Table) -> None:
        """Fill the slots of the body's outputs; see `Interpreter.run`."""
        inputs = [table[slot] for slot in self._body.inputs]
        if self._compiles(inputs):
            if self._staged is None:
                self._staged = self._make_staged(_program(self._body))
            self._staged.run(table)
            return
        for slot, value in zip(self._body.inputs, inputs, strict=True):
            if value is not None and not isinstance(value, Held):
                table[slot] = on_host(value)
        self._interpreter.run(table)

    def _compiles(self, inputs: list[Any]) -> bool:
        """Decide whether what devices can run is compiled, by what these shapes have cost."""
        if self._only_host or any(one is None or isinstance(one, Held) for one in inputs):
            return False
        if self._always_compile:
            return True
        key = tuple([one.shape for one in inputs])
        cost = self._costs.get(key)
        if cost is None:
            shapes = [one.shape for one in inputs if not isinstance(one, CompoundValue)]
            cost = interpreted_seconds(self._body.steps, shapes)
            if cost <= compiled_overhead(len(inputs) + len(self._body.outputs)):
                cost = 0.0
            self._costs[key] = cost
        self._worked[key] = worked = self._worked.get(key, 0.0) + cost
        return worked > _ENOUGH_SECONDS


def on_host_reason(step: Step) -> str:
    """Say why a step that calls functions is the interpreter's from the start."""
    for body in step.bodies:
        for inner in body.steps:
            if inner.device == HOST:
                if inner.bodies:
                    return on_host_reason(inner)
                return f"{inner.node.name!r} ({inner.node.type}) in it runs on the host"
    return "it runs on the host"


def _program(body: Body) -> Program:
    """Give a body as a program: its arguments are fed, its outputs fetched."""
    names = dict.fromkeys(body.inputs, "an argument")
    for step in body.steps:
        names.update(dict.fromkeys(step.targets, step.node.name))
    return Program(
        steps=body.steps,
        size=max(names, default=0) + 1,
        feeds=body.inputs,
        fetches=body.outputs,
        reads={},
        optional=frozenset(),
        queries={},
        counters={},
        writes={},
        names=names,
        versions={},
        makers={},
        readers={},
    )
