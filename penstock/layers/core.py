"""Dense layers, dropout and flattening, as classes and as functions."""

from __future__ import annotations

from typing import Any

from penstock.core import shapes
from penstock.core.shapes import TensorShape, as_static
from penstock.functions.arrays import shape as shape_of
from penstock.functions.initializers import zeros_initializer
from penstock.functions.input_spec import InputSpec
from penstock.functions.layer import Layer
from penstock.functions.math_products import tensordot
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.node import Tensor
from penstock.layers.utils import smart_cond
from penstock.nn.activations import bias_add
from penstock.nn.by_name import Activation, activation_of, initializer_of
from penstock.nn.dropouts import dropout as drop

__all__ = ["Dense", "Dropout", "Flatten", "dense", "dropout", "flatten"]

_ZEROS = zeros_initializer()


class Dense(Layer):
    """A layer that computes activation(inputs * kernel + bias).

    Args:
      units: the number of outputs.
      activation: applied at last: a function, or the name of one; None for none.
      use_bias: whether there is a bias.
      kernel_initializer: of the kernel [inputs, units]; the scope's by default.
      bias_initializer: of the bias [units].
      kernel_regularizer: from the kernel to a loss.
      bias_regularizer: from the bias to a loss.
      activity_regularizer: from the output to a loss.
      kernel_constraint: from the kernel to what it is set to after an update.
      bias_constraint: the same for the bias.
      trainable: whether the variables are to be trained.
      name: the layer's name and that of its scope.

    Inputs of more than two axes are multiplied along their last one.
    """

    def __init__(
        self,
        units: int,
        activation: Activation = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = _ZEROS,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        self.activation = activation_of(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializer_of(kernel_initializer)
        self.bias_initializer = initializer_of(bias_initializer)
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        if self.dtype is not None and not (self.dtype.is_floating or self.dtype.is_complex):
            raise TypeError(
                f"A dense layer has variables of floats, but its input is {self.dtype.name}. "
                "Convert it with tf.cast."
            )
        width = TensorShape(input_shape).as_list()[-1]
        if width is None:
            raise ValueError(
                "The last size of a dense layer's input must be known: it is its kernel's. Set it "
                "by set_shape or a reshape."
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: width})
        self.kernel = self.add_weight(
            "kernel",
            [width, self.units],
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.units],
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    def call(self, inputs: Any) -> Tensor:
        """Build the output."""
        rank = len(inputs.static_shape)
        if rank > 2:
            outputs = tensordot(inputs, self.kernel, [[rank - 1], [0]])
            outputs.set_shape([*inputs.static_shape[:-1], self.units])
        else:
            outputs = raw.MatMul(inputs, self.kernel)
        if self.bias is not None:
            outputs = bias_add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """Tell the output's static shape from the input's."""
        known = TensorShape(input_shape).with_rank_at_least(2)
        return known[:-1].concatenate(self.units)


def dense(
    inputs: Any,
    units: int,
    activation: Activation = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = _ZEROS,
    kernel_regularizer: Any = None,
    bias_regularizer: Any = None,
    activity_regularizer: Any = None,
    kernel_constraint: Any = None,
    bias_constraint: Any = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """Build a dense layer: activation(inputs * kernel + bias).

    Args:
      inputs: [..., n].
      units: the number of outputs.
      reuse: whether the variables of a layer of this name are used again.
      activation: as are the others, see `Dense`.

    Returns:
      [..., units].
    """
    layer = Dense(
        units,
        activation,
        use_bias,
        kernel_initializer,
        bias_initializer,
        kernel_regularizer,
        bias_regularizer,
        activity_regularizer,
        kernel_constraint,
        bias_constraint,
        trainable,
        name,
        _scope=name,
        _reuse=reuse,
    )
    return layer.apply(inputs)


class Dropout(Layer):
    """A layer that in training sets random elements to 0 and scales the others up.

    Args:
      rate: the probability to drop an element.
      noise_shape: the shape of the random decisions; None stands for the input's size.
      seed: the op's seed.
      name: the layer's name.
    """

    def __init__(
        self,
        rate: Any = 0.5,
        noise_shape: Any = None,
        seed: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def _noise_shape(self, inputs: Tensor) -> Any:
        if self.noise_shape is None:
            return None
        sizes = shape_of(inputs)
        return convert_to_tensor(
            [sizes[axis] if size is None else size for axis, size in enumerate(self.noise_shape)]
        )

    def call(self, inputs: Any, training: Any = False) -> Tensor:
        """Build the output; `training` may be a bool or a boolean scalar tensor."""

        def dropped() -> Tensor:
            noise = self._noise_shape(inputs)
            return drop(inputs, noise_shape=noise, seed=self.seed, rate=self.rate)

        return smart_cond(training, dropped, lambda: raw.Identity(inputs))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Give the input's shape."""
        return input_shape


def dropout(
    inputs: Any,
    rate: Any = 0.5,
    noise_shape: Any = None,
    seed: int | None = None,
    training: Any = False,
    name: str | None = None,
) -> Tensor:
    """Build dropout for training, nothing otherwise; see `Dropout` for the arguments.

    Args:
      inputs: a tensor of floats.
      training: whether to drop: a bool, or a boolean scalar tensor, such as a placeholder.
    """
    return Dropout(rate, noise_shape, seed, name).apply(inputs, training=training)


class Flatten(Layer):
    """A layer that gives each example of a batch as a vector.

    Args:
      data_format: ``"channels_last"``, the default, or ``"channels_first"``: then the channels are
        moved to the end first.
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format or "channels_last"
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Tensor:
        """Build the output."""
        rank = len(inputs.static_shape)
        if self.data_format == "channels_first" and rank > 1:
            inputs = raw.Transpose(inputs, [0, *range(2, rank), 1], name="transpose")
        batch = inputs.static_shape[0] or shape_of(inputs)[0]
        outputs = raw.Reshape(inputs, (batch, -1))
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """Tell the output's static shape from the input's."""
        known = as_static(input_shape)
        assert known is not None
        return TensorShape([known[0], shapes.num_elements(known[1:])])


def flatten(inputs: Any, name: str | None = None, data_format: str = "channels_last") -> Tensor:
    """Build each example of a batch as a vector.

    Args:
      inputs: [batch, ...].
      name: the layer's name.
      data_format: see `Flatten`.

    Returns:
      [batch, numbers per example].
    """
    return Flatten(data_format=data_format, name=name).apply(inputs)
