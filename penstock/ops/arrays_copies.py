"""Copies of a tensor: as a promise, of a variable, or with some rows changed."""

from __future__ import annotations

from typing import Any

from penstock.graph.spec import OpSpec
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import NO_GRADIENT, any_type

__all__ = ["SPECS"]

GUARANTEE_CONST = OpSpec(
    "GuaranteeConst",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs={"T": any_type()},
    doc="`input` as it is, with the promise that it never changes.",
    shape=rules.same,
    kernel=lambda xp, x: x,
    grad=NO_GRADIENT,
    stateful=True,
)

DEEP_COPY = OpSpec(
    "DeepCopy",
    inputs=["x: T"],
    outputs=["y: T"],
    attrs={"T": any_type()},
    doc="A copy of `x` with memory of its own.",
    shape=rules.same,
    kernel=lambda xp, x: xp.array(x),
    grad=NO_GRADIENT,
    stateful=True,
)

REF_IDENTITY = OpSpec(
    "RefIdentity",
    inputs=["input: Ref(T)"],
    outputs=["output: Ref(T)"],
    attrs={"T": any_type()},
    doc="The reference `input` as it is.",
    shape=rules.same,
    kernel=lambda xp, ref: None,
    grad=lambda ops, node, dy: [dy],
    reads=["input"],
)


def _rows_changed(method: str) -> Any:
    def kernel(xp: Any, x: Any, i: Any, v: Any) -> Any:
        result = xp.array(x)
        if method == "set":
            result[i] = v
        else:
            getattr(xp, method).at(result, i, v)
        return result

    return kernel


def _rows_op(name: str, does: str, method: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "i: int32", "v: T"],
        outputs=["y: T"],
        attrs={"T": any_type()},
        doc=f"`x` with `v` {does} the rows that `i` numbers.",
        shape=rules.same,
        kernel=_rows_changed(method),
        grad=NO_GRADIENT,
    )


SPECS = (
    GUARANTEE_CONST,
    DEEP_COPY,
    REF_IDENTITY,
    _rows_op("InplaceUpdate", "in place of", "set"),
    _rows_op("InplaceAdd", "added to", "add"),
    _rows_op("InplaceSub", "subtracted from", "subtract"),
)
