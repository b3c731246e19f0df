"""Activations and initializers of layers and cells that are given by name, such as ``"relu"``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.arrays_indexing import where
from penstock.functions.clipping import clip_by_value
from penstock.functions.initializers import (
    Constant,
    Ones,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    Zeros,
)
from penstock.functions.initializers_scaled import (
    GlorotNormal,
    GlorotUniform,
    Identity,
    Orthogonal,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
)
from penstock.functions.math_elementwise import exp, sigmoid, tanh
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.node import Tensor
from penstock.nn.activations import elu, relu, softplus, softsign
from penstock.nn.softmaxes import softmax

__all__ = ["Activation", "activation_of", "initializer_of"]

Activation = Callable[[Tensor], Tensor] | str | None


def _linear(x: Tensor) -> Tensor:
    return x


def _hard_sigmoid(x: Tensor) -> Tensor:
    slope = convert_to_tensor(0.2, x.dtype.base_dtype)
    middle = convert_to_tensor(0.5, x.dtype.base_dtype)
    clipped: Tensor = clip_by_value(raw.Add(raw.Mul(x, slope), middle), 0.0, 1.0)
    return clipped


def _selu(x: Tensor) -> Tensor:
    below = elu(x)
    alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
    scaled: Tensor = scale * where(x > 0, below, alpha * below)
    return scaled


_ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "elu": elu,
    "exponential": exp,
    "hard_sigmoid": _hard_sigmoid,
    "linear": _linear,
    "relu": relu,
    "selu": _selu,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "softplus": softplus,
    "softsign": softsign,
    "tanh": tanh,
}

_SPREAD = 0.05  # of the plain random initializers, where a layer names one
_INITIALIZERS: dict[str, Callable[[], Any]] = {
    "constant": Constant,
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "he_normal": he_normal,
    "he_uniform": he_uniform,
    "identity": Identity,
    "lecun_normal": lecun_normal,
    "lecun_uniform": lecun_uniform,
    "normal": lambda: RandomNormal(stddev=_SPREAD),
    "one": Ones,
    "ones": Ones,
    "orthogonal": Orthogonal,
    "random_normal": lambda: RandomNormal(stddev=_SPREAD),
    "random_uniform": lambda: RandomUniform(-_SPREAD, _SPREAD),
    "truncated_normal": lambda: TruncatedNormal(stddev=_SPREAD),
    "uniform": lambda: RandomUniform(-_SPREAD, _SPREAD),
    "zero": Zeros,
    "zeros": Zeros,
}


def activation_of(activation: Any) -> Callable[[Tensor], Tensor] | None:
    """Give the function that a layer's `activation` means: itself, or that of the name.

    Raises:
      ValueError: if there is none of that name.
      TypeError: if it is neither a function nor a name.
    """
    if activation is None or callable(activation):
        return activation  # type: ignore[no-any-return]
    if not isinstance(activation, str):
        raise TypeError(f"An activation is a function, a name or None, not {activation!r}.")
    return _named(activation, _ACTIVATIONS, "activation")  # type: ignore[no-any-return]


def initializer_of(initializer: Any) -> Any:
    """Give the initializer that a layer's argument means: itself, or a new one of the name.

    Raises:
      ValueError: if there is none of that name.
    """
    if not isinstance(initializer, str):
        return initializer
    return _named(initializer, _INITIALIZERS, "initializer")()


def _named(name: str, table: dict[str, Any], what: str) -> Any:
    if name not in table:
        raise ValueError(f"There is no {what} {name!r}; there are {', '.join(table)}.")
    return table[name]
