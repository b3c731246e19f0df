"""LSTM cells whose sums or weights are normalized, with all that `LSTMCell` has.

TensorFlow has them in `tensorflow.contrib.rnn.python.ops.rnn_cell` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.contrib.rnn.linear import linear
from penstock.contrib.rnn.normalized import normalize
from penstock.functions.arrays_joining import concat, split
from penstock.functions.clipping import clip_by_value
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant
from penstock.functions.math_elementwise import sigmoid, tanh
from penstock.functions.math_products import matmul
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.default import default_graph
from penstock.nn.activations import bias_add
from penstock.nn.normalizing import l2_normalize
from penstock.nn.recurrent.cell import RNNCell, known_depth
from penstock.nn.recurrent.lstm_state import LSTMStateTuple

__all__ = ["LayerNormLSTMCell", "WeightNormLSTMCell"]


class _NormalizedLSTM(RNNCell):
    """An LSTM cell; subclasses say what is normalized."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool,
        cell_clip: float | None,
        initializer: Any,
        num_proj: int | None,
        proj_clip: float | None,
        forget_bias: float,
        activation: Callable[[Any], Any] | None,
        reuse: Any,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._activation = activation or tanh

    @property
    def state_size(self) -> LSTMStateTuple:
        """The sizes of memory and output."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """The number of outputs."""
        return self._num_proj or self._num_units

    def _peepholes(self, dtype: Any) -> list[Any]:
        if not self._use_peepholes:
            return []
        names = ("w_f_diag", "w_i_diag", "w_o_diag")
        return [get_variable(name, shape=[self._num_units], dtype=dtype) for name in names]

    def _clipped(self, c: Any) -> Any:
        clip = self._cell_clip
        return c if clip is None else clip_by_value(c, -clip, clip)

    def _output(self, o: Any, c: Any, peepholes: Sequence[Any]) -> Any:
        gate = sigmoid(o + peepholes[2] * c) if peepholes else sigmoid(o)
        m = gate * self._activation(c)
        if self._num_proj is None:
            return m
        with variable_scope("projection"):
            m = self._projected(m)
        clip = self._proj_clip
        return m if clip is None else clip_by_value(m, -clip, clip)

    def _projected(self, m: Any) -> Any:
        return linear(m, self._num_proj or 0, False)


class LayerNormLSTMCell(_NormalizedLSTM):
    """The LSTM cell with layer normalization of gates and memory, if asked for.

    Args:
      num_units: the size of the memory.
      use_peepholes: whether the gates see the memory, each through a diagonal matrix.
      cell_clip: the memory is clipped to [-cell_clip, cell_clip].
      initializer: of the variables.
      num_proj: the number of outputs, by a projection; None for none.
      proj_clip: the projection is clipped to [-proj_clip, proj_clip].
      forget_bias: added to the forget gate.
      activation: of the memory's input and of the memory; tanh by default.
      layer_norm: whether gates and memory are normalized.
      norm_gain: the first value of gamma.
      norm_shift: the first value of beta.
      reuse: whether the variables are there already in the scope.

    Source: Ba et al., "Layer normalization", 2016.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1.0,
        activation: Callable[[Any], Any] | None = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        reuse: Any = None,
    ) -> None:
        super().__init__(
            num_units, use_peepholes, cell_clip, initializer, num_proj, proj_clip, forget_bias,
            activation, reuse,
        )  # fmt: skip
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    def _norm(self, x: Any, scope: str) -> Any:
        if not self._layer_norm:
            return x
        return normalize(x, scope, self._norm_gain, self._norm_shift, None)

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        c, m = state
        known_depth(self, inputs.get_shape().with_rank(2))
        with variable_scope(get_variable_scope(), initializer=self._initializer) as scope:
            gates = split(value=self._gates(inputs, m), num_or_size_splits=4, axis=1)
            names = ("input", "transform", "forget", "output")
            i, j, f, o = (self._norm(*each) for each in zip(gates, names, strict=True))
            with variable_scope(scope):
                peepholes = self._peepholes(inputs.dtype)
            f = f + self._forget_bias
            if peepholes:
                kept = sigmoid(f + peepholes[0] * c) * c
                c = kept + sigmoid(i + peepholes[1] * c) * self._activation(j)
            else:
                c = sigmoid(f) * c + sigmoid(i) * self._activation(j)
            c = self._clipped(self._norm(c, "state"))
            m = self._output(o, c, peepholes)
        return m, LSTMStateTuple(c, m)

    def _gates(self, inputs: Any, m: Any) -> Any:
        """Build the gates before their normalization, which takes the place of the bias."""
        size = 4 * self._num_units
        rows = known_depth(self, inputs.get_shape()) + known_depth(self, m.get_shape())
        with variable_scope(get_variable_scope()) as outer:
            kernel = get_variable("kernel", [rows, size], dtype=inputs.dtype)
            product = matmul(concat([inputs, m], 1), kernel)
            bias = _bias(outer, size, inputs.dtype)
        return product if self._layer_norm else bias_add(product, bias)


