"""Fourier transforms, over the last axis or the last two or three."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import COMPLEX
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import composed
from penstock.ops.arrays_common import sizes_of

__all__ = ["SPECS"]

_COMPLEX = attr("type", dtypes.complex64, allowed=COMPLEX)


def _last(count: int) -> tuple[int, ...]:
    return tuple(range(-count, 0))


def _complex_shape(count: int) -> Any:
    def rule(c: ShapeContext) -> Shape:
        shape = c.shape("input")
        if shape is not None and len(shape) < count:
            raise c.mismatch(f"input of at least {count} axes")
        return shape

    return rule


def _size(ops: Any, dy: Any, count: int) -> Any:
    """Build the number of elements of one transform."""
    sizes = composed.shape(dy)[-count:]
    return ops.Prod(sizes, composed.constant([0], dtypes.int32))


def _forward_grad(inverse: str, count: int) -> Any:
    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        size = composed.cast(_size(ops, dy, count), dy.dtype)
        return [getattr(ops, inverse)(dy) * size]

    return grad


def _inverse_grad(forward: str, count: int) -> Any:
    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        real = dtypes.float64 if dy.dtype is dtypes.complex128 else dtypes.float32
        share = composed.cast(1.0 / composed.cast(_size(ops, dy, count), real), dy.dtype)
        return [getattr(ops, forward)(dy) * share]

    return grad


def _signs(ops: Any, length: Any) -> Any:
    """Build 1, -1, 1, …"""
    return composed.cast(1 - 2 * (composed.range_of(length) % 2), dtypes.complex64)


def _rfft_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """All elements but the first and, in an even length, the last stand for two of the spectrum."""
    x, lengths = node.inputs
    sizes = composed.shape(x)
    is_even = composed.cast(1 - (lengths[-1] % 2), dtypes.complex64)
    single = dy[..., 0:1] + is_even * dy[..., -1:] * _signs(ops, sizes[-1])
    size = composed.cast(_size(ops, x, 1), dtypes.float32)
    whole = ops.IRFFT(dy, lengths, name="irfft") * size
    return [0.5 * (whole + ops.Real(single, Tout=dtypes.float32)), None]


def _rfft2d_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Take the half spectrum for a whole one with zeros, and transform it back."""
    x, lengths = node.inputs
    missing = lengths[-1] - composed.shape(dy)[-1]
    rank = len(dy.static_shape)
    paddings = composed.stack([[0, 0]] * (rank - 1) + [[0, missing]])
    whole = ops.IFFT2D(ops.Pad(dy, paddings))
    size = composed.cast(_size(ops, x, 2), dtypes.float32)
    return [ops.Real(whole, Tout=dtypes.float32) * size, None]


def _irfft_grad(forward: str, count: int) -> Any:
    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        x, lengths = node.inputs
        is_odd = ops.FloorMod(lengths[-1], 2)
        between = composed.shape(x)[-1] - 2 + is_odd
        doubled = 2.0 * composed.ones([between])
        ends = composed.ones([1 - is_odd])
        mask = ops.ConcatV2([[1.0], doubled, ends], 0, name="concat")
        share = ops.Reciprocal(composed.cast(_size(ops, dy, count), dtypes.float32))
        spectrum = getattr(ops, forward)(dy, lengths, name=forward.lower())
        return [spectrum * composed.cast(share * mask, dtypes.complex64), None]

    return grad


_REAL_GRADIENTS = {
    "RFFT": _rfft_grad,
    "RFFT2D": _rfft2d_grad,
    "IRFFT": _irfft_grad("RFFT", 1),
    "IRFFT2D": _irfft_grad("RFFT2D", 2),
}


def _complex(count: int, inverse: bool) -> OpSpec:
    suffix = "" if count == 1 else f"{count}D"
    name, other = ("IFFT", "FFT") if inverse else ("FFT", "IFFT")
    function = "ifftn" if inverse else "fftn"

    def kernel(xp: Any, x: Any) -> Any:
        return getattr(xp.fft, function)(x, axes=_last(count)).astype(x.dtype)

    make_grad = _inverse_grad if inverse else _forward_grad
    return OpSpec(
        name + suffix,
        inputs=["input: Tcomplex"],
        outputs=["output: Tcomplex"],
        attrs={"Tcomplex": _COMPLEX},
        doc=_doc("The inverse discrete" if inverse else "The discrete", count),
        shape=_complex_shape(count),
        kernel=kernel,
        grad=make_grad(other + suffix, count),
    )


def _doc(what: str, count: int) -> str:
    over = "the last axis" if count == 1 else f"the last {count} axes"
    return f"{what} Fourier transform over {over}."


def _real_shape(count: int, inverse: bool) -> Any:
    def rule(c: ShapeContext) -> Shape:
        shape = c.shape("input")
        if shape is None:
            return None
        if len(shape) < count:
            raise c.mismatch(f"input of at least {count} axes")
        lengths = c.value("fft_length")
        if lengths is None:
            return (*shape[:-count], *[None] * count)
        sizes = sizes_of(lengths)
        if not inverse and sizes[-1]:
            sizes[-1] = sizes[-1] // 2 + 1
        return (*shape[:-count], *sizes)

    return rule


def _real(count: int, inverse: bool) -> OpSpec:
    name = ("IRFFT" if inverse else "RFFT") + ("" if count == 1 else f"{count}D")
    source, result = ("complex64", "float32") if inverse else ("float32", "complex64")
    function = "irfftn" if inverse else "rfftn"

    def kernel(xp: Any, x: Any, fft_length: Any) -> Any:
        sizes = sizes_of(fft_length)
        if 0 in sizes or 0 in x.shape:
            last = sizes[-1] if inverse or not sizes[-1] else sizes[-1] // 2 + 1
            return xp.zeros((*x.shape[:-count], *sizes[:-1], last), result)
        return getattr(xp.fft, function)(x, s=sizes, axes=_last(count)).astype(result)

    return OpSpec(
        name,
        inputs=[f"input: {source}", "fft_length: int32"],
        outputs=[f"output: {result}"],
        doc=_doc("The real numbers of a half" if inverse else "Half of a real", count),
        shape=_real_shape(count, inverse),
        kernel=kernel,
        grad=_REAL_GRADIENTS.get(name, Undefined("TensorFlow defines none in three dimensions")),
        static=["fft_length"],
    )


SPECS = tuple(
    make(count, inverse)
    for make in (_complex, _real)
    for count in (1, 2, 3)
    for inverse in (False, True)
)
