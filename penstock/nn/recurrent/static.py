"""Recurrent networks unrolled while the graph is built: a list of steps in, a list out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import int32
from penstock.core.shapes import TensorShape, dimension_at_index
from penstock.functions.arrays import identity
from penstock.functions.arrays_filling import zeros
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.graph_scopes import control_dependencies
from penstock.functions.math_casts import cast
from penstock.functions.math_reductions import reduce_max, reduce_min
from penstock.functions.variable_scope import variable_scope
from penstock.graph.build import convert_to_tensor
from penstock.graph.node import Tensor
from penstock.nn.recurrent.cell import assert_like_rnncell, concat_sizes
from penstock.nn.recurrent.steps import (
    Lengths,
    cache_variables,
    check_lengths,
    first_state,
    reverse_steps,
    state_dtype,
)
from penstock.ops import composed

__all__ = ["static_bidirectional_rnn", "static_rnn", "static_state_saving_rnn"]


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build a recurrent network over a list of steps.

    Args:
      cell: an `RNNCell`.
      inputs: the steps: a list of tensors [batch, depth], or of nests of them.
      initial_state: a nest of tensors like `cell.state_size`; zeros by default.
      dtype: that of the first state if none is given.
      sequence_length: an int vector [batch]: steps beyond it give zeros, and keep the state.
        Steps beyond the longest are not run.
      scope: the variable scope; "rnn" by default.

    Returns:
      The outputs, a list as long as `inputs`; and the last state.

    Raises:
      TypeError: if `cell` is no cell, or `inputs` no list.
      ValueError: if `inputs` is empty, a size of it but the batch's is not known, sizes of the
        batch differ, or neither `initial_state` nor `dtype` is given.

    Example:
        outputs, state = tf.nn.static_rnn(cell, tf.unstack(x, axis=1), dtype=tf.float32)
    """
    assert_like_rnncell("cell", cell)
    _check_list(inputs)
    with variable_scope(scope or "rnn") as varscope:
        cache_variables(varscope)
        batch_size, fixed_size = _batch_size(inputs)
        state = first_state(cell, initial_state, batch_size, dtype)
        ending = None
        if sequence_length is not None:
            ending = _Ending(sequence_length, cell, state, batch_size, fixed_size, dtype)
        outputs = []
        for time, step in enumerate(inputs):
            if time > 0:
                varscope.reuse_variables()
            if ending is None:
                output, state = cell(step, state)
            else:
                output, state = ending.lengths.step(
                    time, ending.zeros, state, _caller(cell, step, state), with_branches=True
                )
            outputs.append(output)
    return outputs, state


def _caller(cell: Any, step: Any, state: Any) -> Any:
    return lambda: cell(step, state)


def _check_list(inputs: Any) -> None:
    if not nest.is_sequence(inputs):
        raise TypeError(
            f"inputs must be a list of steps, but is {inputs!r}. Split a tensor by tf.unstack, or "
            "use tf.nn.dynamic_rnn."
        )
    if not inputs:
        raise ValueError(f"inputs must have at least one step, but is {inputs!r}.")


def _batch_size(inputs: Any) -> tuple[Any, int | None]:
    """Give the batch's size, as a tensor if it is not known, and what is known of it."""
    first = inputs
    while nest.is_sequence(first):
        first = first[0]
    shape = first.get_shape()
    if shape.rank == 1:
        fixed = dimension_at_index(shape, 0)
    else:
        fixed = dimension_at_index(shape.with_rank_at_least(2), 0)
        for tensor in nest.flatten(inputs):
            size = tensor.get_shape().with_rank_at_least(2)
            fixed = fixed.merge_with(dimension_at_index(size, 0))
            if None in size.as_list()[1:]:
                raise ValueError(
                    f"All sizes of the inputs but the batch's must be known, but {tensor.name!r} "
                    f"has shape {size}. Set it by set_shape."
                )
    return fixed.value or composed.shape(first)[0], fixed.value


