"""Checks of dtypes, and whether numbers stand in order."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.functions.cond import cond
from penstock.functions.grouping import no_op
from penstock.functions.math_reductions import reduce_all
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.ops import composed

__all__ = [
    "assert_integer",
    "assert_proper_iterable",
    "assert_same_float_dtype",
    "assert_type",
    "is_non_decreasing",
    "is_numeric_tensor",
    "is_strictly_increasing",
    "lead",
]

# Dtypes


def lead(message: str | None) -> str:
    """Give what stands before an error's own text: the user's message and a space."""
    return f"{message} " if message else ""


def assert_type(
    tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None
) -> Node:
    """Check that a tensor has a dtype.

    Args:
      tensor: a tensor, or what can become one.
      tf_type: the dtype.
      message: a text to show before the error's.
      name: name scope of what is built.

    Returns:
      A node that does nothing: the check is done now.

    Raises:
      TypeError: if it has another dtype.
    """
    with name_scope(name, "assert_type", [tensor]):
        tensor = tensor if isinstance(tensor, SparseTensor) else convert_to_tensor(tensor)
        wanted = as_dtype(tf_type)
        if tensor.dtype != wanted:
            raise TypeError(
                f"{lead(message)}{tensor.name!r} must be of dtype {wanted.name}, but is "
                f"{tensor.dtype.name}. It was made at {tensor.op.line}. Convert it with tf.cast."
            )
        return no_op("statically_determined_correct_type")


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Node:
    """Check that a tensor holds integers, of whatever size.

    Args:
      x: a tensor, or what can become one.
      message: a text to show before the error's.
      name: name scope of what is built.

    Returns:
      A node that does nothing: the check is done now.

    Raises:
      TypeError: if its dtype is no integer's.
    """
    with name_scope(name, "assert_integer", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            raise TypeError(
                f"{lead(message)}{x.name!r} must hold integers, but is {x.dtype.name}. It was "
                f"made at {x.op.line}. Convert it with tf.cast."
            )
        return no_op("statically_determined_was_integer")


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> DType:
    """Check that tensors have one dtype, and that it is a float's.

    Args:
      tensors: tensors, among which may be None.
      dtype: the dtype they must have; that of the first if None.

    Returns:
      The dtype; float32 if there is nothing that has one.

    Raises:
      ValueError: if they differ, or are no floats.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    for tensor in tensors or ():
        if tensor is None:
            continue
        found = tensor.dtype.base_dtype
        if wanted is None:
            wanted = found
        elif found != wanted:
            raise ValueError(
                f"All tensors must have one dtype, {wanted.name}, but {tensor.name!r} is "
                f"{found.name}. Convert it with tf.cast."
            )
    wanted = wanted or dtypes.float32
    if not wanted.is_floating:
        raise ValueError(f"Tensors of floats are needed, but they are {wanted.name}. Use tf.cast.")
    return wanted


def assert_proper_iterable(values: Any) -> None:
    """Check that `values` is a list or the like of what could be tensors, and no tensor itself.

    Args:
      values: what to check.

    Raises:
      TypeError: if it is a tensor, an array or a string, or cannot be iterated over.
    """
    is_one_value = isinstance(values, (str, bytes)) or hasattr(values, "dtype")
    if is_one_value or not hasattr(values, "__iter__"):
        raise TypeError(
            f"A list, tuple or the like is needed, but {values!r} is of type "
            f"{type(values).__name__}. Put it into a list."
        )


def is_numeric_tensor(tensor: Any) -> bool:
    """Tell whether `tensor` is a tensor of numbers; booleans and strings are none."""
    return isinstance(tensor, Tensor) and (
        tensor.dtype.is_floating or tensor.dtype.is_integer or tensor.dtype.is_complex
    )


# Order


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Build whether no element of `x`, read row by row, is smaller than the one before it.

    Args:
      x: a numeric tensor.
      name: name scope of what is built.

    Returns:
      A boolean scalar.

    Raises:
      TypeError: if `x` is not numeric.
    """
    with name_scope(name, "is_non_decreasing", [x]):
        steps = _steps(x)
        zero = convert_to_tensor(0, dtype=steps.dtype)
        return reduce_all(raw.LessEqual(zero, steps))


def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """Build whether each element of `x`, read row by row, is greater than the one before it.

    Args:
      x: a numeric tensor.
      name: name scope of what is built.

    Returns:
      A boolean scalar.

    Raises:
      TypeError: if `x` is not numeric.
    """
    with name_scope(name, "is_strictly_increasing", [x]):
        steps = _steps(x)
        zero = convert_to_tensor(0, dtype=steps.dtype)
        return reduce_all(raw.Less(zero, steps))


def _steps(x: Any) -> Tensor:
    """Build the differences of neighbours in `x`."""
    flat = raw.Reshape(x, [-1])
    if not is_numeric_tensor(flat):
        raise TypeError(f"x must be numeric, but {x!r} is {flat.dtype.name}.")
    is_short = raw.Less(composed.size(flat), 2)
    last = composed.shape(flat) - 1

    def differences() -> Any:
        later = raw.StridedSlice(flat, [1], [1] + last, composed.ones_like([1]))
        return later - raw.StridedSlice(flat, [0], last, composed.ones_like([0]))

    steps: Tensor = cond(is_short, lambda: convert_to_tensor([], dtype=flat.dtype), differences)
    return steps
