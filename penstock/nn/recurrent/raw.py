"""Recurrent networks whose inputs, ends and outputs a function of the caller decides, step by step.

The loop ends when all sequences have; a sequence that has ended keeps its state, and emits zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import int32
from penstock.core.shapes import TensorShape, dimension_at_index
from penstock.functions.arrays import constant
from penstock.functions.arrays_filling import zeros
from penstock.functions.arrays_indexing import where
from penstock.functions.graph_scopes import colocate_with
from penstock.functions.math_logic import logical_not, logical_or
from penstock.functions.math_reductions import reduce_all
from penstock.functions.tensor_array import TensorArray
from penstock.functions.variable_scope import variable_scope
from penstock.functions.while_loop import while_loop
from penstock.graph.build import convert_to_tensor
from penstock.graph.node import Tensor
from penstock.nn.recurrent.cell import assert_like_rnncell, concat_sizes
from penstock.nn.recurrent.steps import cache_variables, known_shape
from penstock.ops import composed

__all__ = ["raw_rnn"]


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """Build a recurrent network whose steps a function prepares.

    `loop_fn(time, cell_output, cell_state, loop_state)` returns five things: which sequences have
    ended, a boolean vector [batch]; the next input; the next state; what to emit; and its own next
    state, or None. It is called first with time 0 and None for the rest: then the state is the
    first one, and what is emitted shows only structure, shapes and dtypes; None stands for those of
    `cell.output_size`.

    Args:
      cell: an `RNNCell`.
      loop_fn: as above.
      parallel_iterations: accepted, as by `tf.while_loop`.
      swap_memory: accepted.
      scope: the variable scope; "rnn" by default.

    Returns:
      A nest of `TensorArray` of what was emitted; the last state; and the last state of
      `loop_fn`, or None.

    Raises:
      TypeError: if `cell` is no cell, or `loop_fn` cannot be called.
      ValueError: if `loop_fn` returns nests of other structures than before.

    Example:
        def loop_fn(time, output, state, _):
            state = cell.zero_state(batch, tf.float32) if output is None else state
            ended = time >= lengths
            step = tf.cond(tf.reduce_all(ended), lambda: nothing, lambda: inputs.read(time))
            return ended, step, state, output, None
        emitted, state, _ = tf.nn.raw_rnn(cell, loop_fn)
    """
    assert_like_rnncell("cell", cell)
    if not callable(loop_fn):
        raise TypeError(f"loop_fn must be a function, but is {loop_fn!r}.")
    with variable_scope(scope or "rnn") as varscope:
        cache_variables(varscope)
        return _Loop(cell, loop_fn).build(parallel_iterations or 32, swap_memory)


class _Loop:
    """The loop over the steps that a function prepares."""

    def __init__(self, cell: Any, loop_fn: Callable[..., Any]) -> None:
        self._cell, self._loop_fn = cell, loop_fn
        self._time = constant(0, dtype=int32)
        ended, following, state, emitted, own = loop_fn(self._time, None, None, None)
        self._ended, self._input, self._own = ended, following, own
        self._batch, self._known_batch = _batch_size(nest.flatten(following))
        nest.assert_same_structure(state, cell.state_size)
        flat_state = [convert_to_tensor(part) for part in nest.flatten(state)]
        self._state = nest.pack_sequence_as(state, flat_state)
        if emitted is None:
            self._structure = cell.output_size
            sizes = nest.flatten(cell.output_size)
            dtypes = [flat_state[0].dtype] * len(sizes)
        else:
            self._structure = emitted
            sizes = [_size(part) for part in nest.flatten(emitted)]
            dtypes = [part.dtype for part in nest.flatten(emitted)]
        self._emitted = list(zip(sizes, dtypes, strict=True))

    def build(self, parallel_iterations: int, swap_memory: bool) -> tuple[Any, Any, Any]:
        """Build the loop; give what was emitted, the last state, and that of the function."""
        own = constant(0, dtype=int32) if self._own is None else self._own
        arrays = [
            TensorArray(
                dtype,
                dynamic_size=True,
                element_shape=TensorShape([self._known_batch]).concatenate(known_shape(size)),
                size=0,
                name=f"rnn_output_{index}",
            )
            for index, (size, dtype) in enumerate(self._emitted)
        ]
        nothing = [zeros(concat_sizes(self._batch, size), dtype) for size, dtype in self._emitted]
        self._nothing = nest.pack_sequence_as(self._structure, nothing)
        packed = nest.pack_sequence_as(self._structure, arrays)
        results = while_loop(
            lambda _, ended, *__: logical_not(reduce_all(ended)),
            self._step,
            [self._time, self._ended, self._input, packed, self._state, own],
            parallel_iterations=parallel_iterations,
            swap_memory=swap_memory,
        )
        emitted, state, own = results[-3:]
        return emitted, state, None if self._own is None else own

    def _step(
        self, time: Tensor, ended: Tensor, given: Any, arrays: Any, state: Any, own: Any
    ) -> tuple[Any, ...]:
        output, after = self._cell(given, state)
        nest.assert_same_structure(state, after)
        nest.assert_same_structure(self._cell.output_size, output)
        following = time + 1
        next_ended, next_input, after, emitted, next_own = self._loop_fn(
            following, output, after, own
        )
        nest.assert_same_structure(state, after)
        nest.assert_same_structure(given, next_input)
        nest.assert_same_structure(arrays, emitted)
        own = own if next_own is None else next_own

        def choose(old: Any, new: Any) -> Any:
            if isinstance(old, TensorArray) or old.static_shape == ():
                return new
            with colocate_with(new):
                return where(ended, old, new)

        emitted = nest.map_structure(choose, self._nothing, emitted)
        after = nest.map_structure(choose, state, after)
        arrays = nest.map_structure(lambda array, part: array.write(time, part), arrays, emitted)
        return following, logical_or(ended, next_ended), next_input, arrays, after, own


def _size(tensor: Tensor) -> Any:
    return tensor.shape if tensor.shape.is_fully_defined() else composed.shape(tensor)


def _batch_size(inputs: Sequence[Tensor]) -> tuple[Any, int | None]:
    """Give the batch's size, as a tensor if it is not known, and what is known of it."""
    fixed = dimension_at_index(inputs[0].get_shape(), 0)
    for one in inputs:
        fixed = fixed.merge_with(dimension_at_index(one.get_shape(), 0))
    return (composed.shape(inputs[0])[0] if fixed.value is None else fixed.value), fixed.value
