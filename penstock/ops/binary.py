"""Arithmetic of two tensors, element by element, with broadcasting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import COMPLEX, FLOATING, SIGNED_INTEGERS
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.broadcast_gradients import conj, settled, stretch, unstretched

__all__ = ["DIVISIONS", "SPECS", "division_message"]

# Of integers by zero, these have no value.
DIVISIONS = ("Div", "FloorDiv", "FloorMod", "Mod", "TruncateDiv", "TruncateMod")

_WIDE = FLOATING | COMPLEX | {dtypes.int32, dtypes.int64}
_SMALL = SIGNED_INTEGERS | {dtypes.uint8}
_ADDABLE = FLOATING | COMPLEX | _SMALL
_ALL = _ADDABLE | {dtypes.uint16}
_NO_NAN = frozenset({dtypes.float16, dtypes.float32, dtypes.float64}) | COMPLEX
_ORDERED = FLOATING | {dtypes.int32, dtypes.int64}


def _elementwise(
    name: str,
    types: frozenset[Any],
    doc: str,
    kernel: Callable[..., Any],
    grad: Any,
    inputs: tuple[str, str] = ("x", "y"),
) -> OpSpec:
    return OpSpec(
        name,
        inputs=[f"{argument}: T" for argument in inputs],
        outputs=["z: T"],
        attrs={"T": types},
        doc=doc,
        shape=rules.broadcast,
        kernel=kernel,
        grad=grad,
    )


def _add_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    if unstretched(x, y, dy):
        return [dy, dy]
    to_x, to_y = settled(ops, x, y, dy)
    return [to_x(dy), to_y(dy)]


def _sub_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    if unstretched(x, y, dy):
        return [dy, -dy]
    to_x, to_y = settled(ops, x, y, dy)
    return [to_x(dy), to_y(-dy)]


def _mul_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    if unstretched(x, y, dy) and dy.dtype in (dtypes.int32, dtypes.float32):
        return [ops.Mul(dy, y), ops.Mul(dy, x)]
    to_x, to_y = settled(ops, x, y, dy)
    x, y = conj(ops, x), conj(ops, y)
    return [to_x(ops.Mul(dy, y)), to_y(ops.Mul(x, dy))]


def _mul_no_nan_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    if unstretched(x, y, dy) and dy.dtype in (dtypes.int32, dtypes.float32):
        return [ops.MulNoNan(dy, y), ops.MulNoNan(x, dy)]
    to_x, to_y = stretch(ops, x, y)
    return [to_x(ops.MulNoNan(dy, y)), to_y(ops.MulNoNan(x, dy))]


def _quotient_grad(divide: Callable[[Any, Any, Any], Any]) -> Any:
    """Make the gradient of a division; `divide` builds the quotients in it."""

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        x, y = node.inputs
        to_x, to_y = stretch(ops, x, y)
        x, y = conj(ops, x), conj(ops, y)
        gx = to_x(divide(ops, dy, y))
        quotient = divide(ops, divide(ops, ops.Neg(x), y), y)
        return [gx, to_y(dy * quotient)]

    return grad


def _floor_mod_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    to_x, to_y = stretch(ops, x, y)
    quotient = ops.FloorDiv(x, y)
    return [to_x(dy), to_y(dy * ops.Neg(quotient))]


def _pow_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    z = node.outputs[0]
    to_x, to_y = settled(ops, x, y, dy)
    x, y = conj(ops, x), conj(ops, y)
    gx = to_x(dy * y * ops.Pow(x, y - 1))
    z = conj(ops, z)
    # The logarithm is taken only where it is defined; elsewhere the gradient for y is zero.
    defined = ops.NotEqual(x, 0) if x.dtype.is_complex else ops.Greater(x, 0)
    safe = ops.Select(defined, x, composed.ones_like(x))
    log = ops.Select(defined, ops.Log(safe), composed.zeros_like(x))
    return [gx, to_y(dy * z * log)]


def _chosen_grad(chooses_x: str) -> Any:
    """Make the gradient of the greater or smaller one: it goes to the one that was taken."""

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        x, y = node.inputs
        shape_x, shape_y = composed.shape(x), composed.shape(y)
        zeros = composed.zeros(composed.shape(dy), dy.dtype)
        from_x = getattr(ops, chooses_x)(x, y)
        axes_x, axes_y = ops.BroadcastGradientArgs(shape_x, shape_y)
        gx = ops.Reshape(ops.Sum(ops.Select(from_x, dy, zeros), axes_x), shape_x)
        gy = ops.Reshape(ops.Sum(ops.Select(from_x, zeros, dy), axes_y), shape_y)
        return [gx, gy]

    return grad


def _squared_difference_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    with dy.graph.control_dependencies([dy]):
        doubled = ops.Mul(composed.constant(2.0, dy.dtype, "scalar"), dy)
        gx = doubled * (x - y)
    if unstretched(x, y, dy):
        return [gx, ops.Neg(gx)]
    to_x, to_y = settled(ops, x, y, dy)
    return [to_x(gx), ops.Neg(to_y(gx))]


def _where_not_zero(ops: Any, x: Any) -> Any:
    kind = x.dtype.base_dtype
    return composed.cast(ops.NotEqual(x, composed.cast(0.0, kind)), kind)


def _xdivy_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    to_x, to_y = stretch(ops, x, y)
    with dy.graph.control_dependencies([dy]):
        by_x = ops.Xdivy(_where_not_zero(ops, x), y)
        by_y = ops.Xdivy(ops.Neg(x), y**2)
    return [to_x(by_x * dy), to_y(by_y * dy)]


def _xlogy_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    to_x, to_y = stretch(ops, x, y)
    with dy.graph.control_dependencies([dy]):
        by_x = ops.Xlogy(_where_not_zero(ops, x), y)
        by_y = ops.Xdivy(x, y)
    return [to_x(by_x * dy), to_y(by_y * dy)]


def _atan2_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    y, x = node.inputs
    with dy.graph.control_dependencies([dy]):
        scaled = dy / (ops.Square(x) + ops.Square(y))
        return [x * scaled, ops.Neg(y) * scaled]


def _complex_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, y = node.inputs
    to_x, to_y = stretch(ops, x, y)
    kind = x.dtype.base_dtype
    return [to_x(ops.Real(dy, Tout=kind)), to_y(ops.Imag(dy, Tout=kind))]


def _is_integer(x: Any) -> bool:
    return x.dtype.kind in "iu"


def _truncated_quotient(xp: Any, x: Any, y: Any) -> Any:
    if not _is_integer(x):
        return xp.trunc(x / y)
    quotient = xp.floor_divide(x, y)
    inexact = quotient * y != x
    return quotient + (inexact & ((x < 0) != (y < 0))).astype(x.dtype)


def _div(xp: Any, x: Any, y: Any) -> Any:
    return _truncated_quotient(xp, x, y) if _is_integer(x) else xp.true_divide(x, y)


def _div_no_nan(xp: Any, x: Any, y: Any) -> Any:
    zero = y == 0
    return xp.where(zero, 0, x / xp.where(zero, 1, y)).astype(x.dtype)


def _squared_difference(xp: Any, x: Any, y: Any) -> Any:
    difference = x - y
    return difference * xp.conj(difference)


def _complex(xp: Any, x: Any, y: Any, *, Tout: Any) -> Any:  # noqa: N803
    kind = Tout.as_numpy_dtype
    return x.astype(kind) + y.astype(kind) * kind(1j)


def _xlogy(xp: Any, x: Any, y: Any) -> Any:
    zero = x == 0
    return xp.where(zero, 0, x * xp.log(xp.where(zero, 1, y))).astype(x.dtype)


def division_message(op: str) -> str:
    """Say what went wrong in a division of integers."""
    return f"Integer division by zero: every divisor of {op} must be other than 0. Use tf.where."


def _no_gradient(name: str) -> Undefined:
    return Undefined(f"TensorFlow defines none for {name}; FloorMod has one.")


_TABLE = (
    ("Add", _ADDABLE | {dtypes.string}, "x + y; strings are joined.",
     lambda xp, x, y: xp.add(x, y), _add_grad),
    ("AddV2", _ADDABLE, "x + y.", lambda xp, x, y: xp.add(x, y), _add_grad),
    ("Sub", _ALL, "x - y.", lambda xp, x, y: xp.subtract(x, y), _sub_grad),
    ("Mul", _ALL, "x * y.", lambda xp, x, y: xp.multiply(x, y), _mul_grad),
    ("MulNoNan", _NO_NAN, "x * y, and 0 where y is 0, even if x is infinite or NaN.",
     lambda xp, x, y: xp.where(y == 0, 0, x * y).astype(x.dtype), _mul_no_nan_grad),
    ("Div", _ALL, "x / y; the quotient of integers is cut off towards zero.", _div,
     _quotient_grad(lambda ops, x, y: x / y)),
    ("RealDiv", _ALL, "x / y.", lambda xp, x, y: xp.true_divide(x, y).astype(x.dtype),
     _quotient_grad(lambda ops, x, y: ops.RealDiv(x, y))),
    ("DivNoNan", _NO_NAN, "x / y, and 0 where y is 0.", _div_no_nan,
     _quotient_grad(lambda ops, x, y: ops.DivNoNan(x, y, name="div_no_nan"))),
    ("FloorDiv", _ALL, "x / y, rounded down.", lambda xp, x, y: xp.floor_divide(x, y),
     NOT_DIFFERENTIABLE),
    ("TruncateDiv", _ALL, "x / y, rounded towards zero.", _truncated_quotient,
     NOT_DIFFERENTIABLE),
    ("FloorMod", _ORDERED, "What is left of x after y was taken off floor(x / y) times.",
     lambda xp, x, y: xp.mod(x, y), _floor_mod_grad),
    ("TruncateMod", _ORDERED, "What is left of x / y rounded towards zero, with the sign of x.",
     lambda xp, x, y: xp.fmod(x, y), _no_gradient("TruncateMod")),
    ("Mod", _ORDERED, "What is left of x / y rounded towards zero, with the sign of x.",
     lambda xp, x, y: xp.fmod(x, y), _no_gradient("Mod")),
    ("Pow", _WIDE, "x to the power y.", lambda xp, x, y: xp.power(x, y), _pow_grad),
    ("Maximum", _ORDERED, "The greater of x and y.", lambda xp, x, y: xp.maximum(x, y),
     _chosen_grad("GreaterEqual")),
    ("Minimum", _ORDERED, "The smaller of x and y.", lambda xp, x, y: xp.minimum(x, y),
     _chosen_grad("LessEqual")),
    ("SquaredDifference", _WIDE, "(x - y) times its conjugate.", _squared_difference,
     _squared_difference_grad),
    ("Xdivy", _NO_NAN, "x / y, and 0 where x is 0.",
     lambda xp, x, y: xp.where(x == 0, 0, x / xp.where(x == 0, 1, y)).astype(x.dtype),
     _xdivy_grad),
    ("Xlogy", _NO_NAN, "x log(y), and 0 where x is 0.", _xlogy, _xlogy_grad),
)  # fmt: skip

ATAN2 = _elementwise(
    "Atan2", FLOATING, "The angle of the point (x, y), between -π and π.",
    lambda xp, y, x: xp.arctan2(y, x), _atan2_grad, ("y", "x"),
)  # fmt: skip

COMPLEX_OF = OpSpec(
    "Complex",
    inputs=["real: T", "imag: T"],
    outputs=["out: Tout"],
    attrs={
        "T": attr("type", dtypes.float32, allowed={dtypes.float32, dtypes.float64}),
        "Tout": attr("type", dtypes.complex64, allowed=COMPLEX),
    },
    doc="The complex numbers real + imag i.",
    shape=rules.broadcast,
    kernel=_complex,
    grad=_complex_grad,
)

SPECS = (*(_elementwise(*entry) for entry in _TABLE), ATAN2, COMPLEX_OF)
