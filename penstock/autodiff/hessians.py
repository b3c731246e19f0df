"""`tf.hessians`: second derivatives, one row for each element of the first."""

from __future__ import annotations

from typing import Any

from penstock.autodiff.gradients import gradients
from penstock.functions.tensor_array import TensorArray
from penstock.functions.while_loop import while_loop
from penstock.graph.build import convert_to_tensor, raw
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
      xs: a tensor or variable, or a list of them, to differentiate by.
      name: taken for TensorFlow's sake, which does not use it either.
      colocate_gradients_with_ops: see `tf.gradients`.
      gate_gradients: see `tf.gradients`.
      aggregation_method: see `tf.gradients`.

    Returns:
      A list with a tensor for each x, of shape x.shape + x.shape.

    Raises:
      LookupError: if a node on the way has no gradient.
      ValueError: if `ys` do not depend on one of `xs`.
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
    """Build a loop over the elements of the first derivative, each of which gives a row."""
    if first is None:
        raise ValueError(f"A hessian by {x!r} is asked for, on which the ys do not depend.")
    first = raw.Reshape(first, [-1])
    count = composed.size(x)

    def add_row(number: Any, rows: TensorArray) -> tuple[Any, TensorArray]:
        row = gradients(first[number], x)[0]
        return number + 1, rows.write(number, composed.zeros_like(x) if row is None else row)

    _, rows = while_loop(
        lambda number, _: number < count,
        add_row,
        [convert_to_tensor(0), TensorArray(first.dtype.base_dtype, count)],
    )
    sizes = composed.shape(x)
    return raw.Reshape(rows.stack(), raw.ConcatV2([sizes, sizes], 0, name="concat"))
