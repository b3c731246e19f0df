"""Fused cells: whole recurrent networks over sequences [time, batch, size]."""

from __future__ import annotations

import abc
from typing import Any

from penstock.core.dtypes import int64
from penstock.functions.arrays import expand_dims, transpose
from penstock.functions.arrays_filling import sequence_mask, tile, zeros
from penstock.functions.arrays_indexing import gather_nd
from penstock.functions.arrays_joining import concat, stack, unstack
from penstock.functions.arrays_ordering import reverse, reverse_sequence
from penstock.functions.initializers import Constant
from penstock.functions.input_spec import InputSpec
from penstock.functions.layer import Layer
from penstock.functions.math_casts import cast
from penstock.functions.math_reductions import reduce_max
from penstock.functions.math_sequences import range as range_of
from penstock.graph.build import convert_to_tensor, raw
from penstock.nn.recurrent.cell import known_depth
from penstock.nn.recurrent.dynamic import dynamic_rnn
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.static import static_rnn
from penstock.ops import composed

__all__ = [
    "FusedRNNCell",
    "FusedRNNCellAdaptor",
    "LSTMBlockFusedCell",
    "LSTMBlockWrapper",
    "TimeReversedFusedRNN",
]


class FusedRNNCell(abc.ABC):
    """What a fused cell is: something that is called with a sequence."""

    @abc.abstractmethod
    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, Any]:
        """Build the network.

        Args:
          inputs: a tensor [time, batch, depth], or a list of tensors [batch, depth].
          initial_state: the first state; zeros by default.
          dtype: that of the first state if it is not given.
          sequence_length: an int vector [batch]; full lengths by default.
          scope: the variable scope.

        Returns:
          The outputs, a tensor or a list as the inputs; and the last state.
        """


class FusedRNNCellAdaptor(FusedRNNCell):
    """A cell as a fused one.

    Args:
      cell: an `RNNCell`.
      use_dynamic_rnn: whether the network is a loop; else it is unrolled.
    """

    def __init__(self, cell: Any, use_dynamic_rnn: bool = False) -> None:
        self._cell = cell
        self._use_dynamic_rnn = use_dynamic_rnn

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, Any]:
        """Build the network; see `FusedRNNCell`."""
        is_list = isinstance(inputs, list)
        given = {"initial_state": initial_state, "dtype": dtype, "scope": scope}
        if self._use_dynamic_rnn:
            outputs, state = dynamic_rnn(
                self._cell,
                stack(inputs) if is_list else inputs,
                sequence_length=sequence_length,
                time_major=True,
                **given,
            )
            return (unstack(outputs) if is_list else outputs), state
        outputs, state = static_rnn(
            self._cell,
            inputs if is_list else unstack(inputs),
            sequence_length=sequence_length,
            **given,
        )
        return (outputs if is_list else stack(outputs)), state


