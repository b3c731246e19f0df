"""Numbers rounded to what a few bits can hold, and left floats."""

from __future__ import annotations

from typing import Any

from penstock.functions.op_function import op_function
from penstock.graph.build import raw
from penstock.graph.node import Tensor

__all__ = [
    "fake_quant_with_min_max_args",
    "fake_quant_with_min_max_args_gradient",
    "fake_quant_with_min_max_vars",
    "fake_quant_with_min_max_vars_gradient",
    "fake_quant_with_min_max_vars_per_channel",
    "fake_quant_with_min_max_vars_per_channel_gradient",
    "quantize_and_dequantize",
]


_BITS = ("num_bits", "narrow_range")

# The range may be given as numbers, as scalar tensors, which can be learnt, or as a pair of tensors
# with an entry for each of the last axis. It is moved a little, so that zero is one of its steps.
fake_quant_with_min_max_args = op_function("FakeQuantWithMinMaxArgs", "min", "max", *_BITS)
fake_quant_with_min_max_args_gradient = op_function(
    "FakeQuantWithMinMaxArgsGradient", "min", "max", *_BITS
)
fake_quant_with_min_max_vars = op_function("FakeQuantWithMinMaxVars", *_BITS)
fake_quant_with_min_max_vars_gradient = op_function("FakeQuantWithMinMaxVarsGradient", *_BITS)
fake_quant_with_min_max_vars_per_channel = op_function("FakeQuantWithMinMaxVarsPerChannel", *_BITS)
fake_quant_with_min_max_vars_per_channel_gradient = op_function(
    "FakeQuantWithMinMaxVarsPerChannelGradient", *_BITS
)


def quantize_and_dequantize(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
) -> Tensor:
    """Build floats rounded to what a number of bits can hold.

    Args:
      input: floats.
      input_min, input_max: the range that the bits cover, if `range_given`; else it is that of
        the input.
      signed_input: whether numbers below zero are to be held.
      num_bits: how many bits there are.
      range_given: whether the range is given.
      round_mode: ``"HALF_TO_EVEN"`` or ``"HALF_UP"``.
      name: the node's name.
      narrow_range: whether the least number is left out, so that the range lies around zero.
    """
    return raw.QuantizeAndDequantizeV2(
        input,
        input_min,
        input_max,
        signed_input=signed_input,
        num_bits=num_bits,
        range_given=range_given,
        round_mode=round_mode,
        narrow_range=narrow_range,
        name=name,
    )
