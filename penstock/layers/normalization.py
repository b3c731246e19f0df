"""Batch normalization as a layer, with moving averages of the moments for use after training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import TensorShape
from penstock.functions.cond import cond
from penstock.functions.initializers import ones_initializer, zeros_initializer
from penstock.functions.state import assign_sub
from penstock.functions.variable_settings import VariableAggregation, VariableSynchronization
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.layers.base import Layer
from penstock.layers.input_spec import InputSpec
from penstock.layers.utils import constant_value_of, smart_cond
from penstock.nn.normalizing import batch_normalization as normalized, fused_batch_norm
from penstock.nn.statistics import moments
from penstock.ops import composed

__all__ = ["BatchNormalization", "batch_normalization"]

_ZEROS, _ONES = zeros_initializer(), ones_initializer()


class BatchNormalization(Layer):
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

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = _ZEROS,
        gamma_initializer: Any = _ONES,
        moving_mean_initializer: Any = _ZEROS,
        moving_variance_initializer: Any = _ONES,
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, **kwargs)
        if renorm or virtual_batch_size is not None or adjustment is not None:
            raise NotImplementedError(
                "Batch normalization with renorm, virtual_batch_size or adjustment is not "
                "supported: leave these arguments out."
            )
        self.axis = list(axis) if isinstance(axis, Sequence) else axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = beta_initializer
        self.gamma_initializer = gamma_initializer
        self.moving_mean_initializer = moving_mean_initializer
        self.moving_variance_initializer = moving_variance_initializer
        self.beta_regularizer = beta_regularizer
        self.gamma_regularizer = gamma_regularizer
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.fused = fused

    def build(self, input_shape: Any) -> None:
        """Make scale, shift and moving averages."""
        shape = TensorShape(input_shape).as_list()
        rank = len(shape)
        axes = self.axis if isinstance(self.axis, list) else [self.axis]
        self.axis = _counted_from_front(axes, rank)
        self._settle_fusion(rank)
        sizes = {axis: shape[axis] for axis in self.axis}
        if None in sizes.values():
            raise ValueError(
                f"The sizes of the axes {self.axis} of batch normalization's input must be known, "
                f"but it has the shape {TensorShape(input_shape)}."
            )
        self.input_spec = InputSpec(ndim=rank, axes=sizes)
        if len(sizes) == 1:
            param_shape: list[int] = list(sizes.values())
        else:
            param_shape = [sizes.get(axis, 1) for axis in range(rank)]
        self._add_affine(param_shape)
        self._add_moving(param_shape)
        self.built = True

    def _settle_fusion(self, rank: int) -> None:
        """Decide whether the one node serves, which knows images in two layouts."""
        if self.fused is None:
            self.fused = rank == 4 and len(self.axis) == 1
        if self.fused and (rank != 4 or self.axis not in ([1], [3])):
            raise ValueError(
                "Fused batch normalization works on images, with the channels along axis 1 or 3, "
                f"but the axis is {self.axis} of {rank} axes. Pass fused=False."
            )
        self._layout = "NCHW" if self.axis == [1] else "NHWC"

    @property
    def _param_dtype(self) -> Any:
        half = self.dtype in (dtypes.float16, dtypes.bfloat16)
        return dtypes.float32 if half else self.dtype or dtypes.float32

    def _add_affine(self, shape: list[int]) -> None:
        self.gamma = self.beta = None
        self._constant_gamma = self._constant_beta = None
        kind = self._param_dtype
        if self.scale:
            self.gamma = self.add_weight(
                "gamma",
                shape,
                dtype=kind,
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
            )
        elif self.fused:
            self._constant_gamma = composed.constant(1.0, kind, shape=shape)
        if self.center:
            self.beta = self.add_weight(
                "beta",
                shape,
                dtype=kind,
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
            )
        elif self.fused:
            self._constant_beta = composed.constant(0.0, kind, shape=shape)

    def _add_moving(self, shape: list[int]) -> None:
        """Make the moving averages, which are never made in parts."""
        partitioner = self._scope.partitioner if self._scope else None
        if self._scope:
            self._scope.set_partitioner(None)

        def moving(name: str, initializer: Any) -> Any:
            return self.add_weight(
                name,
                shape,
                dtype=self._param_dtype,
                initializer=initializer,
                trainable=False,
                synchronization=VariableSynchronization.ON_READ,
                aggregation=VariableAggregation.MEAN,
            )

        try:
            self.moving_mean = moving("moving_mean", self.moving_mean_initializer)
            self.moving_variance = moving("moving_variance", self.moving_variance_initializer)
        finally:
            if partitioner:
                self._scope.set_partitioner(partitioner)  # type: ignore[union-attr]

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


def _counted_from_front(axes: Sequence[int], rank: int) -> list[int]:
    found = [axis + rank if axis < 0 else axis for axis in axes]
    if any(not 0 <= axis < rank for axis in found) or len(set(found)) != len(found):
        raise ValueError(
            f"The axes of batch normalization must be different ones of the {rank} that its input "
            f"has, not {list(axes)}."
        )
    return found


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
    beta_initializer: Any = _ZEROS,
    gamma_initializer: Any = _ONES,
    moving_mean_initializer: Any = _ZEROS,
    moving_variance_initializer: Any = _ONES,
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
    """Build batch normalization; see `BatchNormalization` for the arguments and for an example.

    Args:
      inputs: a tensor of floats.
      training: whether to use the batch's own moments: a bool, or a boolean scalar tensor.
      reuse: whether the variables of a layer of this name are used again.

    Returns:
      A tensor of the shape of `inputs`.
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
