"""Functions of one tensor, element by element, and the ops that their gradients are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import COMPLEX, FLOATING, SIGNED_INTEGERS
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec
from penstock.ops import composed, shape_rules as rules
from penstock.ops.broadcast_gradients import conj

__all__ = ["SPECS", "after_dy"]

_ANALYTIC = FLOATING | COMPLEX
_WIDE = _ANALYTIC | {dtypes.int32, dtypes.int64}


def after_dy(grad: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], list[Any]]:
    """Make a gradient of (ops, node, dy) whose nodes wait for `dy`, as TensorFlow's do."""

    def waiting(ops: Any, node: Any, dy: Any) -> list[Any]:
        with dy.graph.control_dependencies([dy]):
            gradients = grad(ops, node, dy)
        return list(gradients) if isinstance(gradients, tuple) else [gradients]

    return waiting


def _of_input(grad: Callable[[Any, Any, Any], Any]) -> Any:
    """Make a gradient of (ops, x, dy), x conjugated."""
    return after_dy(lambda ops, node, dy: grad(ops, conj(ops, node.inputs[0]), dy))


def _of_output(grad: Callable[[Any, Any, Any], Any]) -> Any:
    """Make a gradient of (ops, y, dy), y conjugated."""
    return after_dy(lambda ops, node, dy: grad(ops, conj(ops, node.outputs[0]), dy))


def _by_op(op: str) -> Any:
    """Make the gradient that an op of its own computes from the output and dy."""
    return lambda ops, node, dy: [getattr(ops, op)(node.outputs[0], dy)]


def _sign_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x = node.inputs[0]
    return [composed.zeros(composed.shape(x), x.dtype.base_dtype)]


def _square_grad(ops: Any, x: Any, dy: Any) -> Any:
    two = composed.constant(2.0, x.dtype.base_dtype)
    return ops.Mul(dy, ops.Mul(x, two))


def _one_and_square(ops: Any, x: Any) -> tuple[Any, Any]:
    square = ops.Square(x)
    return composed.constant(1, x.dtype.base_dtype), square


def _asin_grad(ops: Any, x: Any, dy: Any) -> Any:
    slope = ops.Reciprocal(ops.Sqrt(ops.Sub(*_one_and_square(ops, x))))
    return dy * slope


def _acos_grad(ops: Any, x: Any, dy: Any) -> Any:
    slope = ops.Reciprocal(ops.Sqrt(ops.Sub(*_one_and_square(ops, x))))
    return ops.Neg(dy) * slope


def _sigmoid_grad_grad(ops: Any, node: Any, dy: Any) -> Any:
    y, before = (conj(ops, x) for x in node.inputs)
    scaled = dy * before
    return scaled - 2.0 * scaled * y, ops.SigmoidGrad(y, dy)


def _tanh_grad_grad(ops: Any, node: Any, dy: Any) -> Any:
    y, before = (conj(ops, x) for x in node.inputs)
    return dy * -2.0 * before * y, ops.TanhGrad(y, dy)


def _sqrt_grad_grad(ops: Any, node: Any, dy: Any) -> Any:
    scaled = dy / node.inputs[0]
    return ops.Neg(conj(ops, scaled)) * node.outputs[0], 0.5 * scaled


def _rsqrt_grad_grad(ops: Any, node: Any, dy: Any) -> Any:
    y, before = node.inputs
    y = conj(ops, y)
    by_y = -1.5 * conj(ops, dy) * before * ops.Square(y)
    return by_y, ops.RsqrtGrad(y, dy)


def _reciprocal_grad_grad(ops: Any, node: Any, dy: Any) -> Any:
    y, before = node.inputs
    y = conj(ops, y)
    return conj(ops, dy) * -2.0 * before * y, ops.ReciprocalGrad(y, dy)


