"""How the inputs of a grid cell are cut into windows of frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from penstock.core.dtypes import int32
from penstock.functions.arrays import constant
from penstock.functions.arrays_filling import pad
from penstock.functions.arrays_indexing import slice as slice_of

__all__ = ["BandWindows"]


@dataclass(frozen=True, slots=True)
class BandWindows:
    """Windows of the inputs, in blocks.

    Attributes:
      size: the size of a window.
      skip: how far the windows are from one another.
      counts: the number of windows in each block.
      starts: where each block begins; None if there is one of all inputs.
      ends: where each block ends.
    """

    size: int | None
    skip: int | None
    counts: Sequence[int]
    starts: Sequence[int] | None
    ends: Sequence[int] | None

    def of(self, inputs: Any, offset: int = 0) -> list[list[Any]]:
        """Build the windows of some inputs, by block.

        Args:
          inputs: a tensor [batch, depth].
          offset: by how much all windows are shifted; there are zeros beyond the inputs.

        Raises:
          ValueError: if the depth is not known, or the windows are not as many as they should be.
        """
        depth = inputs.get_shape().with_rank(2).as_list()[1]
        if depth is None:
            raise ValueError(
                "The last size of the inputs must be known, since they are cut into windows, but "
                f"their shape is {inputs.get_shape()}. Set it by set_shape."
            )
        blocks = self._blocks(depth)
        if offset:
            around = [0, 0, max(-offset, 0), max(offset, 0)]
            inputs = pad(inputs, constant(around, shape=[2, 2], dtype=int32), "CONSTANT")
        assert self.skip is not None
        return [
            [
                slice_of(inputs, [0, start + max(offset, 0) + index * self.skip], [-1, self.size])
                for index in range(count)
            ]
            for start, count in blocks
        ]

    def _blocks(self, depth: int) -> list[tuple[int, int]]:
        """Give where each block begins, and the number of its windows."""
        if not self.size or not self.skip:
            raise ValueError(
                "feature_size and frequency_skip must say how the inputs are cut into windows, "
                f"but are {self.size!r} and {self.skip!r}."
            )
        starts, ends = (self.starts, self.ends) if self.starts else ([0], [depth])
        if not len(starts) == len(ends or ()) == len(self.counts):
            raise ValueError(
                "start_freqindex_list, end_freqindex_list and num_frequency_blocks must tell of "
                f"equally many blocks, but are {self.starts!r}, {self.ends!r} and "
                f"{list(self.counts)}."
            )
        blocks = []
        for start, end, count in zip(starts, ends or (), self.counts, strict=True):
            there = int((end - start - self.size) / self.skip) + 1
            if there != count:
                raise ValueError(
                    f"num_frequency_blocks says that a block has {count} windows, but from "
                    f"{start} to {end} there are {there} of size {self.size}, {self.skip} apart."
                )
            blocks.append((start, count))
        return blocks
