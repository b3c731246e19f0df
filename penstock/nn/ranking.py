"""The largest entries of each row, and whether a class is among them."""

from __future__ import annotations

from typing import Any

from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["in_top_k", "top_k"]


def top_k(
    input: Any,  # noqa: A002
    k: Any = 1,
    sorted: bool = True,  # noqa: A002
    name: str | None = None,
) -> Any:
    """Build the `k` largest entries along the last axis, and their indices.

    Args:
      input: a tensor [..., n] of real numbers.
      k: how many; an int, or an int32 scalar tensor.
      sorted: has no effect: the largest always comes first.
      name: the node's name.

    Returns:
      A pair ``(values, indices)``, both [..., k]; of equal entries those with lower indices.

    Raises:
      ValueError: if there are known to be fewer entries.
    """
    return raw.TopKV2(input, k, sorted=sorted, name=name)


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Tensor:
    """Build whether each row's target class has one of its `k` highest predictions.

    Classes that tie with the k-th all count as in. A target that is no class, and a row with a
    prediction that is not finite, count as out.

    Args:
      predictions: float32 [batch, classes].
      targets: int32 or int64 [batch].
      k: how many predictions to look at.
      name: a name for what is built.

    Returns:
      bool [batch].
    """
    with name_scope(name, "in_top_k"):
        return raw.InTopKV2(predictions, targets, k, name=name)
