"""Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.functions.op_function import op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "fft",
    "fft2d",
    "fft3d",
    "ifft",
    "ifft2d",
    "ifft3d",
    "irfft",
    "irfft2d",
    "irfft3d",
    "rfft",
    "rfft2d",
    "rfft3d",
]

fft = op_function("FFT")
fft2d = op_function("FFT2D")
fft3d = op_function("FFT3D")
ifft = op_function("IFFT")
ifft2d = op_function("IFFT2D")
ifft3d = op_function("IFFT3D")


def _lengths(x: Tensor, count: int, is_half: bool) -> Tensor:
    """Build the lengths of the transforms, from the shape of the input."""
    sizes = None if x.static_shape is None else x.static_shape[-count:]
    if sizes is not None and None not in sizes:
        known: list[Any] = list(sizes)
        if is_half and known[-1]:
            known[-1] = max(0, 2 * (known[-1] - 1))
        return composed.constant(known, dtypes.int32)
    fed = composed.shape(x)[-count:]
    if not is_half:
        return fed
    last = raw.Maximum(0, 2 * (fed[-1:] - 1))
    return raw.ConcatV2([fed[:-1], last], 0, name="concat")


def _real(op: str, count: int) -> Callable[..., Tensor]:
    """Make the function of a transform between real numbers and half a spectrum."""
    is_half = op.startswith("I")
    kind = dtypes.complex64 if is_half else dtypes.float32

    def function(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
        with name_scope(name, op.lower(), [input_tensor, fft_length]) as scope:
            x = convert_to_tensor(input_tensor, kind)
            if fft_length is None:
                lengths = _lengths(x, count, is_half)
            else:
                lengths = convert_to_tensor(fft_length, dtypes.int32)
            return getattr(raw, op)(x, lengths, name=scope)

    over = "the last axis" if count == 1 else f"the last {count} axes"
    what = (
        "the real numbers of which the input is half the spectrum"
        if is_half
        else "half the spectrum of real numbers, the other half of which is its mirror image"
    )
    function.__doc__ = (
        f"Build {what}, over {over}.\n\n"
        f"Args:\n  input_tensor: {kind.name} tensor.\n"
        f"  fft_length: int32 tensor [{count}], the lengths of the transform: the input is cut or\n"
        "    filled with zeros to them. None takes them from its shape.\n"
        "  name: the node's name.\n\n"
        f"Returns:\n  A {'float32' if is_half else 'complex64'} tensor."
    )
    return function


rfft = _real("RFFT", 1)
rfft2d = _real("RFFT2D", 2)
rfft3d = _real("RFFT3D", 3)
irfft = _real("IRFFT", 1)
irfft2d = _real("IRFFT2D", 2)
irfft3d = _real("IRFFT3D", 3)
