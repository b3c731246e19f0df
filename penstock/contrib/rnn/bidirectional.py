"""Layers of bidirectional networks: each takes the outputs of both directions of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.functions.arrays_joining import concat
from penstock.functions.variable_scope import variable_scope
from penstock.nn.recurrent.dynamic import bidirectional_dynamic_rnn
from penstock.nn.recurrent.static import static_bidirectional_rnn

__all__ = ["stack_bidirectional_dynamic_rnn", "stack_bidirectional_rnn"]


def stack_bidirectional_rnn(
    cells_fw: list[Any],
    cells_bw: list[Any],
    inputs: Sequence[Any],
    initial_states_fw: list[Any] | None = None,
    initial_states_bw: list[Any] | None = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """Build layers of unrolled bidirectional networks.

    Args:
      cells_fw: a cell for each layer, forwards.
      cells_bw: a cell for each layer, backwards.
      inputs: the steps: a list of tensors [batch, depth].
      initial_states_fw: the first state of each layer forwards; zeros by default.
      initial_states_bw: the first state of each layer backwards; zeros by default.
      dtype: that of the first states if they are not given.
      sequence_length: an int vector [batch].
      scope: the variable scope; "stack_bidirectional_rnn" by default.

    Returns:
      The outputs of the last layer, a list; the layers' last states forwards; and backwards.

    Raises:
      ValueError: if the lists are empty, no lists, or not as long as each other.
    """
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    outputs: Any = inputs
    states: list[tuple[Any, Any]] = []
    with variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw, state_fw, state_bw) in enumerate(layers):
            with variable_scope(f"cell_{index}") as cell_scope:
                outputs, *after = static_bidirectional_rnn(
                    cell_fw,
                    cell_bw,
                    outputs,
                    initial_state_fw=state_fw,
                    initial_state_bw=state_bw,
                    sequence_length=sequence_length,
                    dtype=dtype,
                    scope=cell_scope,
                )
            states.append((after[0], after[1]))
    return outputs, tuple(fw for fw, _ in states), tuple(bw for _, bw in states)


def stack_bidirectional_dynamic_rnn(
    cells_fw: list[Any],
    cells_bw: list[Any],
    inputs: Any,
    initial_states_fw: list[Any] | None = None,
    initial_states_bw: list[Any] | None = None,
    dtype: Any = None,
    sequence_length: Any = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: Any = None,
    swap_memory: bool = False,
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """Build layers of bidirectional networks that are loops.

    Args:
      cells_fw: a cell for each layer, forwards.
      cells_bw: a cell for each layer, backwards.
      inputs: a tensor [batch, time, depth].
      initial_states_fw: the first state of each layer forwards; zeros by default.
      initial_states_bw: the first state of each layer backwards; zeros by default.
      dtype: that of the first states if they are not given.
      sequence_length: an int vector [batch].
      parallel_iterations: accepted, as by `tf.while_loop`.
      time_major: whether inputs and outputs are [time, batch, depth].
      scope: the variable scope; "stack_bidirectional_rnn" by default.
      swap_memory: accepted.

    Returns:
      The outputs of the last layer, both directions side by side; the layers' last states
      forwards; and backwards.

    Raises:
      ValueError: if the lists are empty, no lists, or not as long as each other.
    """
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    outputs = inputs
    states: list[tuple[Any, Any]] = []
    with variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw, state_fw, state_bw) in enumerate(layers):
            with variable_scope(f"cell_{index}"):
                both, after = bidirectional_dynamic_rnn(
                    cell_fw,
                    cell_bw,
                    outputs,
                    initial_state_fw=state_fw,
                    initial_state_bw=state_bw,
                    sequence_length=sequence_length,
                    parallel_iterations=parallel_iterations,
                    dtype=dtype,
                    swap_memory=swap_memory,
                    time_major=time_major,
                )
                outputs = concat(both, 2)
            states.append(after)
    return outputs, tuple(fw for fw, _ in states), tuple(bw for _, bw in states)


def _layers(cells_fw: Any, cells_bw: Any, states_fw: Any, states_bw: Any) -> list[tuple[Any, ...]]:
    """Give cells and first states of each layer.

    Raises:
      ValueError: if the lists do not fit.
    """
    columns = {"cells_fw": cells_fw, "cells_bw": cells_bw}
    for name, cells in columns.items():
        if not cells or not isinstance(cells, list):
            raise ValueError(
                f"{name} must be a list of cells, one for each layer, but is {cells!r}."
            )
    for name, states in (("initial_states_fw", states_fw), ("initial_states_bw", states_bw)):
        if states is not None and not isinstance(states, list):
            raise ValueError(f"{name} must be a list of states, but is {states!r}.")
        columns[name] = states or [None] * len(cells_fw)
    sizes = {name: len(column) for name, column in columns.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"There must be as many of each for all layers, but there are {sizes}.")
    return list(zip(*columns.values(), strict=True))
