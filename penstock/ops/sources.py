"""Where values come from and where control goes: constants, placeholders, identity, no-op."""

from __future__ import annotations

from typing import Any

from penstock.core.shapes import Shape, describe, is_compatible
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]


def _shape_of_value(c: ShapeContext) -> Shape:
    return c.attrs["value"].shape


def _placeholder_shape(c: ShapeContext) -> Shape:
    return c.attrs["shape"]


def _default_fits(c: ShapeContext) -> Shape:
    if not is_compatible(c.attrs["shape"], c.shape("input")):
        raise c.mismatch(f"a default of the placeholder's shape, {describe(c.attrs['shape'])}")
    return c.attrs["shape"]


CONST = OpSpec(
    "Const",
    outputs=["output: dtype"],
    attrs={"value": attr("tensor"), "dtype": attr("type")},
    doc="A constant.",
    shape=_shape_of_value,
    kernel=lambda xp, *, value: value,
    grad=NOT_DIFFERENTIABLE,
)

PLACEHOLDER = OpSpec(
    "Placeholder",
    outputs=["output: dtype"],
    attrs={"dtype": attr("type"), "shape": attr("shape", None)},
    doc="A value that every run is given; running it without one is an error.",
    shape=_placeholder_shape,
    grad=NOT_DIFFERENTIABLE,
)

PLACEHOLDER_WITH_DEFAULT = OpSpec(
    "PlaceholderWithDefault",
    inputs=["input: dtype"],
    outputs=["output: dtype"],
    attrs={"dtype": attr("type"), "shape": attr("shape")},
    doc="A value that a run may be given; `input` where it is not.",
    shape=_default_fits,
    kernel=lambda xp, input: input,
    grad=lambda ops, node, dy: [dy],
)

IDENTITY = OpSpec(
    "Identity",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs={"T": attr("type")},
    doc="`input` as it is.",
    shape=rules.same,
    kernel=lambda xp, input: input,
    grad=lambda ops, node, dy: [dy],
)

IDENTITY_N = OpSpec(
    "IdentityN",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs={"T": attr("list(type)", minimum=1)},
    doc="Each of `input` as it is.",
    shape=lambda c: [tensor.static_shape for tensor in c.inputs],
    kernel=lambda xp, input: [input],
    grad=lambda ops, node, *dys: list(dys),
)

NO_OP = OpSpec("NoOp", doc="Nothing; it holds control inputs together.", shape=rules.no_outputs,
               kernel=lambda xp: None)  # fmt: skip


def _passes_through(name: str, doc: str, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T"],
        outputs=["output: T"],
        attrs={"T": attr("type")},
        doc=doc,
        shape=rules.same,
        kernel=lambda xp, input: input,
        grad=grad,
    )


STOP_GRADIENT = _passes_through(
    "StopGradient", "`input` as it is; gradients stop here.", NOT_DIFFERENTIABLE
)
SNAPSHOT = _passes_through("Snapshot", "A copy of `input`.", lambda ops, node, dy: [dy])

PREVENT_GRADIENT = OpSpec(
    "PreventGradient",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs={"T": attr("type"), "message": ""},
    doc="`input` as it is; asking for a gradient through it is an error.",
    shape=rules.same,
    kernel=lambda xp, input: input,
    grad=lambda ops, node, dy: _refuse(node),
)


def _refuse(node: Any) -> Any:
    raise LookupError(
        f"A gradient is asked for through {node.name!r}, made at {node.line}, which forbids it: "
        f"{node.attrs['message']}"
    )


SPECS = (
    CONST,
    PLACEHOLDER,
    PLACEHOLDER_WITH_DEFAULT,
    IDENTITY,
    IDENTITY_N,
    NO_OP,
    STOP_GRADIENT,
    SNAPSHOT,
    PREVENT_GRADIENT,
)