class WeightNormLSTMCell(_NormalizedLSTM):
    """The LSTM cell whose weights are of length 1 for each gate, times a factor that is learnt.

    Args:
      num_units: the size of the memory.
      norm: whether the weights are normalized.
      use_peepholes: whether the gates see the memory, each through a diagonal matrix.
      cell_clip: the memory is clipped to [-cell_clip, cell_clip].
      initializer: of the variables.
      num_proj: the number of outputs, by a projection; None for none.
      proj_clip: the projection is clipped to [-proj_clip, proj_clip].
      forget_bias: added to the forget gate.
      activation: of the memory's input and of the memory; tanh by default.
      reuse: whether the variables are there already in the scope.

    Source: Salimans and Kingma, "Weight normalization", 2016.
    """

    def __init__(
        self,
        num_units: int,
        norm: bool = True,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1,
        activation: Callable[[Any], Any] | None = None,
        reuse: Any = None,
    ) -> None:
        super().__init__(
            num_units, use_peepholes, cell_clip, initializer, num_proj, proj_clip, forget_bias,
            activation, reuse,
        )  # fmt: skip
        self._norm = norm
        # TensorFlow's layer is in a scope of this name, and the variables in another within it.
        self._scope: Any = "wn_lstm_cell"

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        """Build one step."""
        c, h = state
        known_depth(self, inputs.get_shape().with_rank(2))
        with variable_scope(self._scope, initializer=self._initializer):
            gates = self._linear([inputs, h], 4 * self._num_units, has_bias=True)
            i, j, f, o = split(value=gates, num_or_size_splits=4, axis=1)
            peepholes = self._peepholes(inputs.dtype)
            f = f + self._forget_bias
            if peepholes:
                kept = c * sigmoid(f + peepholes[0] * c)
                c = kept + sigmoid(i + peepholes[1] * c) * self._activation(j)
            else:
                c = c * sigmoid(f) + sigmoid(i) * self._activation(j)
            c = self._clipped(c)
            h = self._output(o, c, peepholes)
        return h, LSTMStateTuple(c, h)

    def _projected(self, m: Any) -> Any:
        return self._linear([m], self._num_proj or 0, has_bias=False)

    def _linear(self, args: Sequence[Any], size: int, has_bias: bool) -> Any:
        """Build a linear map of tensors side by side."""
        sizes = [known_depth(self, each.get_shape()) for each in args]
        dtype = args[0].dtype
        with variable_scope(get_variable_scope()) as outer:
            kernel = get_variable("kernel", [sum(sizes), size], dtype=dtype)
            if self._norm:
                kernel = self._normalized(kernel, sizes)
            product = matmul(args[0] if len(args) == 1 else concat(list(args), 1), kernel)
            return bias_add(product, _bias(outer, size, dtype)) if has_bias else product

    def _normalized(self, kernel: Any, sizes: Sequence[int]) -> Any:
        """Normalize the part of a kernel for each of several tensors by itself."""
        parts = []
        start = 0
        with default_graph().control_dependencies(None):
            for index, size in enumerate(sizes):
                part = kernel[start : start + size, :]
                units = part.get_shape().as_list()[1]
                factor = get_variable(f"norm_{index}", [units], dtype=part.dtype)
                parts.append(l2_normalize(part, axis=0) * factor)
                start += size
            return concat(parts, axis=0)


def _bias(scope: Any, size: int, dtype: Any) -> Any:
    with variable_scope(scope) as inner:
        inner.set_partitioner(None)
        return get_variable("bias", [size], dtype=dtype, initializer=Constant(0.0, dtype=dtype))
