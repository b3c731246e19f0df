"""From one dtype to another, parts of complex numbers, and sums of many tensors."""

from __future__ import annotations

import functools
import operator
from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import COMPLEX, FLOATING, NUMBERS, QUANTIZED, REAL_NUMBERS
from penstock.core.errors import UnimplementedError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.array_values import ArrayValue, array_sum
from penstock.ops.unary import after_dy

__all__ = ["SPECS"]

_SMOOTH = FLOATING | COMPLEX
_BITS = REAL_NUMBERS | COMPLEX | QUANTIZED


def _cast(xp: Any, x: Any, *, SrcT: Any, DstT: Any) -> Any:
    if dtypes.string in (SrcT, DstT) and SrcT is not DstT:
        raise UnimplementedError(
            None,
            None,
            f"Cast of {SrcT.name} to {DstT.name} is not supported: there is no one way to write a "
            "value as text. Use tf.as_string or tf.string_to_number.",
        )
    if x.dtype.kind == "c" and not DstT.is_complex:
        x = xp.real(x)
    return x.astype(DstT.as_numpy_dtype)


def _cast_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    source = node.inputs[0].dtype.base_dtype
    if source in _SMOOTH and dy.dtype.base_dtype in _SMOOTH:
        return [composed.cast(dy, source)]
    return [None]


CAST = OpSpec(
    "Cast",
    inputs=["x: SrcT"],
    outputs=["y: DstT"],
    attrs={"SrcT": attr("type"), "DstT": attr("type"), "Truncate": False},
    doc="x in another dtype: floats are cut off towards zero, complex numbers keep the real part.",
    shape=rules.same,
    kernel=_cast,
    grad=_cast_grad,
)


