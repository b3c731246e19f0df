"""LSTM cells that run over time and over bands of frequencies, with a memory for each."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any

from absl import logging

from penstock.contrib.rnn.bands import BandWindows
from penstock.contrib.rnn.grid_steps import GridSettings, GridWeights, grid_step
from penstock.functions.arrays import shape as shape_of
from penstock.functions.arrays_filling import zeros
from penstock.functions.arrays_indexing import slice as slice_of
from penstock.functions.arrays_joining import concat
from penstock.functions.variable_scope import variable_scope
from penstock.nn.recurrent.cell import RNNCell

__all__ = ["BidirectionalGridLSTMCell", "GridLSTMCell"]


class GridLSTMCell(RNNCell):
    """An LSTM cell over windows of frequencies: one LSTM goes along time, one along frequency.

    The inputs are cut into windows, each of `feature_size`, `frequency_skip` apart. Each window
    takes its own last state, and memory and output of the window below. Windows may be parted into
    blocks that have weights of their own, from `start_freqindex_list` to `end_freqindex_list`.

    Args:
      num_units: the number of outputs of each LSTM in a window.
      use_peepholes: whether the gates see both memories, each through a diagonal matrix.
      share_time_frequency_weights: whether both LSTMs have the same weights.
      cell_clip: memories are clipped to [-cell_clip, cell_clip].
      initializer: of no use.
      num_unit_shards: the number of variables that each kernel is made of.
      forget_bias: added to the forget gates.
      feature_size: the size of a window.
      frequency_skip: how far the windows are from one another.
      num_frequency_blocks: the number of windows in each block.
      start_freqindex_list: where each block begins; if None, there is one of all inputs.
      end_freqindex_list: where each block ends.
      couple_input_forget_gates: whether the forget gate is 1 minus the input gate.
      state_is_tuple: whether the state is a named tuple, ``state_f00_b00_c``,
        ``state_f00_b00_m`` and so on, by window and block; else one tensor.
      reuse: whether the variables are there already in the scope.

    Raises:
      ValueError: if `num_frequency_blocks` is None.

    Source: Kalchbrenner et al., "Grid long short-term memory", 2016; Sainath and Li, "Modeling
    time-frequency patterns with LSTM vs. convolutional architectures for LVCSR tasks", 2016.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        state_is_tuple: bool = True,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if not state_is_tuple:
            logging.warning("%s: state_is_tuple=False makes steps slower.", self)
        if num_frequency_blocks is None:
            raise ValueError(
                "num_frequency_blocks must tell the number of windows in each block, but is None. "
                "For one block, give a list of one number."
            )
        self._num_units = num_units
        self._blocks = [int(count) for count in num_frequency_blocks]
        self._windows = BandWindows(
            feature_size, frequency_skip, self._blocks, start_freqindex_list, end_freqindex_list
        )
        self._settings = GridSettings(
            num_units,
            use_peepholes,
            share_time_frequency_weights,
            cell_clip,
            num_unit_shards,
            forget_bias,
            couple_input_forget_gates,
        )
        self._state_tuple_type: Any = None
        if state_is_tuple:
            self._state_tuple_type = namedtuple("GridLSTMStateTuple", self._names("state"))

    def _names(self, prefix: str) -> list[str]:
        """List the names of all states, by block, window, and memory or output."""
        return [
            f"{prefix}_f{window:02d}_b{block:02d}_{part}"
            for block, count in enumerate(self._blocks)
            for window in range(count)
            for part in "cm"
        ]

    @property
    def output_size(self) -> int:
        """The number of outputs: of both LSTMs, in all windows."""
        return 2 * self._num_units * sum(self._blocks)

    @property
    def state_size(self) -> Any:
        """The sizes of memory and output, in all windows."""
        if self._state_tuple_type is None:
            return self.output_size
        return self._state_tuple_type(*[self._num_units] * len(self._state_tuple_type._fields))

    @property
    def state_tuple_type(self) -> Any:
        """The class of the state; None if that is one tensor."""
        return self._state_tuple_type

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        batch = _batch_size(inputs)
        outputs, states = self._run(self._windows.of(inputs), state, batch, "state")
        if self._state_tuple_type is None:
            after = concat(states, 1)
        else:
            after = self._state_tuple_type(*states)
        return concat(outputs, 1), after

    def _run(
        self, blocks: Sequence[Sequence[Any]], state: Any, batch: Any, prefix: str
    ) -> tuple[list[Any], list[Any]]:
        """Build the step in all windows; gives the outputs and the states after it."""
        outputs: list[Any] = []
        states: list[Any] = []
        for number, windows in enumerate(blocks):
            dtype = windows[0].dtype
            weights = GridWeights(
                number, windows[0].get_shape().as_list()[1], dtype, self._settings
            )
            m_below = zeros([batch, self._num_units], dtype)
            c_below = zeros([batch, self._num_units], dtype)
            for index, window in enumerate(windows):
                before = self._before(state, prefix, number, index)
                after, below = grid_step(
                    window, before, (c_below, m_below), weights, self._settings
                )
                c_below, m_below = below
                states.extend(after)
                outputs.extend((after[1], m_below))
        return outputs, states

    def _before(self, state: Any, prefix: str, block: int, index: int) -> tuple[Any, Any]:
        """Give memory and output that a window had in the last step."""
        if self._state_tuple_type is not None:
            name = f"{prefix}_f{index:02d}_b{block:02d}"
            return getattr(state, f"{name}_c"), getattr(state, f"{name}_m")
        units = self._num_units
        c = slice_of(state, [0, 2 * index * units], [-1, units])
        return c, slice_of(state, [0, (2 * index + 1) * units], [-1, units])


