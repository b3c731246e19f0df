"""`tf.custom_op`: a user's own op, from Python, with no build and nothing to register.

What TensorFlow asks a C++ library for is a record here, as Penstock's own ops are: signature,
kernel, gradient and shape rule in one place. JAX differentiates the kernel, and tells the shapes
of its results, if no one else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from penstock.core.dtypes import as_dtype
from penstock.engine.custom_op_class import CustomOp
from penstock.graph.shape_context import ShapeContext

__all__ = ["custom_op"]


def custom_op(
    name: str,
    inputs: Iterable[str],
    outputs: Iterable[str],
    attrs: Mapping[str, Any] | None = None,
    *,
    kernel: Callable[..., Any] | None = None,
    grad: Callable[..., Any] | bool = True,
    shape: Callable[[ShapeContext], Any] | None = None,
    static: Iterable[str] = (),
    stateful: bool = False,
    host: bool = False,
    doc: str = "",
) -> Any:
    """Make an op: a function that builds nodes of it.

    Args:
      name: the op's name, such as ``"Cube"``.
      inputs: its inputs in the notation of TensorFlow's op registry: ``"x: T"``, ``"axis: int32"``,
        ``"values: N * T"``.
      outputs: its outputs, likewise.
      attrs: its attributes: for a type, the dtypes that it may be; for anything else, the default.
      kernel: ``kernel(xp, *inputs, *, attributes)``: computes the outputs, one or a tuple of them,
        by the functions of `xp`, which is NumPy or `jax.numpy`: it runs interpreted and compiled,
        on any device. It gets those attributes that it names as keyword-only arguments. Left out,
        `custom_op` is a decorator of the kernel.
      grad: ``grad(ops, node, *dys)``: builds a gradient, or None, for each input; `ops` is
        `tf.raw_ops`. True has JAX differentiate the kernel, to any order; False says that no
        gradient flows.
      shape: ``shape(c)``: the static shape of the output, a list of shapes of several, from a
        `ShapeContext`. Left out, JAX finds it out by the kernel; with `host`, it is unknown.
      static: names of inputs whose values the kernel needs to know: they are NumPy arrays always.
      stateful: whether two nodes with the same inputs may give different values.
      host: whether only NumPy can run the kernel: it takes strings, or does what no device does.
      doc: what the op computes, in a sentence.

    Returns:
      A `CustomOp`, which is called with the inputs, attributes by name, and `name`, and gives
      tensors as `tf.raw_ops` do. Or a decorator that makes one.

    Raises:
      TypeError: if the kernel is not a Python function, or a declaration is wrong.

    Example:
        cube = tf.custom_op("Cube", ["x: T"], ["y: T"], {"T": [tf.float32, tf.float64]},
                            kernel=lambda xp, x: x * x * x)
        y = cube(x)
        dy, = tf.gradients(y, x)
    """
    declared = {key: _declared(value) for key, value in (attrs or {}).items()}

    def make(function: Callable[..., Any]) -> CustomOp:
        return CustomOp(
            name, inputs, outputs, declared, function, grad, shape,
            {"static": tuple(static), "stateful": stateful, "host": host, "doc": doc},
        )  # fmt: skip

    return make if kernel is None else make(kernel)


def _declared(value: Any) -> Any:
    """Bring the declaration of an attribute into the form of the records."""
    if isinstance(value, (set, frozenset, list, tuple)) and value:
        members = list(value)
        if all(not isinstance(one, str) for one in members):
            return frozenset(as_dtype(one) for one in members)
        return tuple(members)
    return value
