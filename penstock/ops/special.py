"""Special functions: of errors, gamma and its kin, Bessel's.

Neither NumPy nor jax.numpy has them, so the records hold no kernel; each tier has its own.
"""

from __future__ import annotations

import math
from typing import Any

import ml_dtypes

from penstock.core import dtypes, shapes
from penstock.core.dtypes import FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined
from penstock.ops import composed, shape_rules as rules
from penstock.ops.broadcast_gradients import stretch
from penstock.ops.unary import after_dy

__all__ = ["SPECS"]

_SINGLE = frozenset({dtypes.float32, dtypes.float64})


def _error_grad(slope: float) -> Any:
    """Make the gradient of a function whose slope is `slope` times exp(-x x)."""

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        x = node.inputs[0]
        factor = composed.constant(slope, dy.dtype)
        with dy.graph.control_dependencies([dy]):
            return [dy * factor * ops.Exp(ops.Neg(ops.Square(x)))]

    return grad


def _digamma_grad(ops: Any, node: Any, dy: Any) -> Any:
    x = node.inputs[0]
    one = composed.constant(1, x.dtype.base_dtype)
    return dy * ops.Polygamma(one, x)


def _i0e_grad(ops: Any, node: Any, dy: Any) -> Any:
    x, y = node.inputs[0], node.outputs[0]
    slope = ops.BesselI1e(x) - ops.Sign(x) * y
    return dy * slope


def _i1e_grad(ops: Any, node: Any, dy: Any) -> Any:
    x, y = node.inputs[0], node.outputs[0]
    tiny = float(ml_dtypes.finfo(x.dtype.as_numpy_dtype).eps)
    zeros = composed.zeros_like(x)
    is_sizable = ops.Greater(ops.Abs(x), tiny)
    safe = ops.Select(is_sizable, x, tiny + zeros)
    slope = ops.BesselI0e(safe) - y * (ops.Sign(safe) + ops.Reciprocal(safe))
    return dy * ops.Select(is_sizable, slope, 0.5 + zeros)


def _unary(name: str, doc: str, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T"],
        outputs=["y: T"],
        attrs={"T": FLOATING},
        doc=doc,
        shape=rules.same,
        grad=grad,
    )


# Functions of two numbers


def _igamma_slopes(ops: Any, node: Any, dy: Any) -> list[Any]:
    a, x = node.inputs
    to_a, to_x = stretch(ops, a, x)
    with dy.graph.control_dependencies([dy]):
        by_a = ops.IgammaGradA(a, x)
        by_x = ops.Exp(ops.Neg(x) + (a - 1) * ops.Log(x) - ops.Lgamma(a))
        return [to_a(by_a * dy), to_x(by_x * dy)]


def _igammac_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    return [ops.Neg(gradient) for gradient in _igamma_slopes(ops, node, dy)]


def _zeta_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, q = node.inputs
    _, to_q = stretch(ops, x, q)
    with dy.graph.control_dependencies([dy]):
        slope = ops.Neg(x) * ops.Zeta(x + 1, q)
        return [None, to_q(slope * dy)]


def _polygamma_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    a, x = node.inputs
    _, to_x = stretch(ops, a, x)
    with dy.graph.control_dependencies([dy]):
        return [None, to_x(ops.Polygamma(a + 1, x) * dy)]


def _binary(name: str, inputs: str, doc: str, grad: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=[f"{each}: T" for each in inputs],
        outputs=["z: T"],
        attrs={"T": _SINGLE},
        doc=doc,
        shape=rules.broadcast,
        grad=grad,
    )


def _betainc_shape(c: ShapeContext) -> Shape:
    """The three have one shape, but for those that are single numbers."""
    result: Shape = ()
    for shape in (c.shape("a"), c.shape("b"), c.shape("x")):
        if shape == ():
            continue
        try:
            result = shape if result == () else shapes.merge(result, shape)
        except ValueError:
            raise c.mismatch("a, b and x of one shape, or single numbers") from None
    return result


def _betainc_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    a, b, x = node.inputs
    _, to_x = stretch(ops, a, x)
    log_beta = ops.Lgamma(a) + ops.Lgamma(b) - ops.Lgamma(a + b)
    slope = ops.Exp((b - 1) * ops.Log(1 - x) + (a - 1) * ops.Log(x) - log_beta)
    return [None, None, to_x(slope * dy)]


BETAINC = OpSpec(
    "Betainc",
    inputs=["a: T", "b: T", "x: T"],
    outputs=["z: T"],
    attrs={"T": _SINGLE},
    doc="The regularized incomplete beta integral, from 0 to x.",
    shape=_betainc_shape,
    grad=_betainc_grad,
)

_SLOPE = 2 / math.sqrt(math.pi)

SPECS = (
    _unary("Erf", "The error function.", _error_grad(_SLOPE)),
    _unary("Erfc", "1 minus the error function.", _error_grad(-_SLOPE)),
    _unary(
        "Lgamma",
        "The logarithm of the absolute value of the gamma function.",
        after_dy(lambda ops, node, dy: dy * ops.Digamma(node.inputs[0])),
    ),
    _unary("Digamma", "The slope of Lgamma.", after_dy(_digamma_grad)),
    _unary(
        "BesselI0e",
        "The modified Bessel function of order 0, times exp(-|x|).",
        after_dy(_i0e_grad),
    ),
    _unary(
        "BesselI1e",
        "The modified Bessel function of order 1, times exp(-|x|).",
        after_dy(_i1e_grad),
    ),
    _binary("Igamma", "ax", "The regularized lower incomplete gamma function.", _igamma_slopes),
    _binary("Igammac", "ax", "The regularized upper incomplete gamma function.", _igammac_grad),
    _binary(
        "IgammaGradA",
        "ax",
        "The slope of Igamma for `a`.",
        Undefined("TensorFlow defines none for the slope of Igamma"),
    ),
    _binary("Zeta", "xq", "The Hurwitz zeta function.", _zeta_grad),
    _binary("Polygamma", "ax", "The slope of Digamma, taken `a` times.", _polygamma_grad),
    BETAINC,
)
