"""`tf.foldl`, `tf.foldr` and `tf.scan`: a function applied along the rows of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import nest
from penstock.functions.map_fn import as_leaves, number_of_rows, pack_like, rows_of, set_rows
from penstock.functions.tensor_array import TensorArray
from penstock.functions.while_loop import while_loop
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["foldl", "foldr", "scan"]


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """Build ``fn(... fn(fn(initializer, elems[0]), elems[1]) ..., elems[-1])``.

    Args:
      fn: from what was made so far, and a row of `elems`, to what is made of both; called once.
      elems: a tensor or a nest of tensors with the same first size.
      initializer: the value to begin with, a tensor or nest; the first row of `elems` if None.
      parallel_iterations: accepted; the rows are taken one by one.
      back_prop: accepted; gradients are built when they are asked for.
      swap_memory: accepted.
      name: name scope.

    Returns:
      What `fn` gives for the last row, in the nest of `initializer`.

    Raises:
      TypeError: if `fn` is not callable.
      ValueError: if `elems` is a scalar.

    Example:
        total = tf.foldl(lambda a, x: a + x, [1, 2, 3, 4])  # 10
    """
    return _fold("foldl", fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name)


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """Build ``fn(... fn(fn(initializer, elems[-1]), elems[-2]) ..., elems[0])``.

    Args:
      fn: from what was made so far, and a row of `elems`, to what is made of both; called once.
      elems: a tensor or a nest of tensors with the same first size.
      initializer: the value to begin with, a tensor or nest; the last row of `elems` if None.
      parallel_iterations: accepted; the rows are taken one by one.
      back_prop: accepted; gradients are built when they are asked for.
      swap_memory: accepted.
      name: name scope.

    Returns:
      What `fn` gives for the first row, in the nest of `initializer`.

    Raises:
      TypeError: if `fn` is not callable.
      ValueError: if `elems` is a scalar.
    """
    return _fold("foldr", fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name)


def _check_callable(fn: Any) -> None:
    if not callable(fn):
        raise TypeError(f"fn must be callable, but is {fn!r}.")


def _fold(
    kind: str,
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any,
    parallel_iterations: int,
    back_prop: bool,
    swap_memory: bool,
    name: str | None,
) -> Any:
    _check_callable(fn)
    backwards = kind == "foldr"
    with name_scope(name, kind, [elems]):
        tensors = [convert_to_tensor(elem, name="elem") for elem in as_leaves(elems)]
        count = number_of_rows(tensors)
        arrays = [_unstacked(tensor, count) for tensor in tensors]
        if initializer is None:
            first = count - 1 if backwards else convert_to_tensor(1)
            begin = pack_like(elems, [array.read(first if backwards else 0) for array in arrays])
        else:
            first = count if backwards else convert_to_tensor(0)
            begin = initializer

        def turn(i: Tensor, made: Any) -> list[Any]:
            i = i - 1 if backwards else i
            made = fn(made, pack_like(elems, [array.read(i) for array in arrays]))
            return [i if backwards else i + 1, made]

        _, result = while_loop(
            lambda i, _: i > 0 if backwards else i < count,
            turn,
            [first, begin],
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return result


def _unstacked(tensor: Tensor, count: Any) -> TensorArray:
    return TensorArray(tensor.dtype, size=count).unstack(tensor)


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """Build all that `tf.foldl` makes on its way, one beside the other along a new first axis.

    Args:
      fn: from what was made so far, and a row of `elems`, to what is made of both; called once.
      elems: a tensor or a nest of tensors with the same first size.
      initializer: the value to begin with, a tensor or nest; the first row of `elems` if None,
        which then is the first of the results too.
      parallel_iterations: accepted; the rows are taken one by one.
      back_prop: accepted; gradients are built when they are asked for.
      swap_memory: accepted.
      infer_shape: whether all results have the shape of `initializer`.
      reverse: whether to go from the last row to the first; each result stands at its row.
      name: name scope.

    Returns:
      A tensor, or nest of tensors like `initializer`, with a row for each row of `elems`.

    Raises:
      TypeError: if `fn` is not callable, or gives another nest.
      ValueError: if `elems` is a scalar.

    Example:
        sums = tf.scan(lambda a, x: a + x, [1, 2, 3, 4])  # [1, 3, 6, 10]
    """
    _check_callable(fn)
    loop = (parallel_iterations, back_prop, swap_memory)
    with name_scope(name, "scan", as_leaves(elems)):
        tensors = [convert_to_tensor(elem, name="elem") for elem in as_leaves(elems)]
        count = number_of_rows(tensors)
        arrays = _rows_of_known_shape(tensors, count)
        edge = count - 1 if reverse else 0
        if initializer is None:
            begin = [array.read(edge) for array in arrays]
        else:
            begin = [convert_to_tensor(one) for one in as_leaves(initializer)]
        results = [_results_like(one, count, infer_shape) for one in begin]
        if initializer is None:
            results = [array.write(edge, one) for array, one in zip(results, begin, strict=True)]
        walk = _Walk(fn, elems, elems if initializer is None else initializer, arrays)
        done = int(initializer is None)
        stacked = walk.run(begin, results, (count, done, reverse), loop)
        set_rows(stacked, rows_of(tensors))
        return pack_like(walk.like, stacked)


class _Walk:
    """The loop of a scan.

    Args:
      fn: what is applied.
      elems: the nest of rows that it gets.
      like: the nest of what it makes.
      arrays: the rows.
    """

    def __init__(self, fn: Any, elems: Any, like: Any, arrays: list[TensorArray]) -> None:
        self._fn = fn
        self._elems = elems
        self.like = like
        self._arrays = arrays

    def run(
        self, begin: list[Tensor], results: list[TensorArray], way: Any, loop: Any
    ) -> list[Tensor]:
        """Build it; gives the results, stacked."""
        count, done, reverse = way
        parallel_iterations, back_prop, swap_memory = loop
        step = -1 if reverse else 1

        def turn(i: Tensor, before: list[Any], found: list[TensorArray]) -> Any:
            row = pack_like(self._elems, [array.read(i) for array in self._arrays])
            made = self._fn(pack_like(self.like, before), row)
            nest.assert_same_structure(self.like, made)
            leaves = as_leaves(made)
            written = [array.write(i, one) for array, one in zip(found, leaves, strict=True)]
            return i + step, leaves, written

        _, _, results = while_loop(
            lambda i, *_: i >= 0 if reverse else i < count,
            turn,
            (count - 1 - done if reverse else done, begin, results),
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        return [array.stack() for array in results]


def _results_like(first: Tensor, count: Any, infer_shape: bool) -> TensorArray:
    shape = first.static_shape if infer_shape else None
    return TensorArray(first.dtype, size=count, element_shape=shape, infer_shape=infer_shape)


def _rows_of_known_shape(tensors: list[Tensor], count: Any) -> list[TensorArray]:
    shapes = [None if one.static_shape is None else one.static_shape[1:] for one in tensors]
    arrays = [
        TensorArray(one.dtype, size=count, element_shape=shape)
        for one, shape in zip(tensors, shapes, strict=True)
    ]
    return [array.unstack(one) for array, one in zip(arrays, tensors, strict=True)]
