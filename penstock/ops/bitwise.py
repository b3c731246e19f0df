"""Arithmetic on the bits of integers."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import INTEGERS
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]


def _distance(xp: Any, x: Any, y: Any) -> Any:
    """Keep a distance of shifting within the width of the type, where it is defined."""
    return xp.clip(y, 0, 8 * x.dtype.itemsize - 1).astype(x.dtype)


def _binary(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "y: T"],
        outputs=["z: T"],
        attrs={"T": INTEGERS},
        doc=doc,
        shape=rules.broadcast,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
    )


def _unary(name: str, output: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T"],
        outputs=[f"y: {output}"],
        attrs={"T": INTEGERS},
        doc=doc,
        shape=rules.same,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
    )


SPECS = (
    _binary("BitwiseAnd", "The bits set in both.", lambda xp, x, y: xp.bitwise_and(x, y)),
    _binary("BitwiseOr", "The bits set in either.", lambda xp, x, y: xp.bitwise_or(x, y)),
    _binary("BitwiseXor", "The bits set in one only.", lambda xp, x, y: xp.bitwise_xor(x, y)),
    _binary(
        "LeftShift",
        "The bits moved y places up.",
        lambda xp, x, y: xp.left_shift(x, _distance(xp, x, y)),
    ),
    _binary(
        "RightShift",
        "The bits moved y places down; the sign stays.",
        lambda xp, x, y: xp.right_shift(x, _distance(xp, x, y)),
    ),
    _unary("Invert", "T", "The bits turned over.", lambda xp, x: xp.invert(x)),
    _unary(
        "PopulationCount",
        dtypes.uint8.name,
        "The number of bits that are set.",
        lambda xp, x: xp.bitwise_count(
            x.view(f"u{x.dtype.itemsize}") if x.dtype.kind == "i" else x
        ).astype("uint8"),
    ),
)
