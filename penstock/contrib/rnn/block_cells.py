"""Cells whose step is one op; their variables are those of the plain cells."""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays_filling import zeros
from penstock.functions.initializers import Constant
from penstock.functions.input_spec import InputSpec
from penstock.graph.build import raw
from penstock.nn.recurrent.cell import LayerRNNCell, known_depth
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.sizes import LSTMSizes, OneSize

__all__ = ["GRUBlockCell", "GRUBlockCellV2", "LSTMBlockCell"]


class LSTMBlockCell(LSTMSizes, LayerRNNCell):
    """The basic LSTM cell, with peepholes and clipping if asked for, as one op.

    Args:
      num_units: the number of outputs.
      forget_bias: added to the forget gate.
      cell_clip: the memory is clipped to [-cell_clip, cell_clip]; None for not.
      use_peephole: whether the gates see the memory, each through a diagonal matrix.
      dtype: of its variables; that of the inputs by default.
      reuse: whether its variables are there already in the scope.
      name: its name and that of its scope.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: Any = None,
        reuse: Any = None,
        name: str = "lstm_cell",
    ) -> None:
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._use_peephole = use_peephole
        self._cell_clip = -1 if cell_clip is None else cell_clip
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make kernel, bias and peepholes."""
        depth, units = known_depth(self, input_shape), self._num_units
        self._kernel = self.add_weight("kernel", [depth + units, units * 4])
        self._bias = self.add_weight("bias", [units * 4], initializer=Constant(0.0))
        if self._use_peephole:
            names = ("w_i_diag", "w_f_diag", "w_o_diag")
            self._peepholes = [self.add_weight(name, [units]) for name in names]
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        if len(state) != 2:
            raise ValueError(f"The state must be a pair of memory and output, but is {state!r}.")
        if self._use_peephole:
            peepholes = self._peepholes
        else:
            peepholes = [zeros([self._num_units], dtype=self.dtype)] * 3
        step = raw.LSTMBlockCell(
            inputs,
            *state,
            self._kernel,
            *peepholes,
            self._bias,
            forget_bias=self._forget_bias,
            cell_clip=self._cell_clip,
            use_peephole=self._use_peephole,
        )
        return step.h, LSTMStateTuple(step.cs, step.h)


class GRUBlockCell(OneSize, LayerRNNCell):
    """A gated recurrent unit as one op; `GRUBlockCellV2` has the variable names of `GRUCell`.

    Args:
      num_units: the number of outputs.
      cell_size: its older name.
      reuse: whether its variables are there already in the scope.
      name: its name and that of its scope.

    Raises:
      ValueError: unless just one of `num_units` and `cell_size` is given.
    """

    _variable_names = ("w_ru", "b_ru", "w_c", "b_c")

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: Any = None,
        name: str = "gru_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name)
        given = [size for size in (num_units, cell_size) if size is not None]
        if len(given) != 1:
            raise ValueError(
                "One of num_units and cell_size, its older name, must be given, but they are "
                f"{num_units!r} and {cell_size!r}."
            )
        self._num_units = given[0]
        self.input_spec = InputSpec(ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make the kernels and biases of the gates and of the candidate."""
        depth, units = known_depth(self, input_shape), self._num_units
        w_ru, b_ru, w_c, b_c = self._variable_names
        self._gate_kernel = self.add_weight(w_ru, [depth + units, units * 2])
        self._gate_bias = self.add_weight(b_ru, [units * 2], initializer=Constant(1.0))
        self._candidate_kernel = self.add_weight(w_c, [depth + units, units])
        self._candidate_bias = self.add_weight(b_c, [units], initializer=Constant(0.0))
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        size = state.get_shape().with_rank(2).as_list()[1]
        if size != self._num_units:
            raise ValueError(
                f"The state must have {self._num_units} columns, one for each unit, but "
                f"{state.name!r} has {size}."
            )
        step = raw.GRUBlockCell(
            inputs,
            state,
            self._gate_kernel,
            self._candidate_kernel,
            self._gate_bias,
            self._candidate_bias,
        )
        return step.h, step.h


class GRUBlockCellV2(GRUBlockCell):
    """A gated recurrent unit as one op; see `GRUBlockCell`."""

    _variable_names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")
