"""Cells with layer normalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from absl import logging

from penstock.contrib.rnn.shards import concatenated
from penstock.core.dtypes import float16, float32
from penstock.functions.arrays_indexing import slice as slice_of
from penstock.functions.arrays_joining import concat, split
from penstock.functions.clipping import clip_by_value
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant, Ones, Zeros
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.functions.variable_scope import variable_scope
from penstock.graph.build import convert_to_tensor
from penstock.graph.node import Tensor
from penstock.nn.activations import bias_add
from penstock.nn.dropouts import dropout
from penstock.nn.normalizing import batch_normalization
from penstock.nn.recurrent.cell import RNNCell, known_depth
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.sizes import LSTMSizes
from penstock.nn.statistics import moments

__all__ = ["CoupledInputForgetGateLSTMCell", "LayerNormBasicLSTMCell", "normalize"]


def normalize(x: Tensor, scope: str, gain: float, shift: float, dtype: Any) -> Tensor:
    """Build `x` with mean 0 and variance 1 in each row, times gamma, plus beta.

    Args:
      x: a tensor [batch, size].
      scope: the variable scope of gamma and beta.
      gain: the first value of gamma.
      shift: the first value of beta.
      dtype: of the variables; float32 by default.
    """
    shape = x.get_shape()[-1:]
    with variable_scope(scope):
        get_variable("gamma", shape=shape, initializer=Constant(gain), dtype=dtype)
        get_variable("beta", shape=shape, initializer=Constant(shift), dtype=dtype)
    with variable_scope(scope, "LayerNorm", [x], reuse=True):
        x = convert_to_tensor(x)
        beta = get_variable("beta", shape=shape, dtype=x.dtype, initializer=Zeros())
        gamma = get_variable("gamma", shape=shape, dtype=x.dtype, initializer=Ones())
        mean, variance = moments(x, [1], keep_dims=True)
        least = 1e-3 if x.dtype is float16 else 1e-12
        result = batch_normalization(x, mean, variance, beta, gamma, least)
        result.set_shape(x.get_shape())
    return result


class LayerNormBasicLSTMCell(LSTMSizes, RNNCell):
    """The basic LSTM cell with layer normalization, and dropout on what goes into the memory.

    Args:
      num_units: the number of outputs.
      forget_bias: added to the forget gate.
      input_size: of no use.
      activation: of the memory's input and of the memory.
      layer_norm: whether gates and memory are normalized; else there is a bias.
      norm_gain: the first value of gamma.
      norm_shift: the first value of beta.
      dropout_keep_prob: the probability to keep an element: a number or scalar tensor.
      dropout_prob_seed: the seed of the dropout.
      reuse: whether the variables are there already in the scope.

    Source: Ba et al., "Layer normalization", 2016; Semeniuta et al., "Recurrent dropout without
    memory loss", 2016.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Callable[[Any], Any] = tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if input_size is not None:
            logging.warning("%s: input_size is of no use.", self)
        self._num_units = num_units
        self._activation = activation
        self._forget_bias = forget_bias
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    def _norm(self, x: Tensor, scope: str, dtype: Any = float32) -> Tensor:
        return normalize(x, scope, self._norm_gain, self._norm_shift, dtype)

    def _linear(self, args: Tensor) -> Tensor:
        size = 4 * self._num_units
        kernel = get_variable("kernel", [args.get_shape()[-1], size], dtype=args.dtype)
        product = matmul(args, kernel)
        if self._layer_norm:
            return product
        return bias_add(product, get_variable("bias", [size], dtype=args.dtype))

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        c, h = state
        args = concat([inputs, h], 1)
        i, j, f, o = split(self._linear(args), 4, axis=1)
        if self._layer_norm:
            gates = zip((i, j, f, o), ("input", "transform", "forget", "output"), strict=True)
            i, j, f, o = [self._norm(gate, scope, args.dtype) for gate, scope in gates]
        g = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            g = dropout(g, self._keep_prob, seed=self._seed)
        c = c * sigmoid(f + self._forget_bias) + sigmoid(i) * g
        if self._layer_norm:
            c = self._norm(c, "state", args.dtype)
        h = self._activation(c) * sigmoid(o)
        return h, LSTMStateTuple(c, h)


class CoupledInputForgetGateLSTMCell(LSTMSizes, RNNCell):
    """An LSTM cell in which what is forgotten is what is taken in: the input gate is 1 - f.

    Args:
      num_units: the number of units.
      use_peepholes: whether the gates see the memory, each through a diagonal matrix.
      initializer: of no use.
      num_proj: the number of outputs, to which those of the units are projected; None for none.
      proj_clip: the projected output is clipped to [-proj_clip, proj_clip].
      num_unit_shards: the number of variables that the kernel is made of.
      num_proj_shards: the same for the projection.
      forget_bias: added to the forget gate.
      state_is_tuple: whether the state is an `LSTMStateTuple`; else c and h are one tensor.
      activation: of the memory's input and of the memory.
      reuse: whether the variables are there already in the scope.
      layer_norm: whether gates and memory are normalized; else there is a bias.
      norm_gain: the first value of gamma.
      norm_shift: the first value of beta.

    Source: Greff et al., "LSTM: a search space odyssey", 2015.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Callable[[Any], Any] = tanh,
        reuse: Any = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ) -> None:
        super().__init__(_reuse=reuse)
        if not state_is_tuple:
            logging.warning("%s: state_is_tuple=False makes steps slower.", self)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    def _norm(self, x: Tensor, scope: str) -> Tensor:
        if not self._layer_norm:
            return x
        return normalize(x, scope, self._norm_gain, self._norm_shift, None)

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        units, dtype = self._num_units, inputs.dtype
        width = units if self._num_proj is None else self._num_proj
        if self._state_is_tuple:
            c, h = state
        else:
            c = slice_of(state, [0, 0], [-1, units])
            h = slice_of(state, [0, units], [-1, width])
        depth = known_depth(self, inputs.get_shape().with_rank(2))
        kernel = concatenated("W", [depth + width, 3 * units], dtype, self._num_unit_shards)
        bias = get_variable("B", shape=[3 * units], initializer=Zeros(), dtype=dtype)
        gates = matmul(concat([inputs, h], 1), kernel)
        if not self._layer_norm:
            gates = bias_add(gates, bias)
        j, f, o = split(gates, 3, axis=1)
        j, f, o = self._norm(j, "transform"), self._norm(f, "forget"), self._norm(o, "output")
        c, h = self._next(c, j, f, o, dtype)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else concat([c, h], 1)

    def _next(self, c: Any, j: Any, f: Any, o: Any, dtype: Any) -> tuple[Any, Any]:
        units = self._num_units
        if self._use_peepholes:
            w_f = get_variable("W_F_diag", shape=[units], dtype=dtype)
            w_o = get_variable("W_O_diag", shape=[units], dtype=dtype)
            f = sigmoid(f + self._forget_bias + w_f * c)
        else:
            f = sigmoid(f + self._forget_bias)
        c = self._norm(f * c + (1 - f) * self._activation(j), "state")
        h = sigmoid(o + w_o * c if self._use_peepholes else o) * self._activation(c)
        if self._num_proj is not None:
            shape = [units, self._num_proj]
            h = matmul(h, concatenated("W_P", shape, dtype, self._num_proj_shards))
            if self._proj_clip is not None:
                h = clip_by_value(h, -self._proj_clip, self._proj_clip)
        return c, h
