"""`tf.make_tensor_proto` and `tf.make_ndarray`: values as messages, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import as_dtype
from penstock.core.shapes import as_static, describe
from penstock.formats.messages import TensorProto
from penstock.formats.tensors import array_from_proto, array_to_proto
from penstock.graph.tensor_values import tensor_value

__all__ = ["make_ndarray", "make_tensor_proto"]


def make_tensor_proto(
    values: Any, dtype: Any = None, shape: Any = None, verify_shape: bool = False
) -> Any:
    """Write a value as a `TensorProto`.

    Args:
      values: a number, string, array, or a nest of these.
      dtype: its dtype; inferred if None.
      shape: its shape; where the values are fewer, the last is repeated.
      verify_shape: whether the values must have just that shape.

    Returns:
      A `TensorProto`.

    Raises:
      TypeError: if a value does not have the dtype, or `verify_shape` and the shape differs.
      ValueError: if the values are ragged, or more than the shape has room for.
    """
    if isinstance(values, TensorProto):
        return values
    wanted = None if dtype is None else as_dtype(dtype)
    sizes = None if shape is None else as_static(shape)
    if verify_shape and sizes is not None:
        found = tensor_value(values, wanted).shape
        if found != tuple(sizes):
            raise TypeError(f"Expected Tensor's shape: {describe(sizes)}, got {describe(found)}.")
    return array_to_proto(tensor_value(values, wanted, sizes), wanted)


def make_ndarray(tensor: Any) -> np.ndarray:
    """Read a `TensorProto`.

    Args:
      tensor: the message.

    Returns:
      A NumPy array; strings are bytes.

    Raises:
      TypeError: if no array can hold its dtype.
      ValueError: if the message contradicts itself.
    """
    return np.array(array_from_proto(tensor))
