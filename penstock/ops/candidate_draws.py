"""How candidate samplers draw: distributions over classes, from a stream of random words."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.ops import philox

__all__ = [
    "Distribution",
    "Stream",
    "draw",
    "draw_unique",
    "fixed_unigram",
    "log_uniform",
    "uniform",
]

_CHUNK = 512


class Stream:
    """The words of a random op's stream, one after the other.

    Args:
      key: the pair (seed, seed2).
      counter: the block to begin with.
    """

    def __init__(self, key: philox.Key, counter: Any) -> None:
        self._key = key
        self._block = int(counter)
        self._words: Iterator[int] = iter(())

    def word(self) -> int:
        """Give the next 32 bits."""
        for word in self._words:
            return word
        words = philox.words(np, self._key, np.uint64(self._block), 4 * _CHUNK)
        self._block += _CHUNK
        self._words = iter(words.tolist())
        return next(self._words)

    def double(self) -> float:
        """Draw from [0, 1) with 52 bits: the first word gives the upper 20."""
        high, low = self.word() & 0xFFFFF, self.word()
        return ((high << 32) | low) * 2.0**-52

    def single(self) -> float:
        """Draw from [0, 1) with 23 bits."""
        return (self.word() & 0x7FFFFF) * 2.0**-23

    def _long(self) -> int:
        low, high = self.word(), self.word()
        return low | high << 32

    def below(self, bound: int, bits: int) -> int:
        """Draw an integer from [0, bound), made of 32 or 64 bits.

        What would make low numbers likelier is drawn again.
        """
        take = self.word if bits == 32 else self._long
        if bound & (bound - 1) == 0:
            return take() & (bound - 1)
        most = (1 << bits) - 1
        limit = most - (most % bound + 1)
        number = take()
        while number >= limit:
            number = take()
        return number % bound


class Distribution(Protocol):
    """What is drawn from: one class at a time, each with a known chance."""

    size: int

    def sample(self, stream: Stream) -> int:
        """Draw a class."""

    def probabilities(self, classes: Any) -> Any:
        """Give the chances of classes, as an array of their shape."""


class _LogUniform:
    def __init__(self, size: int) -> None:
        self.size = size
        self._log_range = np.log(size + 1)

    def sample(self, stream: Stream) -> int:
        return (int(np.exp(stream.double() * self._log_range)) - 1) % self.size

    def probabilities(self, classes: Any) -> Any:
        return np.log((classes + 2.0) / (classes + 1.0)) / self._log_range


class _Uniform:
    def __init__(self, size: int) -> None:
        self.size = size

    def sample(self, stream: Stream) -> int:
        return stream.below(self.size, 64)

    def probabilities(self, classes: Any) -> Any:
        return np.full(np.shape(classes), 1.0 / self.size)


class _Weighted:
    """Draws by Walker's alias method: a column evenly, then one of the two classes in it."""

    def __init__(self, weights: np.ndarray) -> None:
        self.size = len(weights)
        self._chances = weights / weights.sum(dtype=np.float32)
        self._split, self._alias = self._columns(weights.tolist())

    @staticmethod
    def _columns(weights: list[float]) -> tuple[list[float], list[int]]:
        """Fill up columns that are too low from those that are too high."""
        count, total = len(weights), sum(weights)
        split = [weight * count / total for weight in weights]
        alias = list(range(count))
        low = [place for place, height in enumerate(split) if height < 1]
        high = [place for place, height in enumerate(split) if height >= 1]
        while low and high:
            short, long = low.pop(), high.pop()
            alias[short] = long
            split[long] -= 1 - split[short]
            (low if split[long] < 1 else high).append(long)
        for place in low + high:  # full, but for rounding
            split[place], alias[place] = 1.0, place
        return np.float32(split).tolist(), alias

    def sample(self, stream: Stream) -> int:
        height = stream.single()
        place = stream.below(self.size, 32)
        return place if height < self._split[place] else self._alias[place]

    def probabilities(self, classes: Any) -> Any:
        known = (classes >= 0) & (classes < self.size)
        return np.where(known, self._chances[np.where(known, classes, 0)], 0)


def log_uniform(range_max: int, **_: Any) -> Distribution:
    """Make the distribution with chances log((c + 2) / (c + 1)) / log(range_max + 1)."""
    return _LogUniform(range_max)


def uniform(range_max: int, **_: Any) -> Distribution:
    """Make the distribution with equal chances."""
    return _Uniform(range_max)


def fixed_unigram(
    range_max: int,
    *,
    vocab_file: str,
    distortion: float,
    num_reserved_ids: int,
    num_shards: int,
    shard: int,
    unigrams: Any,
) -> Distribution:
    """Make the distribution with given weights.

    Args:
      range_max: how many classes there are.
      vocab_file: a CSV file with a class per line, its weight in the last column; or empty.
      distortion: the power to which weights are raised.
      num_reserved_ids: how many first classes have the weight 0.
      num_shards: in how many parts the classes are dealt out.
      shard: which part is drawn from.
      unigrams: the weights, if there is no file.

    Raises:
      InvalidArgumentError: if there are not as many weights as classes.
    """
    given = list(unigrams)
    if vocab_file:
        with open(vocab_file, encoding="utf-8") as lines:
            given = [float(columns[-1]) for columns in csv.reader(lines) if columns]
    weights = np.float32([0.0] * num_reserved_ids + [weight**distortion for weight in given])
    weights = weights[shard::num_shards]
    if len(weights) != range_max:
        raise InvalidArgumentError(
            None,
            None,
            f"There must be as many weights as classes, range_max = {range_max}, but with the "
            f"{num_reserved_ids} reserved ones there are {len(weights)}.",
        )
    return _Weighted(weights)


def draw(chosen: Distribution, stream: Stream, count: int) -> tuple[np.ndarray, int]:
    """Draw classes; give them and how many tries it took, which is `count`."""
    return np.array([chosen.sample(stream) for _ in range(count)], np.int64), count


def draw_unique(chosen: Distribution, stream: Stream, count: int) -> tuple[np.ndarray, int]:
    """Draw classes until `count` different ones are found; give them and the number of tries.

    Raises:
      InvalidArgumentError: if there are fewer classes.
    """
    if count > chosen.size:
        raise InvalidArgumentError(
            None,
            None,
            f"num_sampled = {count} different classes cannot be drawn from {chosen.size}. Draw "
            "fewer, or pass unique=False.",
        )
    found: dict[int, None] = {}
    tries = 0
    while len(found) < count:
        found[chosen.sample(stream)] = None
        tries += 1
    return np.fromiter(found, np.int64, count), tries
