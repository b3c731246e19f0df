"""Arithmetic of two tensors and of many, element by element."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.core.shapes import TensorShape, as_shape
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.operators import divide_true

__all__ = [
    "accumulate_n",
    "add",
    "add_n",
    "atan2",
    "div",
    "div_no_nan",
    "divide",
    "floor_div",
    "floordiv",
    "floormod",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "multiply_no_nan",
    "pow",
    "realdiv",
    "reciprocal_no_nan",
    "scalar_mul",
    "squared_difference",
    "subtract",
    "truediv",
    "truncatediv",
    "truncatemod",
    "xdivy",
    "xlogy",
]

add = op_function("Add")
subtract = op_function("Sub")
multiply = op_function("Mul")
realdiv = op_function("RealDiv")
floor_div = op_function("FloorDiv")
floormod = mod = op_function("FloorMod")
truncatediv = op_function("TruncateDiv")
truncatemod = op_function("TruncateMod")
maximum = op_function("Maximum")
minimum = op_function("Minimum")
squared_difference = op_function("SquaredDifference")
atan2 = op_function("Atan2")


def _pair(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    first = convert_to_tensor(x, name="x")
    return first, convert_to_tensor(y, first.dtype.base_dtype, "y")


def pow(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Build x to the power y, element by element.

    Args:
      x: tensor of floats, complex numbers, int32 or int64.
      y: tensor of the same dtype, of a shape that broadcasts with that of `x`.
      name: the node's name.

    Returns:
      A tensor of that dtype.
    """
    with name_scope(name, "Pow", [x]) as scope:
        return raw.Pow(x, y, name=scope)


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Build the quotient as Python 3's ``/`` gives it: integers are made floats first.

    Args:
      x: tensor of numbers.
      y: tensor of the same dtype.
      name: the name of the quotient.

    Returns:
      A tensor: float32 for integers of up to 16 bits, float64 for wider ones, else the inputs'
      dtype.

    Raises:
      TypeError: if the dtypes differ.
    """
    with name_scope(name, "truediv", [x, y]) as scope:
        first = convert_to_tensor(x, name="x")
        second = convert_to_tensor(y, name="y")
        _same_dtype(first, second)
        return divide_true(first, second, scope)


def _same_dtype(x: Tensor, y: Tensor) -> None:
    if x.dtype.base_dtype is not y.dtype.base_dtype:
        raise TypeError(
            f"x and y must have the same dtype, but x is {x.dtype.name} and y is {y.dtype.name}. "
            "Convert one of them with tf.cast."
        )


def divide(x: Any, y: Any, name: str | None = None) -> Any:
    """Build x / y: Python's ``/``, which makes tensors if one of the two is one.

    Args:
      x: tensor or number.
      y: tensor or number.
      name: the name of the quotient.

    Returns:
      What ``x / y`` gives; a tensor if there is a `name`.
    """
    return x / y if name is None else truediv(x, y, name)


def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Build the quotient as Python 2's ``/`` gives it: that of integers is rounded down.

    Args:
      x: tensor of numbers.
      y: tensor of the same dtype.
      name: the node's name.

    Returns:
      A tensor of the inputs' dtype.

    Raises:
      TypeError: if the dtypes differ.
    """
    with name_scope(name, "div", [x, y]) as scope:
        first, second = _pair(x, y)
        _same_dtype(first, second)
        exact = first.dtype.is_floating or first.dtype.is_complex
        return (raw.RealDiv if exact else raw.FloorDiv)(first, second, name=scope)


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Build x / y rounded down.

    Args:
      x: tensor of real numbers.
      y: tensor of the same dtype.
      name: the node's name.

    Returns:
      A tensor of the inputs' dtype.
    """
    with name_scope(name, "floordiv", [x, y]) as scope:
        return raw.FloorDiv(x, y, name=scope)


def div_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Build x / y, and 0 where y is 0.

    Args:
      x: tensor of floats or complex numbers.
      y: tensor of the same dtype.
      name: the node's name.

    Returns:
      A tensor of that dtype.
    """
    with name_scope(name, "div_no_nan", [x, y]) as scope:
        return raw.DivNoNan(*_pair(x, y), name=scope)


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Build x * y, and 0 where y is 0, even if x is NaN or infinite there.

    Args:
      x: tensor of floats or complex numbers.
      y: tensor of the same dtype.
      name: the node's name.

    Returns:
      A tensor of that dtype.

    Raises:
      TypeError: if the dtypes differ.
    """
    with name_scope(name, "multiply_no_nan", [x, y]) as scope:
        first, second = _pair(x, y)
        _same_dtype(first, second)
        return raw.MulNoNan(first, second, name=scope)


def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """Build 1 / x, and 0 where x is 0.

    Args:
      x: tensor of floats or complex numbers.
      name: the node's name.

    Returns:
      A tensor of that dtype.
    """
    with name_scope(name, "reciprocal_no_nan", [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        one = convert_to_tensor(1, tensor.dtype.base_dtype, "one")
        return raw.DivNoNan(one, tensor, name=scope)


xdivy = op_function("Xdivy")
xlogy = op_function("Xlogy")


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """Build a number times a tensor, or times the rows of `IndexedSlices`.

    Args:
      scalar: tensor of no axes.
      x: tensor or `IndexedSlices`.
      name: the node's name.

    Returns:
      What `x` is, of its dtype.

    Raises:
      ValueError: if `scalar` has axes.
    """
    number = convert_to_tensor(scalar, x.dtype.base_dtype, "scalar")
    shape = number.static_shape
    if shape not in ((), None):
        raise ValueError(
            f"scalar_mul multiplies by one number, but {number!r} has shape {number.shape}. "
            "Use tf.multiply."
        )
    if isinstance(x, IndexedSlices):
        return IndexedSlices(raw.Mul(number, x.values, name=name), x.indices, x.dense_shape)
    return raw.Mul(number, x, name=name)


def _tensors(inputs: Any, function: str) -> list[Tensor]:
    if not inputs or not isinstance(inputs, (list, tuple)):
        raise ValueError(
            f"{function} takes a list of at least one tensor, all of one shape and dtype, not "
            f"{inputs!r}."
        )
    return [convert_to_tensor(each) for each in inputs]


def add_n(inputs: Any, name: str | None = None) -> Tensor:
    """Build the sum of tensors of one shape and dtype.

    Args:
      inputs: list of tensors or `IndexedSlices`.
      name: the node's name.

    Returns:
      A tensor of that shape and dtype.

    Raises:
      ValueError: if `inputs` is no list, or an empty one.
    """
    tensors = _tensors(inputs, "add_n")
    if len(tensors) > 1:
        return raw.AddN(tensors, name=name)
    return raw.Identity(tensors[0], name=name) if name else tensors[0]


def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Tensor:
    """Build the sum of tensors of one shape and dtype.

    Args:
      inputs: list of tensors.
      shape: their shape; None reads it off them.
      tensor_dtype: their dtype; None reads it off them.
      name: the node's name.

    Returns:
      A tensor of that shape and dtype.

    Raises:
      ValueError: if `inputs` is no list, an empty one, or the shapes contradict one another.
      TypeError: if the dtypes do.
    """
    tensors = _tensors(inputs, "accumulate_n")
    kinds = {tensor.dtype.base_dtype for tensor in tensors}
    wanted = tensors[0].dtype.base_dtype if tensor_dtype is None else as_dtype(tensor_dtype)
    if kinds != {wanted}:
        raise TypeError(
            f"accumulate_n needs tensors of one dtype, {wanted.name}, but they are of "
            f"{sorted(kind.name for kind in kinds)}. Convert them with tf.cast."
        )
    whole = TensorShape(None) if shape is None else as_shape(shape)
    for tensor in tensors:
        whole = whole.merge_with(tensor.shape)
    if len(tensors) == 1:
        return tensors[0] if name is None else raw.Identity(tensors[0], name=name)
    return raw.AccumulateNV2(tensors, shape=whole, name=name)
