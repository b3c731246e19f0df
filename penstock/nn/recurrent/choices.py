"""Activations and initializers, given as functions or by their Keras names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from penstock.functions import initializers, initializers_scaled
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.graph.build import convert_to_tensor, raw
from penstock.nn.activations import elu, relu, selu, softplus, softsign
from penstock.nn.softmaxes import softmax

__all__ = ["activation_of", "initializer_of"]

Activation = Callable[[Any], Any]


def _linear(x: Any) -> Any:
    return x


def _hard_sigmoid(x: Any) -> Any:
    return raw.Maximum(raw.Minimum(convert_to_tensor(x) * 0.2 + 0.5, 1.0), 0.0)


_ACTIVATIONS: Mapping[str, Activation] = {
    "elu": elu,
    "exponential": raw.Exp,
    "hard_sigmoid": _hard_sigmoid,
    "linear": _linear,
    "relu": relu,
    "selu": selu,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "softplus": softplus,
    "softsign": softsign,
    "tanh": tanh,
}

_INITIALIZERS: Mapping[str, Callable[[], Any]] = {
    "constant": initializers.Constant,
    "glorot_normal": initializers_scaled.GlorotNormal,
    "glorot_uniform": initializers_scaled.GlorotUniform,
    "he_normal": initializers_scaled.he_normal,
    "he_uniform": initializers_scaled.he_uniform,
    "identity": initializers_scaled.Identity,
    "lecun_normal": initializers_scaled.lecun_normal,
    "lecun_uniform": initializers_scaled.lecun_uniform,
    "ones": initializers.Ones,
    "orthogonal": initializers_scaled.Orthogonal,
    "variance_scaling": initializers_scaled.VarianceScaling,
    "zeros": initializers.Zeros,
}


def activation_of(given: Any, default: Activation = tanh) -> Activation:
    """Give the activation that is meant.

    Args:
      given: a function, the Keras name of one, or None.
      default: what None means.

    Raises:
      ValueError: if there is none of that name.
    """
    if not given:
        return default
    return given if callable(given) else _named("activation", given, _ACTIVATIONS)


def initializer_of(given: Any) -> Any:
    """Give the initializer that is meant.

    Args:
      given: an initializer, the Keras name of one, or None, which leaves it to the scope.

    Raises:
      ValueError: if there is none of that name.
    """
    if given is None or callable(given):
        return given
    return _named("initializer", given, _INITIALIZERS)()


def _named(kind: str, name: Any, table: Mapping[str, Any]) -> Any:
    found = table.get(name) if isinstance(name, str) else None
    if found is None:
        raise ValueError(
            f"The {kind} must be a function or one of the names {', '.join(table)}, "
            f"but is {name!r}."
        )
    return found
