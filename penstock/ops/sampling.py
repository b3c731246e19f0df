"""Draws that choose or reject: permutations, categories, gamma and Poisson numbers.

As in `distributions`, keys and counters are the generator's, and the numbers are those that
TensorFlow's CPU kernels draw. `shuffled_places` and `categorical` read one stream of words from
the first block to the last. Gamma and Poisson samplers reject an unknown number of candidates, so
each number has blocks of its own, 256 apart, and all numbers are drawn side by side: a `_Draws`
holds where each of them stands in its stream. These two want NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from math import lgamma, prod
from typing import Any

import numpy as np

from penstock.ops import philox
from penstock.ops.distributions import (
    BLOCKS_PER_OUTPUT,
    Key,
    Shape,
    block_normals64,
    block_uniforms64,
    uniform,
)

__all__ = ["categorical", "gamma", "poisson", "shuffled_places"]

_lgamma = np.vectorize(lgamma, otypes=[np.float64])


def shuffled_places(key: Key, counter: Any, count: int) -> np.ndarray:
    """Draw a permutation: each place in turn is swapped with itself or a later one.

    Returns:
      int64[count]: where the element at each place of the shuffled array comes from.
    """
    words = philox.words(np, key, counter, count - 1)
    offsets = words % np.arange(count, 1, -1, dtype=np.uint32)
    places = list(range(count))
    for place, offset in enumerate(offsets.tolist()):
        other = place + offset
        places[place], places[other] = places[other], places[place]
    return np.array(places, np.int64)


def categorical(xp: Any, key: Key, counter: Any, logits: Any, sample_count: int, dtype: Any) -> Any:
    """Draw categories with probabilities proportional to exp(logits).

    Args:
      xp: numpy or jax.numpy.
      key: the pair (seed, seed2).
      counter: the first block's counter.
      logits: [batch, classes] of any real type; classes whose logit is not finite never come.
      sample_count: how many to draw for each row.
      dtype: int32 or int64.

    Returns:
      Array [batch, sample_count] of `dtype`. The number of classes where no logit is finite.
    """
    batch, classes = logits.shape
    logits = logits.astype(xp.float64)
    finite = xp.isfinite(logits)
    largest = xp.max(xp.where(finite, logits, -np.inf), axis=1, keepdims=True)
    largest = xp.where(xp.isfinite(largest), largest, 0.0)
    weights = xp.where(finite, xp.exp(xp.where(finite, logits, largest) - largest), 0.0)
    sums = xp.cumsum(weights, axis=1)
    drawn = uniform(xp, key, counter, (batch, sample_count), np.float64) * sums[:, -1:]
    # The first class whose sum exceeds the drawn number, by bisection in all rows at once.
    low = xp.zeros((batch, sample_count), xp.int64)
    high = xp.full((batch, sample_count), classes, xp.int64)
    for _ in range(classes.bit_length()):
        middle = (low + high) // 2
        beyond = xp.take_along_axis(sums, xp.minimum(middle, classes - 1), axis=1) > drawn
        searching = low < high
        low = xp.where(searching & ~beyond, middle + 1, low)
        high = xp.where(searching & beyond, middle, high)
    return low.astype(dtype)


class _Draws:
    """Many generators side by side, each handing out float64 numbers from its own blocks.

    A block gives two numbers, and the second of them is handed out first. Uniform and normal
    numbers take turns in a generator's blocks: a new block serves whichever has run out.
    """

    def __init__(self, key: Key, start: np.ndarray) -> None:
        self._key = key
        self._next = start.copy()
        self._waiting = {kind: np.full(start.shape, np.nan) for kind in ("uniform", "normal")}

    def uniform(self, who: np.ndarray) -> np.ndarray:
        """Draw from [0, 1) for the generators with the indices `who`."""
        return self._draw("uniform", block_uniforms64, who)

    def normal(self, who: np.ndarray) -> np.ndarray:
        """Draw a standard normal number for the generators with the indices `who`."""
        return self._draw("normal", block_normals64, who)

    def _draw(self, kind: str, numbers: Callable[..., Any], who: np.ndarray) -> np.ndarray:
        waiting = self._waiting[kind]
        drawn = waiting[who]
        waiting[who] = np.nan
        empty = np.isnan(drawn)
        renewed = who[empty]
        block = philox.planes(np, self._key, self._next[renewed])
        self._next[renewed] += np.uint64(1)
        waiting[renewed], drawn[empty] = numbers(np, block)
        return drawn


def _own_blocks(counter: Any, count: int) -> np.ndarray:
    places = np.arange(count, dtype=np.uint64) * np.uint64(BLOCKS_PER_OUTPUT)
    return places + philox.uint64(np, counter)


def _arranged(drawn: np.ndarray, shape: Shape, parameter: Any) -> np.ndarray:
    """Put numbers drawn parameter by parameter into the order shape + parameter.shape."""
    samples = np.moveaxis(drawn.reshape(parameter.size, prod(shape)), 0, -1)
    return samples.reshape(*shape, *parameter.shape)


def gamma(key: Key, counter: Any, shape: Shape, alpha: np.ndarray) -> np.ndarray:
    """Draw gamma numbers of scale 1 by Marsaglia and Tsang's method (2000).

    Args:
      key: the pair (seed, seed2).
      counter: the first block's counter.
      shape: shape of the samples for each alpha.
      alpha: the shape parameters.

    Returns:
      Array of shape ``shape + alpha.shape`` and alpha's dtype.
    """
    alphas = np.repeat(alpha.astype(np.float64).ravel(), prod(shape))
    draws = _Draws(key, _own_blocks(counter, alphas.size))
    result = np.empty(alphas.shape)
    exponential = np.flatnonzero(alphas == 1.0)
    result[exponential] = -np.log(1.0 - draws.uniform(exponential))
    below_one = alphas < 1.0
    d = alphas + np.where(below_one, 2.0 / 3.0, -1.0 / 3.0)
    c = 1.0 / 3.0 / np.sqrt(d)
    pending = np.flatnonzero(alphas != 1.0)
    while pending.size:
        x = draws.normal(pending)
        v = 1.0 + c[pending] * x
        positive = v > 0.0
        who, x, v = pending[positive], x[positive], v[positive]
        v = v * v * v
        u = draws.uniform(who)
        with np.errstate(divide="ignore"):
            accepted = (u < 1.0 - 0.0331 * (x * x) * (x * x)) | (
                np.log(u) < 0.5 * x * x + d[who] * (1.0 - v + np.log(v))
            )
        done = who[accepted]
        result[done] = d[done] * v[accepted]
        pending = np.setdiff1d(pending, done, assume_unique=True)
    small = np.flatnonzero(below_one)
    result[small] *= draws.uniform(small) ** (1.0 / alphas[small])
    return _arranged(_narrowed(result, alpha.dtype), shape, alpha)


def _narrowed(numbers: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Cast as TensorFlow does: by way of float32 to float16, and subnormal numbers become 0."""
    if dtype != np.float64:
        numbers = np.where(numbers < np.finfo(np.float32).tiny, 0.0, numbers).astype(np.float32)
    return np.where(numbers < np.finfo(np.float64).tiny, 0, numbers).astype(dtype)


