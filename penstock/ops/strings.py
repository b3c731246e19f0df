"""Strings, element by element: joining and cutting, to and from numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.dtypes import COMPLEX
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import index_type, require

__all__ = ["SPECS", "each_string", "elementwise"]


def each_string(function: Callable[..., Any], *arrays: Any, dtype: Any = object) -> np.ndarray:
    """Apply a function to the elements of arrays, which are stretched to one shape."""
    if not any(map(np.ndim, arrays)):
        scalar = np.empty((), dtype)
        scalar[()] = function(*[array[()] for array in arrays])
        return scalar
    stretched = np.broadcast_arrays(*arrays)
    result = np.empty(stretched[0].shape, dtype)
    flat = result.reshape(-1)
    for index, elements in enumerate(zip(*(each.ravel() for each in stretched), strict=True)):
        flat[index] = function(*elements)
    return flat.reshape(result.shape)


def elementwise(
    name: str, doc: str, kernel: Any, attrs: Any = None, inputs: Any = ("input",),
    outputs: str = "output: string", shape: Any = rules.same,
) -> OpSpec:  # fmt: skip
    """Make the record of an op on strings; what is not declared otherwise is a string."""
    return OpSpec(
        name,
        inputs=[argument if ":" in argument else f"{argument}: string" for argument in inputs],
        outputs=[outputs],
        attrs=attrs or {},
        doc=doc,
        shape=shape,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
        host=True,
    )


# To and from numbers

_PRINTED = COMPLEX | {
    dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64,
    dtypes.bool,
}  # fmt: skip


def _as_string(
    xp: Any, x: Any, *, precision: int, scientific: bool, shortest: bool, width: int, fill: str
) -> Any:
    kind = x.dtype.kind
    require(
        kind in "fc" or not (scientific or shortest or precision > -1),
        f"Precision, scientific and shortest are for floats, not for {x.dtype}.",
    )
    conversion = "e" if scientific else "g" if shortest else "f"
    pattern = f"%{fill}{width if width > -1 else ''}"
    if kind in "fc":
        pattern += f"{f'.{precision}' if precision > -1 else ''}{conversion}"
    else:
        pattern += "d"

    def write(value: Any) -> bytes:
        if kind == "b":
            return b"true" if value else b"false"
        if kind == "c":
            return f"({pattern % value.real},{pattern % value.imag})".encode()
        return (pattern % value).encode()

    return each_string(write, x)


def _string_to_number(xp: Any, x: Any, *, out_type: Any) -> Any:
    kind = int if out_type.is_integer else float

    def read(text: bytes) -> Any:
        try:
            return out_type.as_numpy_dtype(kind(text))
        except (ValueError, OverflowError):
            raise InvalidArgumentError(
                None,
                None,
                "StringToNumberOp could not correctly convert string: "
                f"{text.decode(errors='replace')} is no {out_type.name}.",
            ) from None

    return each_string(read, x, dtype=out_type.as_numpy_dtype)


def _decode_raw(xp: Any, x: Any, *, out_type: Any, little_endian: bool) -> Any:
    lengths = {len(text) for text in x.ravel()}
    require(
        len(lengths) <= 1,
        f"DecodeRaw requires input strings to all be the same size, not {lengths}.",
    )
    dtype = np.dtype(out_type.as_numpy_dtype)
    length = lengths.pop() if lengths else 0
    require(
        length % dtype.itemsize == 0,
        f"The length of the strings, {length}, must be a multiple of the size of "
        f"{out_type.name}, {dtype.itemsize}.",
    )
    order = dtype.newbyteorder("<" if little_endian else ">")
    joined = np.frombuffer(b"".join(x.ravel()), order).astype(dtype)
    return joined.reshape((*x.shape, length // dtype.itemsize if x.size else 0))


def _with_open_axis(c: ShapeContext) -> Shape:
    shape = c.inputs[0].static_shape
    return None if shape is None else (*shape, None)


# Joining


def _joined_shape(c: ShapeContext) -> Shape:
    shapes = [x.static_shape for x in c.inputs if x.static_shape != ()]
    if not shapes:
        return ()
    shape: Shape = None
    for each in shapes:
        try:
            shape = merge(shape, each)
        except ValueError:
            raise c.mismatch("strings of one shape, or scalars") from None
    return shape


def _join(xp: Any, inputs: Any, *, separator: Any) -> Any:
    sizes = {each.shape for each in inputs if each.shape != ()}
    require(len(sizes) <= 1, f"Strings to join must have one shape, or be scalars, not {sizes}.")
    between = separator.encode() if isinstance(separator, str) else separator
    return each_string(lambda *texts: between.join(texts), *inputs)


# Parts


def _substr(xp: Any, x: Any, pos: Any, length: Any, *, unit: str) -> Any:
    def cut(text: bytes, at: int, count: int) -> bytes:
        whole: Any = text if unit == "BYTE" else text.decode("utf-8", "replace")
        require(
            -len(whole) <= at <= len(whole),
            f"pos {at} out of range for string {whole!r}, which has {len(whole)} characters.",
        )
        start = at if at >= 0 else len(whole) + at
        part = whole[start : start + max(count, 0)]
        return part if unit == "BYTE" else part.encode()

    return each_string(cut, x, pos, length)


def _cut_shape(c: ShapeContext) -> Shape:
    pos = c.shape("pos")
    return c.shape("input") if pos == () else rules.broadcast(c)


def _length(xp: Any, x: Any, *, unit: str) -> Any:
    def count(text: bytes) -> int:
        return len(text) if unit == "BYTE" else len(text.decode("utf-8", "replace"))

    return each_string(count, x, dtype=np.int32)


def _in_case(method: str) -> Any:
    def kernel(xp: Any, x: Any, *, encoding: str) -> Any:
        def change(text: bytes) -> bytes:
            if encoding == "utf-8":
                return getattr(text.decode("utf-8", "replace"), method)().encode()
            return getattr(text, method)()

        return each_string(change, x)

    return kernel


_UNIT = attr("string", "BYTE", allowed=("BYTE", "UTF8_CHAR"))

SPECS = (
    elementwise(
        "AsString", "Numbers as text, as C's printf writes them.", _as_string,
        attrs={"T": _PRINTED, "precision": -1, "scientific": False, "shortest": False,
               "width": -1, "fill": ""},
        inputs=["input: T"],
    ),
    elementwise(
        "StringToNumber", "The numbers that strings write.", _string_to_number,
        attrs={"out_type": attr("type", dtypes.float32, allowed={
            dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64})},
        inputs=["string_tensor"], outputs="output: out_type",
    ),
    elementwise(
        "DecodeRaw", "The bytes of strings of one length as numbers, along a new last axis.",
        _decode_raw,
        attrs={"out_type": attr("type", allowed={
            dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.uint16,
            dtypes.uint8, dtypes.int16, dtypes.int8, dtypes.int64, dtypes.complex64,
            dtypes.complex128, dtypes.bool}), "little_endian": True},
        inputs=["bytes"], outputs="output: out_type", shape=_with_open_axis,
    ),
    OpSpec(
        "StringJoin",
        inputs=["inputs: N * string"],
        outputs=["output: string"],
        attrs={"N": attr("int", minimum=1), "separator": ""},
        doc="Strings joined, element by element; a scalar goes with each.",
        shape=_joined_shape,
        kernel=_join,
        grad=NOT_DIFFERENTIABLE,
        host=True,
    ),
    elementwise(
        "Substr", "`len` characters of strings from `pos` on; negative ones count from behind.",
        _substr, attrs={"T": index_type(), "unit": _UNIT},
        inputs=["input", "pos: T", "len: T"], shape=_cut_shape,
    ),
    elementwise(
        "StringLength", "How many bytes, or characters, strings have.", _length,
        attrs={"unit": _UNIT}, outputs="output: int32",
    ),
    elementwise(
        "StringStrip", "Strings without white space at both ends.",
        lambda xp, x: each_string(bytes.strip, x),
    ),
    elementwise(
        "StringLower", "Strings in lower case.", _in_case("lower"), attrs={"encoding": ""}
    ),
    elementwise(
        "StringUpper", "Strings in upper case.", _in_case("upper"), attrs={"encoding": ""}
    ),
)  # fmt: skip
