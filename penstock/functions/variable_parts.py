"""How a partitioner cuts a variable: which parts there are, of what sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from penstock.core.dtypes import DType
from penstock.core.shapes import Shape, TensorShape, describe, is_fully_defined

__all__ = ["PartitionInfo", "call_partitioner", "parts_of"]


class PartitionInfo(NamedTuple):
    """Which part of a larger variable an initializer is asked for."""

    full_shape: list[int]
    var_offset: list[int]

    def single_offset(self, shape: Any) -> int:
        """Give where the part begins along the one axis that the variable is cut on.

        Args:
          shape: the part's shape.

        Raises:
          ValueError: if it is cut on several.
        """
        axis = self.single_slice_dim(shape)
        return 0 if axis is None else self.var_offset[axis]

    def single_slice_dim(self, shape: Any) -> int | None:
        """Give the one axis that the variable is cut on; None if the part is all of it.

        Args:
          shape: the part's shape.

        Raises:
          ValueError: if it is cut on several.
        """
        sizes = [int(size) for size in shape]
        cut = [axis for axis, size in enumerate(self.full_shape) if sizes[axis] != size]
        if len(cut) > 1:
            raise ValueError(
                f"A part must differ from the variable along one axis, but {sizes} and "
                f"{self.full_shape} differ along {cut}."
            )
        return cut[0] if cut else None


def call_partitioner(partitioner: Any, name: str, shape: Shape, dtype: DType) -> list[int]:
    """Ask a partitioner for the number of parts along each axis of the variable `name`.

    Raises:
      ValueError: if its answer makes no sense.
    """
    if not is_fully_defined(shape):
        raise ValueError(
            f"Variable {name!r} needs a fully known shape to be cut into parts, but its shape is "
            f"{describe(shape)}."
        )
    from_function = partitioner(shape=TensorShape(shape), dtype=dtype)
    if not isinstance(from_function, (list, tuple)):
        raise ValueError(f"A partitioner must give a list of numbers, not {from_function!r}.")
    partitions = [int(count) for count in from_function]
    assert shape is not None
    if len(partitions) != len(shape):
        raise ValueError(
            f"A partitioner must give a number for each of the axes of {describe(shape)}, but gave "
            f"{partitions}."
        )
    if any(count < 1 for count in partitions):
        raise ValueError(f"A partitioner must give positive numbers, not {partitions}.")
    if any(count > size for count, size in zip(partitions, shape, strict=True)):
        raise ValueError(
            f"Variable {name!r} of shape {describe(shape)} cannot be cut into {partitions} parts: "
            "some would be empty. Give no more parts than an axis is long."
        )
    if sum(count > 1 for count in partitions) > 1:
        raise ValueError(
            f"A variable can be cut along one axis only, but the partitioner gave {partitions}."
        )
    return partitions


def parts_of(sizes: list[int], partitions: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Give offset and sizes of each part; the first parts take what does not go round."""
    axis = max(range(len(sizes)), key=lambda each: partitions[each])
    count = partitions[axis]
    start = 0
    for number in range(count):
        length = sizes[axis] // count + (number < sizes[axis] % count)
        offset, part = [0] * len(sizes), list(sizes)
        offset[axis], part[axis] = start, length
        start += length
        yield offset, part