def poisson(key: Key, counter: Any, shape: Shape, rate: np.ndarray, dtype: Any) -> np.ndarray:
    """Draw Poisson numbers: Knuth's products below a rate of 10, Hörmann's rejection (1993) above.

    Args:
      key: the pair (seed, seed2).
      counter: the first block's counter.
      shape: shape of the samples for each rate.
      rate: the expected numbers.
      dtype: type of the result, integer or floating.

    Returns:
      Array of shape ``shape + rate.shape`` and `dtype`.
    """
    rates = np.repeat(rate.astype(np.float64).ravel(), prod(shape))
    draws = _Draws(key, _own_blocks(counter, rates.size))
    dtype = np.dtype(dtype)
    highest = float(np.iinfo(dtype).max if dtype.kind == "i" else np.finfo(dtype).max)
    result = np.zeros(rates.shape)
    small = rates < 10.0
    _poisson_by_products(draws, rates, np.flatnonzero(small), result)
    _poisson_by_rejection(draws, rates, np.flatnonzero(~small), result, highest)
    return _arranged(result, shape, rate).astype(dtype)


def _poisson_by_products(
    draws: _Draws, rates: np.ndarray, pending: np.ndarray, result: np.ndarray
) -> None:
    products = np.ones(rates.shape)
    limits = np.exp(-rates)
    while pending.size:
        products[pending] *= draws.uniform(pending)
        pending = pending[products[pending] > limits[pending]]
        result[pending] += 1.0


def _poisson_by_rejection(
    draws: _Draws, rates: np.ndarray, pending: np.ndarray, result: np.ndarray, highest: float
) -> None:
    while pending.size:
        rate = rates[pending]
        b = 0.931 + 2.53 * np.sqrt(rate)
        a = -0.059 + 0.02483 * b
        u = draws.uniform(pending) - 0.5
        v = draws.uniform(pending)
        edge = 0.5 - np.abs(u)
        with np.errstate(divide="ignore", invalid="ignore"):
            k = np.floor((2.0 * a / edge + b) * u + rate + 0.43)
            density = np.log(v * (1.1239 + 1.1328 / (b - 3.4)) / (a / (edge * edge) + b))
            possible = (k <= highest) & (k >= 0.0)
            target = k * np.log(rate) - rate - _lgamma(np.where(possible, k, 0.0) + 1.0)
        quick = (edge >= 0.07) & (v <= 0.9277 - 3.6224 / (b - 2.0)) & (k <= highest)
        slow = possible & ~((edge < 0.013) & (v > edge)) & (density <= target)
        accepted = quick | slow
        result[pending[accepted]] = k[accepted]
        pending = pending[~accepted]
