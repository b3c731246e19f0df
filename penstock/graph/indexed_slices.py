"""Gradients of lookups: the few rows of a large tensor that are not zero, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from penstock.core.containers import Composite
from penstock.graph.build import raw

if TYPE_CHECKING:
    from penstock.core.dtypes import DType
    from penstock.graph.graph import Graph
    from penstock.graph.node import Node, Tensor

__all__ = ["IndexedSlices", "IndexedSlicesValue"]


class IndexedSlicesValue(NamedTuple):
    """What a session gives for `IndexedSlices`: the same three, as NumPy arrays."""

    values: Any
    indices: Any
    dense_shape: Any = None


class IndexedSlices(Composite):
    """Rows of a tensor that is zero elsewhere: ``dense[indices[i]]`` is the sum of ``values[i]``.

    The gradient of `tf.gather` is of this form, so that an optimizer updates only the rows that
    were looked up. Used where a tensor is needed, it becomes the dense one.

    Args:
      values: tensor [n, ...] of the rows.
      indices: integer tensor [n] of the rows' numbers, which may repeat.
      dense_shape: integer tensor, the shape of the dense tensor; None if nobody knows it.
    """

    __slots__ = ("_dense_shape", "_indices", "_values")

    def __init__(self, values: Tensor, indices: Tensor, dense_shape: Tensor | None = None) -> None:
        self._values = values
        self._indices = indices
        self._dense_shape = dense_shape

    def composite_parts(self) -> tuple[Any, ...]:
        """The tensors that this is made of."""
        parts = (self._values, self._indices)
        return parts if self._dense_shape is None else (*parts, self._dense_shape)

    def composite_with(self, parts: tuple[Any, ...]) -> IndexedSlices:
        """Slices made of other tensors."""
        return IndexedSlices(*parts)

    @property
    def values(self) -> Tensor:
        """The rows."""
        return self._values

    @property
    def indices(self) -> Tensor:
        """The rows' numbers."""
        return self._indices

    @property
    def dense_shape(self) -> Tensor | None:
        """The shape of the dense tensor, or None."""
        return self._dense_shape

    @property
    def name(self) -> str:
        """The name of `values`."""
        return self._values.name

    @property
    def device(self) -> str:
        """The device of `values`."""
        return self._values.device

    @property
    def op(self) -> Node:
        """The node that produces `values`."""
        return self._values.op

    @property
    def dtype(self) -> DType:
        """The dtype of `values`."""
        return self._values.dtype

    @property
    def graph(self) -> Graph:
        """The graph it belongs to."""
        return self._values.graph

    def consumers(self) -> list[Node]:
        """List the nodes that take one of its tensors as an input."""
        parts: Sequence[Tensor | None] = (self._values, self._indices, self._dense_shape)
        found = [node for part in parts if part is not None for node in part.consumers()]
        return list(dict.fromkeys(found))

    def _convert_to_tensor(
        self,
        graph: Graph,
        dtype: DType | None,
        name: str | None,
        as_ref: bool,
        preferred: DType | None,
    ) -> Tensor:
        if dtype is not None and not dtype.is_compatible_with(self.dtype):
            raise ValueError(
                f"A tensor of dtype {dtype.name} is needed here, but {self!r} has dtype "
                f"{self.dtype.name}. Convert its values with tf.cast."
            )
        if self._dense_shape is None:
            raise ValueError(
                f"IndexedSlices become a dense tensor only if their dense_shape is known, and "
                f"{self!r} has none. Give dense_shape when making them."
            )
        count = self._dense_shape[0]
        dense: Tensor = raw.UnsortedSegmentSum(self._values, self._indices, count, name=name)
        return dense

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self._values, self._indices, self._dense_shape)

    def __repr__(self) -> str:
        shape = "" if self._dense_shape is None else f", dense_shape={self._dense_shape}"
        return f"IndexedSlices(indices={self._indices}, values={self._values}{shape})"
