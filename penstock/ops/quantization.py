"""Numbers rounded to what a few bits can hold, and left floats: training for quantized use."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import NO_GRADIENT

__all__ = ["SPECS"]


# Fake quantization: a range [min, max], moved a little so that zero is one of its steps


def _nudged(xp: Any, low: Any, high: Any, num_bits: int, narrow_range: bool) -> tuple[Any, ...]:
    """Give the range's moved ends and its step."""
    first, last = (1 if narrow_range else 0), 2**num_bits - 1
    step = (high - low) / (last - first)
    zero = first - low / xp.where(step == 0, 1, step)
    zero = xp.clip(xp.floor(zero + 0.5), first, last)
    return (first - zero) * step, (last - zero) * step, step


def _quantized(xp: Any, x: Any, low: Any, high: Any, num_bits: int, narrow_range: bool) -> Any:
    low, high = xp.asarray(low, x.dtype), xp.asarray(high, x.dtype)
    least, most, step = _nudged(xp, low, high, num_bits, narrow_range)
    per_step = 1 / xp.where(step == 0, 1, step)
    rounded = xp.floor((xp.clip(x, least, most) - least) * per_step + 0.5) * step + least
    return xp.where((low == 0) & (high == 0), 0, rounded).astype(x.dtype)


def _passed(xp: Any, x: Any, low: Any, high: Any, num_bits: int, narrow_range: bool) -> Any:
    """Tell for which elements the gradient passes, is the lower end's, is the upper end's."""
    low, high = xp.asarray(low, x.dtype), xp.asarray(high, x.dtype)
    least, most, _ = _nudged(xp, low, high, num_bits, narrow_range)
    is_none = (low == 0) & (high == 0)
    below, above = (x < least) & ~is_none, (x > most) & ~is_none
    return ~(below | above), below, above


def _summed(xp: Any, dy: Any, chosen: Any, keep_last: bool) -> Any:
    axes = tuple(range(dy.ndim - 1)) if keep_last else None
    return xp.sum(xp.where(chosen, dy, 0), axis=axes, dtype=dy.dtype)


def _gradient_kernel(keep_last: bool) -> Any:
    def kernel(
        xp: Any, dy: Any, x: Any, low: Any, high: Any, *, num_bits: int, narrow_range: bool
    ) -> Any:
        inside, below, above = _passed(xp, x, low, high, num_bits, narrow_range)
        return (
            xp.where(inside, dy, 0).astype(dy.dtype),
            _summed(xp, dy, below, keep_last),
            _summed(xp, dy, above, keep_last),
        )

    return kernel


_BITS = {"num_bits": 8, "narrow_range": False}
_RANGE = {"min": -6.0, "max": 6.0, **_BITS}


def _bits(node: Any) -> dict[str, Any]:
    return {name: node.attrs[name] for name in _BITS}


FAKE_QUANT_WITH_MIN_MAX_ARGS = OpSpec(
    "FakeQuantWithMinMaxArgs",
    inputs=["inputs: float32"],
    outputs=["outputs: float32"],
    attrs=_RANGE,
    doc="`inputs` rounded to the steps of a range, and kept within it.",
    shape=rules.same,
    kernel=lambda xp, x, *, min, max, num_bits, narrow_range: _quantized(
        xp, x, min, max, num_bits, narrow_range
    ),
    grad=lambda ops, node, dy: [
        ops.FakeQuantWithMinMaxArgsGradient(
            dy,
            node.inputs[0],
            min=node.attrs["min"],
            max=node.attrs["max"],
            **_bits(node),
        )
    ],
)

FAKE_QUANT_WITH_MIN_MAX_ARGS_GRADIENT = OpSpec(
    "FakeQuantWithMinMaxArgsGradient",
    inputs=["gradients: float32", "inputs: float32"],
    outputs=["backprops: float32"],
    attrs=_RANGE,
    doc="The gradient of FakeQuantWithMinMaxArgs: it passes within the range.",
    shape=rules.merged("gradients", "inputs"),
    kernel=lambda xp, dy, x, *, min, max, num_bits, narrow_range: xp.where(
        _passed(xp, x, min, max, num_bits, narrow_range)[0], dy, 0
    ).astype(dy.dtype),
    grad=NO_GRADIENT,
)


