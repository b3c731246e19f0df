"""Which tier should run a program: a model of what a run costs, from the sizes the graph knows.

The estimate looks at no clock, so that the same program on the same shapes is always run by the
same tier, and gives the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from penstock.core.shapes import Shape
from penstock.engine.contract import Step

__all__ = ["COMPILE_SECONDS", "compiled_overhead", "interpreted_seconds"]

# What one step costs the interpreter beyond its arithmetic, and what its elements and its
# multiplications cost: seconds, on one core of 2020's.
_STEP = 1.5e-6
_ELEMENT = 1e-9
_MULTIPLICATION = 2e-10
# How often a loop is taken to turn.
_TURNS = 100
# What a compiled call costs beyond its arithmetic, and for each array that goes in or comes out.
_CALL = 8e-6
_ARRAY = 0.8e-6

# Compiling costs at least this much: a program whose first run would take longer is compiled at
# once.
COMPILE_SECONDS = 0.5


def interpreted_seconds(steps: Iterable[Step], feed_shapes: Sequence[Shape]) -> float:
    """Estimate the time the interpreter needs.

    Args:
      steps: the program.
      feed_shapes: shapes of the fed values; the largest first size stands for unknown sizes.
    """
    batch = max((shape[0] for shape in feed_shapes if shape and shape[0]), default=1)
    largest = max(
        (math.prod(size or 1 for size in shape or ()) for shape in feed_shapes), default=1
    )
    return sum(_step_seconds(step, batch, largest) for step in steps)


def compiled_overhead(arrays: int) -> float:
    """Estimate the time a compiled call takes beyond its arithmetic."""
    return _CALL + arrays * _ARRAY


def _step_seconds(step: Step, batch: int, largest: int) -> float:
    if step.bodies:
        inside = [
            sum(_step_seconds(inner, batch, largest) for inner in body.steps)
            for body in step.bodies
        ]
        return _STEP + (sum(inside) * _TURNS if step.is_loop else max(inside))
    node = step.node
    sizes = [_elements(tensor.static_shape, batch, largest) for tensor in node.outputs]
    if node.spec.writes:
        sizes.extend(_elements(tensor.static_shape, batch, largest) for tensor in node.inputs[1:2])
    elements = sum(sizes)
    return _STEP + elements * (_ELEMENT + _MULTIPLICATION * _multiplications(step, batch))


def _elements(shape: Shape, batch: int, largest: int) -> int:
    if shape is None:
        return largest
    return math.prod(batch if size is None else size for size in shape)


def _multiplications(step: Step, batch: int) -> int:
    """Count the multiplications behind one element of a product or convolution."""
    node = step.node
    if "MatMul" in node.type:
        shape = node.inputs[0].static_shape
        axis = -2 if node.attrs.get("transpose_a") or node.attrs.get("adj_x") else -1
        return (shape[axis] or batch) if shape else batch
    if "Conv" in node.type and len(node.inputs) > 1:
        shape = node.inputs[1].static_shape
        return math.prod(size or batch for size in shape[:-1]) if shape else batch
    return 0
