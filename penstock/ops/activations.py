"""Activations of neural networks, element by element, and their gradients as ops of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import FLOATING, REAL_NUMBERS
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import composed, shape_rules as rules

__all__ = ["SPECS"]

# Klambauer et al., "Self-normalizing neural networks", 2017: a fixed point of mean 0, variance 1.
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_SCALE_ALPHA = 1.7580993408473768599402175208123

_REAL = attr("type", allowed=REAL_NUMBERS)
_FLOAT = attr("type", allowed=FLOATING)
_FLOAT32_BY_DEFAULT = attr("type", dtypes.float32, allowed=FLOATING)


def _activation(name: str, doc: str, kernel: Callable[..., Any], grad: Any, **attrs: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["features: T"],
        outputs=["activations: T"],
        attrs=attrs,
        doc=doc,
        shape=rules.same,
        kernel=kernel,
        grad=grad,
    )


def _activation_grad(
    name: str, saved: str, doc: str, kernel: Callable[..., Any], grad: Any, **attrs: Any
) -> OpSpec:
    """Declare the gradient of an activation; `saved` names its second input."""
    return OpSpec(
        name,
        inputs=["gradients: T", f"{saved}: T"],
        outputs=["backprops: T"],
        attrs=attrs,
        doc=doc,
        shape=rules.merged("gradients", saved),
        kernel=kernel,
        grad=grad,
    )


def _zeros_of(x: Any) -> Any:
    return composed.zeros(composed.shape(x), x.dtype.base_dtype)


# Rectified units: straight lines with a bend, whose gradient has no gradient for the features.

RELU = _activation(
    "Relu",
    "max(features, 0).",
    lambda xp, features: xp.maximum(features, 0),
    lambda ops, node, dy: [ops.ReluGrad(dy, node.outputs[0])],
    T=attr("type", allowed=REAL_NUMBERS | {dtypes.qint8}),
)

RELU_GRAD = _activation_grad(
    "ReluGrad",
    "features",
    "`gradients` where `features` > 0, else 0; `features` may be Relu's input or output.",
    lambda xp, gradients, features: xp.where(features > 0, gradients, 0),
    lambda ops, node, dy: [ops.ReluGrad(dy, node.inputs[1]), _zeros_of(node.inputs[1])],
    T=_REAL,
)

RELU6 = _activation(
    "Relu6",
    "min(max(features, 0), 6).",
    lambda xp, features: xp.minimum(xp.maximum(features, 0), 6),
    lambda ops, node, dy: [ops.Relu6Grad(dy, node.outputs[0])],
    T=_REAL,
)

RELU6_GRAD = _activation_grad(
    "Relu6Grad",
    "features",
    "`gradients` where 0 < `features` < 6, else 0; `features` may be Relu6's input or output.",
    lambda xp, gradients, features: xp.where((features > 0) & (features < 6), gradients, 0),
    lambda ops, node, dy: [ops.Relu6Grad(dy, node.inputs[1]), _zeros_of(node.inputs[1])],
    T=_REAL,
)

LEAKY_RELU = _activation(
    "LeakyRelu",
    "max(features, alpha * features).",
    lambda xp, features, *, alpha: xp.maximum(features, features * features.dtype.type(alpha)),
    lambda ops, node, dy: [ops.LeakyReluGrad(dy, node.inputs[0], alpha=node.attrs["alpha"])],
    alpha=0.2,
    T=_FLOAT32_BY_DEFAULT,
)

LEAKY_RELU_GRAD = _activation_grad(
    "LeakyReluGrad",
    "features",
    "`gradients` where `features` > 0, else `alpha * gradients`.",
    lambda xp, gradients, features, *, alpha: xp.where(
        features > 0, gradients, gradients * gradients.dtype.type(alpha)
    ),
    lambda ops, node, dy: [
        ops.LeakyReluGrad(dy, node.inputs[1], alpha=node.attrs["alpha"]),
        _zeros_of(node.inputs[1]),
    ],
    alpha=0.2,
    T=_FLOAT32_BY_DEFAULT,
)


# Exponential units: below 0 their gradient is a function of their own output.


def _elu(xp: Any, features: Any) -> Any:
    return xp.where(features < 0, xp.expm1(xp.minimum(features, 0)), features)


def _elu_grad(xp: Any, gradients: Any, outputs: Any) -> Any:
    return xp.where(outputs < 0, (outputs + 1) * gradients, gradients)


def _selu(xp: Any, features: Any) -> Any:
    number = features.dtype.type
    below = number(_SELU_SCALE_ALPHA) * xp.expm1(xp.minimum(features, 0))
    return xp.where(features < 0, below, number(_SELU_SCALE) * features)


def _selu_grad(xp: Any, gradients: Any, outputs: Any) -> Any:
    number = outputs.dtype.type
    below = gradients * (outputs + number(_SELU_SCALE_ALPHA))
    return xp.where(outputs < 0, below, gradients * number(_SELU_SCALE))


def _exponential_second(op: str) -> Callable[..., Any]:
    """Make the gradient of EluGrad or SeluGrad, in which the output takes the slope's part."""

    def grad(ops: Any, node: Any, dy: Any) -> list[Any]:
        gradients, outputs = node.inputs
        return [
            getattr(ops, op)(dy, outputs),
            ops.Select(ops.Less(outputs, 0.0), dy * gradients, composed.zeros_like(outputs)),
        ]

    return grad


