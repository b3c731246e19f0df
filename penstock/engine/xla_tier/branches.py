"""Steps that call one of their bodies: a known predicate takes its branch, a traced one a cond.

Both branches of an XLA conditional give arrays of the same shapes. Where they do not, the
predicate has to be known: the stage ends before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from penstock.engine.contract import NOTHING, Body, NeedsHost, NeedsValue, Step, Table, fill_body
from penstock.engine.xla_tier.checks import KNOWN, Check, tracing

__all__ = ["Run", "branches", "outer_slot"]

# Runs steps over a table of values: the tracer of the stage hands it in.
Run = Callable[[Body, Table], None]


def branches(step: Step, run: Run) -> Callable[[Any, Sequence[Any]], tuple[Any, ...]]:
    """Make the kernel of a step that calls one of its bodies, as its first input says."""

    def call(xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        predicate, *rest = values
        if isinstance(predicate, KNOWN):
            return _run_body(step, step.bodies[0 if predicate else 1], rest, run)
        return _conditional(step, predicate, rest, run)

    return call


def _run_body(step: Step, body: Body, values: Sequence[Any], run: Run) -> tuple[Any, ...]:
    table = fill_body(step, body, values)
    try:
        run(body, table)
    except NeedsValue as needed:
        slot = outer_slot(step, body, needed.slot, values) or step.sources[0]
        raise NeedsValue(slot, step) from None
    except NeedsHost:
        raise NeedsHost(step) from None
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
        elif not isinstance(values[body.inputs.index(current)], KNOWN):
            return step.sources[first + body.inputs.index(current)]
    return None


def _conditional(step: Step, predicate: Any, rest: Sequence[Any], run: Run) -> tuple[Any, ...]:
    traced = [position for position, value in enumerate(rest) if not isinstance(value, KNOWN)]
    operands = [rest[position] for position in traced]
    checks: list[list[Check]] = [[], []]

    def branch(which: int) -> Callable[[list[Any]], tuple[Any, Any]]:
        def compute(inner: list[Any]) -> tuple[Any, Any]:
            values = list(rest)
            for position, value in zip(traced, inner, strict=True):
                values[position] = value
            before = tracing.checks, tracing.conditions, tracing.node
            tracing.checks, tracing.conditions = [], []
            try:
                outputs = _run_body(step, step.bodies[which], values, run)
                checks[which] = tracing.checks
                conditions = tracing.conditions
            finally:
                tracing.checks, tracing.conditions, tracing.node = before
            arrays = [None if output is None else jnp.asarray(output) for output in outputs]
            return tuple(arrays), tuple(conditions)

        return compute

    shapes = [jax.eval_shape(branch(which), operands) for which in (0, 1)]
    counts = [len(one[1]) for one in shapes]
    together = [
        b if a is None else a
        for a, b in zip(shapes[0][0], shapes[1][0], strict=True)
        if a is None or b is None or a == b
    ]
    if len(together) < len(shapes[0][0]):
        raise NeedsValue(step.sources[0], step)

    def padded(which: int) -> Callable[[list[Any]], tuple[Any, Any]]:
        compute = branch(which)

        def with_all_conditions(inner: list[Any]) -> tuple[Any, Any]:
            outputs, conditions = compute(inner)
            outputs = tuple(
                jnp.zeros(like.shape, like.dtype) if output is None and like is not None else output
                for output, like in zip(outputs, together, strict=True)
            )
            holds = [jnp.asarray(True)] * counts[1 - which]
            every = [*conditions, *holds] if which == 0 else [*holds, *conditions]
            return outputs, tuple(every)

        return with_all_conditions

    holds = jnp.asarray(predicate).astype(bool)
    outputs, conditions = jax.lax.cond(holds, padded(0), padded(1), operands)
    tracing.checks.extend([*checks[0], *checks[1]])
    tracing.conditions.extend(conditions)
    return tuple(outputs)
