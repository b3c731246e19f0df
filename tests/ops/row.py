"""A row of the table of ops: inputs, what must come out of them, and what else must hold.

Every op record has at least one row, in `rows/<subject>.py`. `test_ops.py` gets out of a row: the
value on both tiers against the reference, dtypes, static shapes, gradients. A row says what varies:

    Row("Add", [normal(2, 3), normal(3)], reference=np.add, dtypes=("float32", "int32"), grad=True)
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Row", "between", "complexes", "integers", "normal", "positive"]


@dataclass(frozen=True)
class Row:
    """One use of an op.

    Attributes:
      op: the op's name.
      inputs: an array per declared input; a list of arrays for a list input. For the handle or
        reference of a variable, the variable's value.
      reference: from the input arrays to the expected outputs: an array, or a list of them for
        several. Floats come to it as float64. For an op that writes variables, the new values of
        these are expected first.
      check: in place of `reference`: called with the list of output arrays, asserts what it likes.
      attrs: attributes to give.
      dtypes: the dtypes to try; the inputs that share the first input's type attr are cast.
      grad: whether gradients are compared with differences; or the indices of the (flat) inputs.
      symmetric: whether the inputs are symmetric matrices, and moved as such for the differences.
      second: whether second derivatives are, too.
      rtol: relative and absolute tolerance, where the dtype's own does not serve.
      shape_known: whether the static shape must be fully known where those of the inputs are.
      label: what tells rows of one op apart.
    """

    op: str
    inputs: Sequence[Any] = ()
    reference: Callable[..., Any] | None = None
    attrs: Mapping[str, Any] = field(default_factory=dict)
    check: Callable[[list[Any]], None] | None = None
    dtypes: Sequence[str] = ()
    grad: bool | Sequence[int] = False
    symmetric: bool = False
    second: bool = True
    rtol: float | None = None
    shape_known: bool = True
    label: str = ""


def _random(*facts: Any) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(repr(facts).encode()))


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Draw float32 numbers around zero; the same for the same arguments."""
    return _random("normal", shape, seed).normal(size=shape).astype(np.float32)


def between(low: float, high: float, *shape: int, seed: int = 0) -> np.ndarray:
    """Draw float32 numbers from an interval."""
    draw = _random("between", low, high, shape, seed).uniform(low, high, size=shape)
    return np.asarray(draw, np.float32)


def positive(*shape: int, seed: int = 0) -> np.ndarray:
    """Draw float32 numbers between one half and two."""
    return between(0.5, 2.0, *shape, seed=seed)


def integers(low: int, high: int, *shape: int, dtype: Any = np.int32, seed: int = 0) -> np.ndarray:
    """Draw integers from low to high - 1."""
    draw = _random("integers", low, high, shape, seed).integers(low, high, size=shape)
    return np.asarray(draw, dtype)


def complexes(*shape: int, seed: int = 0) -> np.ndarray:
    """Draw complex64 numbers around zero."""
    return (normal(*shape, seed=seed) + 1j * normal(*shape, seed=seed + 1000)).astype(np.complex64)
