"""Losses that are ops of their own."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import FLOATING
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]


def _l2_loss(xp: Any, t: Any) -> Any:
    return xp.sum(t * t, dtype=t.dtype) * t.dtype.type(0.5)


L2_LOSS = OpSpec(
    "L2Loss",
    inputs=["t: T"],
    outputs=["output: T"],
    attrs={"T": attr("type", allowed=FLOATING)},
    doc="Half the sum of the squares.",
    shape=rules.scalar,
    kernel=_l2_loss,
    grad=lambda ops, node, dy: [node.inputs[0] * dy],
)

SPECS = (L2_LOSS,)
