"""Accumulators as objects: `tf.ConditionalAccumulator` and `tf.SparseConditionalAccumulator`."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType, as_dtype, int64
from penstock.core.shapes import Shape, TensorShape, as_static
from penstock.functions.math_casts import cast
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.node import Node, Tensor

__all__ = [
    "ConditionalAccumulator",
    "ConditionalAccumulatorBase",
    "SparseConditionalAccumulator",
]


class ConditionalAccumulatorBase:
    """What all accumulators have in common.

    An accumulator lives in the session that runs its operations. Runs in several threads, or of
    several workers, add gradients; one run waits until there are enough, and takes their mean. An
    accumulator has a step, at first 0, which each taking moves on by one. A gradient that was
    begun at an earlier step is stale, and is dropped without a word.

    Args:
      dtype: the dtype of the gradients.
      shape: what is known of their shape.
      accumulator_ref: the handle.
    """

    def __init__(self, dtype: Any, shape: Any, accumulator_ref: Tensor) -> None:
        self._dtype = as_dtype(dtype)
        self._shape: Shape = as_static(shape)
        self._accumulator_ref = accumulator_ref
        self._name = accumulator_ref.op.name.split("/")[-1]

    @property
    def accumulator_ref(self) -> Tensor:
        """The handle, as other graph parts know the accumulator."""
        return self._accumulator_ref

    @property
    def name(self) -> str:
        """The name of the accumulator."""
        return self._name

    @property
    def dtype(self) -> DType:
        """The dtype of the gradients."""
        return self._dtype

    def num_accumulated(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many gradients there are now.

        Args:
          name: the node's name.
        """
        return raw.ResourceAccumulatorNumAccumulated(  # type: ignore[no-any-return]
            self._accumulator_ref, name=name or f"{self._name}_NumAccumulated"
        )

    def set_global_step(self, new_global_step: Any, name: str | None = None) -> Node:
        """Build a node that sets the accumulator's step.

        Args:
          new_global_step: the step, an integer scalar: gradients begun before it are stale.
          name: the node's name.
        """
        return raw.ResourceAccumulatorSetGlobalStep(  # type: ignore[no-any-return]
            self._accumulator_ref, _step(new_global_step), name=name
        )


class ConditionalAccumulator(ConditionalAccumulatorBase):
    """An accumulator of gradients that are tensors of one shape.

    Args:
      dtype: the dtype of the gradients: float16, float32 or float64.
      shape: their shape, as far as it is known; None for that of the first one.
      shared_name: accumulators with the same one are the same.
      name: a name for the accumulator.
      reduction_type: what is taken of the gradients: ``"MEAN"`` or ``"SUM"``.

    Raises:
      ValueError: if there is no such reduction.
      TypeError: if the dtype is none of numbers.
    """

    def __init__(
        self,
        dtype: Any,
        shape: Any = None,
        shared_name: str | None = None,
        name: str = "conditional_accumulator",
        reduction_type: str = "MEAN",
    ) -> None:
        handle = raw.ResourceConditionalAccumulator(
            dtype=as_dtype(dtype),
            shape=TensorShape(shape),
            shared_name=shared_name or "",
            reduction_type=reduction_type,
            name=name,
        )
        super().__init__(dtype, shape, handle)

    def apply_grad(self, grad: Any, local_step: Any = 0, name: str | None = None) -> Node:
        """Build a node that adds a gradient, unless it is stale.

        Args:
          grad: the gradient.
          local_step: the step at which it was begun, an integer scalar.
          name: the node's name.

        Returns:
          The operation. It never waits.

        Raises:
          ValueError: if the gradient's shape or dtype does not fit.
        """
        tensor = convert_to_tensor(grad, self._dtype)
        tensor.shape.assert_is_compatible_with(TensorShape(self._shape))
        return raw.ResourceAccumulatorApplyGradient(  # type: ignore[no-any-return]
            self._accumulator_ref, _step(local_step), tensor, name=name
        )

    def take_grad(self, num_required: Any, name: str | None = None) -> Tensor:
        """Build a tensor that waits for enough gradients, and takes their mean or sum.

        All gradients that are there count, also if they are more than `num_required`. Afterwards
        the accumulator is empty, and its step one higher.

        Args:
          num_required: how many are enough; a positive int32 scalar.
          name: the node's name.
        """
        taken: Tensor = raw.ResourceAccumulatorTakeGradient(
            self._accumulator_ref, num_required, dtype=self._dtype, name=name
        )
        taken.set_shape(self._shape)
        return taken


