"""Philox 4x32-10, the counter-based generator that all random numbers are drawn from.

A *block* is four 32-bit words, a pure function of a key and a counter (Salmon et al., "Parallel
random numbers: as easy as 1, 2, 3", 2011). As TensorFlow uses it, the key is the low and the high
half of `seed`, the counter's upper half is `seed2`, and its lower half counts blocks from zero.
A *key* below is the pair (seed, seed2); each is an integer of 64 bits, an array of one, or a pair
(low half, high half). So everything may be traced: the counter, and the seeds of stateless ops.

Two views of the stream save work: `planes` gives the four words of each block as four arrays, and
`pairs` the stream in order, two words at a time. Under XLA, words are put in order by packing
two into 64 bits: interleaving four arrays would compute the blocks four times over.
"""

from __future__ import annotations

from typing import Any

__all__ = ["blocks", "halves", "pairs", "planes", "scrambled", "uint64", "words"]

Key = tuple[Any, Any]

_LOW = 0xFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
# Stateless ops turn their seed into a key by one block of the generator under this key.
_SCRAMBLING_SEED = 0x02461E293EC8F720


def halves(value: Any) -> tuple[Any, Any]:
    """Split a 64-bit integer, traced or not, into its low and high 32 bits; a pair stays."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, int):
        return value & _LOW, (value >> 32) & _LOW
    value = value.astype("uint64")
    return value & _LOW, value >> 32


def uint64(xp: Any, value: Any) -> Any:
    """Give an integer, array or pair of halves as an unsigned 64-bit array of no axes."""
    low, high = halves(value)
    return xp.asarray(low, xp.uint64) | (xp.asarray(high, xp.uint64) << xp.uint64(32))


def planes(xp: Any, key: Key, index: Any) -> tuple[Any, Any, Any, Any]:
    """Compute the blocks at any counters.

    Args:
      xp: numpy or jax.numpy.
      key: the pair (seed, seed2).
      index: uint64 array of any shape, the lower halves of the counters.

    Returns:
      Four uint32 arrays of that shape: the first words of all blocks, the second words, …
    """
    word, long = xp.uint32, xp.uint64
    low, high = halves(key[0])
    third, fourth = halves(key[1])
    a, b = index.astype(word), (index >> long(32)).astype(word)
    c, d = xp.asarray(third).astype(word), xp.asarray(fourth).astype(word)
    for _ in range(_ROUNDS):
        first = a.astype(long) * long(_MULTIPLIERS[0])
        second = c.astype(long) * long(_MULTIPLIERS[1])
        a, b, c, d = (
            (second >> long(32)).astype(word) ^ b ^ xp.asarray(low).astype(word),
            second.astype(word),
            (first >> long(32)).astype(word) ^ d ^ xp.asarray(high).astype(word),
            first.astype(word),
        )
        low, high = (low + _KEY_STEPS[0]) & _LOW, (high + _KEY_STEPS[1]) & _LOW
    return a, b, c, d


def _counted(xp: Any, counter: Any, count: int) -> Any:
    return xp.arange(count, dtype=xp.uint64) + uint64(xp, counter)


def _packed(xp: Any, key: Key, counter: Any, count: int) -> Any:
    """Give `count` blocks as uint64[2 * count], the earlier word in the lower half."""
    a, b, c, d = planes(xp, key, _counted(xp, counter, count))
    long = xp.uint64
    first = a.astype(long) | (b.astype(long) << long(32))
    second = c.astype(long) | (d.astype(long) << long(32))
    return xp.stack([first, second], axis=-1).reshape(-1)


def pairs(xp: Any, key: Key, counter: Any, count: int) -> tuple[Any, Any]:
    """Draw `count` pairs of consecutive words from a block's beginning on.

    Returns:
      Two uint32 arrays [count]: the words at even places of the stream, and those at odd places.
    """
    packed = _packed(xp, key, counter, (count + 1) // 2)[:count]
    return packed.astype(xp.uint32), (packed >> xp.uint64(32)).astype(xp.uint32)


def words(xp: Any, key: Key, counter: Any, count: int) -> Any:
    """Draw `count` words from a block's beginning on, as uint32[count]."""
    return _packed(xp, key, counter, (count + 3) // 4).view(xp.uint32)[:count]


def blocks(xp: Any, key: Key, counter: Any, count: int) -> Any:
    """Compute `count` blocks from the counter `counter` on, as uint32[count, 4]."""
    return words(xp, key, counter, 4 * count).reshape(count, 4)


def scrambled(xp: Any, seed: Any) -> Key:
    """Turn the two-number seed of a stateless op into a key.

    Args:
      xp: numpy or jax.numpy.
      seed: integer array [2].

    Returns:
      The key, as two pairs of halves.
    """
    seed = seed.astype(xp.int64).astype(xp.uint64)
    a, b, c, d = planes(xp, (_SCRAMBLING_SEED, seed[1]), seed[0])
    return (a.astype(xp.uint64), b.astype(xp.uint64)), (c, d)
