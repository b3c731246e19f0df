"""The replicas over which a session's programs are spread: `Mesh`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import TensorShape

__all__ = ["Mesh", "as_mesh"]


@dataclass(frozen=True)
class Mesh:
    """Replicas that make each step together, each on its part of the batch.

    A step is compiled as one program over all replicas. What is fed by a placeholder whose first
    size is not known is a batch: each replica has its part. Variables are on each replica, unless
    the partitioner parts them. Results are those of one device, up to the last bits of sums. A
    batch that cannot be divided is an error where variables are changed; else each replica has all
    of it.

        with tf.Session(mesh=4) as sess:                       # or: penstock run --replicas 4 ...
            sess.run(train, {images: batch_of_64})             # 16 on each of 4 devices

    Args:
      replicas: how many devices; None for all there are.
      partitioner: what parts large variables, such as `tf.fixed_size_partitioner(4)` or
        `tf.variable_axis_size_partitioner(...)`: a function of a variable's shape and dtype that
        gives the number of parts for each axis. A variable that it parts is spread over the
        replicas along that axis, if the size can be divided by their number.
    """

    replicas: int | None = None
    partitioner: Callable[..., Sequence[int]] | None = None

    def __post_init__(self) -> None:
        if self.replicas is not None and (
            isinstance(self.replicas, bool) or not isinstance(self.replicas, int)
        ):
            raise TypeError(f"A mesh has a whole number of replicas, not {self.replicas!r}.")
        if self.replicas is not None and self.replicas < 1:
            raise ValueError(f"A mesh has one replica or more, not {self.replicas}.")

    def axis_of(self, shape: Sequence[int], dtype: Any, count: int) -> int | None:
        """Give the axis along which a variable is spread; None if each replica has all of it.

        Args:
          shape: the variable's shape.
          dtype: its dtype.
          count: the number of replicas.
        """
        if self.partitioner is None or not shape:
            return None
        kind: DType = as_dtype(dtype)
        parts = self.partitioner(shape=TensorShape(shape), dtype=kind)
        for axis, (number, size) in enumerate(zip(parts, shape, strict=True)):
            if number > 1 and size % count == 0:
                return axis
        return None


def as_mesh(value: Any) -> Mesh | None:
    """Make a mesh of what a session was given: a mesh, a number of replicas, or None.

    Raises:
      TypeError, ValueError: if it is none of these, or no possible number.
    """
    return value if value is None or isinstance(value, Mesh) else Mesh(value)