def _with_variables(suffix: str, doc: str, keep_last: bool) -> tuple[OpSpec, OpSpec]:
    name = f"FakeQuantWithMinMaxVars{suffix}"

    def shapes(c: ShapeContext) -> list[Shape]:
        low = c.shape("min")
        return [c.shape("inputs"), low if keep_last else (), low if keep_last else ()]

    forward = OpSpec(
        name,
        inputs=["inputs: float32", "min: float32", "max: float32"],
        outputs=["outputs: float32"],
        attrs=_BITS,
        doc=doc,
        shape=rules.same,
        kernel=lambda xp, x, low, high, *, num_bits, narrow_range: _quantized(
            xp, x, low, high, num_bits, narrow_range
        ),
        grad=lambda ops, node, dy: list(
            getattr(ops, f"{name}Gradient")(dy, *node.inputs, **_bits(node))
        ),
    )
    backward = OpSpec(
        f"{name}Gradient",
        inputs=["gradients: float32", "inputs: float32", "min: float32", "max: float32"],
        outputs=[
            "backprops_wrt_input: float32",
            "backprop_wrt_min: float32",
            "backprop_wrt_max: float32",
        ],
        attrs=_BITS,
        doc=f"The gradient of {name}.",
        shape=shapes,
        kernel=_gradient_kernel(keep_last),
        grad=NO_GRADIENT,
    )
    return forward, backward


# To a number of bits and back


def _there_and_back(
    xp: Any, x: Any, low: Any, high: Any, bits: Any, signed: bool, given: bool, rounded: Any,
    narrow: bool,
) -> Any:  # fmt: skip
    if not given:
        low, high = xp.min(x), xp.max(x)
    low, high = xp.asarray(low, x.dtype), xp.asarray(high, x.dtype)
    most = 2.0 ** (bits - 1) - 1 if signed else 2.0**bits - 1
    least = (-most if narrow else -(2.0 ** (bits - 1))) if signed else (1.0 if narrow else 0.0)
    least, most = xp.asarray(least, x.dtype), xp.asarray(most, x.dtype)
    large = xp.asarray(3.4e38, x.dtype)
    from_low = xp.where(least * low > 0, least / xp.where(low == 0, 1, low), large)
    from_high = xp.where(most * high > 0, most / xp.where(high == 0, 1, high), large)
    by_low = from_low < from_high
    scale = xp.where(by_low, from_low, from_high)
    step = xp.where(by_low, low / xp.where(least == 0, 1, least), high / most)
    if given:
        x = xp.clip(x, xp.where(by_low, low, least * step), xp.where(by_low, most * step, high))
    return (rounded(x * scale) * step).astype(x.dtype)


def _rounding(xp: Any, mode: str) -> Any:
    return xp.rint if mode == "HALF_TO_EVEN" else lambda x: xp.floor(x + 0.5)


def _v2(
    xp: Any, x: Any, low: Any, high: Any, *, signed_input: bool, num_bits: int, range_given: bool,
    round_mode: str, narrow_range: bool,
) -> Any:  # fmt: skip
    rounded = _rounding(xp, round_mode)
    return _there_and_back(
        xp, x, low, high, num_bits, signed_input, range_given, rounded, narrow_range
    )


def _v3(
    xp: Any, x: Any, low: Any, high: Any, num_bits: Any, *, signed_input: bool,
    range_given: bool, narrow_range: bool,
) -> Any:  # fmt: skip
    return _there_and_back(
        xp, x, low, high, int(num_bits), signed_input, range_given, xp.rint, narrow_range
    )


QUANTIZE_AND_DEQUANTIZE_V2 = OpSpec(
    "QuantizeAndDequantizeV2",
    inputs=["input: T", "input_min: T", "input_max: T"],
    outputs=["output: T"],
    attrs={
        "signed_input": True,
        "num_bits": 8,
        "range_given": False,
        "T": FLOATING,
        "round_mode": attr("string", "HALF_TO_EVEN", allowed=("HALF_TO_EVEN", "HALF_UP")),
        "narrow_range": False,
    },
    doc="`input` rounded to what a number of bits can hold, over its range or one that is given.",
    shape=rules.same,
    kernel=_v2,
    grad=lambda ops, node, dy: [dy, None, None],
)

QUANTIZE_AND_DEQUANTIZE_V3 = OpSpec(
    "QuantizeAndDequantizeV3",
    inputs=["input: T", "input_min: T", "input_max: T", "num_bits: int32"],
    outputs=["output: T"],
    attrs={"signed_input": True, "range_given": True, "T": FLOATING, "narrow_range": False},
    doc="As QuantizeAndDequantizeV2, with the number of bits as a tensor.",
    shape=rules.same,
    kernel=_v3,
    grad=lambda ops, node, dy: [dy, None, None, None],
    static=["num_bits"],
)

SPECS = (
    FAKE_QUANT_WITH_MIN_MAX_ARGS,
    FAKE_QUANT_WITH_MIN_MAX_ARGS_GRADIENT,
    *_with_variables(
        "", "`inputs` rounded to the steps of a range given as tensors, and kept in it.", False
    ),
    *_with_variables(
        "PerChannel",
        "`inputs` rounded to the steps of a range for each entry of the last axis.",
        True,
    ),
    QUANTIZE_AND_DEQUANTIZE_V2,
    QUANTIZE_AND_DEQUANTIZE_V3,
)