def _bitcast_shape(c: ShapeContext) -> Shape:
    shape = c.shape("input")
    before, after = c.attrs["T"].size, c.attrs["type"].size
    if shape is None or before == after:
        return shape
    if before > after:
        return (*shape, before // after)
    if not shape or shape[-1] not in (None, after // before):
        raise c.mismatch(f"a last axis of size {after // before}")
    return shape[:-1]


def _bitcast(xp: Any, x: Any, *, type: Any) -> Any:
    size = x.dtype.itemsize
    shape = x.shape
    if size > type.size:
        shape = (*shape, size // type.size)
    elif size < type.size:
        shape = shape[:-1]
    return xp.reshape(xp.reshape(x, -1).view(type.as_numpy_dtype), shape)


BITCAST = OpSpec(
    "Bitcast",
    inputs=["input: T"],
    outputs=["output: type"],
    attrs={"T": attr("type", allowed=_BITS), "type": attr("type", allowed=_BITS)},
    doc="The same bits read as another dtype; a last axis comes or goes where sizes differ.",
    shape=_bitcast_shape,
    kernel=_bitcast,
    grad=Undefined("bits have no slope"),
)


# Parts of complex numbers

_COMPLEX = attr("type", dtypes.complex64, allowed=COMPLEX)
_PART = attr("type", dtypes.float32, allowed={dtypes.float32, dtypes.float64})


def _part(name: str, input_name: str, output_name: str, doc: str, kernel: Any, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=[f"{input_name}: T"],
        outputs=[f"{output_name}: Tout"],
        attrs={"T": _COMPLEX, "Tout": _PART},
        doc=doc,
        shape=rules.same,
        kernel=kernel,
        grad=grad,
    )


def _complex(ops: Any, real: Any, imaginary: Any) -> Any:
    double = real.dtype.base_dtype is dtypes.float64
    kind = dtypes.complex128 if double else dtypes.complex64
    return ops.Complex(real, imaginary, Tout=kind)


def _real_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    return [_complex(ops, dy, composed.constant(0, dy.dtype))]


def _imag_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    return [_complex(ops, composed.constant(0, dy.dtype), dy)]


def _angle_grad(ops: Any, node: Any, dy: Any) -> Any:
    x = node.inputs[0]
    real = ops.Real(x, Tout=dy.dtype)
    imaginary = ops.Imag(x, Tout=dy.dtype)
    slope = ops.Reciprocal(_complex(ops, imaginary, real))
    return ops.Neg(_complex(ops, dy, composed.constant(0, dy.dtype))) * slope


def _complex_abs_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    y = node.outputs[0]
    along = _complex(ops, dy, composed.zeros_like(dy)) * node.inputs[0]
    length = _complex(ops, y, composed.zeros_like(y))
    return [ops.DivNoNan(along, length, name="div_no_nan")]


CONJ = OpSpec(
    "Conj",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs={"T": attr("type", dtypes.complex64, allowed=COMPLEX | {dtypes.variant})},
    doc="The conjugate: the imaginary part with its sign changed.",
    shape=rules.same,
    kernel=lambda xp, input: xp.conj(input),
    grad=lambda ops, node, dy: [ops.Conj(dy)],
)


def _into(kernel: Any) -> Any:
    return lambda xp, x, *, Tout: kernel(xp, x).astype(Tout.as_numpy_dtype)


PARTS = (
    _part("Real", "input", "output", "The real part.",
          _into(lambda xp, x: xp.real(x)), _real_grad),
    _part("Imag", "input", "output", "The imaginary part.",
          _into(lambda xp, x: xp.imag(x)), _imag_grad),
    _part("Angle", "input", "output", "The angle, between -π and π.",
          _into(lambda xp, x: xp.angle(x)), after_dy(_angle_grad)),
    _part("ComplexAbs", "x", "y", "The distance from zero.",
          _into(lambda xp, x: xp.abs(x)), _complex_abs_grad),
)  # fmt: skip


# Sums of many


def _merged_inputs(c: ShapeContext) -> Shape:
    shape = None
    for other in c.shapes("inputs"):
        try:
            shape = shapes.merge(shape, other)
        except ValueError:
            raise c.mismatch("inputs of one shape") from None
    return shape


def _sum_of(xp: Any, inputs: list[Any]) -> Any:
    inputs = [value for value in inputs if value is not None]  # of branches that were not taken
    if any(isinstance(value, ArrayValue) for value in inputs):
        return array_sum(xp, inputs)
    return functools.reduce(operator.add, inputs) if inputs else None


def _to_each(ops: Any, node: Any, dy: Any) -> list[Any]:
    return [dy] * len(node.inputs)


ADD_N = OpSpec(
    "AddN",
    inputs=["inputs: N * T"],
    outputs=["sum: T"],
    attrs={
        "N": attr("int", minimum=1),
        "T": attr("type", allowed=NUMBERS | {dtypes.variant}),
    },
    doc="The sum of tensors of one shape.",
    shape=_merged_inputs,
    kernel=_sum_of,
    grad=_to_each,
)

ACCUMULATE_N = OpSpec(
    "AccumulateNV2",
    inputs=["inputs: N * T"],
    outputs=["sum: T"],
    attrs={"N": attr("int", minimum=1), "T": NUMBERS, "shape": attr("shape")},
    doc="The sum of tensors of one shape, which is told.",
    shape=rules.from_attr("shape"),
    kernel=_sum_of,
    grad=_to_each,
)


# Bounds

CLIP_BY_VALUE = OpSpec(
    "ClipByValue",
    inputs=["t: T", "clip_value_min: T", "clip_value_max: T"],
    outputs=["output: T"],
    attrs={"T": NUMBERS},
    doc="t, with the bounds in place of what lies outside of them.",
    shape=rules.same,
    kernel=lambda xp, t, low, high: xp.minimum(xp.maximum(t, low), high),
    grad=Undefined("TensorFlow defines none; tf.clip_by_value builds ops that have one"),
)


BUCKETIZE = OpSpec(
    "Bucketize",
    inputs=["input: T"],
    outputs=["output: int32"],
    attrs={
        "T": attr("type", allowed={dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64}),
        "boundaries": attr("list(float)"),
    },
    doc="How many of the rising `boundaries` each element reaches.",
    shape=rules.same,
    kernel=lambda xp, x, *, boundaries: xp.searchsorted(
        xp.asarray(boundaries, dtype="float32"), x, side="right"
    ).astype("int32"),
    grad=NOT_DIFFERENTIABLE,
)

SPECS = (CAST, BITCAST, CONJ, *PARTS, ADD_N, ACCUMULATE_N, CLIP_BY_VALUE, BUCKETIZE)
