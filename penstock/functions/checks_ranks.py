"""Checks of how many axes a tensor has: done while the graph is built where it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any

from penstock.core import dtypes
from penstock.functions.checks import Assert
from penstock.functions.checks_static import assert_type, lead
from penstock.functions.grouping import no_op, with_dependencies
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.ops import composed

__all__ = ["assert_rank", "assert_rank_at_least", "assert_rank_in", "assert_scalar"]


def assert_rank(
    x: Any,
    rank: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Node:
    """Build the check that `x` has a certain number of axes.

    Args:
      x: a tensor.
      rank: the number of axes: a scalar integer tensor.
      data: what to show where it fails.
      summarize: how many elements of each to show; 3 if None, all if negative.
      message: a text to show before them.
      name: name scope of what is built.

    Returns:
      A node, which is of use as a control input.

    Raises:
      ValueError: if it is known already that it fails, or if `rank` is no scalar.
      TypeError: if `rank` is not int32.
    """
    with name_scope(name, "assert_rank", (x, rank, *(data or ()))):
        return _check_rank(x, rank, data, summarize, message, "rank", _equal)


def assert_rank_at_least(
    x: Any,
    rank: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Node:
    """Build the check that `x` has so many axes or more; see `assert_rank` for the arguments."""
    with name_scope(name, "assert_rank_at_least", (x, rank, *(data or ()))):
        return _check_rank(x, rank, data, summarize, message, "rank at least", _at_least)


def _equal(actual: Any, wanted: Any) -> Any:
    return raw.Equal(actual, wanted) if isinstance(actual, Tensor) else actual == wanted


def _at_least(actual: Any, wanted: Any) -> Any:
    return actual >= wanted


def _check_rank(
    x: Any,
    rank: Any,
    data: Any,
    summarize: int | None,
    message: str | None,
    must: str,
    condition: Callable[[Any, Any], Any],
) -> Node:
    x = convert_to_tensor(x, name="x")
    rank = convert_to_tensor(rank, name="rank")
    if data is None:
        said = f"Tensor {x.name} must have {must}"
        data = [message or "", said, rank, "Received shape: ", composed.shape(x)]
    assert_type(rank, dtypes.int32)
    return _ranks_hold(x, [rank], lambda one, ranks: condition(one, ranks[0]), data, summarize,
                       f"{message or ''} {x.name!r} must have {must}")  # fmt: skip


def assert_rank_in(
    x: Any,
    ranks: Iterable[Any],
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Node:
    """Build the check that the number of axes of `x` is one of several.

    Args:
      x: a tensor.
      ranks: the numbers of axes: scalar integer tensors.
      data: what to show where it fails.
      summarize: how many elements of each to show; 3 if None, all if negative.
      message: a text to show before them.
      name: name scope of what is built.

    Returns:
      A node, which is of use as a control input.

    Raises:
      ValueError: if it is known already that it fails, or if one of `ranks` is no scalar.
      TypeError: if one of `ranks` is not int32.
    """
    ranks = tuple(ranks)
    with name_scope(name, "assert_rank_in", (x, *ranks, *(data or ()))):
        x = convert_to_tensor(x, name="x")
        wanted = [convert_to_tensor(rank, name="rank") for rank in ranks]
        if data is None:
            said = f"Tensor {x.name} must have rank in"
            data = [message or "", said, *wanted, "Received shape: ", composed.shape(x)]
        for rank in wanted:
            assert_type(rank, dtypes.int32)
        return _ranks_hold(x, wanted, _among, data, summarize,
                           f"{message or ''} {x.name!r} must have a rank in")  # fmt: skip


def _among(actual: Any, wanted: Sequence[Any]) -> Any:
    if not isinstance(actual, Tensor):
        return actual in wanted
    return reduce(raw.LogicalOr, [raw.Equal(rank, actual) for rank in wanted])


def _ranks_hold(
    x: Tensor,
    ranks: list[Tensor],
    condition: Callable[[Any, Sequence[Any]], Any],
    data: Any,
    summarize: int | None,
    must: str,
) -> Node:
    known = [constant_value(rank) for rank in ranks]
    if all(rank is not None for rank in known):
        if any(rank.ndim for rank in known):
            raise ValueError(f"A rank must be a scalar, but {[rank.tolist() for rank in known]}.")
        numbers = [int(rank) for rank in known]
        if x.static_shape is not None:
            if condition(len(x.static_shape), numbers):
                return no_op("static_checks_determined_all_ok")
            said = numbers[0] if len(numbers) == 1 and not must.endswith("in") else numbers
            raise ValueError(
                f"{must} {said}, but its shape is {x.shape}, of rank {len(x.static_shape)}. It was "
                f"made at {x.op.line}. Reshape it, or add an axis with tf.expand_dims."
            )
    holds = condition(composed.rank(x), ranks)
    for rank, number in zip(ranks, known, strict=True):
        if number is None:
            told = ["Rank must be a scalar. Received rank: ", rank]
            holds = with_dependencies([assert_rank(rank, 0, data=told)], holds)
    return Assert(holds, data, summarize)


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Tensor:
    """Check that a tensor is known to be a scalar.

    Args:
      tensor: a tensor, or what can become one.
      name: the name of a constant made of it.
      message: a text to show before the error's.

    Returns:
      The tensor.

    Raises:
      ValueError: if its static shape is not ``()``.
    """
    with name_scope(name, "assert_scalar", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name=scope)
        if tensor.static_shape != ():
            raise ValueError(
                f"{lead(message)}{tensor.name!r} must be a scalar, but its shape is "
                f"{tensor.shape}. It was made at {tensor.op.line}. Reshape it to []."
            )
    return tensor  # type: ignore[no-any-return]
