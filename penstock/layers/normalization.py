"""Batch normalization as a layer, with moving averages of the moments for use after training."""

from __future__ import annotations

from typing import Any

from penstock.functions.cond import cond
from penstock.functions.state import assign_sub
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.layers.normalization_weights import ONES, ZEROS, NormalizationWeights
from penstock.layers.utils import constant_value_of, smart_cond
from penstock.nn.normalizing import batch_normalization as normalized, fused_batch_norm
from penstock.nn.statistics import moments

__all__ = ["BatchNormalization", "batch_normalization"]


class BatchNormalization(NormalizationWeights):
    """A layer that brings each channel to mean 0 and variance 1, then scales and shifts it.

    In training it uses the batch's own moments, and moving averages of them are kept by nodes in
    the collection UPDATE_OPS, which a training step must run too:

        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            train = optimizer.minimize(loss)

    Args:
      axis: the axis of the channels, or a list of axes.
      momentum: how much of a moving average stays at a step.
      epsilon: added to the variance.
      center: whether there is a shift, `beta`.
      scale: whether there is a scale, `gamma`.
      beta_initializer: of the shift.
      gamma_initializer: of the scale.
      moving_mean_initializer: of the moving mean.
      moving_variance_initializer: of the moving variance.
      beta_regularizer: from the shift to a loss.
      gamma_regularizer: from the scale to a loss.
      beta_constraint: from the shift to what it is set to after an update.
      gamma_constraint: the same for the scale.
      renorm: batch renormalization is not supported; must be False.
      renorm_clipping: not used.
      renorm_momentum: not used.
      fused: whether to build one node for it, which images allow; None does if they do.
      trainable: whether the variables are to be trained.
      virtual_batch_size: not supported; must be None.
      adjustment: not supported; must be None.
      name: the layer's name and that of its scope.

    Source: Ioffe and Szegedy, "Batch normalization", 2015.
    """

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        """Build the output; `training` may be a bool or a boolean scalar tensor."""
        known = constant_value_of(training)
        if self.fused:
            outputs = self._fused(inputs, training, known)
        else:
            outputs = self._plain(inputs, training, known)
        outputs.set_shape(inputs.static_shape)
        return outputs

    def _fused(self, inputs: Tensor, training: Any, known: bool | None) -> Tensor:
        gamma = self.gamma if self.scale else self._constant_gamma
        beta = self.beta if self.center else self._constant_beta
        settings = {"epsilon": self.epsilon, "data_format": self._layout}

        def trained() -> Any:
            return fused_batch_norm(inputs, gamma, beta, **settings)

        def frozen() -> Any:
            return fused_batch_norm(
                inputs,
                gamma,
                beta,
                mean=self.moving_mean,
                variance=self.moving_variance,
                is_training=False,
                **settings,
            )

        outputs, mean, variance = smart_cond(training, trained, frozen)
        self._follow(mean, variance, self._momentum(training, known), known)
        return outputs

    def _momentum(self, training: Any, known: bool | None) -> Tensor:
        """Give how much of a moving average stays: all of it while nothing is trained."""
        if known is not None:
            return convert_to_tensor(self.momentum)
        return cond(
            training,
            lambda: convert_to_tensor(self.momentum),
            lambda: convert_to_tensor(1.0),
        )

    def _plain(self, inputs: Tensor, training: Any, known: bool | None) -> Tensor:
        rank = len(inputs.static_shape or ())
        axes = [axis for axis in range(rank) if axis not in self.axis]
        if known is False:
            mean, variance = self.moving_mean, self.moving_variance
        else:
            kind = self._param_dtype
            x = inputs if inputs.dtype is kind else raw.Cast(inputs, DstT=kind)
            batch_mean, batch_variance = moments(x, axes, keep_dims=len(self.axis) > 1)
            momentum = self.momentum if known else self._momentum(training, known)
            mean = _chosen(training, batch_mean, self.moving_mean)
            variance = _chosen(training, batch_variance, self.moving_variance)
            self._follow(batch_mean, batch_variance, momentum, known)
        mean, variance = _as(mean, inputs), _as(variance, inputs)
        scale, offset = self._spread(self.gamma, rank), self._spread(self.beta, rank)
        if offset is not None:
            offset = _as(offset, inputs)
        if scale is not None:
            scale = _as(scale, inputs)
        return normalized(
            inputs,
            self._spread(mean, rank),
            self._spread(variance, rank),
            offset,
            scale,
            self.epsilon,
        )

    def _spread(self, vector: Any, rank: int) -> Any:
        """Shape a vector of channels so that it broadcasts against inputs."""
        if vector is None or self.axis == [rank - 1] or len(vector.shape.as_list()) == rank:
            return vector
        sizes = [1] * rank
        sizes[self.axis[0]] = vector.shape.as_list()[0]
        return raw.Reshape(vector, sizes)

    def _follow(self, mean: Tensor, variance: Tensor, momentum: Any, known: bool | None) -> None:
        """Add the updates of the moving averages."""
        if known is False:
            return
        self.add_update(_moved(self.moving_mean, mean, momentum), inputs=True)
        self.add_update(_moved(self.moving_variance, variance, momentum), inputs=True)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Give the input's shape."""
        return input_shape


def _as(value: Any, like: Tensor) -> Any:
    dtype = like.dtype.base_dtype
    return value if value.dtype.base_dtype is dtype else raw.Cast(value, DstT=dtype)


def _chosen(training: Any, batch: Tensor, moving: Any) -> Any:
    return smart_cond(training, lambda: batch, lambda: convert_to_tensor(moving))


def _moved(variable: Any, value: Tensor, momentum: Any) -> Any:
    """Build the step of a moving average towards a value."""
    graph = value.graph
    with (
        name_scope("AssignMovingAvg", values=[variable, value]) as scope,
        graph.colocate_with(variable),
    ):
        decay = convert_to_tensor(1.0 - momentum, name="decay")
        kind = variable.dtype.base_dtype
        if decay.dtype is not kind:
            decay = raw.Cast(decay, DstT=kind)
        return assign_sub(variable, (variable - _as(value, variable)) * decay, name=scope)


def batch_normalization(
    inputs: Any,
    axis: Any = -1,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = ZEROS,
    gamma_initializer: Any = ONES,
    moving_mean_initializer: Any = ZEROS,
    moving_variance_initializer: Any = ONES,
    beta_regularizer: Any = None,
    gamma_regularizer: Any = None,
    beta_constraint: Any = None,
    gamma_constraint: Any = None,
    training: Any = False,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_momentum: float = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Any = None,
) -> Tensor:
    """Build the normalized inputs; see `BatchNormalization` for the arguments and an example.

    Args:
      inputs: a tensor of floats.
      training: whether to use the batch's own moments: a bool, or a boolean scalar tensor.
      reuse: whether the variables of a layer of this name are used again.
    """
    layer = BatchNormalization(
        axis,
        momentum,
        epsilon,
        center,
        scale,
        beta_initializer,
        gamma_initializer,
        moving_mean_initializer,
        moving_variance_initializer,
        beta_regularizer,
        gamma_regularizer,
        beta_constraint,
        gamma_constraint,
        renorm,
        renorm_clipping,
        renorm_momentum,
        fused,
        trainable,
        virtual_batch_size,
        adjustment,
        name,
        _reuse=reuse,
        _scope=name,
    )
    return layer.apply(inputs, training=training)
