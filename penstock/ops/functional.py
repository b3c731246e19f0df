"""Ops whose attributes are functions: branches. How they run is the tiers' own."""

from __future__ import annotations

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]

ARGUMENT = OpSpec(
    "_Arg",
    outputs=["output: T"],
    attrs={"T": attr("type"), "index": attr("int", minimum=0)},
    doc="An argument of a function.",
    shape=rules.unknown,
)


ABSENT = OpSpec(
    "_Absent",
    outputs=["output: T"],
    attrs={"T": attr("type"), "shape": attr("shape", None)},
    doc="What a branch gives in place of an output that only the other branch has.",
    shape=rules.from_attr("shape"),
    kernel=lambda xp: None,
)


def _branch_shapes(c: ShapeContext) -> list[Shape]:
    """What both branches' shapes have in common, output by output."""
    then, other = c.attrs["then_branch"], c.attrs["else_branch"]
    return [
        shapes.generalize(a.static_shape, b.static_shape)
        for a, b in zip(then.outputs, other.outputs, strict=True)
    ]


def _branching(name: str, stateful: bool, doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["cond: Tcond", "input: Tin"],
        outputs=["output: Tout"],
        attrs={
            "Tcond": attr("type"),
            "Tin": attr("list(type)"),
            "Tout": attr("list(type)"),
            "then_branch": attr("func"),
            "else_branch": attr("func"),
            "output_shapes": attr("list(shape)", []),
        },
        doc=doc,
        shape=_branch_shapes,
        grad=Undefined("its branches are differentiated as functions"),
        bodies=("then_branch", "else_branch"),
        stateful=stateful,
    )


IF = _branching("If", True, "The outputs of `then_branch` if `cond` holds, else of `else_branch`.")
STATELESS_IF = _branching("StatelessIf", False, "`If` whose branches have no effects.")


# A loop takes its variables and what its functions capture, and gives the variables' last values.
# Further outputs of its body are given as stacks: all turns' values along a new first axis.
def _loop(name: str, stateful: bool, doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T"],
        outputs=["output: Tout", "stacks: Tstacks"],
        attrs={
            "T": attr("list(type)"),
            "Tout": attr("list(type)"),
            "Tstacks": attr("list(type)", []),
            "cond": attr("func"),
            "body": attr("func"),
            "output_shapes": attr("list(shape)", []),
            "parallel_iterations": 10,
        },
        doc=doc,
        shape=lambda c: list(c.attrs["output_shapes"]),
        grad=Undefined("its body is differentiated as a function"),
        bodies=("cond", "body"),
        stateful=stateful,
    )


WHILE = _loop(
    "While", True, "`input`, and what `body` makes of it again and again while `cond` holds."
)
STATELESS_WHILE = _loop("StatelessWhile", False, "`While` whose functions have no effects.")

SPECS = (ARGUMENT, ABSENT, IF, STATELESS_IF, WHILE, STATELESS_WHILE)
