"""The buffer that the elements of a TensorArray stand in while they are in compiled code.

It may have room for more elements than there are: those that a loop writes of which only a run
can tell how often it turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Self

import jax.numpy as jnp
import numpy as np

from penstock.core.shapes import Shape
from penstock.engine.xla_tier.checks import KNOWN, require, require_in_range, tracing
from penstock.engine.xla_tier.rooms import Room, need
from penstock.ops.array_reads import Reads
from penstock.ops.array_values import ArrayForm, ArrayValue
from penstock.ops.cells import Cells
from penstock.ops.index_range import check_range
from penstock.ops.listed_arrays import ListedArray

__all__ = ["DenseBuffer", "OwnReads", "Ragged", "Untrimmed"]


class Ragged(Exception):
    """An array whose elements have different shapes, or none yet, cannot be one buffer."""


class Untrimmed(Exception):
    """An array has room for more elements than it has, and what is done needs all it has."""


class OwnReads(Reads):
    """Notes what the steps of a stage read; those of branches and loops may be traced often."""

    def note(self, index: int) -> None:
        """Note that an element is read, by a step of the stage's own."""
        if tracing.inputs:
            super().note(index)


class DenseBuffer(ArrayValue):
    """The elements of an array in one buffer, and what is known of it.

    Args:
      form: what holds for all elements.
      size: their number.
      buffer: the elements along its first axis; zeros where none was written. None as long as
        nothing was written and their shape is not known.
      written: which elements were written; None where nobody needs to know.
      reads: notes what is read, where an element is read once only.
      count: how many elements there are, where `size` is room for more; None where `size` says.
      room: the room, where a run may need more.
    """

    def __init__(
        self,
        form: ArrayForm,
        size: int,
        buffer: Any = None,
        written: Any = None,
        reads: Reads | None = None,
        count: Any = None,
        room: Room | None = None,
    ) -> None:
        self.form = form
        self._size = size
        self.buffer = buffer
        self.written = written
        self.reads = reads
        self.count = count
        self.room = room

    @classmethod
    def empty(
        cls, form: ArrayForm, size: int, shapes: Sequence[Shape] = (), count: Any = None
    ) -> Self:
        """Make an array in which nothing is written."""
        known = {form.element_shape, *shapes} - {None}
        made = cls(form, size, count=count)
        shape: Any = known.pop() if len(known) == 1 else (None,)
        return made if None in shape else made.sized(shape)

    @property
    def size(self) -> int:
        """The number of elements that there is room for."""
        return self._size

    @property
    def length(self) -> Any:
        """The number of elements, which may be traced."""
        return np.int32(self._size) if self.count is None else self.count

    @property
    def told_size(self) -> int:
        """The number of elements, where it must be known."""
        if self.count is not None:
            raise Untrimmed
        return self._size

    def element_shapes(self) -> Sequence[Shape]:
        """The shapes of the elements one by one, if they are not alike."""
        if self.form.alike or self.buffer is None:
            return ()
        return [self.buffer.shape[1:]] * self._size

    def changed(self, **changes: Any) -> Self:
        """Give the same array with other values of some attributes."""
        made = copy(self)
        made.__dict__.update(changes)
        return made

    def _with(self, buffer: Any, written: Any) -> Self:
        form = self.form
        if form.alike and form.element_shape != buffer.shape[1:]:
            form = replace(form, element_shape=buffer.shape[1:])
        return self.changed(form=form, buffer=buffer, written=written)

    def sized(self, shape: tuple[int, ...]) -> Self:
        """Give the same array with a buffer, for elements of that shape."""
        if self.buffer is not None:
            if self.buffer.shape[1:] != shape:
                self.form.with_element("of its own", shape)  # raises where they must be alike
                raise Ragged
            return self
        self.form.with_element("first", shape)
        buffer = jnp.zeros((self._size, *shape), self.form.dtype.as_numpy_dtype)
        return self._with(buffer, self.written)

    def of_size(self, size: int, written: Any, reads: Reads | None = None) -> Self:
        """Give the same array, perhaps longer, with other notes of what was written and read."""
        buffer = self.buffer
        if size > self._size and buffer is not None:
            more = [(0, size - self._size)] + [(0, 0)] * (buffer.ndim - 1)
            buffer = jnp.pad(buffer, more)
        return type(self)(self.form, size, buffer, written, reads)

    def _grown(self, size: int) -> Self:
        """Give the same array, longer if it was shorter than that."""
        if size <= self._size:
            return self
        written = self.written
        if not (self.form.depth or self.form.rewritable):
            written = np.ones(self._size, bool) if written is None else written
            pad = (np if isinstance(written, KNOWN) else jnp).pad
            written = pad(written, (0, size - self._size))
        longer = self.of_size(size, written)
        return self.changed(_size=size, buffer=longer.buffer, written=written)

    def with_room(self, room: Room) -> Self:
        """Give the same array with room for more elements, which a loop may write."""
        if self.room is not None:
            return self
        written = self.written
        if written is None and not self.form.rewritable:
            written = np.ones(self._size, bool)
        made = self.changed(written=written, count=self.length, room=room)
        return made._grown(room.size)

    def _note_reads(self, indices: Any) -> None:
        if self.reads is not None and isinstance(indices, KNOWN):
            for index in np.ravel(indices).tolist():
                self.reads.note(index)

    def _check(self, indices: Any) -> None:
        if self.count is not None:
            indices = jnp.asarray(indices)
            require(
                jnp.all((indices >= 0) & (indices < self.count)),
                "index has what is not in the range of the TensorArray's elements. Check how "
                "the indices are numbered, and how many there can be.",
            )
        elif tracing.node not in tracing.settled:
            require_in_range(indices, self._size, "the TensorArray", "index")

    def _check_unwritten(self, indices: Any) -> None:
        if self.form.depth or self.written is None or self.form.rewritable:
            return
        if tracing.node in tracing.settled:
            return
        require(
            ~jnp.any(jnp.asarray(self.written)[indices]),
            "An index of a TensorArray can be written once, but one is written again. "
            "Write to another index, or use another TensorArray",
        )

    def _reaching(self, indices: Any) -> Self:
        """Give the array with room for what is to be written at `indices`; check these."""
        if not self.form.grows or tracing.node in tracing.settled:
            self._check(indices)
            return self
        if isinstance(indices, KNOWN):
            check_range(indices, int(np.max(indices, initial=0)) + 1, "the TensorArray", "index")
        else:
            require(jnp.all(indices >= 0), "The index of a TensorArray must not be negative")
        end = (np if isinstance(indices, KNOWN) else jnp).max(indices, initial=-1) + 1
        if self.room is not None:
            need(self.room, jnp.where(end > self._size, end, 0))
            made = self
        elif isinstance(indices, KNOWN):
            made = self._grown(int(end))
        else:
            raise Ragged
        if made.count is None:
            return made
        return made.changed(count=jnp.maximum(made.count, jnp.asarray(end, np.int32)))

    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers."""
        shape = None if self.buffer is None else self.buffer.shape
        has = self.written is not None, self.count is not None
        return (type(self), self.form, self._size, shape, has)

    def described(self) -> str:
        """Say what it is, in a few words."""
        text = super().described()
        return text if self.count is None else text.replace("of", "with room for", 1)

    def on_host(self) -> ListedArray:
        """Give the same array as the interpreter has it."""
        count = int(self.length)
        made = ListedArray.empty(self.form, count)
        if self.buffer is None:
            return made
        rows: list[Any] = list(np.asarray(self.buffer)[:count])
        if self.written is not None:
            written = np.asarray(self.written)[:count]
            rows = [row if there else None for row, there in zip(rows, written, strict=True)]
        return ListedArray(self.form, Cells(rows), (), made.reads)

    def trimmed(self) -> Self:
        """Give the same array without room for more."""
        if self.count is None:
            return self
        count = int(self.count)
        buffer, written = [
            None if part is None else np.asarray(part)[:count]
            for part in (self.buffer, self.written)
        ]
        return type(self)(self.form, count, buffer, written, self.reads)

    def __repr__(self) -> str:
        return f"<array of {self._size} elements in {self.buffer!r}>"
