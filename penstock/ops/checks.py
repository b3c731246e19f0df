"""Ops that hold values against what a program says of them, or show them to who runs it."""

from __future__ import annotations

import sys
from typing import Any

from penstock.core import array_text
from penstock.core.dtypes import FLOATING
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape, describe, is_compatible
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import merged

__all__ = ["SPECS", "assertion_message", "non_finite_message"]


def assertion_message(data: Any, limit: int) -> str:
    """Say that an assertion failed, with the first elements of what belongs to it."""
    shown = " ".join(f"[{array_text.summarize(value, limit)}]" for value in data)
    return f"assertion failed: {shown}"


ASSERT = OpSpec(
    "Assert",
    inputs=["condition: bool", "data: T"],
    attrs={"T": attr("list(type)", minimum=1), "summarize": 3},
    doc="Nothing; it is an error, which shows `data`, if `condition` does not hold.",
    shape=rules.no_outputs,
    stateful=True,
)


def _check_numerics_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    told = node.get_attr("message")
    message = f"Not a number (NaN) or infinity (Inf) values detected in gradient. {told!r}"
    return [ops.CheckNumerics(dy, message=message)]


CHECK_NUMERICS = OpSpec(
    "CheckNumerics",
    inputs=["tensor: T"],
    outputs=["output: T"],
    attrs={"T": FLOATING, "message": attr("string")},
    doc="`tensor` as it is; it is an error if there is a NaN or an infinity in it.",
    shape=rules.same,
    grad=_check_numerics_grad,
    stateful=True,
)


def non_finite_message(message: str, has_nan: Any, has_infinity: Any) -> str:
    """Say that a tensor holds what is no finite number."""
    kinds = " and ".join(["Inf"] * bool(has_infinity) + ["NaN"] * bool(has_nan))
    return (
        f"{message} : Tensor had {kinds} values. Every value must be finite here: look for a "
        "division by zero, the logarithm of what is not positive, or a learning rate too large."
    )


def _ensured(c: ShapeContext) -> Shape:
    shape = c.attrs["shape"]
    return merged(c, [c.shape("input"), shape], f"an input of shape {describe(shape)}")


def _ensure_shape(xp: Any, input: Any, *, shape: Shape) -> Any:
    came = tuple(xp.shape(input))
    if not is_compatible(came, shape):
        raise InvalidArgumentError(
            None,
            None,
            f"Shape of tensor {list(came)} is not compatible with expected shape "
            f"{describe(shape)}. Feed or compute a tensor of that shape.",
        )
    return input


ENSURE_SHAPE = OpSpec(
    "EnsureShape",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs={"shape": attr("shape"), "T": attr("type")},
    doc="`input` as it is; it is an error if it does not have the shape.",
    shape=_ensured,
    kernel=_ensure_shape,
    grad=lambda ops, node, dy: [dy],
)


def _print(
    xp: Any, input: Any, data: Any, *, counter: Any, message: str, first_n: int, summarize: int
) -> Any:
    if first_n < 0 or int(counter) < first_n:
        shown = "".join(f"[{array_text.summarize(value, summarize)}]" for value in data)
        print(f"{message}{shown}", file=sys.stderr, flush=True)
    return input


PRINT = OpSpec(
    "Print",
    inputs=["input: T", "data: U"],
    outputs=["output: T"],
    attrs={
        "T": attr("type"),
        "U": attr("list(type)", minimum=0),
        "message": "",
        "first_n": -1,
        "summarize": 3,
    },
    doc="`input` as it is; `data` is printed, in the first `first_n` runs if that is not negative.",
    shape=rules.same,
    kernel=_print,
    grad=lambda ops, node, dy: [dy, *[None] * (len(node.inputs) - 1)],
    random=lambda attrs, input_shapes, output_shapes: 1,  # its counter counts the runs
    host=True,
    stateful=True,
)


def _print_text(xp: Any, input: Any, *, output_stream: str, end: str) -> None:
    text = xp.asarray(input)[()].decode("utf-8", "backslashreplace")
    if output_stream.startswith("file://"):
        with open(output_stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(text + end)
        return
    stream = sys.stdout if output_stream == "stdout" else sys.stderr
    print(text, end=end, file=stream, flush=True)


PRINT_TEXT = OpSpec(
    "PrintV2",
    inputs=["input: string"],
    attrs={"output_stream": "stderr", "end": "\n"},
    doc="Nothing; `input`, a scalar, is printed to a stream or appended to ``file://path``.",
    shape=rules.no_outputs,
    kernel=_print_text,
    host=True,
    stateful=True,
)


def _format(xp: Any, inputs: Any, *, template: str, placeholder: str, summarize: int) -> Any:
    first, *rest = template.split(placeholder)
    shown = [array_text.layout(value, summarize) for value in inputs]
    text = first + "".join(value + part for value, part in zip(shown, rest, strict=True))
    return xp.array(text.encode(), object)


def _scalar_of_template(c: ShapeContext) -> Shape:
    places = c.attrs["template"].count(c.attrs["placeholder"])
    if places != len(c.inputs):
        raise c.mismatch(f"as many inputs as placeholders in its template, {places}")
    return ()


STRING_FORMAT = OpSpec(
    "StringFormat",
    inputs=["inputs: T"],
    outputs=["output: string"],
    attrs={
        "T": attr("list(type)", minimum=0),
        "template": "%s",
        "placeholder": "%s",
        "summarize": 3,
    },
    doc="`template` with the text of an input in place of each placeholder.",
    shape=_scalar_of_template,
    kernel=_format,
    host=True,
)

SPECS = (ASSERT, CHECK_NUMERICS, ENSURE_SHAPE, PRINT, PRINT_TEXT, STRING_FORMAT)
