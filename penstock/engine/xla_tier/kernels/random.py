"""Random ops under XLA: loops of unknown length, checks of traced bounds, and a shuffle.

All other random ops run as their records have them, and all give NumPy's bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.engine.xla_tier.checks import require
from penstock.ops import distributions, philox
from penstock.ops.random import bounds_message, check_bounds, shuffles
from penstock.ops.random_common import numpy_dtype, sizes_of

__all__ = ["KERNELS"]

Kernel = Callable[..., Any]


def _truncated_normal(xp: Any, shape: Any, *, key: Any, counter: Any, dtype: Any) -> Any:
    return distributions.truncated_normal(
        xp, key, counter, sizes_of(shape), numpy_dtype(dtype), loop=jax.lax.while_loop
    )


def _stateless_truncated_normal(xp: Any, shape: Any, seed: Any, *, dtype: Any) -> Any:
    key = philox.scrambled(xp, jnp.asarray(seed))
    return _truncated_normal(xp, shape, key=key, counter=0, dtype=dtype)


def _uniform_int(
    xp: Any, shape: Any, minval: Any, maxval: Any, *, key: Any, counter: Any, Tout: Any
) -> Any:
    sizes = sizes_of(shape)
    if all(isinstance(bound, (np.ndarray, np.generic)) for bound in (minval, maxval)):
        check_bounds(minval, maxval, sizes)
    elif 0 not in sizes:
        require(jnp.less(minval, maxval), bounds_message("a value", "one not greater"))
    return distributions.uniform_int(xp, key, counter, sizes, minval, maxval, numpy_dtype(Tout))


def _stateless_uniform_int(
    xp: Any, shape: Any, seed: Any, minval: Any, maxval: Any, *, dtype: Any
) -> Any:
    key = philox.scrambled(xp, jnp.asarray(seed))
    return _uniform_int(xp, shape, minval, maxval, key=key, counter=0, Tout=dtype)


def _shuffle(xp: Any, value: Any, *, key: Any, counter: Any) -> Any:
    if not shuffles(value.shape):
        return value
    count = value.shape[0]
    words = philox.words(xp, key, counter, count - 1)
    others = xp.arange(count - 1) + (words % xp.arange(count, 1, -1, dtype=xp.uint32))

    def swap(place: Any, places: Any) -> Any:
        other = others[place]
        here, there = places[place], places[other]
        return places.at[place].set(there).at[other].set(here)

    places = jax.lax.fori_loop(0, count - 1, swap, xp.arange(count))
    return xp.asarray(value)[places]


def _gamma_derivative(xp: Any, alpha: Any, sample: Any) -> Any:
    return jax.lax.random_gamma_grad(*xp.broadcast_arrays(alpha, sample))


KERNELS: dict[str, Kernel] = {
    "TruncatedNormal": _truncated_normal,
    "StatelessTruncatedNormal": _stateless_truncated_normal,
    "RandomUniformInt": _uniform_int,
    "StatelessRandomUniformInt": _stateless_uniform_int,
    "RandomShuffle": _shuffle,
    "RandomGammaGrad": _gamma_derivative,
}
