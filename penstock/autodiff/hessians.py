"""`tf.hessians`: second derivatives, one row for each element of the first."""

from __future__ import annotations

import math
from typing import Any

from penstock.autodiff.gradients import gradients
from penstock.graph.build import raw
from penstock.ops import composed

__all__ = ["hessians"]


def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
) -> list[Any]:
    """Build the second derivatives of the sum of `ys` by each of `xs`.

    Args:
      ys: a tensor, or a list of tensors, to differentiate.
      xs: a tensor or variable, or a list of them, to differentiate by; each of a static shape.
      name: taken for TensorFlow's sake, which does not use it either.
      colocate_gradients_with_ops: see `tf.gradients`.
      gate_gradients: see `tf.gradients`.
      aggregation_method: see `tf.gradients`.

    Returns:
      A list with a tensor for each x, of shape x.shape + x.shape.

    Raises:
      LookupError: if a node on the way has no gradient.
      ValueError: if `ys` do not depend on one of `xs`, or its shape is not static.
    """
    xs = list(xs) if isinstance(xs, (list, tuple)) else [xs]
    options: dict[str, Any] = {
        "colocate_gradients_with_ops": colocate_gradients_with_ops,
        "gate_gradients": gate_gradients,
        "aggregation_method": aggregation_method,
    }
    firsts = gradients(ys, xs, **options)
    return [_hessian(first, x) for first, x in zip(firsts, xs, strict=True)]


def _hessian(first: Any, x: Any) -> Any:
    if first is None:
        raise ValueError(f"A hessian by {x!r} is asked for, on which the ys do not depend.")
    shape = x.shape.as_list() if x.shape.ndims is not None else [None]
    if None in shape:
        raise ValueError(
            f"A hessian has a row for each element, so the shape of {x!r} must be static. "
            "Set it with set_shape, or give the placeholder a shape."
        )
    flat = raw.Reshape(first, [-1])
    rows = [gradients(flat[index], x)[0] for index in range(math.prod(shape))]
    zeros = composed.zeros_like(x) if any(row is None for row in rows) else None
    rows = [zeros if row is None else row for row in rows]
    return raw.Reshape(composed.stack(rows), shape + shape)
