"""Recurrent networks of several layers as layers: `CudnnLSTM`, `CudnnGRU` and plain ones."""

from __future__ import annotations

from typing import Any

from penstock.contrib.cudnn_rnn.forms import NetworkForm
from penstock.contrib.cudnn_rnn.networks import run_network
from penstock.contrib.cudnn_rnn.savers import (
    CudnnGRUSaveable,
    CudnnLSTMSaveable,
    CudnnOpaqueParamsSaveable,
    CudnnRNNReluSaveable,
    CudnnRNNTanhSaveable,
)
from penstock.core.dtypes import as_dtype, float16, float32, float64
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import constant, shape as shape_of
from penstock.functions.arrays_filling import zeros
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import Constant
from penstock.functions.initializers_scaled import GlorotUniform
from penstock.functions.input_spec import InputSpec
from penstock.functions.layer import Layer
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.build import convert_to_tensor
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph

__all__ = ["CudnnGRU", "CudnnLSTM", "CudnnNetwork", "CudnnRNNRelu", "CudnnRNNTanh"]


class CudnnNetwork(NetworkForm, Layer):
    """A recurrent network of several layers over whole sequences.

    Its one variable, ``opaque_kernel``, is the vector of all weights. A `tf.train.Saver` saves
    them as the variables of the cells that compute the same, too, so that either can go on with
    what the other has learnt: see `saveable`.

    Args:
      num_layers: the number of layers.
      num_units: the number of outputs of a layer in one direction.
      input_mode: ``"linear_input"``: the first layer has a matrix for the inputs;
        ``"skip_input"``: its gates get them as they are, they must be of the size of the units;
        ``"auto_select"``: so if they are.
      direction: ``"unidirectional"`` or ``"bidirectional"``.
      dropout: the share of the inputs of each layer but the first that is set to zero in training.
      seed: of the dropout and the first weights.
      dtype: tf.float16, tf.float32 or tf.float64.
      kernel_initializer: of the weights, each gate by itself; Glorot's by default.
      bias_initializer: of the biases; zeros by default.
      name: its name and that of its scope.

    Raises:
      ValueError: if a mode, direction or dtype is none of these.
    """

    saveable_class: type[CudnnOpaqueParamsSaveable] = CudnnOpaqueParamsSaveable

    def __init__(
        self,
        num_layers: int,
        num_units: int,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
        dropout: float = 0.0,
        seed: int | None = None,
        dtype: Any = float32,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
    ) -> None:
        Layer.__init__(self, dtype=dtype, name=name)
        NetworkForm.__init__(self, num_layers, num_units, input_mode, direction)
        if as_dtype(dtype) not in (float16, float32, float64):
            raise ValueError(
                f"A cuDNN network is of float16, float32 or float64, but dtype is {dtype!r}."
            )
        self._dropout = dropout
        self._seed = seed
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer
        self._saveable: Any = None

    @property
    def saveable(self) -> Any:
        """What saves the weights as those of cells; None before the network is built."""
        return self._saveable

    @property
    def canonical_weight_shapes(self) -> list[tuple[int, int]]:
        """The shapes of all weights, one for each gate, in cuDNN's order."""
        units, gates = self.num_units, self.gates
        shapes = []
        for layer in range(self.num_layers):
            size = self.input_size if layer == 0 else units * self.num_dirs
            own = [(units, size)] * gates + [(units, units)] * gates
            shapes += own * self.num_dirs
        return shapes

    @property
    def canonical_bias_shapes(self) -> list[list[int]]:
        """The shapes of all biases, two for each gate, in cuDNN's order."""
        return [[self.num_units]] * (2 * self.gates * self.num_dirs * self.num_layers)

    def state_shape(self, batch_size: Any) -> tuple[list[Any], ...]:
        """Give the shapes of the first states, for a batch of that size."""
        shape = [self.num_layers * self.num_dirs, batch_size, self.num_units]
        return (shape, list(shape)) if self.rnn_mode == "lstm" else (shape,)

    def build(self, input_shape: Any) -> None:
        """Make the vector of weights.

        Args:
          input_shape: the shape of the inputs, of which the last size must be known.

        Raises:
          ValueError: if it has not three axes, or the last size is not known.
        """
        if self.built:
            return
        sizes = TensorShape(input_shape)
        if sizes.rank != 3 or sizes.as_list()[2] is None:
            raise ValueError(
                f"The inputs of {self.name!r} must have three axes, the size of the last one "
                f"known, but their shape is {sizes}. Set it by set_shape."
            )
        self._input_size = sizes.as_list()[2]
        self.input_spec = InputSpec(ndim=3, axes={-1: self._input_size})
        self._set_scope()
        with variable_scope(self._scope, reuse=self.built):
            kernel = get_variable(
                "opaque_kernel",
                dtype=self.dtype,
                initializer=self._first_weights(),
                validate_shape=False,
            )
        self.kernel = kernel
        self._held_weights.append((kernel, True))
        if get_variable_scope().reuse is not True:
            self._make_saveable()
        self.built = True

    def _first_weights(self) -> Any:
        """Build the first value of the vector of weights."""
        make = self._kernel_initializer or GlorotUniform(seed=self._seed, dtype=self.dtype)
        make_bias = self._bias_initializer or Constant(0.0, dtype=self.dtype)
        weights = [make(shape, dtype=self.dtype) for shape in self.canonical_weight_shapes]
        biases = [make_bias(shape, dtype=self.dtype) for shape in self.canonical_bias_shapes]
        return self.to_params(weights, biases, dropout=self._dropout)

    def _make_saveable(self) -> None:
        name = self.kernel.name.partition(":")[0]
        self._saveable = self.saveable_class(
            self.kernel,
            self.num_layers,
            self.num_units,
            self.input_size,
            self.input_mode,
            self.direction,
            scope=get_variable_scope(),
            name=f"{name}_saveable",
        )
        default_graph().add_to_collection(GraphKeys.SAVEABLE_OBJECTS, self._saveable)

    def call(
        self,
        inputs: Any,
        initial_state: Any = None,
        sequence_lengths: Any = None,
        time_major: bool = True,
        training: bool = True,
    ) -> tuple[Any, tuple[Any, ...]]:
        """Build the network.

        Args:
          inputs: a tensor [time, batch, size]; [batch, time, size] unless `time_major`.
          initial_state: a tuple of the first outputs, [layers * directions, batch, units], and for
            an LSTM of memories of the same shape; zeros by default.
          sequence_lengths: the lengths of the sequences, a vector of int32; all steps by default.
          time_major: the order of the first two axes of inputs, outputs and states.
          training: whether there is dropout; gradients can be had only then.

        Returns:
          The outputs, [time, batch, directions * units], and the last state in the form of the
          first one.

        Raises:
          TypeError: if `initial_state` is not a tuple.
        """
        if initial_state is not None and not isinstance(initial_state, tuple):
            raise TypeError(
                f"initial_state must be a tuple of tensors, but is {initial_state!r}. For one "
                "tensor write (h,)."
            )
        inputs = convert_to_tensor(inputs, dtype=self.dtype)
        batch = shape_of(inputs)[1]
        if initial_state is None:
            shapes = self.state_shape(batch)
            initial_state = tuple([zeros(shape, dtype=self.dtype) for shape in shapes])
        h, *rest = [convert_to_tensor(each, dtype=self.dtype) for each in initial_state]
        c = rest[0] if self.rnn_mode == "lstm" else constant([], dtype=self.dtype)
        outputs, h, c = run_network(
            inputs, h, c, self.kernel, sequence_lengths, time_major, training, self._dropout,
            self._seed, self._attrs(),
        )  # fmt: skip
        return outputs, (h, c) if self.rnn_mode == "lstm" else (h,)


class CudnnLSTM(CudnnNetwork):
    """An LSTM of several layers; see `CudnnNetwork` for its arguments."""

    rnn_mode = "lstm"
    saveable_class = CudnnLSTMSaveable


class CudnnGRU(CudnnNetwork):
    """A gated network of several layers; see `CudnnNetwork` for its arguments."""

    rnn_mode = "gru"
    saveable_class = CudnnGRUSaveable


class CudnnRNNTanh(CudnnNetwork):
    """A plain network of several layers, by tanh; see `CudnnNetwork` for its arguments."""

    rnn_mode = "rnn_tanh"
    saveable_class = CudnnRNNTanhSaveable


class CudnnRNNRelu(CudnnNetwork):
    """A plain network of several layers, by relu; see `CudnnNetwork` for its arguments."""

    rnn_mode = "rnn_relu"
    saveable_class = CudnnRNNReluSaveable
