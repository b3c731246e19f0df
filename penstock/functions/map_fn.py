"""`tf.map_fn` and `tf.vectorized_map`: a function applied to the rows of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import as_dtype
from penstock.core.shapes import Shape, merge
from penstock.functions.arrays import shape as shape_of
from penstock.functions.branches import add_stacks, trace_function
from penstock.functions.tensor_array import TensorArray
from penstock.functions.while_loop import make_while, while_loop
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.ops import composed

__all__ = [
    "as_leaves",
    "map_fn",
    "number_of_rows",
    "pack_like",
    "rows_of",
    "set_rows",
    "vectorized_map",
]


def as_leaves(structure: Any) -> list[Any]:
    """List the leaves of a nest; a value that is no nest is one leaf."""
    return nest.flatten(structure) if nest.is_nested(structure) else [structure]


def pack_like(structure: Any, leaves: Sequence[Any]) -> Any:
    """Put leaves into a nest like `structure`, which may be a single leaf."""
    return nest.pack_sequence_as(structure, leaves) if nest.is_nested(structure) else leaves[0]


def number_of_rows(tensors: Sequence[Tensor]) -> Any:
    """Give the first size of the first tensor: an int if it is static, else a tensor.

    Raises:
      ValueError: if a tensor is a scalar.
    """
    for tensor in tensors:
        if tensor.static_shape == ():
            raise ValueError(
                f"elems must have a first axis to go along, but {tensor.name!r} is a scalar. "
                "Put scalars into a vector first."
            )
    shape = tensors[0].static_shape
    return (shape[0] if shape else None) or shape_of(tensors[0])[0]


def rows_of(tensors: Sequence[Tensor]) -> int | None:
    """Give the first size that tensors have in common, as far as it is static.

    Raises:
      ValueError: if they have different ones.
    """
    common: Shape = (None,)
    for tensor in tensors:
        shape = tensor.static_shape
        try:
            common = merge(common, None if shape is None else shape[:1])
        except ValueError:
            raise ValueError(
                "All of elems must have the same number of rows, but they have "
                f"{[one.shape[0].value if one.static_shape else None for one in tensors]}."
            ) from None
    assert common is not None
    return common[0]


def set_rows(results: Sequence[Tensor], rows: int | None) -> None:
    """Tell tensors the size of their first axis."""
    for result in results:
        shape = result.static_shape
        result.set_shape(None if shape is None else (rows, *shape[1:]))


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
) -> Any:
    """Build the results of `fn` for each row of `elems`, one beside the other.

    Args:
      fn: from a row of each of `elems`, in their nest, to a tensor or a nest of them; called once.
      elems: a tensor or a nest of tensors with the same first size.
      dtype: the dtype, or nest of dtypes, of what `fn` gives, where these are not those of `elems`.
      parallel_iterations: accepted; the rows are taken one by one.
      back_prop: accepted; gradients are built when they are asked for.
      swap_memory: accepted.
      infer_shape: whether all results have one shape.
      name: name scope.

    Returns:
      A tensor, or the nest of tensors, whose rows are the results.

    Raises:
      TypeError: if `fn` is not callable, `elems` is sparse, or `fn` gives another nest.
      ValueError: if `elems` is a scalar, or `fn` gives another number of tensors.

    Example:
        squares = tf.map_fn(lambda x: x * x, tf.range(10))
        norms = tf.map_fn(lambda xy: tf.norm(xy[0] - xy[1]), (xs, ys), dtype=tf.float32)
    """
    if not callable(fn):
        raise TypeError(f"fn must be callable, but is {fn!r}.")
    if isinstance(elems, SparseTensor):
        raise TypeError(
            "elems must be dense, but is a SparseTensor. Map its values: "
            "tf.SparseTensor(x.indices, tf.map_fn(fn, x.values), x.dense_shape)."
        )
    with name_scope(name, "map", as_leaves(elems)):
        tensors = [convert_to_tensor(elem, name="elem") for elem in as_leaves(elems)]
        if dtype is None:
            dtype = pack_like(elems, [tensor.dtype for tensor in tensors])
        results = _map_rows(
            lambda rows: fn(pack_like(elems, rows)),
            tensors,
            dtype,
            infer_shape,
            parallel_iterations=parallel_iterations or 10,
            back_prop=back_prop,
            swap_memory=swap_memory,
        )
        stacked = [array.stack() for array in results]
        set_rows(stacked, rows_of(tensors))
        return pack_like(dtype, stacked)


def _map_rows(
    fn: Callable[[list[Tensor]], Any],
    tensors: Sequence[Tensor],
    dtype: Any,
    infer_shape: bool,
    **loop: Any,
) -> list[TensorArray]:
    """Build the loop of `map_fn`; gives an array for each leaf of `dtype`."""
    count = number_of_rows(tensors)
    arrays = [TensorArray(tensor.dtype, size=count) for tensor in tensors]
    arrays = [array.unstack(one) for array, one in zip(arrays, tensors, strict=True)]
    first = convert_to_tensor(0)
    results = [
        TensorArray(as_dtype(one), size=count, infer_shape=infer_shape) for one in as_leaves(dtype)
    ]

    def turn(i: Tensor, found: list[TensorArray]) -> Any:
        row = fn([array.read(i) for array in arrays])
        nest.assert_same_structure(dtype, row)
        leaves = as_leaves(row)
        return i + 1, [array.write(i, one) for array, one in zip(found, leaves, strict=True)]

    _, results = while_loop(
        lambda i, _: i < count, turn, (first, results), maximum_iterations=count, **loop
    )
    return results


def vectorized_map(fn: Callable[[Any], Any], elems: Any) -> Any:
    """Build the results of `fn` for each row of `elems`, whatever dtypes they have.

    Args:
      fn: from a row of each of `elems`, in their nest, to a nest of tensors and nodes; called once.
        The shapes of what it gives must not depend on the row.
      elems: a tensor or a nest of tensors with the same first size.

    Returns:
      The nest that `fn` gives; in place of each tensor, the tensor whose rows are the results.

    Raises:
      ValueError: if `elems` is a scalar.

    Example:
        outer = tf.vectorized_map(lambda a: tf.tensordot(a, a, 0), tf.ones([100, 32]))
    """
    graph = default_graph()
    with name_scope(None, "vectorized_map", as_leaves(elems)) as scope:
        tensors = [convert_to_tensor(elem) for elem in as_leaves(elems)]
        count = convert_to_tensor(number_of_rows(tensors))
        first = convert_to_tensor(0)
        # A Reshape's gradient is dense, where that of rows that are gathered is sparse.
        whole = [raw.Reshape(one, composed.shape(one)) for one in tensors]
        given: list[Any] = []

        def counter(function: FunctionGraph) -> Tensor:
            return function.add_argument(first.dtype, (), "row")

        def turn(function: FunctionGraph) -> list[Tensor]:
            row = counter(function)
            given.append(fn(pack_like(elems, [raw.GatherV2(one, row, 0) for one in whole])))
            function.controls.extend(_nodes_in(given[0]))
            return [raw.AddV2(row, 1)]

        body = trace_function(graph, scope[:-1], turn)
        condition = trace_function(
            graph, scope[:-1], lambda function: [raw.Less(counter(function), count)]
        )
        with body.as_default():
            leaves = [
                one if isinstance(one, Node) else body.capture(convert_to_tensor(one))
                for one in as_leaves(given[0])
            ]
        node = make_while(graph, condition, body, [first], [()])
        stacks = iter(add_stacks(node, [one for one in leaves if not isinstance(one, Node)]))
        results = [node if isinstance(one, Node) else next(stacks) for one in leaves]
        set_rows([one for one in results if isinstance(one, Tensor)], rows_of(tensors))
        return pack_like(given[0], results)


def _nodes_in(structure: Any) -> list[Node]:
    return [one for one in as_leaves(structure) if isinstance(one, Node)]
