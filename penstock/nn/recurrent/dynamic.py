"""Recurrent networks as loops: tensors [batch, time, depth] in, tensors out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import int32
from penstock.core.shapes import TensorShape, describe
from penstock.functions.arrays import constant, identity
from penstock.functions.arrays_filling import zeros
from penstock.functions.arrays_joining import stack
from penstock.functions.arrays_ordering import reverse, reverse_sequence
from penstock.functions.checks import Assert
from penstock.functions.graph_scopes import control_dependencies
from penstock.functions.math import maximum, minimum
from penstock.functions.math_casts import cast
from penstock.functions.math_logic import equal
from penstock.functions.math_reductions import reduce_all, reduce_max, reduce_min
from penstock.functions.tensor_array import TensorArray
from penstock.functions.variable_scope import variable_scope
from penstock.functions.while_loop import while_loop
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.nn.recurrent.cell import assert_like_rnncell, concat_sizes
from penstock.nn.recurrent.steps import (
    Lengths,
    best_effort_input_batch_size,
    cache_variables,
    check_lengths,
    first_state,
    known_shape,
    state_dtype,
    transpose_batch_time,
)
from penstock.ops import composed

__all__ = ["bidirectional_dynamic_rnn", "dynamic_rnn"]


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """Build a recurrent network over a sequence, as a loop over its steps.

    Args:
      cell: an `RNNCell`.
      inputs: a tensor [batch, time, depth, ...], or a nest of them.
      sequence_length: an int vector [batch]: steps beyond it give zeros, and keep the state.
        Steps beyond the longest are not run.
      initial_state: a nest of tensors like `cell.state_size`; zeros by default.
      dtype: that of the first state if none is given, and of the outputs.
      parallel_iterations: accepted, as by `tf.while_loop`.
      swap_memory: accepted.
      time_major: whether inputs and outputs are [time, batch, depth, ...].
      scope: the variable scope; "rnn" by default.

    Returns:
      The outputs, a nest like `cell.output_size` of tensors [batch, time, size]; and the last
      state, like `cell.state_size`.

    Raises:
      TypeError: if `cell` is no cell.
      ValueError: if a size of the inputs but those of batch and time is not known, the inputs
        differ in these, `sequence_length` is no vector, or neither `initial_state` nor `dtype`
        is given.

    Example:
        cell = tf.nn.rnn_cell.LSTMCell(128)
        outputs, state = tf.nn.dynamic_rnn(cell, x, sequence_length=lengths, dtype=tf.float32)
    """
    assert_like_rnncell("cell", cell)
    with variable_scope(scope or "rnn") as varscope:
        cache_variables(varscope)
        flat = nest.flatten(inputs)
        if not time_major:
            flat = [convert_to_tensor(one) for one in flat]
            flat = [transpose_batch_time(one) for one in flat]
        lengths = None if sequence_length is None else _as_lengths(sequence_length)
        batch_size = best_effort_input_batch_size(flat)
        state = first_state(cell, initial_state, batch_size, dtype)
        if lengths is not None:
            with control_dependencies([_assert_shape(lengths, [batch_size])]):
                lengths = identity(lengths, name="CheckSeqLen")
        loop = _Loop(cell, nest.pack_sequence_as(inputs, flat), state, lengths, dtype)
        outputs, state = loop.build(parallel_iterations or 32, swap_memory)
        if not time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
    return outputs, state


def _as_lengths(sequence_length: Any) -> Tensor:
    lengths = cast(sequence_length, int32)
    check_lengths(lengths)
    named: Tensor = identity(lengths, name="sequence_length")
    return named


def _assert_shape(x: Tensor, shape: Sequence[Any]) -> Node:
    found = composed.shape(x)
    wanted = stack(shape)
    message = f"The shape of {x.name} must be "
    return Assert(reduce_all(equal(found, wanted)), [message, wanted, ", but is ", found])


class _Loop:
    """The loop over the steps of inputs [time, batch, ...]."""

    def __init__(self, cell: Any, inputs: Any, state: Any, lengths: Any, dtype: Any) -> None:
        self._cell, self._inputs, self._state = cell, inputs, state
        self._flat = nest.flatten(inputs)
        self._time_steps = composed.shape(self._flat[0])[0]
        batch_size = best_effort_input_batch_size(self._flat)
        self._known_steps, self._known_batch = _check_inputs(self._flat)
        self._sizes = nest.flatten(cell.output_size)
        self._dtypes = [state_dtype(dtype, state) for _ in self._sizes]
        zero_outputs = [
            zeros(stack(concat_sizes(batch_size, size)), kind)
            for size, kind in zip(self._sizes, self._dtypes, strict=True)
        ]
        self._zeros = nest.pack_sequence_as(cell.output_size, zero_outputs)
        self._lengths = None
        if lengths is not None:
            self._lengths = Lengths(lengths, reduce_min(lengths), reduce_max(lengths))

    def build(self, parallel_iterations: int, swap_memory: bool) -> tuple[Any, Any]:
        """Build the loop; give the outputs, [time, batch, size], and the last state."""
        time = constant(0, dtype=int32, name="time")
        with name_scope("dynamic_rnn") as scope:
            base = scope
        outputs = tuple(
            self._array(
                f"{base}output_{index}",
                TensorShape([self._known_batch]).concatenate(known_shape(size)),
                kind,
            )
            for index, (size, kind) in enumerate(zip(self._sizes, self._dtypes, strict=True))
        )
        arrays = [
            self._array(f"{base}input_{index}", one.get_shape()[1:], one.dtype)
            for index, one in enumerate(self._flat)
        ]
        self._arrays = [array.unstack(one) for array, one in zip(arrays, self._flat, strict=True)]
        longest = self._time_steps if self._lengths is None else self._lengths.longest
        bound = minimum(self._time_steps, maximum(1, longest))
        _, outputs, state = while_loop(
            lambda time, *_: time < bound,
            self._step,
            (time, outputs, self._state),
            parallel_iterations=parallel_iterations,
            maximum_iterations=self._time_steps,
            swap_memory=swap_memory,
        )
        stacked = [array.stack() for array in outputs]
        for output, size in zip(stacked, self._sizes, strict=True):
            known = [self._known_steps, self._known_batch]
            output.set_shape(concat_sizes(known, size, static=True))
        return nest.pack_sequence_as(self._cell.output_size, stacked), state

    def _array(self, name: str, element_shape: TensorShape, dtype: Any) -> TensorArray:
        return TensorArray(
            dtype, size=self._time_steps, element_shape=element_shape, tensor_array_name=name
        )

    def _step(self, time: Tensor, outputs: Any, state: Any) -> tuple[Any, Any, Any]:
        read = [array.read(time) for array in self._arrays]
        for one, source in zip(read, self._flat, strict=True):
            one.set_shape(source.get_shape()[1:])
        inputs = nest.pack_sequence_as(self._inputs, read)
        if self._lengths is None:
            output, state = self._cell(inputs, state)
        else:
            output, state = self._lengths.step(
                time, self._zeros, state, lambda: self._cell(inputs, state), with_branches=False
            )
        written = tuple(
            array.write(time, one) for array, one in zip(outputs, nest.flatten(output), strict=True)
        )
        return time + 1, written, state


def _check_inputs(flat: Sequence[Tensor]) -> tuple[int | None, int | None]:
    """Give what is known of the sizes of time and batch."""
    for one in flat:
        if one.static_shape is None:
            raise ValueError(
                "Inputs must have a known number of axes, [batch, time, depth, ...], but "
                f"{one.name!r} has a shape that is not known at all. Set it by set_shape."
            )
    shapes = [one.get_shape().with_rank_at_least(3).as_list() for one in flat]
    for one, shape in zip(flat, shapes, strict=True):
        if None in shape[2:]:
            raise ValueError(
                "All sizes of the inputs but those of batch and time must be known, but "
                f"{one.name!r} has shape {describe(tuple(shape))}. Set it by set_shape."
            )
        if shape[:2] != shapes[0][:2]:
            raise ValueError(
                "All inputs must have the same sizes of time and batch, but "
                f"{flat[0].name!r} has {shapes[0][:2]}, and {one.name!r} has {shape[:2]}."
            )
    return shapes[0][0], shapes[0][1]


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Build two recurrent networks over a sequence, one of them backwards.

    Args:
      cell_fw: the cell of the network forwards.
      cell_bw: that of the one backwards.
      inputs: a tensor [batch, time, depth, ...], or a nest of them.
      sequence_length: an int vector [batch]; sequences are reversed up to their lengths.
      initial_state_fw: the first state forwards; zeros by default.
      initial_state_bw: the first state backwards; zeros by default.
      dtype: that of the first states if they are not given.
      parallel_iterations: accepted, as by `tf.while_loop`.
      swap_memory: accepted.
      time_major: whether inputs and outputs are [time, batch, depth, ...].
      scope: the variable scope; "bidirectional_rnn" by default.

    Returns:
      A pair of outputs, forwards and backwards, and a pair of last states. Outputs backwards
      stand in the order of the inputs.

    Raises:
      TypeError: if a cell is none.
      ValueError: as `dynamic_rnn`.
    """
    assert_like_rnncell("cell_fw", cell_fw)
    assert_like_rnncell("cell_bw", cell_bw)
    time_axis, batch_axis = (0, 1) if time_major else (1, 0)

    def backwards(tensor: Any) -> Tensor:
        if sequence_length is None:
            return reverse(tensor, axis=[time_axis])
        return reverse_sequence(tensor, sequence_length, seq_axis=time_axis, batch_axis=batch_axis)

    run = partial(
        dynamic_rnn,
        sequence_length=sequence_length,
        dtype=dtype,
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
        time_major=time_major,
    )
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw_scope:
            fw = run(cell_fw, inputs, initial_state=initial_state_fw, scope=fw_scope)
        with variable_scope("bw") as bw_scope:
            reversed_inputs = nest.map_structure(backwards, inputs)
            bw = run(cell_bw, reversed_inputs, initial_state=initial_state_bw, scope=bw_scope)
    return (fw[0], nest.map_structure(backwards, bw[0])), (fw[1], bw[1])
