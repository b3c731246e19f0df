"""From one dtype to another, and the parts of complex numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import DType, as_dtype
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.ops import composed

__all__ = [
    "angle",
    "bitcast",
    "cast",
    "complex",
    "conj",
    "imag",
    "real",
    "saturate_cast",
    "to_bfloat16",
    "to_complex128",
    "to_complex64",
    "to_double",
    "to_float",
    "to_int32",
    "to_int64",
]

bitcast = op_function("Bitcast", "type")


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """Build `x` in another dtype.

    Floats become integers by cutting off the fraction, numbers become booleans by being other than
    zero, complex numbers become real ones by losing their imaginary part.

    Args:
      x: tensor, `SparseTensor` or `IndexedSlices` of numbers or booleans.
      dtype: the dtype to have.
      name: the node's name.

    Returns:
      What `x` is, in that dtype; `x` itself if it has it already.

    Raises:
      TypeError: if there is no such dtype.
    """
    kind = as_dtype(dtype).base_dtype
    if isinstance(x, (SparseTensor, IndexedSlices)):
        if x.dtype is kind:
            return x
        with name_scope(name, "Cast", [x]) as scope:
            values = composed.cast(x.values, kind, scope)
            if isinstance(x, SparseTensor):
                return SparseTensor(x.indices, values, x.dense_shape)
            return IndexedSlices(values, x.indices, x.dense_shape)
    return composed.cast(x, kind, name)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """Build `value` in another dtype, with the dtype's bounds in place of what lies beyond them.

    Args:
      value: tensor of real numbers.
      dtype: the dtype to have.
      name: the node's name.

    Returns:
      A tensor of that dtype.
    """
    with name_scope(name, "saturate_cast", [value]) as scope:
        tensor = convert_to_tensor(value, name="value")
        wanted, own = as_dtype(dtype).base_dtype, tensor.dtype.base_dtype
        if own.min < wanted.min:
            tensor = raw.Maximum(tensor, convert_to_tensor(wanted.min, own, "min"))
        if own.max > wanted.max:
            tensor = raw.Minimum(tensor, convert_to_tensor(wanted.max, own, "max"))
        return composed.cast(tensor, wanted, scope)


def _casting(dtype: DType, default: str) -> Callable[..., Any]:
    """Make the function that casts to one dtype."""

    def function(x: Any, name: str = default) -> Any:
        return cast(x, dtype, name)

    function.__doc__ = (
        f"Build `x` as {dtype.name}; newer code says ``tf.cast(x, tf.{dtype.name})``.\n\n"
        "Args:\n  x: tensor, `SparseTensor` or `IndexedSlices` of numbers or booleans.\n"
        "  name: the node's name.\n\nReturns:\n  What `x` is, in that dtype."
    )
    return function


to_float = _casting(dtypes.float32, "ToFloat")
to_double = _casting(dtypes.float64, "ToDouble")
to_int32 = _casting(dtypes.int32, "ToInt32")
to_int64 = _casting(dtypes.int64, "ToInt64")
to_bfloat16 = _casting(dtypes.bfloat16, "ToBFloat16")
to_complex64 = _casting(dtypes.complex64, "ToComplex64")
to_complex128 = _casting(dtypes.complex128, "ToComplex128")


# Complex numbers


def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """Build complex numbers of their two parts.

    Args:
      real: tensor of float32 or float64.
      imag: tensor of the same dtype.
      name: the node's name.

    Returns:
      A tensor of complex64 or complex128.

    Raises:
      TypeError: if the parts are of other dtypes, or of different ones.
    """
    first, second = convert_to_tensor(real, name="real"), convert_to_tensor(imag, name="imag")
    with name_scope(name, "Complex", [first, second]) as scope:
        kinds = {first.dtype.base_dtype, second.dtype.base_dtype}
        if kinds == {dtypes.float64}:
            wanted = dtypes.complex128
        elif kinds == {dtypes.float32}:
            wanted = dtypes.complex64
        else:
            raise TypeError(
                "A complex number is made of two parts of float32, or two of float64, not of "
                f"{first.dtype.name} and {second.dtype.name}. Convert them with tf.cast."
            )
        return raw.Complex(first, second, Tout=wanted, name=scope)


def real(input: Any, name: str | None = None) -> Tensor:
    """Build the real parts.

    Args:
      input: tensor of numbers; one that is real already is given back.
      name: the node's name.

    Returns:
      A tensor of float32 for complex64, of float64 for complex128.
    """
    with name_scope(name, "Real", [input]) as scope:
        tensor = convert_to_tensor(input, name="input")
        if not tensor.dtype.is_complex:
            return tensor
        return raw.Real(tensor, Tout=tensor.dtype.base_dtype.real_dtype, name=scope)


def imag(input: Any, name: str | None = None) -> Tensor:
    """Build the imaginary parts, which are zero for real numbers.

    Args:
      input: tensor of numbers.
      name: the node's name.

    Returns:
      A tensor of float32 for complex64, of float64 for complex128.
    """
    with name_scope(name, "Imag", [input]) as scope:
        tensor = convert_to_tensor(input, name="input")
        if not tensor.dtype.is_complex:
            return composed.zeros_like(tensor)
        return raw.Imag(tensor, Tout=tensor.dtype.base_dtype.real_dtype, name=scope)


def angle(input: Any, name: str | None = None) -> Tensor:
    """Build the angles, between -π and π; zero for real numbers.

    Args:
      input: tensor of numbers.
      name: the node's name.

    Returns:
      A tensor of float32 for complex64, of float64 for complex128.
    """
    with name_scope(name, "Angle", [input]) as scope:
        tensor = convert_to_tensor(input, name="input")
        if not tensor.dtype.is_complex:
            return composed.zeros_like(tensor)
        return raw.Angle(tensor, Tout=tensor.dtype.base_dtype.real_dtype, name=scope)


def conj(x: Any, name: str | None = None) -> Tensor:
    """Build the complex conjugate; a real tensor is given back.

    Args:
      x: tensor of numbers.
      name: the node's name.

    Returns:
      A tensor of the dtype of `x`.

    Raises:
      TypeError: if `x` does not hold numbers.
    """
    if isinstance(x, Tensor) and (x.dtype.is_floating or x.dtype.is_integer):
        return x
    with name_scope(name, "Conj", [x]) as scope:
        tensor = convert_to_tensor(x, name="x")
        if tensor.dtype.is_complex or tensor.dtype is dtypes.variant:
            return raw.Conj(tensor, name=scope)
        if tensor.dtype.is_floating or tensor.dtype.is_integer:
            return tensor
        raise TypeError(f"conj takes numbers, not a {tensor.dtype.name} tensor: {tensor!r}.")
