"""Activations, biases, and a matrix product with a bias."""

from __future__ import annotations

from typing import Any

from penstock.autodiff.custom_gradient import custom_gradient
from penstock.core import dtypes
from penstock.functions.arrays_joining import concat
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "bias_add",
    "bias_add_v1",
    "crelu",
    "elu",
    "leaky_relu",
    "relu",
    "relu6",
    "relu_layer",
    "selu",
    "softplus",
    "softsign",
    "swish",
    "xw_plus_b",
    "zero_fraction",
]


def relu(features: Any, name: str | None = None) -> Tensor:
    """Build max(features, 0), element by element.

    Args:
      features: a tensor of real numbers.
      name: the node's name.
    """
    return raw.Relu(features, name=name)


def relu6(features: Any, name: str | None = None) -> Tensor:
    """Build min(max(features, 0), 6).

    Args:
      features: a tensor of real numbers.
      name: a name for what is built.

    Source: Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.
    """
    with name_scope(name, "Relu6", [features]) as scope:
        features = convert_to_tensor(features, name="features")
        return raw.Relu6(features, name=scope)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """Build `features` where positive, `alpha * features` elsewhere.

    Args:
      features: a tensor of real numbers; integers are taken to float32.
      alpha: the slope below 0; a number, or a scalar tensor.
      name: a name for what is built.

    Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models",
    2013.
    """
    with name_scope(name, "LeakyRelu", [features, alpha]) as scope:
        features = convert_to_tensor(features, name="features")
        if features.dtype.is_integer:
            features = raw.Cast(features, DstT=dtypes.float32)
        if hasattr(alpha, "value_index"):
            return raw.Maximum(raw.Mul(alpha, features, name="mul"), features, name=scope)
        return raw.LeakyRelu(features, alpha=alpha, name=scope)


def elu(features: Any, name: str | None = None) -> Tensor:
    """Build `features` where positive, exp(features) - 1 elsewhere.

    Args:
      features: a tensor of floats.
      name: the node's name.

    Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by
    exponential linear units", 2015.
    """
    return raw.Elu(features, name=name)


def selu(features: Any, name: str | None = None) -> Tensor:
    """Build the scaled exponential unit, under which mean 0 and variance 1 are a fixed point.

    Args:
      features: a tensor of floats.
      name: the node's name.

    Source: Klambauer et al., "Self-normalizing neural networks", 2017.
    """
    return raw.Selu(features, name=name)


def softplus(features: Any, name: str | None = None) -> Tensor:
    """Build log(exp(features) + 1): a smooth `relu`.

    Args:
      features: a tensor of floats.
      name: the node's name.
    """
    return raw.Softplus(features, name=name)


def softsign(features: Any, name: str | None = None) -> Tensor:
    """Build features / (abs(features) + 1).

    Args:
      features: a tensor of floats.
      name: the node's name.
    """
    return raw.Softsign(features, name=name)


def crelu(features: Any, name: str | None = None, axis: int = -1) -> Tensor:
    """Build `relu` of the features and of their negatives, side by side.

    Args:
      features: a tensor of real numbers.
      name: a name for what is built.
      axis: along which the two are joined: its size doubles.

    Source: Shang et al., "Understanding and improving convolutional neural networks via
    concatenated rectified linear units", 2016.
    """
    with name_scope(name, "CRelu", [features]) as scope:
        features = convert_to_tensor(features, name="features")
        return raw.Relu(concat([features, -features], axis, name=scope))


@custom_gradient
def _swish(features: Tensor) -> Any:
    def grad(dy: Tensor) -> Tensor:
        # The sigmoid is computed again, so that it is not kept from the forward pass.
        with dy.graph.control_dependencies([dy]):
            sigmoid = raw.Sigmoid(features)
        return dy * (sigmoid * (1.0 + features * (1.0 - sigmoid)))

    return features * raw.Sigmoid(features), grad


def swish(features: Any) -> Tensor:
    """Build features * sigmoid(features).

    Args:
      features: a tensor of floats.

    Source: Ramachandran, Zoph, Le, "Searching for activation functions", 2017.
    """
    return _swish(convert_to_tensor(features, name="features"))


def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """Build `value` with one number added per channel.

    Args:
      value: a tensor of at least two axes.
      bias: a vector, one entry per channel.
      data_format: where the channels are: last for those that end in C, as NHWC, by default;
        second for those that begin with NC, as NCHW.
      name: a name for what is built.

    Raises:
      ValueError: if the data format is unknown, or the sizes are known to differ.
    """
    with name_scope(name, "BiasAdd", [value, bias]) as scope:
        if data_format is not None:
            data_format = "NCHW" if _channels_second(data_format) else "NHWC"
        value = convert_to_tensor(value, name="input")
        bias = convert_to_tensor(bias, dtype=value.dtype, name="bias")
        return raw.BiasAdd(value, bias, data_format=data_format, name=scope)


def _channels_second(data_format: str) -> bool:
    if data_format.startswith("NC"):
        return True
    if data_format.startswith("N") and data_format.endswith("C"):
        return False
    raise ValueError(
        f"A data format names the axes, channels second as in NCHW or last as in NHWC; "
        f"{data_format!r} does neither."
    )


def bias_add_v1(value: Any, bias: Any, name: str | None = None) -> Tensor:
    """Build `value` with one number added per entry of its last axis: the older `bias_add`."""
    with name_scope(name, "BiasAddV1", [value, bias]) as scope:
        value = convert_to_tensor(value, name="input")
        bias = convert_to_tensor(bias, dtype=value.dtype, name="bias")
        return raw.BiasAddV1(value, bias, name=scope)


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """Build the matrix product of `x` and `weights`, plus `biases`.

    Args:
      x: [batch, inputs].
      weights: [inputs, outputs].
      biases: [outputs].
      name: a name for what is built.

    Returns:
      [batch, outputs].
    """
    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        return bias_add(_product(x, weights, biases), biases, name=scope)


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """Build `relu` of the matrix product of `x` and `weights`, plus `biases`.

    Args:
      x: [batch, inputs].
      weights: [inputs, outputs].
      biases: [outputs].
      name: a name for what is built.

    Returns:
      [batch, outputs].
    """
    with name_scope(name, "relu_layer", [x, weights, biases]) as scope:
        return raw.Relu(bias_add(_product(x, weights, biases), biases), name=scope)


def _product(x: Any, weights: Any, biases: Any) -> Tensor:
    """Convert the three in order, and build the product of the first two."""
    x = convert_to_tensor(x, name="x")
    weights = convert_to_tensor(weights, name="weights")
    convert_to_tensor(biases, name="biases")
    return raw.MatMul(x, weights)


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """Build the fraction of the elements that are 0.

    Args:
      value: a tensor of numbers.
      name: a name for what is built.

    Returns:
      A float32 scalar; NaN for a tensor without elements.
    """
    with name_scope(name, "zero_fraction", [value]):
        value = convert_to_tensor(value, name="value")
        size = composed.size(value, out_type=dtypes.int64)
        with name_scope("count_nonzero"):
            zero = composed.zeros([], value.dtype.base_dtype)
            is_set = raw.Cast(raw.NotEqual(value, zero), DstT=dtypes.int64)
            nonzero = composed.reduce_sum(is_set)
        with name_scope("counts_to_fraction"):
            zeros = raw.Cast(raw.Sub(size, nonzero, name="sub"), DstT=dtypes.float32)
            count = raw.Cast(size, DstT=dtypes.float32)
            fraction = raw.RealDiv(zeros, count, name="truediv")
        return raw.Identity(fraction, name="fraction")