ELU = _activation(
    "Elu",
    "exp(features) - 1 where negative, else `features`.",
    _elu,
    lambda ops, node, dy: [ops.EluGrad(dy, node.outputs[0])],
    T=_FLOAT,
)

ELU_GRAD = _activation_grad(
    "EluGrad",
    "outputs",
    "The gradient of Elu, given its output.",
    _elu_grad,
    _exponential_second("EluGrad"),
    T=_FLOAT,
)

SELU = _activation(
    "Selu",
    "scale * Elu with the scales that keep mean 0 and variance 1 through layers.",
    _selu,
    lambda ops, node, dy: [ops.SeluGrad(dy, node.outputs[0])],
    T=_FLOAT,
)

SELU_GRAD = _activation_grad(
    "SeluGrad",
    "outputs",
    "The gradient of Selu, given its output.",
    _selu_grad,
    _exponential_second("SeluGrad"),
    T=_FLOAT,
)


# Smooth units.


def _softplus(xp: Any, features: Any) -> Any:
    return xp.maximum(features, 0) + xp.log1p(xp.exp(-xp.abs(features)))


def _softplus_grad_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    gradients, features = node.inputs
    with dy.graph.control_dependencies([dy]):
        first = ops.SoftplusGrad(dy, features)
        return [first, dy * gradients / (ops.Exp(-features) + 2.0 + ops.Exp(features))]


def _softsign_grad(xp: Any, gradients: Any, features: Any) -> Any:
    root = xp.abs(features) + 1
    return gradients / (root * root)


SOFTPLUS = _activation(
    "Softplus",
    "log(exp(features) + 1).",
    _softplus,
    lambda ops, node, dy: [dy * ops.Sigmoid(node.inputs[0])],
    T=_FLOAT,
)

SOFTPLUS_GRAD = _activation_grad(
    "SoftplusGrad",
    "features",
    "gradients / (exp(-features) + 1).",
    lambda xp, gradients, features: gradients / (xp.exp(-features) + 1),
    _softplus_grad_grad,
    T=_FLOAT,
)

SOFTSIGN = _activation(
    "Softsign",
    "features / (abs(features) + 1).",
    lambda xp, features: features / (xp.abs(features) + 1),
    lambda ops, node, dy: [ops.SoftsignGrad(dy, node.inputs[0])],
    T=_FLOAT,
)

SOFTSIGN_GRAD = _activation_grad(
    "SoftsignGrad",
    "features",
    "gradients / (1 + abs(features)) ** 2.",
    _softsign_grad,
    Undefined("TensorFlow has no second derivative of Softsign"),
    T=_FLOAT,
)

SPECS = (
    RELU,
    RELU_GRAD,
    RELU6,
    RELU6_GRAD,
    LEAKY_RELU,
    LEAKY_RELU_GRAD,
    ELU,
    ELU_GRAD,
    SELU,
    SELU_GRAD,
    SOFTPLUS,
    SOFTPLUS_GRAD,
    SOFTSIGN,
    SOFTSIGN_GRAD,
)
