"""Barriers as objects: `Barrier` of TensorFlow's `data_flow_ops`."""

from __future__ import annotations

from typing import Any

from penstock.core import shapes as static_shapes
from penstock.core.dtypes import as_dtype
from penstock.core.shapes import Shape, as_static
from penstock.graph.build import raw
from penstock.graph.node import Node, Tensor

__all__ = ["Barrier"]


class Barrier:
    """Tuples with string keys, whose components come in one by one, and which go out complete.

    Args:
      types: the dtype of each component, or a single one.
      shapes: the shape of each component, fully known; None for any.
      shared_name: barriers with the same one are the same.
      name: a name for the barrier.

    Raises:
      ValueError: if the numbers of types and shapes differ, or a shape is not fully known.
    """

    def __init__(
        self, types: Any, shapes: Any = None, shared_name: str | None = None, name: str = "barrier"
    ) -> None:
        kinds = types if isinstance(types, (list, tuple)) else [types]
        self._types = [as_dtype(kind) for kind in kinds]
        self._shapes: list[Shape] = []
        if shapes is not None:
            listed = shapes if isinstance(types, (list, tuple)) else [shapes]
            self._shapes = [as_static(shape) for shape in listed]
            if len(self._shapes) != len(self._types):
                raise ValueError(
                    f"A barrier needs a shape for each of its {len(self._types)} components, but "
                    f"has {len(self._shapes)}."
                )
            if not all(map(static_shapes.is_fully_defined, self._shapes)):
                raise ValueError(
                    "All shapes of a barrier must be fully known, but they are "
                    f"{[static_shapes.describe(shape) for shape in self._shapes]}."
                )
        self._ref: Tensor = raw.Barrier(
            component_types=self._types,
            shapes=self._shapes,
            shared_name=shared_name or "",
            name=name,
        )
        self._name = self._ref.op.name.split("/")[-1]

    @property
    def barrier_ref(self) -> Tensor:
        """The handle, as other graph parts know the barrier."""
        return self._ref

    @property
    def name(self) -> str:
        """The name of the barrier."""
        return self._name

    def insert_many(
        self, component_index: int, keys: Any, values: Any, name: str | None = None
    ) -> Node:
        """Build a node that puts in a component of several keys.

        Args:
          component_index: the number of the component.
          keys: string vector [n].
          values: a value for each key, [n, ...].
          name: the node's name.

        Returns:
          The operation. It fails with `InvalidArgumentError` if a key has the component already,
          with `CancelledError` if the barrier is closed and a key is new.
        """
        return raw.BarrierInsertMany(  # type: ignore[no-any-return]
            self._ref,
            keys,
            values,
            component_index=component_index,
            name=name or f"{self._name}_BarrierInsertMany",
        )

    def take_many(
        self,
        num_elements: Any,
        allow_small_batch: bool = False,
        timeout: int | None = None,
        name: str | None = None,
    ) -> Any:
        """Build tensors that take complete tuples out, waiting for them.

        Args:
          num_elements: how many; an int32 scalar.
          allow_small_batch: whether fewer will do once the barrier is closed.
          timeout: how long it may wait, in milliseconds; the run's own limit holds as well.
          name: the node's name.

        Returns:
          A named tuple: `indices`, numbers of the insertions that brought the keys (from the least
          int64 on), `keys`, and `values`, a list of a tensor for each component.
        """
        return raw.BarrierTakeMany(
            self._ref,
            num_elements,
            component_types=self._types,
            allow_small_batch=allow_small_batch,
            timeout_ms=-1 if timeout is None else timeout,
            name=name or f"{self._name}_BarrierTakeMany",
        )

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Node:
        """Build a node that closes the barrier: no new keys get in.

        Args:
          cancel_pending_enqueues: whether also incomplete tuples are given up.
          name: the node's name.
        """
        return raw.BarrierClose(  # type: ignore[no-any-return]
            self._ref,
            cancel_pending_enqueues=cancel_pending_enqueues,
            name=name or f"{self._name}_BarrierClose",
        )

    def ready_size(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many tuples are complete.

        Args:
          name: the node's name.
        """
        return raw.BarrierReadySize(  # type: ignore[no-any-return]
            self._ref, name=name or f"{self._name}_BarrierReadySize"
        )

    def incomplete_size(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many tuples lack a component.

        Args:
          name: the node's name.
        """
        return raw.BarrierIncompleteSize(  # type: ignore[no-any-return]
            self._ref, name=name or f"{self._name}_BarrierIncompleteSize"
        )
