"""Strings: to and from numbers, joining, splitting; the distance of sequences."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor, SparseTensorValue
from penstock.ops import composed

__all__ = [
    "as_string",
    "decode_raw",
    "edit_distance",
    "reduce_join",
    "string_join",
    "string_split",
    "string_split_v2",
    "string_to_number",
]


def _either(name: str, value: Any, old_name: str, old: Any) -> Any:
    if (value is None) == (old is None):
        raise ValueError(f"Give {name!r}, and not {old_name!r}, which is its other name.")
    return old if value is None else value


# To and from numbers


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Build numbers as text, as C's printf writes them.

    Args:
      input: numbers or booleans.
      precision: how many digits a float has after the point; -1 for six.
      scientific: whether floats are written with an exponent.
      shortest: whether they are written with or without, as is shorter.
      width: how wide the text is at least; -1 for no more than it needs.
      fill: what it is filled with at the left: ``"0"`` or ``" "``.
      name: the node's name.
    """
    return raw.AsString(
        input,
        precision=precision,
        scientific=scientific,
        shortest=shortest,
        width=width,
        fill=fill,
        name=name,
    )


def string_to_number(
    string_tensor: Any = None,
    out_type: Any = dtypes.float32,
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """Build the numbers that strings write.

    Args:
      string_tensor: strings.
      out_type: float32, float64, int32 or int64.
      name: the node's name.
      input: another name of `string_tensor`.

    Raises:
      InvalidArgumentError: when it runs, if a string writes no number.
    """
    text = _either("string_tensor", string_tensor, "input", input)
    return raw.StringToNumber(text, out_type=as_dtype(out_type), name=name)


def decode_raw(
    input_bytes: Any = None,
    out_type: Any = None,
    little_endian: bool = True,
    name: str | None = None,
    bytes: Any = None,
) -> Tensor:
    """Build the numbers whose bytes strings hold.

    Args:
      input_bytes: strings of one length.
      out_type: the numbers' dtype.
      little_endian: whether the low byte comes first.
      name: the node's name.
      bytes: the old name of `input_bytes`.

    Returns:
      A tensor with one more axis than the strings: the numbers of each.
    """
    text = _either("input_bytes", input_bytes, "bytes", bytes)
    return raw.DecodeRaw(text, out_type=as_dtype(out_type), little_endian=little_endian, name=name)


# Joining and splitting


def string_join(inputs: Any, separator: str = "", name: str | None = None) -> Tensor:
    """Build strings of several tensors joined, element by element; a scalar goes with each."""
    return raw.StringJoin(inputs, separator=separator, name=name)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """Build strings joined along axes.

    Args:
      inputs: strings.
      axis: the axes, in the order in which they are joined; all, from the last, if None.
      keep_dims: the old name of `keepdims`.
      separator: what stands between.
      name: the node's name.
      reduction_indices: the old name of `axis`.
      keepdims: whether the axes stay, with size 1.
    """
    keep = bool(keep_dims if keepdims is None else keepdims)
    axes = reduction_indices if axis is None else axis
    with name_scope(name, "ReduceJoin", [inputs, axes]):
        tensor = convert_to_tensor(inputs)
        if axes is None:
            axes = _axes_from_last(tensor)
        return raw.ReduceJoin(tensor, axes, keep_dims=keep, separator=separator)


def _axes_from_last(tensor: Tensor) -> Tensor:
    if tensor.static_shape is not None:
        return composed.constant(list(range(len(tensor.static_shape)))[::-1], dtypes.int32)
    return composed.range_of(composed.rank(tensor) - 1, -1, -1)


def string_split(
    source: Any,
    sep: Any = None,
    skip_empty: bool = True,
    delimiter: Any = None,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> SparseTensor:
    """Build the parts of strings.

    Args:
      source: a vector of strings.
      sep: the characters at each of which strings are split; a space by default, every byte for
        itself if empty.
      skip_empty: whether empty parts are left out.
      delimiter: the old name of `sep`.
      result_type: ``"SparseTensor"``.
      name: name scope of what is built.

    Returns:
      A `SparseTensor` [n, longest]: row i holds the parts of string i.
    """
    if result_type != "SparseTensor":
        raise ValueError(f"result_type of string_split must be SparseTensor, not {result_type!r}.")
    at = delimiter if sep is None else sep
    with name_scope(name, "StringSplit", [source]):
        between = convert_to_tensor(" " if at is None else at, dtypes.string)
        text = convert_to_tensor(source, dtypes.string)
        return SparseTensor(*raw.StringSplit(text, between, skip_empty=skip_empty))


def string_split_v2(
    input: Any = None,
    sep: Any = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    source: Any = None,
    name: str | None = None,
) -> SparseTensor:
    """Build the parts of strings, as Python's `str.split` gives them.

    Args:
      input: a vector of strings.
      sep: what stands between the parts; any white space by default.
      maxsplit: at how many places a string is split at most; -1 for all.
      result_type: ``"SparseTensor"``.
      source: the old name of `input`.
      name: name scope of what is built.

    Returns:
      A `SparseTensor` [n, longest]: row i holds the parts of string i.
    """
    if result_type != "SparseTensor":
        raise ValueError(f"result_type of split must be SparseTensor, not {result_type!r}.")
    strings = _either("input", input, "source", source)
    with name_scope(name, "StringSplit", [strings]):
        text = convert_to_tensor(strings, dtypes.string, "input")
        between = convert_to_tensor("" if sep is None else sep, dtypes.string)
        return SparseTensor(*raw.StringSplitV2(text, between, maxsplit=maxsplit))


# Distance


def edit_distance(
    hypothesis: Any, truth: Any, normalize: bool = True, name: str = "edit_distance"
) -> Tensor:
    """Build Levenshtein's distance between sequences: how many changes make one the other.

    Args:
      hypothesis: a `SparseTensor` whose last axis holds sequences.
      truth: another one.
      normalize: whether distances are divided by the lengths of the true sequences.
      name: the node's name.

    Returns:
      A float32 tensor with an axis less.

    Raises:
      TypeError: if one of them is not sparse.
    """
    kinds = (SparseTensor, SparseTensorValue)
    for what, given in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(given, kinds):
            raise TypeError(f"{what} of edit_distance must be a SparseTensor, not {given!r}.")
    ours, theirs = SparseTensor.from_value(hypothesis), SparseTensor.from_value(truth)
    return raw.EditDistance(
        ours.indices,
        ours.values,
        ours.dense_shape,
        theirs.indices,
        theirs.values,
        theirs.dense_shape,
        normalize=normalize,
        name=name,
    )