class _Ending:
    """The lengths of the sequences, and the zeros that come after their ends."""

    def __init__(
        self,
        sequence_length: Any,
        cell: Any,
        state: Any,
        batch_size: Any,
        fixed_size: int | None,
        dtype: Any,
    ) -> None:
        lengths = convert_to_tensor(sequence_length, name="sequence_length")
        check_lengths(lengths)

        def zero_output(size: Any) -> Tensor:
            shape = stack(concat_sizes(batch_size, size))
            made = zeros(shape, state_dtype(dtype, state))
            made.set_shape(TensorShape(concat_sizes(fixed_size, size, static=True)))
            return made

        self.zeros = nest.map_structure(zero_output, cell.output_size)
        lengths = cast(lengths, int32)
        self.lengths = Lengths(lengths, reduce_min(lengths), reduce_max(lengths))


def static_state_saving_rnn(
    cell: Any,
    inputs: Sequence[Any],
    state_saver: Any,
    state_name: Any,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build a recurrent network whose state is kept by something else from run to run.

    Args:
      cell: an `RNNCell`.
      inputs: the steps: a list of tensors [batch, depth].
      state_saver: an object with the methods `state(name)`, which gives a tensor, and
        `save_state(name, tensor)`, which gives a node.
      state_name: a nest of names, like `cell.state_size`.
      sequence_length: as that of `static_rnn`.
      scope: the variable scope; "rnn" by default.

    Returns:
      The outputs and the last state; both wait for the state to be saved.

    Raises:
      TypeError: if `cell` is no cell, or `inputs` no list.
      ValueError: if `state_name` is not nested as the state is.
    """
    sizes = cell.state_size
    if nest.is_sequence(sizes) != nest.is_sequence(state_name):
        raise ValueError(
            f"state_name must be nested as the cell's state_size is, which is {sizes!r}, but is "
            f"{state_name!r}."
        )
    names = nest.flatten(state_name)
    if len(names) != len(nest.flatten(sizes)):
        raise ValueError(
            f"state_name must name each of the {len(nest.flatten(sizes))} parts of the state, but "
            f"is {state_name!r}."
        )
    before = nest.pack_sequence_as(sizes, [state_saver.state(name) for name in names])
    outputs, state = static_rnn(
        cell, inputs, initial_state=before, sequence_length=sequence_length, scope=scope
    )
    parts = nest.flatten(state)
    saved = [state_saver.save_state(*pair) for pair in zip(names, parts, strict=True)]
    with control_dependencies(saved):
        outputs[-1] = nest.map_structure(identity, outputs[-1])
        state = nest.map_structure(identity, state)
    return outputs, state


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any, Any]:
    """Build two recurrent networks over a list of steps, one of them backwards.

    Args:
      cell_fw: the cell of the network forwards.
      cell_bw: that of the one backwards.
      inputs: the steps: a list of tensors [batch, depth], or of nests of them.
      initial_state_fw: the first state forwards; zeros by default.
      initial_state_bw: the first state backwards; zeros by default.
      dtype: that of the first states if they are not given.
      sequence_length: an int vector [batch]; sequences are reversed up to their lengths.
      scope: the variable scope; "bidirectional_rnn" by default.

    Returns:
      The outputs of both, one beside the other, for each step; the last state forwards; and that
      backwards.

    Raises:
      TypeError: if a cell is none, or `inputs` is no list.
      ValueError: as `static_rnn`.
    """
    assert_like_rnncell("cell_fw", cell_fw)
    assert_like_rnncell("cell_bw", cell_bw)
    _check_list(inputs)
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as fw_scope:
            outputs_fw, state_fw = static_rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, fw_scope
            )
        with variable_scope("bw") as bw_scope:
            backwards = reverse_steps(inputs, sequence_length)
            outputs_bw, state_bw = static_rnn(
                cell_bw, backwards, initial_state_bw, dtype, sequence_length, bw_scope
            )
    outputs_bw = reverse_steps(outputs_bw, sequence_length)
    pairs = zip(nest.flatten(outputs_fw), nest.flatten(outputs_bw), strict=True)
    outputs = nest.pack_sequence_as(outputs_fw, [concat([fw, bw], 1) for fw, bw in pairs])
    return outputs, state_fw, state_bw
