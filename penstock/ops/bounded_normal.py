"""Normal numbers of any mean and deviation between any two bounds, by rejection; NumPy only.

The sampler depends on where the bounds lie, in standard deviations from the mean: normal numbers
where they leave plenty of room, uniform ones where they are close together, and exponential ones
for a tail. A batch of numbers is drawn with one set of parameters; all batches read one stream of
blocks, each starting a new block.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.errors import InternalError, InvalidArgumentError
from penstock.ops import philox
from penstock.ops.distributions import Key, normal, uniform

__all__ = ["BATCH", "TRIES", "bounded_normal"]

# Numbers in a batch where all parameters are single numbers.
BATCH = 100
# Blocks reserved allow for so many candidates, two words each, for every number.
TRIES = 1000
_ROOM = 1.3
_BLOCKS_AT_ONCE = 512


@dataclass(frozen=True)
class _Stream:
    key: Key
    counter: Any
    dtype: np.dtype

    def read(self, draw: Callable[..., Any], first: int, blocks: int) -> np.ndarray:
        """Draw the numbers that `blocks` blocks give, from the block `first` on; a row a block."""
        width = 2 if self.dtype == np.float64 else 4
        start = philox.uint64(np, self.counter) + np.uint64(first)
        return draw(np, self.key, start, (blocks, width), self.dtype)


# From a stream, a first block and a number of steps to candidates and whether they are accepted,
# a row a step.
_Sampler = Callable[[_Stream, int, int], tuple[np.ndarray, np.ndarray]]


def bounded_normal(
    key: Key, counter: Any, batches: int, batch_size: int, count: int, parameters: Any
) -> np.ndarray:
    """Draw normal numbers between bounds.

    Args:
      key: the pair (seed, seed2).
      counter: the first block's counter.
      batches: how many batches there are.
      batch_size: numbers in each, but for the last, which may be short.
      count: numbers in all.
      parameters: arrays [1] or [batches] of one floating dtype: the means, standard deviations,
        least and greatest values.

    Returns:
      Array [count] of the parameters' dtype.

    Raises:
      InvalidArgumentError: if a deviation is not positive, or bounds are empty or both infinite.
      InternalError: if a thousand candidates in a row are rejected.
    """
    stream = _Stream(key, counter, parameters[0].dtype)
    result = np.empty(count, stream.dtype)
    block = 0
    for batch in range(batches):
        target = result[batch * batch_size : (batch + 1) * batch_size]
        mean, deviation, least, greatest = (
            values[batch if len(values) > 1 else 0] for values in parameters
        )
        _check(mean, deviation, least, greatest)
        if (np.isinf(least) and least < 0) or greatest < mean:
            least, greatest, deviation = greatest, least, -deviation
        with np.errstate(all="ignore"):
            low, high = (least - mean) / deviation, (greatest - mean) / deviation
            sampler, blocks_per_step = _sampler(low, high)
            block = _fill(target, stream, sampler, block, blocks_per_step)
            target *= deviation
            target += mean
    return result


def _check(mean: Any, deviation: Any, least: Any, greatest: Any) -> None:
    bounded = np.isfinite(least) or np.isfinite(greatest)
    if not (deviation > 0 and least < greatest and bounded):
        raise InvalidArgumentError(
            None,
            None,
            "A truncated normal needs a positive standard deviation and two bounds, the least "
            f"below the greatest and not both infinite, but mean {mean}, standard deviation "
            f"{deviation} and bounds {least} and {greatest} came.",
        )


def _sampler(low: Any, high: Any) -> tuple[_Sampler, int]:
    """Choose a sampler for bounds in standard deviations; give it and the blocks a step takes."""
    kind = low.dtype.type
    room, two, four = kind(_ROOM), kind(2), kind(4)
    if (low < -room and high >= 0) or (high > room and low <= 0):
        return _from_normal(low, high), 1
    root = np.sqrt(low * low + four)
    cutoff = two * np.exp(kind(0.5) + (low * (low - root)) / four) / (low + root)
    if high - low < cutoff:
        return _from_uniform(low, high), 2
    return _from_exponential(low, high, (low + root) / two), 1


def _from_normal(low: Any, high: Any) -> _Sampler:
    def sample(stream: _Stream, first: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
        x = stream.read(normal, first, steps)
        return x, (x >= low) & (x <= high)

    return sample


def _from_uniform(low: Any, high: Any) -> _Sampler:
    kind = low.dtype.type
    peak = kind(0) if low < 0 else low * low

    def sample(stream: _Stream, first: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
        numbers = stream.read(uniform, first, 2 * steps)
        z = numbers[::2] * (high - low) + low
        return z, numbers[1::2] <= np.exp((peak - z * z) / kind(2))

    return sample


def _from_exponential(low: Any, high: Any, rate: Any) -> _Sampler:
    kind = low.dtype.type

    def sample(stream: _Stream, first: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
        numbers = stream.read(uniform, first, steps)
        z = -np.log(numbers[:, ::2]) / rate + low
        x = rate - z if low < rate else low - rate
        return z, (numbers[:, 1::2] <= np.exp(-x * x / kind(2))) & (z < high)

    return sample


def _fill(
    target: np.ndarray, stream: _Stream, sampler: _Sampler, block: int, blocks_per_step: int
) -> int:
    """Fill `target` with accepted candidates from `block` on; give the first unused block."""
    filled = 0
    while filled < len(target):
        candidates, accepted = sampler(stream, block, _BLOCKS_AT_ONCE)
        places = np.flatnonzero(accepted)[: len(target) - filled]
        if not places.size:
            raise InternalError(
                None,
                None,
                f"A truncated normal rejected {accepted.size} candidates in a row: its bounds or "
                "mean leave hardly any number to draw.",
            )
        target[filled : filled + places.size] = candidates.ravel()[places]
        filled += places.size
        steps = len(accepted) if filled < len(target) else places[-1] // accepted.shape[1] + 1
        block += int(steps) * blocks_per_step
    return block
