"""Sparse tensors: the coordinates and values of the elements that are not zero."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from penstock.core import dtypes
from penstock.core.containers import Composite
from penstock.core.shapes import TensorShape
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import shape_from_tensor
from penstock.graph.default import default_session
from penstock.graph.name_scope import name_scope
from penstock.graph.operators import TRUE_DIVISION

if TYPE_CHECKING:
    from penstock.core.dtypes import DType
    from penstock.graph.graph import Graph
    from penstock.graph.node import Node, Tensor

__all__ = ["SparseTensor", "SparseTensorValue"]


class SparseTensorValue(NamedTuple):
    """A sparse tensor's three parts as arrays: what a session gives and may be fed."""

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensor(Composite):
    """A tensor given by its elements that are not zero (or not empty).

    Args:
      indices: int64 [n, rank], the coordinates of n elements.
      values: [n], the elements.
      dense_shape: int64 [rank], the shape of the whole.

    The coordinates should be in the order of the dense tensor's rows (`tf.sparse.reorder` brings
    them into it), each once.

    Raises:
      ValueError: if the three cannot belong together.

    Example:

        tf.SparseTensor(indices=[[0, 0], [1, 2]], values=[1, 2], dense_shape=[3, 4])
    """

    __slots__ = ("_dense_shape", "_indices", "_values")

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        with name_scope(None, "SparseTensor", [indices, values, dense_shape]):
            self._indices = convert_to_tensor(indices, dtypes.int64, "indices")
            self._values = convert_to_tensor(values, name="values")
            self._dense_shape = convert_to_tensor(dense_shape, dtypes.int64, "dense_shape")
        coordinates = self._indices.shape.with_rank(2)
        count = self._values.shape.with_rank(1)
        rank = self._dense_shape.shape.with_rank(1)
        coordinates.dims[0].assert_is_compatible_with(count.dims[0])  # type: ignore[index]
        coordinates.dims[1].assert_is_compatible_with(rank.dims[0])  # type: ignore[index]

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """Make one of a `SparseTensorValue`, or give a `SparseTensor` back.

        Raises:
          TypeError: if it is neither.
        """
        if isinstance(sparse_tensor_value, SparseTensor):
            return sparse_tensor_value
        if not isinstance(sparse_tensor_value, SparseTensorValue):
            raise TypeError(
                f"A SparseTensor or SparseTensorValue is needed, not {sparse_tensor_value!r}."
            )
        return cls(*sparse_tensor_value)

    def composite_parts(self) -> tuple[Any, ...]:
        """The tensors that this is made of."""
        return self._indices, self._values, self._dense_shape

    def composite_with(self, parts: tuple[Any, ...]) -> SparseTensor:
        """A sparse tensor made of other tensors."""
        return SparseTensor(*parts)

    @property
    def indices(self) -> Tensor:
        """The coordinates, int64 [n, rank]."""
        return self._indices

    @property
    def values(self) -> Tensor:
        """The elements, [n]."""
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        """The shape of the whole, int64 [rank]."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return TensorShape(shape_from_tensor(self._dense_shape))

    def get_shape(self) -> TensorShape:
        """Give the static shape: the older spelling of `shape`."""
        return self.shape

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
        return self._indices.graph

    def consumers(self) -> list[Node]:
        """List the nodes that take one of its tensors as an input."""
        parts = (self._indices, self._values, self._dense_shape)
        return list(dict.fromkeys(node for part in parts for node in part.consumers()))

    def eval(self, feed_dict: Any = None, session: Any = None) -> SparseTensorValue:
        """Run what it needs and give its value; see `Tensor.eval`.

        Raises:
          ValueError: if there is no session.
        """
        runner = session if session is not None else default_session()
        if runner is None:
            raise ValueError(
                f"{self!r}.eval() needs a session: call it inside `with tf.Session():`, or pass "
                "session=..."
            )
        parts = [self._indices, self._values, self._dense_shape]
        return SparseTensorValue(*runner.run(parts, feed_dict))

    def _with_values(self, values: Tensor) -> SparseTensor:
        return SparseTensor(self._indices, values, self._dense_shape)

    def _combine_with_dense(self, dense: Tensor, operator: str) -> SparseTensor:
        """Build ``dense <operator> self``: only the product is sparse."""
        if operator != "mul":
            raise TypeError(
                f"A dense tensor and a SparseTensor can be multiplied only, but {dense!r} "
                f"{operator} {self!r} was asked for. Use tf.sparse.to_dense, or tf.sparse.add."
            )
        with name_scope(None, operator, [dense, self]) as scope:
            return self._with_values(
                raw.SparseDenseCwiseMul(
                    self._indices, self._values, self._dense_shape, dense, name=scope
                )
            )

    def _by_dense(self, operation: Callable[..., Tensor], other: Any, name: str) -> SparseTensor:
        with name_scope(None, name, [self, other]) as scope:
            dense = convert_to_tensor(other, self.dtype.base_dtype, "y")
            values = operation(self._indices, self._values, self._dense_shape, dense, name=scope)
            return self._with_values(values)

    def __mul__(self, other: Any) -> SparseTensor:
        return self._by_dense(raw.SparseDenseCwiseMul, other, "mul")

    def __truediv__(self, other: Any) -> SparseTensor:
        return self._by_dense(_divide, other, "truediv")

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self._indices}, values={self._values}, "
            f"dense_shape={self._dense_shape})"
        )


def _divide(indices: Tensor, values: Tensor, dense_shape: Tensor, y: Tensor, name: str) -> Tensor:
    dtype = TRUE_DIVISION.get(values.dtype.base_dtype)
    if dtype is not None:
        values = raw.Cast(values, DstT=dtype)
        y = raw.Cast(y, DstT=dtype)
    quotient: Tensor = raw.SparseDenseCwiseDiv(indices, values, dense_shape, y, name=name)
    return quotient
