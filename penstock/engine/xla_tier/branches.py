"""Steps that call one of their bodies: a known selector takes its branch, a traced one a switch.

All branches of an XLA conditional give arrays of the same shapes. Where they do not, the
selector has to be known: the stage ends before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.core.errors import OpError
from penstock.engine.contract import (
    NOTHING,
    Body,
    NeedsHost,
    NeedsTrimmed,
    NeedsValue,
    Step,
    Table,
    chosen,
    fill_body,
)
from penstock.engine.xla_tier.checks import KNOWN, Check, took_form, tracing
from penstock.engine.xla_tier.dense_arrays import DenseArray, as_dense
from penstock.engine.xla_tier.dense_buffers import Ragged
from penstock.engine.xla_tier.dense_forms import common_form, in_form_of
from penstock.engine.xla_tier.stacks import Stack
from penstock.graph.spec import Calls
from penstock.ops.array_values import ArrayValue, CompoundValue

__all__ = ["Run", "branches", "outer_slot", "trimmed_outside"]

# Runs steps over a table of values: the tracer of the stage hands it in.
Run = Callable[[Body, Table], None]


def branches(step: Step, run: Run) -> Callable[[Any, Sequence[Any]], tuple[Any, ...]]:
    """Make the kernel of a step that calls one of its bodies, as its first input says."""

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        selector, *rest = values
        if isinstance(selector, KNOWN) or selector.ndim:
            which = chosen(step, selector)
            took_form(step.node, "branch", f"the value that chooses is known: it is branch {which}")
            return _run_body(step, step.bodies[which], rest, run)
        took_form(step.node, "switch", f"the value of {_selector(step)!r} is known in a run only")
        return _conditional(step, _traced_index(step, selector), rest, run)

    return call


def _selector(step: Step) -> str:
    return step.node.inputs[0].name


def _traced_index(step: Step, selector: Any) -> Any:
    """Give the number of the body to call, as `chosen` does for a known value."""
    if step.node.spec.calls is Calls.CHOICE:
        return jnp.where(selector.astype(bool), 0, 1)
    last = len(step.bodies) - 1
    return jnp.where((selector < 0) | (selector > last), last, selector)


def _run_body(step: Step, body: Body, values: Sequence[Any], run: Run) -> tuple[Any, ...]:
    table = fill_body(step, body, values)
    try:
        run(body, table)
    except NeedsValue as needed:
        slot = outer_slot(step, body, needed.slot, values) or step.sources[0]
        raise NeedsValue(slot, step) from None
    except NeedsTrimmed as needed:
        raise trimmed_outside(step, body, needed) from None
    except NeedsHost as needed:
        raise NeedsHost(step, needed.reason) from None
    return tuple([table[slot] for slot in body.outputs])


def outer_slot(
    step: Step, body: Body, slot: int, values: Sequence[Any], first: int = 1
) -> int | None:
    """Find a traced input of a step from which the value that its body needs is computed.

    Args:
      step: the step.
      body: the body of it that needs the value.
      slot: the value's slot in the body.
      values: values of the body's inputs.
      first: the first of the step's sources that is an input of its bodies.

    Returns:
      The slot of that input in the step's own table; None if there is no traced input.
    """
    made_by = {target: inner for inner in body.steps for target in inner.targets}
    waiting, seen = [slot], {NOTHING}
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if current in made_by:
            waiting.extend(made_by[current].sources)
        elif not isinstance(values[body.inputs.index(current)], (*KNOWN, CompoundValue)):
            return step.sources[first + body.inputs.index(current)]
    return None


def trimmed_outside(
    step: Step, body: Body, needed: NeedsTrimmed, first: int = 1
) -> NeedsTrimmed | NeedsHost:
    """Tell what a step needs whose body needs a value without its room for more.

    Args:
      step: the step.
      body: the body.
      needed: what the body needs.
      first: the first of the step's sources that is an input of its bodies.
    """
    if needed.slot in body.inputs:
        position = body.inputs.index(needed.slot)
        if position not in step.carried:
            return NeedsTrimmed(step.sources[first + position], step)
    reason = f"{needed.step.node.name!r} in it needs what all turns of a loop in it give"
    return NeedsHost(step, reason)


def _conditional(step: Step, index: Any, rest: Sequence[Any], run: Run) -> tuple[Any, ...]:
    traced = [position for position, value in enumerate(rest) if not isinstance(value, KNOWN)]
    operands = [rest[position] for position in traced]
    checks: list[list[Check]] = [[] for _ in step.bodies]
    sites = dict.fromkeys(tracing.needs)

    def branch(which: int) -> Callable[[list[Any]], tuple[Any, Any, Any]]:
        def compute(inner: list[Any]) -> tuple[Any, Any, Any]:
            values = list(rest)
            for position, value in zip(traced, inner, strict=True):
                values[position] = value
            with tracing.within_branch():
                outputs = tuple(map(_as_output, _run_body(step, step.bodies[which], values, run)))
                checks[which] = tracing.checks
                sites.update(dict.fromkeys(tracing.needs))
                needs = [jnp.asarray(tracing.needs.get(site, 0), np.int32) for site in sites]
                return outputs, tuple(tracing.conditions), needs

        return compute

    branches = [branch(which) for which in range(len(step.bodies))]
    try:
        shapes = [jax.eval_shape(compute, operands) for compute in branches]
    except (OpError, Ragged):  # a branch that fails must not be taken, else the interpreter tells
        raise NeedsValue(step.sources[0], step) from None
    counts = [len(conditions) for _, conditions, _ in shapes]
    together = [_common(forms) for forms in zip(*[each[0] for each in shapes], strict=True)]
    if any(form is _DIFFERENT for form in together):
        raise NeedsValue(step.sources[0], step)

    def padded(which: int) -> Callable[[list[Any]], tuple[Any, Any, Any]]:
        def with_all_conditions(inner: list[Any]) -> tuple[Any, Any, Any]:
            outputs, conditions, needs = branches[which](inner)
            outputs = tuple(_in_form(*each) for each in zip(outputs, together, strict=True))
            every = [jnp.asarray(True)] * sum(counts)
            first = sum(counts[:which])
            every[first : first + counts[which]] = conditions
            return outputs, tuple(every), needs

        return with_all_conditions

    made = jax.lax.switch(index, [*map(padded, range(len(branches)))], operands)
    outputs, conditions, needs = made
    for found in checks:
        tracing.checks.extend(found)
    tracing.conditions.extend(conditions)
    tracing.needs.update(zip(sites, needs, strict=True))
    return tuple(outputs)


# Branches do not give an output in one form.
_DIFFERENT = object()


def _as_output(value: Any) -> Any:
    if isinstance(value, ArrayValue):
        return as_dense(value)
    return value if value is None or isinstance(value, Stack) else jnp.asarray(value)


def _in_form(value: Any, like: Any) -> Any:
    """Give a branch's output in the form that all branches have it in."""
    if isinstance(like, DenseArray):
        return in_form_of(value, like)
    if value is None and like is not None:
        return jax.tree.map(lambda part: jnp.zeros(part.shape, part.dtype), like)
    return value


def _common(forms: Sequence[Any]) -> Any:
    """Give the form in which all branches have an output, leaving out those that do not have it."""
    arrays = [form for form in forms if isinstance(form, DenseArray)]
    if arrays:
        return common_form(arrays) or _DIFFERENT
    there = [form for form in forms if form is not None]
    if any(isinstance(form, Stack) for form in there):
        return there[0] if len({form.shape for form in there}) == 1 else _DIFFERENT
    different = {(form.shape, form.dtype): form for form in there}
    if len(different) > 1:
        return _DIFFERENT
    return next(iter(different.values()), None)
