"""Strings: to and from numbers, joining, splitting, cutting, matching."""

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
    "decode_base64",
    "decode_raw",
    "edit_distance",
    "encode_base64",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "string_join",
    "string_length",
    "string_lower",
    "string_split",
    "string_split_v2",
    "string_strip",
    "string_to_number",
    "string_upper",
    "substr",
]


def _either(name: str, value: Any, old_name: str, old: Any) -> Any:
    if (value is None) == (old is None):
        raise ValueError(f"Give {name!r}, and not {old_name!r}, which is its other name.")
    return old if value is None else value


# To and from numbers


def as_string(
    input: Any,  # noqa: A002
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
    input: Any = None,  # noqa: A002
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
    bytes: Any = None,  # noqa: A002
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
    input: Any = None,  # noqa: A002
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


# Parts and patterns


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:  # noqa: A002
    """Build parts of strings.

    Args:
      input: strings.
      pos: where the parts begin; negative ones count from behind.
      len: how long they are at most.
      name: the node's name.
      unit: what is counted: ``"BYTE"`` or ``"UTF8_CHAR"``.
    """
    return raw.Substr(input, pos, len, unit=unit, name=name)


def string_length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:  # noqa: A002
    """Build the lengths of strings, in bytes or (`unit` being ``"UTF8_CHAR"``) characters."""
    return raw.StringLength(input, unit=unit, name=name)


def string_strip(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """Build strings without white space at both ends."""
    return raw.StringStrip(input, name=name)


def string_lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:  # noqa: A002
    """Build strings in lower case; all letters, not ASCII's alone, if `encoding` is "utf-8"."""
    return raw.StringLower(input, encoding=encoding, name=name)


def string_upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:  # noqa: A002
    """Build strings in upper case; as `string_lower`."""
    return raw.StringUpper(input, encoding=encoding, name=name)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes))


def regex_replace(
    input: Any,  # noqa: A002
    pattern: Any,
    rewrite: Any,
    replace_global: bool = True,
    name: str | None = None,
) -> Tensor:
    """Build strings with what matches a regular expression replaced.

    Args:
      input: strings.
      pattern: the expression.
      rewrite: what takes the place of a match; ``\\1`` stands for the first group.
      replace_global: whether every match is replaced, or the first only.
      name: the node's name.
    """
    if _is_text(pattern) and _is_text(rewrite):
        return raw.StaticRegexReplace(
            input, pattern=pattern, rewrite=rewrite, replace_global=replace_global, name=name
        )
    return raw.RegexReplace(input, pattern, rewrite, replace_global=replace_global, name=name)


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """Build whether a regular expression matches the whole of each string."""
    if _is_text(pattern):
        return raw.StaticRegexFullMatch(input, pattern=pattern, name=name)
    return raw.RegexFullMatch(input, pattern, name=name)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Tensor:  # noqa: A002
    """Build strings in web-safe base 64, with or without padding."""
    return raw.EncodeBase64(input, pad=pad, name=name)


def decode_base64(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """Build what strings in web-safe base 64 stand for."""
    return raw.DecodeBase64(input, name=name)


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
