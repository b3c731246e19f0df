"""TensorFlow's first control flow: nodes that send values one way or another, and into frames.

A `Switch` sends its data out of one of two outputs; what hangs on the other one is *dead* and does
not run. A `Merge` gives whichever of its inputs is alive. An `Enter` sends a value into a *frame*,
whose nodes run once per iteration; `NextIteration` sends one into the next iteration, and `Exit`
sends one out. None of these computes anything, so no record here has a kernel: `penstock.dataflow`
turns what forms a choice or a loop into functions, and the interpreter runs the rest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Node
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]


def _both(c: ShapeContext) -> list[Shape]:
    if c.shape("pred"):
        raise c.mismatch("a scalar pred")
    return [c.shape("data")] * 2


def _merged(c: ShapeContext) -> list[Shape]:
    return [reduce(shapes.generalize, c.shapes("inputs")), ()]


def _entered(c: ShapeContext) -> Shape:
    """Later iterations may bring other shapes, unless they all see one value."""
    return c.shape("data") if c.attrs["is_constant"] else None


def _condition(c: ShapeContext) -> Shape:
    if c.shape("input"):
        raise c.mismatch("a scalar")
    return ()


def _plain(declared: str) -> str:
    return declared.replace("Ref(", "").replace(")", "")


_UNSTRUCTURED = Undefined("it is not part of a complete choice or loop, which could have one")


def _forms(
    name: str,
    inputs: list[str],
    outputs: list[str],
    attrs: Mapping[str, Any],
    doc: str,
    shape: Callable[[ShapeContext], Any],
    shape_of_reference: Callable[[ShapeContext], Any] | None = None,
) -> list[OpSpec]:
    """Make the record of an op on values, and that of its form for references to variables.

    Inputs and outputs are declared as those of the second.
    """

    def form(prefix: str, rule: Any, grad: Any, ending: str) -> OpSpec:
        return OpSpec(
            prefix + name,
            inputs=inputs if prefix else [_plain(text) for text in inputs],
            outputs=outputs if prefix else [_plain(text) for text in outputs],
            attrs={"T": attr("type"), **attrs},
            doc=f"{doc}{ending}.",
            shape=rule,
            grad=grad,
        )

    return [
        form("", shape, _UNSTRUCTURED, ""),
        form(
            "Ref",
            shape_of_reference or shape,
            NOT_DIFFERENTIABLE,
            ", for a reference to a variable",
        ),
    ]


SWITCH = _forms(
    "Switch",
    ["data: Ref(T)", "pred: bool"],
    ["output_false: Ref(T)", "output_true: Ref(T)"],
    {},
    "Sends `data` out of `output_true` if `pred` holds, else of `output_false`",
    _both,
)

MERGE = _forms(
    "Merge",
    ["inputs: Ref(N * T)"],
    ["output: Ref(T)", "value_index: int32"],
    {"N": attr("int", minimum=1)},
    "Whichever of `inputs` is alive, and its place among them",
    _merged,
)

ENTER = _forms(
    "Enter",
    ["data: Ref(T)"],
    ["output: Ref(T)"],
    {"frame_name": attr("string"), "is_constant": False, "parallel_iterations": 10},
    "Sends `data` into the frame `frame_name`: to its first iteration, or to all",
    _entered,
    rules.same,
)

EXIT = _forms(
    "Exit", ["data: Ref(T)"], ["output: Ref(T)"], {}, "Sends `data` out of its frame", rules.same
)

NEXT_ITERATION = _forms(
    "NextIteration",
    ["data: Ref(T)"],
    ["output: Ref(T)"],
    {},
    "Sends `data` to the next iteration of its frame",
    rules.same,
)

LOOP_COND = OpSpec(
    "LoopCond",
    inputs=["input: bool"],
    outputs=["output: bool"],
    doc="Whether a loop goes on: the predicate of all its Switch nodes.",
    shape=_condition,
)

CONTROL_TRIGGER = OpSpec(
    "ControlTrigger",
    doc="Waits for its control inputs, whether they run or are dead, and is alive in any case.",
    shape=rules.no_outputs,
)

REF_SELECT = OpSpec(
    "RefSelect",
    inputs=["index: int32", "inputs: Ref(N * T)"],
    outputs=["output: Ref(T)"],
    attrs={"T": attr("type"), "N": attr("int", minimum=1)},
    doc="The reference `inputs[index]`.",
    shape=lambda c: reduce(shapes.generalize, c.shapes("inputs")),
)


def _abort(xp: Any, *, error_msg: str, exit_without_error: bool) -> tuple[()]:
    """End the process, as it is documented: nothing is raised, and no one can catch it."""
    if error_msg and not exit_without_error:
        print(error_msg, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    if exit_without_error:
        os._exit(0)
    os.abort()


ABORT = OpSpec(
    "Abort",
    attrs={"error_msg": "", "exit_without_error": False},
    doc="Ends the process: by SIGABRT, with a message, or as if all was well.",
    shape=rules.no_outputs,
    kernel=_abort,
    host=True,
)


def _stack_ops(version: str, handle: str, sizes: list[str]) -> list[OpSpec]:
    """Make the records of one version of the stacks that loops keep values on."""
    named = {"elem_type": attr("type"), "stack_name": ""}
    pushed = {"T": attr("type"), "swap_memory": False}
    return [
        OpSpec(
            f"Stack{version}",
            inputs=sizes,
            outputs=[f"handle: {handle}"],
            attrs=named,
            doc="A new, empty stack, which lives until the run ends.",
            shape=rules.fixed((2,)),
            stateful=True,
        ),
        OpSpec(
            f"StackPush{version}",
            inputs=[f"handle: {handle}", "elem: T"],
            outputs=["output: T"],
            attrs=pushed,
            doc="Puts `elem` on top of the stack, and gives it.",
            shape=rules.same_as("elem"),
            stateful=True,
        ),
        OpSpec(
            f"StackPop{version}",
            inputs=[f"handle: {handle}"],
            outputs=["elem: elem_type"],
            attrs={"elem_type": attr("type")},
            doc="Takes the topmost element off the stack.",
            shape=rules.unknown,
            stateful=True,
        ),
        OpSpec(
            f"StackClose{version}",
            inputs=[f"handle: {handle}"],
            doc="Ends the stack.",
            shape=rules.no_outputs,
            stateful=True,
        ),
    ]


# Its attribute is no function that it calls: it is lowered by `runtime/regions`.
REGION = OpSpec(
    "_Region",
    inputs=["input: Tin"],
    outputs=["output: Tout"],
    attrs={"Tin": attr("list(type)"), "Tout": attr("list(type)"), "region": attr("func")},
    doc="Nodes that are run by dead and alive values, as TensorFlow runs them.",
    shape=lambda c: [output.static_shape for output in c.attrs["region"].outputs],
    grad=Undefined("it is made when a graph runs"),
    stateful=True,
)


def _row_shape(c: ShapeContext) -> Shape:
    stack = c.shape("stack")
    return None if stack is None else stack[1:]


def _row_grad(ops: Any, node: Node, dy: Any) -> list[Any]:
    stack, turn = node.inputs
    size = ops.Shape(stack)
    index = ops.Sub(ops.Sub(size[0], 1), turn)
    rows = IndexedSlices(ops.ExpandDims(dy, 0), ops.ExpandDims(index, 0), size)
    return [rows, None]


STACK_ROW = OpSpec(
    "_StackRow",
    inputs=["stack: T", "turn: int32"],
    outputs=["row: T"],
    attrs={"T": attr("type")},
    doc="What the pop number `turn` takes off a stack whose elements stand along the first axis.",
    shape=_row_shape,
    kernel=lambda xp, stack, turn: xp.take(stack, stack.shape[0] - 1 - turn, axis=0),
    grad=_row_grad,
)

SPECS = (
    *SWITCH,
    *MERGE,
    *ENTER,
    *EXIT,
    *NEXT_ITERATION,
    LOOP_COND,
    CONTROL_TRIGGER,
    REF_SELECT,
    *_stack_ops("", "Ref(string)", []),
    *_stack_ops("V2", "resource", ["max_size: int32"]),
    ABORT,
    REGION,
    STACK_ROW,
)