def _reciprocal(xp: Any, x: Any) -> Any:
    if x.dtype.kind in "iu":  # of whole numbers only 1 and -1 have a whole reciprocal
        return xp.where(xp.abs(x) == 1, x, 0).astype(x.dtype)
    return 1 / x


def _round(xp: Any, x: Any) -> Any:
    return x if x.dtype.kind in "iu" else xp.rint(x)


def _unary(name: str, types: Any, doc: str, kernel: Any, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T"],
        outputs=["y: T"],
        attrs={"T": types},
        doc=doc,
        shape=rules.same,
        kernel=kernel,
        grad=grad,
    )


_FUNCTIONS = (
    ("Abs", FLOATING | SIGNED_INTEGERS, "The absolute value.", lambda xp, x: xp.abs(x),
     lambda ops, node, dy: [dy * ops.Sign(node.inputs[0])]),
    ("Neg", _WIDE, "-x.", lambda xp, x: xp.negative(x), lambda ops, node, dy: [-dy]),
    ("Sign", _WIDE, "-1, 0 or 1; x / |x| if complex.", lambda xp, x: xp.sign(x), _sign_grad),
    ("Square", _WIDE, "x x.", lambda xp, x: x * x, _of_input(_square_grad)),
    ("Sqrt", _ANALYTIC, "The square root.", lambda xp, x: xp.sqrt(x), _by_op("SqrtGrad")),
    ("Rsqrt", _ANALYTIC, "1 / sqrt(x).", lambda xp, x: 1 / xp.sqrt(x), _by_op("RsqrtGrad")),
    ("Reciprocal", _WIDE, "1 / x.", _reciprocal, _by_op("ReciprocalGrad")),
    ("Inv", _WIDE, "1 / x.", _reciprocal, _by_op("ReciprocalGrad")),
    ("Exp", _ANALYTIC, "e to the power x.", lambda xp, x: xp.exp(x),
     _of_output(lambda ops, y, dy: dy * y)),
    ("Expm1", _ANALYTIC, "exp(x) - 1, exact near 0.", lambda xp, x: xp.expm1(x),
     _of_input(lambda ops, x, dy: dy * ops.Exp(x))),
    ("Log", _ANALYTIC, "The natural logarithm.", lambda xp, x: xp.log(x),
     _of_input(lambda ops, x, dy: dy * ops.Reciprocal(x))),
    ("Log1p", _ANALYTIC, "log(1 + x), exact near 0.", lambda xp, x: xp.log1p(x),
     _of_input(lambda ops, x, dy: dy * ops.Reciprocal(1 + x))),
    ("Sin", _ANALYTIC, "The sine, of radians.", lambda xp, x: xp.sin(x),
     _of_input(lambda ops, x, dy: dy * ops.Cos(x))),
    ("Cos", _ANALYTIC, "The cosine, of radians.", lambda xp, x: xp.cos(x),
     _of_input(lambda ops, x, dy: ops.Neg(dy) * ops.Sin(x))),
    ("Tan", _WIDE, "The tangent, of radians.", lambda xp, x: xp.tan(x),
     _of_input(lambda ops, x, dy: ops.Square(ops.Reciprocal(ops.Cos(x))) * dy)),
    ("Asin", _WIDE, "The angle of which x is the sine.", lambda xp, x: xp.arcsin(x),
     _of_input(_asin_grad)),
    ("Acos", _WIDE, "The angle of which x is the cosine.", lambda xp, x: xp.arccos(x),
     _of_input(_acos_grad)),
    ("Atan", _WIDE, "The angle of which x is the tangent.", lambda xp, x: xp.arctan(x),
     _of_input(lambda ops, x, dy: dy * ops.Reciprocal(ops.Add(*_one_and_square(ops, x))))),
    ("Sinh", _ANALYTIC, "The hyperbolic sine.", lambda xp, x: xp.sinh(x),
     _of_input(lambda ops, x, dy: dy * ops.Cosh(x))),
    ("Cosh", _ANALYTIC, "The hyperbolic cosine.", lambda xp, x: xp.cosh(x),
     _of_input(lambda ops, x, dy: dy * ops.Sinh(x))),
    ("Tanh", _ANALYTIC, "The hyperbolic tangent.", lambda xp, x: xp.tanh(x),
     _of_output(lambda ops, y, dy: ops.TanhGrad(y, dy))),
    ("Asinh", _ANALYTIC, "The number of which x is the hyperbolic sine.",
     lambda xp, x: xp.arcsinh(x), _of_output(lambda ops, y, dy: dy / ops.Cosh(y))),
    ("Acosh", _ANALYTIC, "The number of which x is the hyperbolic cosine.",
     lambda xp, x: xp.arccosh(x), _of_output(lambda ops, y, dy: dy / ops.Sinh(y))),
    ("Atanh", _ANALYTIC, "The number of which x is the hyperbolic tangent.",
     lambda xp, x: xp.arctanh(x),
     _of_input(lambda ops, x, dy: dy * ops.Reciprocal(ops.Sub(*_one_and_square(ops, x))))),
    ("Sigmoid", _ANALYTIC, "1 / (1 + exp(-x)).", lambda xp, x: 1 / (1 + xp.exp(-x)),
     _of_output(lambda ops, y, dy: ops.SigmoidGrad(y, dy))),
    ("Floor", FLOATING, "x rounded down.", lambda xp, x: xp.floor(x), NOT_DIFFERENTIABLE),
    ("Ceil", FLOATING, "x rounded up.", lambda xp, x: xp.ceil(x), NOT_DIFFERENTIABLE),
    ("Rint", FLOATING, "x rounded, halves to the even side.", lambda xp, x: xp.rint(x),
     NOT_DIFFERENTIABLE),
    ("Round", _WIDE, "x rounded, halves to the even side.", _round, NOT_DIFFERENTIABLE),
)  # fmt: skip


