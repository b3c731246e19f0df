"""Large random arrays in pieces that fit into a processor's cache: the same numbers, sooner.

A generator that counts can begin anywhere, so each piece is drawn on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from penstock.ops import distributions, philox
from penstock.ops.random_common import numpy_dtype, sizes_of

__all__ = ["KERNELS"]

Kernel = Callable[..., Any]

_PIECE = 65536


def _blocks(count: int, dtype: np.dtype) -> int:
    return count // (2 if dtype == np.float64 else 4)


def _spread_blocks(count: int, dtype: np.dtype) -> int:
    return count * distributions.BLOCKS_PER_OUTPUT // 4


def _in_pieces(draw: Kernel, blocks: Callable[[int, np.dtype], int]) -> Kernel:
    """Make a kernel that draws piece by piece; `blocks` tells how far a piece starts."""

    def kernel(xp: Any, shape: Any, *, key: Any, counter: Any, dtype: Any) -> np.ndarray:
        sizes, kind = sizes_of(shape), numpy_dtype(dtype)
        count = prod(sizes)
        if count <= _PIECE:
            return draw(np, key, counter, sizes, kind)
        result = np.empty(count, kind)
        start = philox.uint64(np, counter)
        for first in range(0, count, _PIECE):
            piece = result[first : first + _PIECE]
            at = start + np.uint64(blocks(first, kind))
            piece[:] = draw(np, key, at, piece.shape, kind)
        return result.reshape(sizes)

    return kernel


def _stateless(kernel: Kernel) -> Kernel:
    def drawn(xp: Any, shape: Any, seed: Any, *, dtype: Any) -> np.ndarray:
        return kernel(xp, shape, key=philox.scrambled(np, seed), counter=0, dtype=dtype)

    return drawn


_uniform = _in_pieces(distributions.uniform, _blocks)
_normal = _in_pieces(distributions.normal, _blocks)
_truncated_normal = _in_pieces(distributions.truncated_normal, _spread_blocks)

KERNELS: dict[str, Kernel] = {
    "RandomUniform": _uniform,
    "RandomStandardNormal": _normal,
    "TruncatedNormal": _truncated_normal,
    "StatelessRandomUniform": _stateless(_uniform),
    "StatelessRandomNormal": _stateless(_normal),
    "StatelessTruncatedNormal": _stateless(_truncated_normal),
}
