"""What says itself how it is saved: as tensors under names, and by a node that sets it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.core.dtypes import DType

__all__ = ["SaveSpec", "SaveableObject"]


class SaveSpec:
    """One tensor that is saved.

    Args:
      tensor: the tensor, or a function that builds it.
      slice_spec: which part of a larger tensor it is; empty for all of it.
      name: the name in the checkpoint.
      dtype: the tensor's dtype; needed with a function.
      device: the tensor's device; needed with a function.
    """

    def __init__(
        self, tensor: Any, slice_spec: str, name: str, dtype: Any = None, device: str | None = None
    ) -> None:
        if callable(tensor) and (dtype is None or device is None):
            raise AssertionError("A tensor that is built by a function needs dtype and device.")
        self._tensor = tensor
        self.slice_spec = slice_spec
        self.name = name
        self.dtype: DType = dtype if callable(tensor) else tensor.dtype
        self.device: str = device if callable(tensor) else tensor.device  # type: ignore[assignment]

    @property
    def tensor(self) -> Any:
        """The tensor, built if need be."""
        return self._tensor() if callable(self._tensor) else self._tensor


class SaveableObject:
    """Something that is saved and restored; subclasses build its restoring.

    Args:
      op: what is saved: a variable, a tensor, a node, a table.
      specs: its tensors.
      name: its name in the checkpoint.
    """

    def __init__(self, op: Any, specs: Sequence[SaveSpec], name: str) -> None:
        self.op = op
        self.specs = specs
        self.name = name

    @property
    def device(self) -> str:
        """The device of its first tensor."""
        return self.specs[0].device

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Any) -> Any:
        """Build the node that sets it to values from a checkpoint.

        Args:
          restored_tensors: a tensor for each spec.
          restored_shapes: the shapes that they must be brought to, or None.

        Returns:
          A node or tensor.
        """
        raise NotImplementedError("A SaveableObject says how it is restored.")
