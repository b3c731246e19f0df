"""A stage as StableHLO, the form in which other programs take XLA's computations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.export
import jax.numpy as jnp
import numpy as np

from penstock.engine.contract import NeedsHost, Stage, Step
from penstock.engine.xla_tier.early import EarlyValues
from penstock.engine.xla_tier.trace import Layout, Trace, bind_steps
from penstock.graph.node import Node

__all__ = ["Exported", "export_stage"]


@dataclass(frozen=True)
class Exported:
    """A computation that is exported.

    Attributes:
      text: StableHLO as MLIR text.
      serialized: StableHLO as a portable artifact, which readers of later versions take.
      call: computes it, from arrays for the inputs to a tuple of the outputs.
    """

    text: str
    serialized: bytes
    call: Callable[..., Any]


def export_stage(
    stage: Stage,
    inputs: Sequence[tuple[tuple[int, ...], Any]],
    outputs: Sequence[int],
) -> Exported:
    """Export a stage that neither reads nor writes state.

    What it checks while it runs is not part of the export. For several platforms at once JAX would
    add an input that tells which, so it is exported for one: what a processor of any kind runs,
    but for the calls of LAPACK in decompositions.

    Args:
      stage: the steps.
      inputs: shape and dtype of each of the stage's inputs.
      outputs: slots of the results, in their order.

    Raises:
      NeedsValue: if a step needs the value of an input.
      NeedsHost: if a step can only be run where it can be compiled anew.
      OpError: if a kernel fails on these shapes.
    """
    layout = Layout(
        donated=(),
        kept=stage.inputs,
        constants=(),
        static={},
        literals=frozenset(),
        early=EarlyValues(stage.steps, stage.inputs, ()),
        outputs=tuple(outputs),
        fetched=frozenset(),
    )
    trace = Trace(bind_steps(stage.steps), layout)

    def compute(*values: Any) -> tuple[Any, ...]:
        results, _, needs = trace((), values, ())
        if needs:
            node, what = next(iter(trace.sizes))
            step = next(step for step in stage.steps if _has(step, node))
            raise NeedsHost(step, f"only a run can tell how many {what} there must be room for")
        plan = trace.outputs
        found: dict[int, Any] = dict(zip(plan.plain, results, strict=True))
        found.update({position: jnp.asarray(value) for position, value in plan.known.items()})
        slots = dict(zip(stage.inputs, values, strict=True))
        found.update({position: slots[slot] for position, slot in plan.forwarded.items()})
        return tuple(found[position] for position in range(len(outputs)))

    specs = [jax.ShapeDtypeStruct(shape, np.dtype(dtype)) for shape, dtype in inputs]
    with jax.enable_x64(True):
        exported = jax.export.export(jax.jit(compute), platforms=["cpu"])(*specs)
        return Exported(
            exported.mlir_module(), exported.mlir_module_serialized, jax.jit(exported.call)
        )


def _has(step: Step, node: Node) -> bool:
    """Tell whether a step stands for a node, or calls a function in which one does."""
    return step.node is node or any(_has(one, node) for body in step.bodies for one in body.steps)