class BidirectionalGridLSTMCell(GridLSTMCell):
    """A grid cell that goes along frequency in both directions, each with weights of its own.

    Args:
      num_units: the number of outputs of each LSTM in a window.
      use_peepholes: whether the gates see both memories, each through a diagonal matrix.
      share_time_frequency_weights: whether the LSTMs along time and frequency share weights.
      cell_clip: memories are clipped to [-cell_clip, cell_clip].
      initializer: of no use.
      num_unit_shards: the number of variables that each kernel is made of.
      forget_bias: added to the forget gates.
      feature_size: the size of a window.
      frequency_skip: how far the windows are from one another.
      num_frequency_blocks: the number of windows in each block.
      start_freqindex_list: where each block begins; if None, there is one of all inputs.
      end_freqindex_list: where each block ends.
      couple_input_forget_gates: whether the forget gate is 1 minus the input gate.
      backward_slice_offset: by how much the windows of the way back are shifted.
      reuse: whether the variables are there already in the scope.

    Raises:
      ValueError: if `num_frequency_blocks` is None.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        backward_slice_offset: int = 0,
        reuse: Any = None,
    ) -> None:
        super().__init__(
            num_units,
            use_peepholes,
            share_time_frequency_weights,
            cell_clip,
            initializer,
            num_unit_shards,
            forget_bias,
            feature_size,
            frequency_skip,
            num_frequency_blocks,
            start_freqindex_list,
            end_freqindex_list,
            couple_input_forget_gates,
            True,
            reuse,
        )
        self._backward_slice_offset = int(backward_slice_offset)
        names = [*self._names("fwd_state"), *self._names("bwd_state")]
        self._state_tuple_type = namedtuple("BidirectionalGridLSTMStateTuple", names)

    @property
    def output_size(self) -> int:
        """The number of outputs: of both LSTMs, in all windows, in both directions."""
        return 2 * super().output_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        batch = _batch_size(inputs)
        forward = backward = self._windows.of(inputs)
        if self._backward_slice_offset:
            backward = self._windows.of(inputs, self._backward_slice_offset)
        with variable_scope("fwd"):
            outputs, states = self._run(forward, state, batch, "fwd_state")
        with variable_scope("bwd"):
            turned = [windows[::-1] for windows in backward]
            more_outputs, more_states = self._run(turned, state, batch, "bwd_state")
        after = self._state_tuple_type(*states, *more_states)
        return concat(outputs + more_outputs, 1), after


def _batch_size(inputs: Any) -> Any:
    return inputs.get_shape().as_list()[0] or shape_of(inputs)[0]
