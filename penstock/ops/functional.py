"""Ops whose attributes are functions: branches. How they run is the tiers' own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.graph.functions import DerivedSpec
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import Calls, OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules

if TYPE_CHECKING:
    from penstock.graph.function_graph import FunctionGraph

__all__ = ["SPECS"]

ARGUMENT = OpSpec(
    "_Arg",
    outputs=["output: T"],
    attrs={"T": attr("type"), "index": attr("int", minimum=0)},
    doc="An argument of a function.",
    shape=rules.unknown,
)


ABSENT = OpSpec(
    "FakeParam",
    outputs=["output: dtype"],
    attrs={"dtype": attr("type"), "shape": attr("shape")},
    doc="What a branch gives in place of an output that only the other branch has.",
    shape=rules.from_attr("shape"),
    kernel=lambda xp: None,
)


def _common_shapes(branches: Sequence[FunctionGraph]) -> list[Shape]:
    """What the branches' shapes have in common, output by output."""
    return [
        reduce(shapes.generalize, [output.static_shape for output in outputs])
        for outputs in zip(*[branch.outputs for branch in branches], strict=True)
    ]


def _branch_shapes(c: ShapeContext) -> list[Shape]:
    return _common_shapes([c.attrs["then_branch"], c.attrs["else_branch"]])


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
        calls=Calls.CHOICE,
        stateful=stateful,
    )


IF = _branching("If", True, "The outputs of `then_branch` if `cond` holds, else of `else_branch`.")
STATELESS_IF = _branching("StatelessIf", False, "`If` whose branches have no effects.")


def _indexed(name: str, stateful: bool, doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["branch_index: int32", "input: Tin"],
        outputs=["output: Tout"],
        attrs={
            "Tin": attr("list(type)"),
            "Tout": attr("list(type)"),
            "branches": attr("list(func)", minimum=1),
            "output_shapes": attr("list(shape)", []),
        },
        doc=doc,
        shape=lambda c: _common_shapes(c.attrs["branches"]),
        grad=Undefined("its branches are differentiated as functions"),
        bodies=("branches",),
        calls=Calls.INDEX,
        stateful=stateful,
    )


CASE = _indexed(
    "Case", True, "The outputs of `branches[branch_index]`, or of the last if there is none."
)
STATELESS_CASE = _indexed("StatelessCase", False, "`Case` whose branches have no effects.")


def _call(name: str, stateful: bool, doc: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["args: Tin"],
        outputs=["output: Tout"],
        attrs={
            "Tin": attr("list(type)"),
            "Tout": attr("list(type)"),
            "f": attr("func"),
            "config": "",
            "config_proto": "",
            "executor_type": "",
        },
        doc=doc,
        shape=_output_shapes,
        grad=Undefined("its function is differentiated"),
        bodies=("f",),
        calls=Calls.ONCE,
        stateful=stateful,
    )


def _output_shapes(c: ShapeContext) -> list[Shape]:
    return [output.static_shape for output in c.attrs["f"].outputs]


PARTITIONED_CALL = _call("PartitionedCall", False, "The outputs of `f`, which has no effects.")
STATEFUL_PARTITIONED_CALL = _call("StatefulPartitionedCall", True, "The outputs of `f`.")

REMOTE_CALL = OpSpec(
    "RemoteCall",
    inputs=["target: string", "args: Tin"],
    outputs=["output: Tout"],
    attrs={
        "Tin": attr("list(type)", minimum=1),
        "Tout": attr("list(type)", minimum=1),
        "f": attr("func"),
    },
    doc="The outputs of `f`; `target`, the device that TensorFlow runs it on, is left to XLA.",
    shape=_output_shapes,
    grad=Undefined("its function is differentiated"),
    bodies=("f",),
    calls=Calls.ONCE,
    stateful=True,
)


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
        calls=Calls.LOOP,
        stateful=stateful,
    )


SYMBOLIC_GRADIENT = DerivedSpec(
    "SymbolicGradient",
    inputs=["input: Tin"],
    outputs=["output: Tout"],
    attrs={
        "Tin": attr("list(type)", minimum=1),
        "Tout": attr("list(type)", minimum=1),
        "f": attr("func"),
    },
    doc="The gradients by the arguments of `f`, the first inputs, of which the others are weights.",
    shape=lambda c: c.shapes("input")[: len(c.attrs["Tout"])],
    grad=Undefined("the function that it comes down to is differentiated"),
    calls=Calls.ONCE,
    stateful=True,
)

FOR = DerivedSpec(
    "For",
    inputs=["start: int32", "limit: int32", "delta: int32", "input: T"],
    outputs=["output: T"],
    attrs={"T": attr("list(type)"), "body": attr("func")},
    doc="`input`, and what `body` makes of it with each number from `start` to `limit`.",
    shape=lambda c: [
        shapes.generalize(given, output.static_shape)
        for given, output in zip(c.shapes("input"), c.attrs["body"].outputs, strict=True)
    ],
    grad=Undefined("the function that it comes down to is differentiated"),
    calls=Calls.ONCE,
)

WHILE = _loop(
    "While", True, "`input`, and what `body` makes of it again and again while `cond` holds."
)
STATELESS_WHILE = _loop("StatelessWhile", False, "`While` whose functions have no effects.")

SPECS = (
    ARGUMENT,
    ABSENT,
    IF,
    STATELESS_IF,
    CASE,
    STATELESS_CASE,
    PARTITIONED_CALL,
    STATEFUL_PARTITIONED_CALL,
    REMOTE_CALL,
    SYMBOLIC_GRADIENT,
    FOR,
    WHILE,
    STATELESS_WHILE,
)
