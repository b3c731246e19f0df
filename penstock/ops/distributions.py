"""Random distributions as TensorFlow's CPU kernels draw them: same seeds, same numbers.

Each function takes the key (seed, seed2) and the counter of the first block, and fills an array
in the order of the generator's stream, so an element depends on its place and on nothing else.
They run with NumPy and jax.numpy alike and give the same bits on both. Floating types below
float64 take one 32-bit word a number (16-bit types the lower bits of one), float64 and int64 two.

Normal numbers come from pairs of uniform ones by Box and Muller's method, sine first. A truncated
normal draws each group of numbers (one block's worth) from blocks of its own, 256 apart for four
numbers, taking those within two standard deviations in the order they come.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from penstock.ops import philox
from penstock.ops.portable_math import log32, log64, sincos32, sincos64, with_sign

__all__ = [
    "BLOCKS_PER_OUTPUT",
    "Key",
    "Shape",
    "block_normals",
    "block_normals64",
    "block_uniforms64",
    "box_muller",
    "box_muller64",
    "normal",
    "repeat",
    "truncated_normal",
    "uniform",
    "uniform_int",
]

Key = philox.Key
Shape = tuple[int, ...]
# Takes a condition, a body and a state.
Loop = Callable[[Callable[[Any], Any], Callable[[Any], Any], Any], Any]

# By type: the unsigned integer of its width, how many bits its mantissa has, and the bits of 1.
_MANTISSAS = {
    "float16": ("uint16", 10, 0x3C00),
    "bfloat16": ("uint16", 7, 0x3F80),
    "float32": ("uint32", 23, 0x3F800000),
    "float64": ("uint64", 52, 0x3FF0000000000000),
}
_SMALLEST = 1e-7
_LIMIT = 2.0
# Blocks that each output has to itself where candidates may be rejected, and that a run of an op
# reserves for each output.
BLOCKS_PER_OUTPUT = 256


def _unit(xp: Any, bits: Any, dtype: Any) -> Any:
    """Make numbers of [0, 1) of random bits: they are the mantissa of a number of [1, 2)."""
    dtype = np.dtype(dtype)
    name, width, one = _MANTISSAS[dtype.name]
    kind = np.dtype(name).type
    mantissa = bits.astype(name) & kind((1 << width) - 1)
    return (mantissa | kind(one)).view(dtype) - dtype.type(1)


def _long(xp: Any, low: Any, high: Any) -> Any:
    return low.astype(xp.uint64) | (high.astype(xp.uint64) << xp.uint64(32))


def uniform(xp: Any, key: Key, counter: Any, shape: Shape, dtype: Any) -> Any:
    """Draw floating numbers evenly from [0, 1).

    Args:
      xp: numpy or jax.numpy.
      key: the pair (seed, seed2).
      counter: the first block's counter.
      shape: shape of the result.
      dtype: a floating NumPy dtype, bfloat16 included.

    Returns:
      An array of `shape` and `dtype`.
    """
    count = prod(shape)
    if np.dtype(dtype) == np.float64:
        high, low = philox.pairs(xp, key, counter, count)
        bits = _long(xp, low, high)
    else:
        bits = philox.words(xp, key, counter, count)
    return _unit(xp, bits, dtype).reshape(shape)


def uniform_int(
    xp: Any, key: Key, counter: Any, shape: Shape, minval: Any, maxval: Any, dtype: Any
) -> Any:
    """Draw integers of [minval, maxval), slightly favouring small ones where the range is odd.

    Args:
      xp: numpy or jax.numpy.
      key: the pair (seed, seed2).
      counter: the first block's counter.
      shape: shape of the result.
      minval: the least number, an integer or array of no axes.
      maxval: the first number beyond; greater than `minval`.
      dtype: int32 or int64.

    Returns:
      An array of `shape` and `dtype`.
    """
    count = prod(shape)
    if np.dtype(dtype) == np.int64:
        bits, kind = _long(xp, *philox.pairs(xp, key, counter, count)), xp.uint64
    else:
        bits, kind = philox.words(xp, key, counter, count), xp.uint32
    low, high = (xp.asarray(bound, dtype).reshape(1).astype(kind) for bound in (minval, maxval))
    return (low + bits % (high - low)).astype(dtype).reshape(shape)


def box_muller(xp: Any, first: Any, second: Any) -> tuple[Any, Any]:
    """Turn two arrays of random words into two of standard normal float32 numbers."""
    u = xp.maximum(_unit(xp, first, np.float32), xp.float32(_SMALLEST))
    angle = _unit(xp, second, np.float32).astype(xp.float64) * (2 * np.pi)
    radius = xp.sqrt(log32(xp, u).astype(xp.float64) * -2.0).astype(xp.float32)
    sine, cosine = sincos32(xp, angle.astype(xp.float32))
    return tuple(_on_circle(xp, value, radius) for value in (sine, cosine))


def box_muller64(xp: Any, first: Any, second: Any) -> tuple[Any, Any]:
    """Turn two uint64 arrays of random bits into two of standard normal float64 numbers."""
    u = xp.maximum(_unit(xp, first, np.float64), _SMALLEST)
    # `abs` changes nothing; it keeps the product from being fused into what is subtracted from it.
    angle = xp.abs(_unit(xp, second, np.float64) * (2 * np.pi))
    radius = xp.sqrt(log64(xp, u) * -2.0)
    return tuple(_on_circle(xp, value, radius) for value in sincos64(xp, angle))


def _on_circle(xp: Any, coordinate: Any, radius: Any) -> Any:
    # The sign goes on last: so a compiler cannot fuse the product into what uses the number.
    product = xp.abs(coordinate).astype(radius.dtype) * radius
    return with_sign(xp, product, coordinate < 0.0)


def normal(xp: Any, key: Key, counter: Any, shape: Shape, dtype: Any) -> Any:
    """Draw standard normal numbers; arguments and result as for `uniform`."""
    count = prod(shape)
    if np.dtype(dtype) == np.float64:
        high, low = philox.pairs(xp, key, counter, (count + 1) // 2 * 2)
        bits = _long(xp, low, high)
        numbers = xp.stack(box_muller64(xp, bits[::2], bits[1::2]), axis=-1).reshape(-1)
    else:
        first, second = box_muller(xp, *philox.pairs(xp, key, counter, (count + 1) // 2))
        packed = _long(xp, first.view(xp.uint32), second.view(xp.uint32))
        numbers = packed.view(xp.float32).astype(dtype)
    return numbers[:count].reshape(shape)


def repeat(condition: Callable[[Any], Any], body: Callable[[Any], Any], state: Any) -> Any:
    """Apply `body` to `state` as long as `condition` of it holds: ``lax.while_loop``, run now."""
    while condition(state):
        state = body(state)
    return state


def truncated_normal(
    xp: Any,
    key: Key,
    counter: Any,
    shape: Shape,
    dtype: Any,
    loop: Loop = repeat,
) -> Any:
    """Draw standard normal numbers less than 2 from zero.

    Args:
      xp: numpy or jax.numpy.
      key: the pair (seed, seed2).
      counter: the first block's counter.
      shape: shape of the result.
      dtype: a floating NumPy dtype, bfloat16 included.
      loop: `repeat`, or ``jax.lax.while_loop`` where values are traced.

    Returns:
      An array of `shape` and `dtype`.
    """
    count = prod(shape)
    double = np.dtype(dtype) == np.float64
    size, kind = (2, xp.float64) if double else (4, xp.float32)
    candidates = block_normals64 if double else block_normals
    groups = (count + size - 1) // size
    start = xp.arange(groups, dtype=xp.uint64) * xp.uint64(size * BLOCKS_PER_OUTPUT // 4)
    start = start + philox.uint64(xp, counter)

    def one_more_block(state: Any) -> Any:
        turn, filled, *chosen = state
        for candidate in candidates(xp, philox.planes(xp, key, start + turn)):
            accepted = xp.abs(candidate) < _LIMIT
            chosen = [
                xp.where(accepted & (filled == place), candidate, value)
                for place, value in enumerate(chosen)
            ]
            filled = filled + accepted.astype(xp.int32)
        return (turn + xp.uint64(1), filled, *chosen)

    nothing = (xp.zeros(groups, kind),) * size
    state = (xp.uint64(0), xp.zeros(groups, xp.int32), *nothing)
    _, _, *chosen = loop(lambda state: xp.any(state[1] < size), one_more_block, state)
    return xp.stack(chosen, axis=-1).reshape(-1)[:count].astype(dtype).reshape(shape)


def block_normals(xp: Any, block: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make four standard normal float32 numbers of the words of each block."""
    return *box_muller(xp, *block[:2]), *box_muller(xp, *block[2:])


def block_normals64(xp: Any, block: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make two standard normal float64 numbers of the words of each block."""
    return box_muller64(xp, _long(xp, block[1], block[0]), _long(xp, block[3], block[2]))


def block_uniforms64(xp: Any, block: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make two float64 numbers of [0, 1) of the words of each block."""
    return tuple(
        _unit(xp, _long(xp, low, high), np.float64) for high, low in (block[:2], block[2:])
    )
