"""The variables of batch normalization: scale, shift and moving averages of the moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import TensorShape
from penstock.functions.initializers import ones_initializer, zeros_initializer
from penstock.functions.input_spec import InputSpec
from penstock.functions.layer import Layer
from penstock.functions.variable_settings import VariableAggregation, VariableSynchronization
from penstock.nn.by_name import initializer_of
from penstock.ops import composed

__all__ = ["ONES", "ZEROS", "NormalizationWeights"]

ZEROS, ONES = zeros_initializer(), ones_initializer()


class NormalizationWeights(Layer):
    """The settings and variables of `BatchNormalization`, which tells of the arguments."""

    def __init__(
        self,
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
        self.beta_initializer = initializer_of(beta_initializer)
        self.gamma_initializer = initializer_of(gamma_initializer)
        self.moving_mean_initializer = initializer_of(moving_mean_initializer)
        self.moving_variance_initializer = initializer_of(moving_variance_initializer)
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


def _counted_from_front(axes: Sequence[int], rank: int) -> list[int]:
    found = [axis + rank if axis < 0 else axis for axis in axes]
    if any(not 0 <= axis < rank for axis in found) or len(set(found)) != len(found):
        raise ValueError(
            f"The axes of batch normalization must be different ones of the {rank} that its input "
            f"has, not {list(axes)}."
        )
    return found
