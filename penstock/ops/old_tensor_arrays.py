"""TensorArrays as TensorFlow had them up to 1.0: a handle is a string, a flow begins as 0.0.

Only graphs from files of that time have them: each record says with which version of GraphDefs it
was removed. None has a kernel: `penstock.dataflow` puts today's ops in their place before a run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]

_HANDLE = (2,)
_GROWING = {"dynamic_size": False, "clear_after_read": True, "tensor_array_name": ""}
_DTYPE = {"dtype": attr("type")}
_ELEMENT = {"dtype": attr("type"), "element_shape": attr("shape", None)}
_REST = {"dtype": attr("type"), "element_shape_except0": attr("shape", None)}
# Where it is not the version without the others; None is never.
_REMOVED = {"TensorArrayScatter": 19, "TensorArrayConcatV2": None}
_OLD = Undefined("TensorFlow 1.15 has none of TensorArrays as old as that; do not train them")


def _with_vector(name: str, outputs: Any) -> Callable[[ShapeContext], Any]:
    def shape(c: ShapeContext) -> Any:
        rules.with_rank(c, name, 1)
        return outputs

    return shape


def _with_index(outputs: Shape) -> Callable[[ShapeContext], Shape]:
    def shape(c: ShapeContext) -> Shape:
        rules.with_rank(c, "index", 0)
        return outputs

    return shape


def _rows_shape(c: ShapeContext) -> Shape:
    shape = c.attrs["element_shape"]
    return None if shape is None else (None, *shape)


def _gathered_shape(c: ShapeContext) -> Shape:
    count = rules.with_rank(c, "indices", 1)
    shape = c.attrs["element_shape"]
    return None if shape is None else (*count, *shape)


def _concat_shapes(c: ShapeContext) -> list[Shape]:
    rest = c.attrs["element_shape_except0"]
    return [None if rest is None else (None, *rest), (None,)]


def _creation_shape(c: ShapeContext) -> Shape:
    rules.with_rank(c, "size", 0)
    return _HANDLE


def _ops(version: str, kind: str, creation: dict[str, Any], removed: int) -> list[OpSpec]:
    """Make the records of one version.

    Args:
      version: the end of their names.
      kind: what a handle is declared as.
      creation: the attrs of a new array.
      removed: the first version of GraphDefs without them.
    """
    handle = f"handle: {kind}"

    def record(
        name: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        attrs: dict[str, Any],
        doc: str,
        shape: Callable[[ShapeContext], Any],
        **more: Any,
    ) -> OpSpec:
        name = f"TensorArray{name}{version}"
        more = {"grad": _OLD, "removed": _REMOVED.get(name, removed), **more}
        return OpSpec(name, inputs, outputs, attrs, doc=doc, shape=shape, **more)

    return [
        record("", ["size: int32"], [handle], creation,
               "An array of `size` tensors, none of them written.", _creation_shape,
               stateful=True, grad=NOT_DIFFERENTIABLE),
        record("Grad", ["handle: string", "flow_in: float32"], [f"grad_{handle}"],
               {"source": attr("string")},
               "The gradient of an array: an array of its form, of zeros at first.",
               lambda c: _HANDLE, stateful=True, grad=NOT_DIFFERENTIABLE),
        record("Write", [handle, "index: int32", "value: T", "flow_in: float32"],
               ["flow_out: float32"], {"T": attr("type")},
               "The array with `value` written at `index`.", _with_index(())),
        record("Read", [handle, "index: int32", "flow_in: float32"], ["value: dtype"], _DTYPE,
               "The element at `index`.", _with_index(None)),
        record("Gather", [handle, "indices: int32", "flow_in: float32"], ["value: dtype"], _ELEMENT,
               "The elements at `indices`, one beside the other along a new first axis.",
               _gathered_shape),
        record("Scatter", [handle, "indices: int32", "value: T", "flow_in: float32"],
               ["flow_out: float32"], {"T": attr("type")},
               "The array with the rows of `value` written at `indices`.",
               _with_vector("indices", ())),
        record("Concat", [handle, "flow_in: float32"], ["value: dtype", "lengths: int64"], _REST,
               "All elements one behind the other along their first axis, and their lengths.",
               _concat_shapes),
        record("Split", [handle, "value: T", "lengths: int64", "flow_in: float32"],
               ["flow_out: float32"], {"T": attr("type")},
               "The array with pieces of `value` written, of `lengths` along its first axis.",
               _with_vector("lengths", ())),
        record("Size", [handle, "flow_in: float32"], ["size: int32"], {},
               "The number of elements.", rules.scalar, grad=NOT_DIFFERENTIABLE),
        record("Close", [handle], [], {}, "Says that an array is not needed any more.",
               rules.no_outputs, grad=NOT_DIFFERENTIABLE),
    ]  # fmt: skip


_SHAPE = {"element_shape": attr("shape", None)}
_FIRST = _ops("", "Ref(string)", {"dtype": attr("type"), **_GROWING, **_SHAPE}, 16)
_SECOND = _ops("V2", "string", {"dtype": attr("type"), **_SHAPE, **_GROWING}, 26)

_PACKING = (
    OpSpec(
        "TensorArrayPack",
        inputs=["handle: Ref(string)", "flow_in: float32"],
        outputs=["value: dtype"],
        attrs=_ELEMENT,
        doc="All elements, one beside the other along a new first axis.",
        shape=_rows_shape,
        grad=_OLD,
        removed=16,
    ),
    OpSpec(
        "TensorArrayUnpack",
        inputs=["handle: Ref(string)", "value: T", "flow_in: float32"],
        outputs=["flow_out: float32"],
        attrs={"T": attr("type")},
        doc="The array with the rows of `value` written, from index 0 on.",
        shape=rules.scalar,
        grad=_OLD,
        removed=20,
    ),
)

SPECS = (*_FIRST, *_SECOND, *_PACKING)
