"""What JAX finds out about a user's kernel: its derivatives, and the shapes of its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.engine.xla_tier.backend import device_names

__all__ = ["result_shapes", "vector_jacobian"]


def vector_jacobian(function: Callable[..., Any], compiles: bool) -> Callable[..., Any]:
    """Make what multiplies a vector by a function's Jacobian, as TensorFlow's gradients do.

    Args:
      function: ``function(xp, moving, still)``, from a namespace and two lists of arrays to a tuple
        of arrays, to be differentiated by the first list.
      compiles: whether it may be compiled for arguments that are known.

    Returns:
      A function of the two lists and of a gradient for each result; it gives one for each member
      of the first list, as NumPy arrays if all arguments are known.
    """
    device_names()  # settings that JAX takes before its first computation

    def product(moving: Any, still: Any, gradients: Any) -> Any:
        _, backward = jax.vjp(lambda *given: function(jnp, given, still), *moving)
        found = backward(tuple(map(_conjugate, gradients)))
        return jax.tree.map(_conjugate, list(found))

    compiled = jax.jit(product) if compiles else product

    def call(moving: Any, still: Any, gradients: Any) -> Any:
        arguments = (list(moving), list(still), list(gradients))
        if any(isinstance(value, jax.core.Tracer) for value in jax.tree.leaves(arguments)):
            return product(*arguments)
        with jax.enable_x64(True):
            return jax.tree.map(np.asarray, compiled(*arguments))

    return call


def _conjugate(value: Any) -> Any:
    """Bridge two conventions: JAX multiplies by f', TensorFlow by its conjugate."""
    return jax.tree.map(lambda one: jnp.conj(one) if jnp.iscomplexobj(one) else one, value)


# What unknown sizes are taken to be: a result's size that differs between the two is unknown.
_STAND_INS = (12, 24)


def result_shapes(
    function: Callable[..., Any], shapes: Sequence[tuple[int | None, ...]], dtypes: Sequence[Any]
) -> list[Any]:
    """Find the static shapes of a function's results.

    Args:
      function: from a namespace and arrays to a tuple of arrays.
      shapes: the arguments' shapes, None for a size that is not known.
      dtypes: their NumPy types.

    Returns:
      A shape for each result, with None for what is not known.

    Raises:
      Exception: whatever the function raises on arguments of such shapes.
    """
    found = []
    for size in _STAND_INS if any(None in shape for shape in shapes) else _STAND_INS[:1]:
        arguments = [
            jax.ShapeDtypeStruct([size if one is None else one for one in shape], dtype)
            for shape, dtype in zip(shapes, dtypes, strict=True)
        ]
        with jax.enable_x64(True):
            found.append(
                [jnp.shape(one) for one in jax.eval_shape(partial(function, jnp), *arguments)]
            )
    return [
        tuple(one if one == other else None for one, other in zip(first, last, strict=True))
        if len(first) == len(last)
        else None
        for first, last in zip(found[0], found[-1], strict=True)
    ]