# What arrives as dy is multiplied by the conjugate of the function's slope, told from its output.
_SLOPES = (
    ("SigmoidGrad", "Sigmoid", lambda xp, y, dy: dy * y * (1 - y), _sigmoid_grad_grad),
    ("TanhGrad", "Tanh", lambda xp, y, dy: dy * (1 - y * y), _tanh_grad_grad),
    ("SqrtGrad", "Sqrt", lambda xp, y, dy: dy / (2 * xp.conj(y)), _sqrt_grad_grad),
    ("RsqrtGrad", "Rsqrt", lambda xp, y, dy: dy * xp.conj(y) ** 3 / -2, _rsqrt_grad_grad),
    ("InvGrad", "Inv", lambda xp, y, dy: -dy * xp.conj(y) ** 2, _reciprocal_grad_grad),
    ("ReciprocalGrad", "Reciprocal", lambda xp, y, dy: -dy * xp.conj(y) ** 2,
     _reciprocal_grad_grad),
)  # fmt: skip


def _slope(name: str, op: str, kernel: Any, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["y: T", "dy: T"],
        outputs=["z: T"],
        attrs={"T": _ANALYTIC},
        doc=f"The gradient of {op}, from its output `y` and the gradient `dy` of that.",
        shape=rules.same,
        kernel=kernel,
        grad=after_dy(grad),
    )


def _test(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T"],
        outputs=["y: bool"],
        attrs={"T": FLOATING},
        doc=doc,
        shape=rules.same,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
    )


SPECS = (
    *(_unary(*entry) for entry in _FUNCTIONS),
    *(_slope(*entry) for entry in _SLOPES),
    _test("IsNan", "Whether x is not a number.", lambda xp, x: xp.isnan(x)),
    _test("IsInf", "Whether x is infinite.", lambda xp, x: xp.isinf(x)),
    _test("IsFinite", "Whether x is a finite number.", lambda xp, x: xp.isfinite(x)),
)
