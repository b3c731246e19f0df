"""Tensors of one value, and tensors made larger: zeros, ones, fill, pad, tile, one_hot."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "diag",
    "diag_part",
    "fill",
    "one_hot",
    "ones",
    "ones_like",
    "pad",
    "sequence_mask",
    "tile",
    "zeros",
    "zeros_like",
]


def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """Build zeros (False, or empty strings) of a shape.

    Args:
      shape: sizes, or an integer tensor of them.
      dtype: the elements' dtype.
      name: the node's name.

    Returns:
      A tensor; a constant if it is small and its shape is known.
    """
    return composed.zeros(shape, as_dtype(dtype).base_dtype, name)


def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """Build ones (or True) of a shape; as `zeros`."""
    return composed.ones(shape, as_dtype(dtype).base_dtype, name)


def zeros_like(
    tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Build zeros of a tensor's shape.

    Args:
      tensor: any tensor.
      dtype: the elements' dtype; that of `tensor` if None.
      name: the node's name.
      optimize: whether a static shape may make it a constant.
    """
    return composed.zeros_like(tensor, dtype and as_dtype(dtype), name, optimize)


def ones_like(
    tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Build ones of a tensor's shape; as `zeros_like`."""
    return composed.ones_like(tensor, dtype and as_dtype(dtype), name, optimize)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """Build a tensor of a shape whose elements are all `value`, a scalar."""
    return raw.Fill(dims, value, name=name)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """Build for each index a vector that is `on_value` at the index, and `off_value` elsewhere.

    Args:
      indices: integers; those out of range give vectors of `off_value` alone.
      depth: the length of the vectors.
      on_value: 1 by default.
      off_value: 0 by default.
      axis: where the new axis stands; at the end by default.
      dtype: the result's dtype: that of the values if they are given, else float32.
      name: the node's name.

    Returns:
      A tensor of one axis more than `indices`.

    Raises:
      TypeError: if the values and the dtype do not agree.
    """
    with name_scope(name, "one_hot", [indices, depth, on_value, off_value]) as scope:
        given = [
            None if value is None else convert_to_tensor(value).dtype.base_dtype
            for value in (on_value, off_value)
        ]
        kind = as_dtype(dtype) if dtype is not None else given[0] or given[1] or dtypes.float32
        for name_of, found in zip(("on_value", "off_value"), given, strict=True):
            if found not in (None, kind):
                raise TypeError(
                    f"{name_of} of one_hot must be {kind.name}, but is {found.name}. Give both "
                    "values and dtype in one dtype."
                )
        if on_value is None:
            on_value = convert_to_tensor(1, kind, "on_value")
        if off_value is None:
            off_value = convert_to_tensor(0, kind, "off_value")
        return raw.OneHot(indices, depth, on_value, off_value, axis=axis, name=scope)


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool, name: str | None = None
) -> Tensor:
    """Build a mask that is true for the first ``lengths[i]`` places of sequence i.

    Args:
      lengths: integers of any shape.
      maxlen: how many places there are; the largest length if None.
      dtype: the mask's dtype.
      name: name scope of what is built.

    Returns:
      A tensor [..., maxlen].

    Raises:
      ValueError: if `maxlen` is not a scalar.
    """
    with name_scope(name, "SequenceMask", [lengths, maxlen]):
        lengths = convert_to_tensor(lengths)
        if maxlen is None:
            maxlen = raw.Max(lengths, _all_axes(lengths))
            maxlen = raw.Maximum(composed.constant(0, maxlen.dtype), maxlen)
        else:
            maxlen = convert_to_tensor(maxlen)
        if maxlen.static_shape not in ((), None):
            raise ValueError(f"maxlen of sequence_mask must be a scalar, but is {maxlen!r}.")
        first, step = composed.constant(0, maxlen.dtype), composed.constant(1, maxlen.dtype)
        places = raw.Range(first, maxlen, step)
        mask = places < raw.Cast(composed.expand_dims(lengths, -1), DstT=maxlen.dtype)
        kind = as_dtype(dtype).base_dtype
        return mask if kind is dtypes.bool else raw.Cast(mask, DstT=kind)


def _all_axes(x: Tensor) -> Tensor:
    if x.static_shape is not None:
        return composed.constant(list(range(len(x.static_shape))), dtypes.int32)
    return raw.Range(0, composed.rank(x), 1)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    name: str | None = None,
    constant_values: Any = 0,
) -> Tensor:
    """Build a tensor with more elements before and after it along each axis.

    Args:
      tensor: a tensor of n axes.
      paddings: integers [n, 2]: how many elements go before and after, for each axis.
      mode: what they are: "CONSTANT", "REFLECT" (mirrored, without the edge) or "SYMMETRIC"
        (mirrored, with it).
      name: the node's name.
      constant_values: the elements of mode "CONSTANT".

    Raises:
      ValueError: if there is no such mode.
    """
    kind = mode.upper()
    if kind == "CONSTANT":
        if hasattr(constant_values, "value_index") or constant_values != 0:
            return _settled(raw.PadV2(tensor, paddings, constant_values, name=name))
        return _settled(raw.Pad(tensor, paddings, name=name))
    if kind in ("REFLECT", "SYMMETRIC"):
        return _settled(raw.MirrorPad(tensor, paddings, mode=kind, name=name))
    raise ValueError(f"mode of pad must be CONSTANT, REFLECT or SYMMETRIC, not {mode!r}.")


def _settled(padded: Tensor) -> Tensor:
    """Settle the sizes along axes whose paddings are constants, where others are not."""
    x, paddings = padded.op.inputs[:2]
    if paddings.op.type == "Pack" and x.static_shape is not None:
        rows = [constant_value(row) for row in paddings.op.inputs]
        padded.set_shape(
            None if size is None or row is None else size + int(row.sum())
            for size, row in zip(x.static_shape, rows, strict=True)
        )
    return padded


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """Build a tensor repeated ``multiples[i]`` times along axis i."""
    return raw.Tile(input, multiples, name=name)


def diag(diagonal: Any, name: str | None = None) -> Tensor:
    """Build zeros with `diagonal` on the diagonal.

    Args:
      diagonal: a tensor of n axes.
      name: the node's name.

    Returns:
      A tensor of 2n axes: the shape of `diagonal` twice.
    """
    return raw.Diag(diagonal, name=name)


def diag_part(input: Any, name: str | None = None) -> Tensor:
    """Build the diagonal of a tensor whose shape is one shape twice; `diag` undoes it."""
    return raw.DiagPart(input, name=name)