class SparseConditionalAccumulator(ConditionalAccumulatorBase):
    """An accumulator of gradients that are some rows of a tensor, with their numbers.

    The mean of a row is that of the gradients which have it. The numbers of each gradient should
    be sorted, and none there twice: only then are equal ones found.

    Args:
      dtype, shared_name, name, reduction_type: as for `ConditionalAccumulator`.
      shape: the shape of the dense gradients, as far as it is known.

    Raises:
      ValueError, TypeError: as `ConditionalAccumulator`.
    """

    def __init__(
        self,
        dtype: Any,
        shape: Any = None,
        shared_name: str | None = None,
        name: str = "sparse_conditional_accumulator",
        reduction_type: str = "MEAN",
    ) -> None:
        handle = raw.SparseConditionalAccumulator(
            dtype=as_dtype(dtype),
            shape=TensorShape(shape),
            shared_name=shared_name or "",
            reduction_type=reduction_type,
            name=name,
        )
        super().__init__(dtype, shape, handle)

    def apply_indexed_slices_grad(
        self, grad: IndexedSlices, local_step: Any = 0, name: str | None = None
    ) -> Node:
        """Build a node that adds a gradient of the form `tf.IndexedSlices`, unless it is stale.

        Args:
          grad: the gradient.
          local_step: the step at which it was begun.
          name: the node's name.
        """
        return self.apply_grad(grad.indices, grad.values, grad.dense_shape, local_step, name)

    def apply_grad(
        self,
        grad_indices: Any,
        grad_values: Any,
        grad_shape: Any = None,
        local_step: Any = 0,
        name: str | None = None,
    ) -> Node:
        """Build a node that adds a gradient, unless it is stale.

        Args:
          grad_indices: integer vector [n]: the numbers of the rows.
          grad_values: the rows, [n, ...].
          grad_shape: integer vector, the shape of the dense gradient; None if it is not known.
          local_step: the step at which it was begun.
          name: the node's name.
        """
        step = _step(local_step)
        indices = cast(grad_indices, int64)
        shape = cast([] if grad_shape is None else grad_shape, int64)
        return raw.SparseAccumulatorApplyGradient(  # type: ignore[no-any-return]
            self._accumulator_ref,
            step,
            indices,
            grad_values,
            shape,
            dtype=self._dtype,
            has_known_shape=grad_shape is not None,
            name=name,
        )

    def take_grad(self, num_required: Any, name: str | None = None) -> Any:
        """Build tensors that wait for enough gradients, and take the mean or sum of each row.

        Args:
          num_required: how many are enough; a positive int32 scalar.
          name: the node's name.

        Returns:
          A named tuple of the rows' numbers (`indices`), the rows (`values`), and the shape of the
          dense gradient (`shape`), in which -1 is what nobody knows.
        """
        return raw.SparseAccumulatorTakeGradient(
            self._accumulator_ref, num_required, dtype=self._dtype, name=name
        )

    def take_indexed_slices_grad(self, num_required: Any, name: str | None = None) -> IndexedSlices:
        """Build what `take_grad` gives, as `tf.IndexedSlices`.

        Args:
          num_required: how many are enough.
          name: the node's name.
        """
        taken = self.take_grad(num_required, name)
        return IndexedSlices(taken.values, taken.indices, taken.shape)

    def num_accumulated(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many gradients there are now; see the base class."""
        return raw.AccumulatorNumAccumulated(  # type: ignore[no-any-return]
            self._accumulator_ref, name=name or f"{self._name}_NumAccumulated"
        )

    def set_global_step(self, new_global_step: Any, name: str | None = None) -> Node:
        """Build a node that sets the accumulator's step; see the base class."""
        return raw.AccumulatorSetGlobalStep(  # type: ignore[no-any-return]
            self._accumulator_ref, _step(new_global_step), name=name
        )


def _step(step: Any) -> Any:
    return cast(convert_to_tensor(step), int64)
