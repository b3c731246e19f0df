"""What a loop's slice follows of a TensorArray: which elements were written and read.

A slice knows the indices of all turns, but not what is written there. So all accesses are checked
before the loop runs, and the loop itself need check nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.engine.xla_tier.checks import KNOWN
from penstock.engine.xla_tier.dense_arrays import DenseArray
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.listed_arrays import ListedArray

__all__ = ["ACCESSES", "Access", "Marks"]


class Marks:
    """What is followed of an array: its size, and which elements were written and read.

    Args:
      form: what holds for all elements.
      size: their number.
      written: which were written; None where it does not matter.
    """

    def __init__(self, form: ArrayForm, size: int, written: Any) -> None:
        self.form = form
        self.size = size
        self.written = written
        self.read = np.zeros(size, bool) if form.clears else None

    @classmethod
    def of(cls, array: ArrayValue) -> Marks | None:
        """Give the marks of an array; None if they are only known when it runs."""
        written = None
        if isinstance(array, DenseArray):
            written = array.written
        elif isinstance(array, ListedArray) and not (array.form.depth or array.form.rewritable):
            written = np.array([item is not None for item in array.cells.items], bool)
        if not isinstance(written, KNOWN):
            return None
        made = cls(array.form, array.size, None if written is None else written.copy())
        if made.read is not None and array.reads is not None:
            made.read[list(array.reads)] = True
        return made

    def copy(self) -> Marks:
        """Give marks that change on their own."""
        made = copy(self)
        made.written = None if self.written is None else self.written.copy()
        made.read = None if self.read is None else self.read.copy()
        return made

    def at(self, depth: int) -> Marks:
        """Give the marks of the gradient of that depth."""
        if depth == self.form.depth:
            return self
        return Marks(self.form.at(depth), self.size, None)

    def write(self, indices: Sequence[int]) -> Marks:
        """Mark elements as written.

        Raises:
          InvalidArgumentError: if one does not exist or was written.
        """
        last = max(indices, default=-1)
        if self.form.grows and last >= self.size:
            self._grow(last + 1 - self.size)
        self._check(indices)
        if self.written is not None:
            for index in indices:
                if self.written[index]:
                    raise InvalidArgumentError(None, None, f"Index {index} is written again")
                self.written[index] = True
        return self

    def _grow(self, more: int) -> None:
        self.size += more
        if self.written is not None:
            self.written = np.pad(self.written, (0, more))
        if self.read is not None:
            self.read = np.pad(self.read, (0, more))

    def _check(self, indices: Sequence[int]) -> None:
        for index in indices:
            if not 0 <= index < self.size:
                raise InvalidArgumentError(None, None, f"{index} is not in [0, {self.size})")

    def take(self, indices: Sequence[int]) -> None:
        """Mark elements as read.

        Raises:
          InvalidArgumentError: if one does not exist, or may not be read.
        """
        self._check(indices)
        for index in indices:
            if self.read is not None:
                if self.read[index]:
                    raise InvalidArgumentError(None, None, f"Index {index} is read again")
                self.read[index] = True
            if self.written is not None and not self.form.alike and not self.written[index]:
                raise InvalidArgumentError(None, None, f"Index {index} was not written")


@dataclass(frozen=True, slots=True)
class Access:
    """What an op does to the marks of an array.

    Attributes:
      flow: the position of the array among the op's inputs.
      needed: the positions of those inputs that must be known by their values.
      apply: does it, given the marks and those values.
      gives_array: whether the op gives an array, too.
      sees_size: whether it asks for the size, which changes where an array grows.
    """

    flow: int
    needed: tuple[int, ...]
    apply: Callable[..., Marks | None]
    gives_array: bool
    sees_size: bool = False


def _write(array: Marks, index: Any) -> Marks:
    return array.write([int(index)])


def _read(array: Marks, index: Any) -> None:
    array.take([int(index)])


def _scatter(array: Marks, indices: Any) -> Marks:
    return array.write(indices.tolist())


def _gather(array: Marks, indices: Any) -> None:
    array.take(indices.tolist())


def _split(array: Marks, lengths: Any) -> Marks:
    return array.write(range(len(lengths)))


def _concat(array: Marks) -> None:
    array.take(range(array.size))


def _same(array: Marks) -> Marks:
    return array


ACCESSES = {
    "TensorArrayWriteV3": Access(3, (1,), _write, True),
    "TensorArrayReadV3": Access(2, (1,), _read, False),
    "TensorArrayScatterV3": Access(3, (1,), _scatter, True),
    "TensorArrayGatherV3": Access(2, (1,), _gather, False, True),
    "TensorArraySplitV3": Access(3, (2,), _split, True, True),
    "TensorArrayConcatV3": Access(1, (), _concat, False, True),
    "TensorArraySizeV3": Access(1, (), lambda array: None, False, True),
    "TensorArrayGradV3": Access(1, (), _same, True),
    "TensorListSetItem": Access(0, (1,), _write, True),
    "TensorListGetItem": Access(0, (1,), _read, False),
    "TensorListGather": Access(0, (1,), _gather, False),
    "TensorListStack": Access(0, (), lambda array: None, False),
    "TensorListLength": Access(0, (), lambda array: None, False),
    "Identity": Access(0, (), _same, True),
    "ZerosLike": Access(0, (), lambda array: array.at(array.form.depth + 1), True),
}
