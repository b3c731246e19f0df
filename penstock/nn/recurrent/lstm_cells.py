"""Cells of long short-term memory: a state of two parts, the memory c and the output h."""

from __future__ import annotations

from typing import Any

from absl import logging

from penstock.core.dtypes import float32, int32
from penstock.functions.arrays import constant
from penstock.functions.arrays_indexing import slice as slice_of
from penstock.functions.arrays_joining import concat, split
from penstock.functions.clipping import clip_by_value
from penstock.functions.initializers import Zeros
from penstock.functions.input_spec import InputSpec
from penstock.functions.math import add, multiply
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.functions.partitioners import fixed_size_partitioner
from penstock.nn.activations import bias_add
from penstock.nn.by_name import activation_of, initializer_of
from penstock.nn.recurrent.cell import LayerRNNCell, check_dtypes, check_floating, known_depth
from penstock.nn.recurrent.lstm_state import LSTMStateTuple, pair_of
from penstock.nn.recurrent.sizes import LSTMSizes

__all__ = ["BasicLSTMCell", "LSTMCell"]


class BasicLSTMCell(LSTMSizes, LayerRNNCell):
    """The basic LSTM cell, without peepholes, clipping and projection.

    With i, j, f, o = [inputs, h] * kernel + bias: the next memory is
    c * sigmoid(f + forget_bias) + sigmoid(i) * activation(j), and the output
    activation(memory) * sigmoid(o).

    Args:
      num_units: the number of outputs.
      forget_bias: added to the forget gate, so that training starts with a memory that lasts.
      state_is_tuple: whether the state is an `LSTMStateTuple`; else c and h are one tensor.
      activation: a function, or the Keras name of one; tanh by default.
      reuse: whether its variables are there already in the scope.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.
      **kwargs: as those of `tf.layers.Layer`.

    Source: Zaremba et al., "Recurrent neural network regularization", 2014.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        check_floating(self.dtype)
        if not state_is_tuple:
            logging.warning("%s: state_is_tuple=False makes steps slower.", self)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_of(activation) or tanh

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        depth = known_depth(self, input_shape)
        check_floating(self.dtype)
        units = self._num_units
        self._kernel = self.add_weight("kernel", [depth + units, 4 * units])
        self._bias = self.add_weight(
            "bias", [4 * units], initializer=Zeros(dtype=self.dtype or float32)
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        check_dtypes([inputs, state])
        one = constant(1, dtype=int32)
        c, h = pair_of(self, state) if self._state_is_tuple else split(state, 2, axis=one)
        gates = bias_add(matmul(concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = split(gates, 4, axis=one)
        forget_bias = constant(self._forget_bias, dtype=f.dtype)
        kept = multiply(c, sigmoid(add(f, forget_bias)))
        c = add(kept, multiply(sigmoid(i), self._activation(j)))
        h = multiply(self._activation(c), sigmoid(o))
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else concat([c, h], 1)


class LSTMCell(LSTMSizes, LayerRNNCell):
    """The LSTM cell, with peepholes, clipping and a projection if they are asked for.

    Args:
      num_units: the number of units.
      use_peepholes: whether the gates see the memory, each through a diagonal matrix.
      cell_clip: the memory is clipped to [-cell_clip, cell_clip].
      initializer: of kernels and peepholes; the scope's by default.
      num_proj: the number of outputs, to which those of the units are projected; None for none.
      proj_clip: the projected output is clipped to [-proj_clip, proj_clip].
      num_unit_shards: the number of parts that the kernel is cut into; `partitioner` is better.
      num_proj_shards: the same for the projection.
      forget_bias: added to the forget gate, so that training starts with a memory that lasts.
      state_is_tuple: whether the state is an `LSTMStateTuple`; else c and h are one tensor.
      activation: a function, or the Keras name of one; tanh by default.
      reuse: whether its variables are there already in the scope.
      name: its name and that of its scope.
      dtype: of its variables; that of the inputs by default.
      **kwargs: as those of `tf.layers.Layer`.

    Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997; peepholes and projection:
    Sak et al., "Long short-term memory recurrent neural network architectures for large scale
    acoustic modeling", 2014.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        check_floating(self.dtype)
        if not state_is_tuple:
            logging.warning("%s: state_is_tuple=False makes steps slower.", self)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer_of(initializer)
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_of(activation) or tanh

    def build(self, input_shape: Any) -> None:
        """Make kernel, bias, and what peepholes and projection need."""
        depth = known_depth(self, input_shape)
        check_floating(self.dtype)
        units = self._num_units
        width = units if self._num_proj is None else self._num_proj
        self._kernel = self.add_weight(
            "kernel",
            [depth + width, 4 * units],
            initializer=self._initializer,
            partitioner=_in_parts(self._num_unit_shards),
        )
        self._bias = self.add_weight(
            "bias", [4 * units], initializer=Zeros(dtype=self.dtype or float32)
        )
        if self._use_peepholes:
            self._w_f_diag = self.add_weight("w_f_diag", [units], initializer=self._initializer)
            self._w_i_diag = self.add_weight("w_i_diag", [units], initializer=self._initializer)
            self._w_o_diag = self.add_weight("w_o_diag", [units], initializer=self._initializer)
        if self._num_proj is not None:
            self._proj_kernel = self.add_weight(
                "projection/kernel",
                [units, self._num_proj],
                initializer=self._initializer,
                partitioner=_in_parts(self._num_proj_shards),
            )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        check_dtypes([inputs, state])
        c, h = pair_of(self, state) if self._state_is_tuple else self._parts(state)
        known_depth(self, inputs.get_shape().with_rank(2))
        gates = bias_add(matmul(concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = split(gates, 4, axis=1)
        c = self._next_memory(c, i, j, f)
        if self._use_peepholes:
            h = sigmoid(o + self._w_o_diag * c) * self._activation(c)
        else:
            h = sigmoid(o) * self._activation(c)
        if self._num_proj is not None:
            h = matmul(h, self._proj_kernel)
            if self._proj_clip is not None:
                h = clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else concat([c, h], 1)

    def _parts(self, state: Any) -> tuple[Any, Any]:
        units = self._num_units
        width = units if self._num_proj is None else self._num_proj
        return slice_of(state, [0, 0], [-1, units]), slice_of(state, [0, units], [-1, width])

    def _next_memory(self, c: Any, i: Any, j: Any, f: Any) -> Any:
        if self._use_peepholes:
            kept = sigmoid(f + self._forget_bias + self._w_f_diag * c) * c
            c = kept + sigmoid(i + self._w_i_diag * c) * self._activation(j)
        else:
            c = sigmoid(f + self._forget_bias) * c + sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            c = clip_by_value(c, -self._cell_clip, self._cell_clip)
        return c


def _in_parts(count: int | None) -> Any:
    return None if count is None else fixed_size_partitioner(count)