class TimeReversedFusedRNN(FusedRNNCell):
    """A fused cell that runs backwards.

    Args:
      cell: a fused cell.
    """

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> tuple[Any, Any]:
        """Build the network; see `FusedRNNCell`."""
        outputs, state = self._cell(
            _backwards(inputs, sequence_length),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return _backwards(outputs, sequence_length), state


def _backwards(sequence: Any, lengths: Any) -> Any:
    if isinstance(sequence, list):
        return list(reversed(sequence))
    if lengths is None:
        return reverse(sequence, [0])
    return reverse_sequence(sequence, lengths, 0, 1)


class LSTMBlockWrapper(Layer):
    """A fused LSTM; a subclass tells `num_units` and builds the network in `_call_cell`."""

    @property
    def num_units(self) -> int:
        """The number of units."""
        raise NotImplementedError(f"{type(self).__name__} does not tell its num_units.")

    def _call_cell(
        self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any,
        sequence_length: Any,
    ) -> tuple[Any, Any]:  # fmt: skip
        """Build memories and outputs after each step, both [time, batch, num_units]."""
        raise NotImplementedError

    def call(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
    ) -> tuple[Any, LSTMStateTuple]:
        """Build the network.

        Args:
          inputs: a tensor [time, batch, depth], or a list of tensors [batch, depth].
          initial_state: a pair of memory and output, both [batch, num_units]; zeros by default.
          dtype: that of the first state if it is not given.
          sequence_length: an int vector [batch]; full lengths by default.

        Returns:
          The outputs, a tensor or a list as the inputs; and the last state.

        Raises:
          ValueError: if the last size of the inputs is not known, the state is no pair, or neither
            it nor `dtype` is given.
        """
        is_list = isinstance(inputs, list)
        inputs = stack(inputs) if is_list else inputs
        time, batch, depth = inputs.get_shape().with_rank(3).as_list()
        if not depth:
            raise ValueError(
                f"The last size of the inputs must be known, but {inputs.name!r} has shape "
                f"{inputs.get_shape()}. Set it by set_shape."
            )
        batch = composed.shape(inputs)[1] if batch is None else batch
        time = composed.shape(inputs)[0] if time is None else time
        c, h = self._first(initial_state, batch, dtype)
        dtype = c.dtype if dtype is None else dtype
        if sequence_length is not None:
            sequence_length = convert_to_tensor(sequence_length)
        memories, outputs = self._call_cell(inputs, c, h, dtype, sequence_length)
        if sequence_length is None:
            last = LSTMStateTuple(memories[-1], outputs[-1])
        else:
            mask = transpose(sequence_mask(sequence_length, time, dtype=dtype), [1, 0])
            outputs = outputs * tile(expand_dims(mask, [-1]), [1, 1, self.num_units])
            pairs = zip((c, h), (memories, outputs), strict=True)
            runs = [concat([expand_dims(first, [0]), after], 0) for first, after in pairs]
            last = LSTMStateTuple(*(_at(run, sequence_length, batch) for run in runs))
        return (unstack(outputs) if is_list else outputs), last

    def _first(self, state: Any, batch: Any, dtype: Any) -> Any:
        if state is None:
            if dtype is None:
                raise ValueError("A fused LSTM needs an initial_state, or a dtype to make one.")
            nothing = zeros(stack([batch, self.num_units]), dtype=dtype)
            return nothing, nothing
        if len(state) != 2:
            raise ValueError(
                f"initial_state must be a pair of memory and output, but is {state!r}."
            )
        return state


def _at(run: Any, lengths: Any, batch: Any) -> Any:
    """Build the states after so many steps, for each of the batch."""
    return gather_nd(run, stack([lengths, range_of(batch)], axis=1))


class LSTMBlockFusedCell(LSTMBlockWrapper):
    """An LSTM over a sequence as one op; its variables are those of `LSTMCell`.

    Args:
      num_units: the number of outputs.
      forget_bias: added to the forget gate.
      cell_clip: the memory is clipped to [-cell_clip, cell_clip]; None for not.
      use_peephole: whether the gates see the memory, each through a diagonal matrix.
      reuse: whether its variables are there already in the scope.
      dtype: of its variables; that of the inputs by default.
      name: its name and that of its scope.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: Any = None,
        dtype: Any = None,
        name: str = "lstm_fused_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = -1 if cell_clip is None else cell_clip
        self._use_peephole = use_peephole
        self.input_spec = InputSpec(ndim=3)

    @property
    def num_units(self) -> int:
        """The number of units."""
        return self._num_units

    def build(self, input_shape: Any) -> None:
        """Make kernel, bias and peepholes."""
        depth, units = known_depth(self, input_shape), self._num_units
        self._kernel = self.add_weight("kernel", [depth + units, units * 4])
        self._bias = self.add_weight("bias", [units * 4], initializer=Constant(0.0))
        if self._use_peephole:
            names = ("w_i_diag", "w_f_diag", "w_o_diag")
            self._peepholes = [self.add_weight(name, [units]) for name in names]
        self.built = True

    def _call_cell(
        self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any,
        sequence_length: Any,
    ) -> tuple[Any, Any]:  # fmt: skip
        time = inputs.static_shape[0]
        time = composed.shape(inputs)[0] if time is None else time
        peepholes: Any = None
        if self._use_peephole:
            peepholes = self._peepholes
        else:
            peepholes = [zeros([self._num_units], dtype=dtype)] * 3
        longest = time if sequence_length is None else reduce_max(sequence_length)
        run = raw.BlockLSTM(
            cast(longest, int64),
            inputs,
            initial_cell_state,
            initial_output,
            self._kernel,
            *peepholes,
            self._bias,
            forget_bias=self._forget_bias,
            cell_clip=self._cell_clip,
            use_peephole=self._use_peephole,
        )
        return run.cs, run.h
