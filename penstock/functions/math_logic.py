"""Comparisons, logic and bits, element by element."""

from __future__ import annotations

from typing import Any

from penstock.functions.op_function import op_function
from penstock.graph.build import raw
from penstock.graph.node import Tensor

__all__ = [
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "equal",
    "greater",
    "greater_equal",
    "invert",
    "left_shift",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "right_shift",
]

equal = op_function("Equal")
not_equal = op_function("NotEqual")
less = op_function("Less")
less_equal = op_function("LessEqual")
greater = op_function("Greater")
greater_equal = op_function("GreaterEqual")
logical_and = op_function("LogicalAnd")
logical_or = op_function("LogicalOr")
logical_not = op_function("LogicalNot")

bitwise_and = op_function("BitwiseAnd")
bitwise_or = op_function("BitwiseOr")
bitwise_xor = op_function("BitwiseXor")
invert = op_function("Invert")
left_shift = op_function("LeftShift")
right_shift = op_function("RightShift")


def logical_xor(x: Any, y: Any, name: str = "LogicalXor") -> Tensor:
    """Build whether one of the two is true and the other is not.

    Args:
      x: bool tensor.
      y: bool tensor of a shape that broadcasts with that of `x`.
      name: the name of the last of the nodes.

    Returns:
      A bool tensor.
    """
    return raw.LogicalAnd(raw.LogicalOr(x, y), raw.LogicalNot(raw.LogicalAnd(x, y)), name=name)
