"""Gradients of which only rows are there, where functions and loops hand them on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.autodiff.handles import zeros_for
from penstock.autodiff.sums import AggregationMethod, total
from penstock.core import dtypes, nest
from penstock.core.dtypes import DType
from penstock.functions.branches import add_stacks
from penstock.graph.build import raw
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.ops import composed
from penstock.ops.joined_rows import join_rows

__all__ = ["add_gradient_argument", "are_rows", "rows_of_branch", "rows_of_turns", "shape_of"]


def are_rows(found: Sequence[Any], calls: Calls) -> bool:
    """Tell whether a gradient is one of rows, given what each branch found, None if nothing.

    As in TensorFlow: that of a choice of two is if nothing dense is added to it; that of a choice
    by number if one branch gives rows, the others then give all of them.
    """
    by_rows = {isinstance(dx, IndexedSlices) for dx in found if dx is not None}
    return (
        calls is not Calls.ONCE and True in by_rows and (calls is Calls.INDEX or len(by_rows) == 1)
    )


def _index_dtype(found: Sequence[Any]) -> DType:
    """Give the dtype that the numbers of rows of all these gradients fit into."""
    used = {dx.indices.dtype for dx in found if isinstance(dx, IndexedSlices)}
    return dtypes.int32 if used <= {dtypes.int32} else dtypes.int64


def shape_of(x: Tensor) -> Tensor:
    """Build the shape of a tensor, or of the variable that it leads to."""
    if x.dtype is dtypes.resource:
        return raw.VariableShape(x)  # type: ignore[no-any-return]
    return composed.shape(x)  # type: ignore[no-any-return]


def _all_rows(x: Tensor, dx: Tensor | None = None) -> IndexedSlices:
    """Build a gradient by `x` in which every row is there: `dx`, or zeros."""
    shape = shape_of(x)
    values = zeros_for(x, optimize=True) if dx is None else dx
    return IndexedSlices(values, raw.Range(0, shape[0], 1), shape)


def rows_of_branch(x: Tensor, dx: Any, found: Sequence[Any], calls: Calls) -> IndexedSlices:
    """Build the rows that a branch gives as the gradient by `x`.

    A branch that finds none gives all rows, zeros, as in TensorFlow: an optimizer changes rows with
    a gradient of zero, too. In a choice of two, so does each branch beside its own rows, where
    the other one has rows.

    Args:
      x: the tensor.
      dx: the gradient that the branch finds; None if it finds none.
      found: those that all branches find.
      calls: how one of the branches is chosen.
    """
    if not isinstance(dx, IndexedSlices):
        parts = [_all_rows(x, dx)]
    elif calls is Calls.CHOICE and all(isinstance(other, IndexedSlices) for other in found):
        parts = [dx, _all_rows(x)]
    else:
        parts = [dx]
    made = total(x.op, parts, AggregationMethod.DEFAULT)
    return IndexedSlices(made.values, composed.cast(made.indices, _index_dtype(found)))


def rows_of_turns(loop: Node, slices: IndexedSlices, x: Tensor, leads: bool) -> IndexedSlices:
    """Build the gradient by `x` of the rows that all turns of a loop backwards give.

    Args:
      loop: the loop's node.
      slices: those of one turn, tensors of its body.
      x: the tensor.
      leads: whether row 0, with zeros, comes first, as TensorFlow has it for what a loop captures.
    """
    values, indices = add_stacks(loop, [slices.values, slices.indices])
    shape = shape_of(x)
    count = raw.Minimum(shape[:1], 1) if leads and not _is_stack(x) else [0]
    first = composed.zeros(raw.ConcatV2([count, shape[1:]], 0), slices.values.dtype)
    number = composed.zeros(count, slices.indices.dtype)
    return IndexedSlices(join_rows(first, values), join_rows(number, indices), shape)


def _is_stack(x: Tensor) -> bool:
    """Tell whether a tensor is all turns' values, of which TensorFlow takes no gradient by rows."""
    return x.op.spec.is_loop and x.value_index >= len(x.op.attrs["Tout"])


def add_gradient_argument(function: FunctionGraph, gradient: Any, name: str) -> Any:
    """Add a function's arguments for a gradient: one, or one for each part of rows."""
    parts = [
        function.add_argument(part.dtype, part.static_shape, name)
        for part in nest.flatten(gradient, expand_composites=True)
    ]
    return nest.pack_sequence_as(gradient, parts, expand_composites=True)
