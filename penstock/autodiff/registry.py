"""Gradients that users give by name, and the question which gradient a node has.

An op's own gradient stands in its record. A user's is registered under a name: that of an op
which has none, or a name of their own that `Graph.gradient_override_map` puts in an op's place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from penstock.graph.build import raw
from penstock.graph.spec import NOT_DIFFERENTIABLE, Undefined
from penstock.ops.library import LIBRARY

if TYPE_CHECKING:
    from penstock.graph.node import Node

__all__ = [
    "NoGradient",
    "NotDifferentiable",
    "RegisterGradient",
    "get_gradient_function",
    "has_registered",
    "no_gradient",
]

Gradient = Callable[..., Any]

_registered: dict[str, Gradient | None] = {}


def _register(name: str, function: Gradient | None) -> None:
    if not isinstance(name, str):
        raise TypeError(f"A gradient is registered under a name, a string, not {name!r}.")
    own = LIBRARY.get(name)
    if name in _registered or (own is not None and _has_gradient(own.grad)):
        raise KeyError(
            f"There is a gradient of the name {name!r} already. Register yours under a name of "
            "its own, and use that with graph.gradient_override_map({op type: name})."
        )
    _registered[name] = function


def _has_gradient(grad: Any) -> bool:
    return grad is not NOT_DIFFERENTIABLE and not isinstance(grad, Undefined)


class RegisterGradient:
    """Decorator that registers a gradient function under a name.

    Args:
      op_type: the type of an op without a gradient, or a new name for
        `Graph.gradient_override_map`.

    The function is called as ``f(op, *grads)`` with the node and a gradient for each of its
    outputs; it returns a gradient, or None, for each of its inputs: a list, or the gradient
    itself if there is one input.

        @tf.RegisterGradient("Clipped")
        def clipped(op, dy):
            return tf.clip_by_value(dy, -1.0, 1.0)

        with graph.gradient_override_map({"Identity": "Clipped"}):
            y = tf.identity(x)

    Raises:
      KeyError: if there is a gradient of that name.
    """

    __slots__ = ("_op_type",)

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError(f"RegisterGradient takes an op's type, a string, not {op_type!r}.")
        self._op_type = op_type

    def __call__(self, f: Gradient) -> Gradient:
        """Register `f` and give it back."""
        _register(self._op_type, f)
        return f


def NotDifferentiable(op_type: str) -> None:  # noqa: N802
    """Say that no gradient flows through ops of a type, so that asking for one gives None.

    Args:
      op_type: the type, or a name for `Graph.gradient_override_map`.

    Raises:
      KeyError: if there is a gradient of that name.
    """
    _register(op_type, None)


NoGradient = no_gradient = NotDifferentiable  # the older names


def _by_name(name: str, node: Node) -> Gradient | None:
    """Look a gradient up by the name that stands in a node for its own."""
    if name in _registered:
        return _registered[name]
    spec = node.graph.library.get(name)
    if spec is None:
        raise LookupError(
            f"Node {node.name!r}, made at {node.line}, is to have the gradient {name!r}, but none "
            f"of that name is registered. Register it with @tf.RegisterGradient({name!r})."
        )
    return _of_record(spec.grad, node)


def _of_record(grad: Any, node: Node) -> Gradient | None:
    if grad is NOT_DIFFERENTIABLE:
        return None
    if isinstance(grad, Undefined):
        raise LookupError(
            f"No gradient is defined for operation {node.name!r} (op type: {node.type}), made at "
            f"{node.line}: {grad.reason} Register one with @tf.RegisterGradient({node.type!r}), "
            "or keep it off the path with tf.stop_gradient."
        )
    return lambda op, *dys: grad(raw, op, *dys)


def has_registered(op: Node) -> bool:
    """Tell whether a user has registered a gradient for nodes of this type."""
    return op.type in _registered


def get_gradient_function(op: Node) -> Gradient | None:
    """Give the function that builds a node's gradient.

    Args:
      op: the node.

    Returns:
      A function of the node and of a gradient for each of its outputs; None if no gradient
      flows through the node.

    Raises:
      LookupError: if nobody has said what the gradient is.
    """
    if not op.inputs:
        return None
    if op.gradient_override is not None:
        return _by_name(op.gradient_override, op)
    if op.type in _registered:
        return _registered[op.type]
    return _of_record(op.spec.grad, op)
