"""Queues as objects: `tf.FIFOQueue` and its kin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.core.dtypes import DType
from penstock.core.shapes import Shape, TensorShape
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["QueueBase"]


class QueueBase:
    """What all queues have in common.

    A queue lives in the session that runs its operations. Runs in several threads may put elements
    in and take them out; each waits until it can.

    Args:
      dtypes: the dtype of each component of an element.
      shapes: the shape of each component, or None for any.
      names: the name of each component, or None: elements are then lists, not dicts.
      queue_ref: the handle.
    """

    def __init__(
        self,
        dtypes: Sequence[DType],
        shapes: Sequence[Shape] | None,
        names: Sequence[str] | None,
        queue_ref: Tensor,
    ) -> None:
        self._dtypes = list(dtypes)
        self._shapes = [None] * len(self._dtypes) if shapes is None else list(shapes)
        self._names = None if names is None else list(names)
        self._queue_ref = queue_ref
        self._name = queue_ref.op.name.split("/")[-1]

    @property
    def queue_ref(self) -> Tensor:
        """The handle, as other graph parts know the queue."""
        return self._queue_ref

    @property
    def name(self) -> str:
        """The name of the queue."""
        return self._name

    @property
    def dtypes(self) -> list[DType]:
        """The dtype of each component."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The static shape of each component."""
        return [TensorShape(shape) for shape in self._shapes]

    @property
    def names(self) -> list[str] | None:
        """The name of each component, if they have names."""
        return self._names

    def enqueue(self, vals: Any, name: str | None = None) -> Node:
        """Build a node that puts an element in, waiting for room.

        Args:
          vals: a value for each component: a list or tuple, a dict if components have names, or
            the value itself if there is only one.
          name: a name for the node.

        Returns:
          The operation. It fails with `CancelledError` if the queue is closed.

        Raises:
          ValueError, TypeError: if `vals` does not fit the components.
        """
        with name_scope(name, f"{self._name}_enqueue", self._listed(vals)) as scope:
            components = self._components(vals)
            for component, shape in zip(components, self._shapes, strict=True):
                component.shape.assert_is_compatible_with(TensorShape(shape))
            return raw.QueueEnqueueV2(self._queue_ref, components, name=scope)

    def enqueue_many(self, vals: Any, name: str | None = None) -> Node:
        """Build a node that puts several elements in: one for each row of the components.

        Args:
          vals: as for `enqueue`; each with one more axis in front.
          name: a name for the node.

        Raises:
          ValueError, TypeError: if `vals` does not fit the components.
        """
        with name_scope(name, f"{self._name}_EnqueueMany", self._listed(vals)) as scope:
            components = self._components(vals)
            for component, shape in zip(components, self._shapes, strict=True):
                rows = component.shape.with_rank_at_least(1)
                rows[1:].assert_is_compatible_with(TensorShape(shape))
            return raw.QueueEnqueueManyV2(self._queue_ref, components, name=scope)

    def _listed(self, vals: Any) -> list[Any]:
        """Give the values of the components in their order.

        Raises:
          ValueError: if the number or the names of the values are not those of the components.
        """
        if isinstance(vals, Mapping):
            if self._names is None:
                raise ValueError(
                    f"The queue {self._name!r} has no names for its components, so an element must "
                    f"be a list, not a dict: {vals!r}."
                )
            if sorted(self._names) != sorted(vals):
                raise ValueError(
                    f"An element of the queue {self._name!r} must have the keys "
                    f"{sorted(self._names)}, but has {sorted(vals)}."
                )
            vals = [vals[name] for name in self._names]
        elif self._names is not None:
            raise ValueError(
                f"An element of the queue {self._name!r}, whose components have names, must be a "
                f"dict with the keys {self._names}, but is {vals!r}."
            )
        elif not isinstance(vals, (list, tuple)):
            vals = [vals]
        if len(vals) != len(self._dtypes):
            raise ValueError(
                f"An element of the queue {self._name!r} has {len(self._dtypes)} components, but "
                f"{len(vals)} values were given: {vals!r}."
            )
        return list(vals)

    def _components(self, vals: Any) -> list[Tensor]:
        return [
            convert_to_tensor(value, dtype=dtype, name=f"component_{index}")
            for index, (value, dtype) in enumerate(
                zip(self._listed(vals), self._dtypes, strict=True)
            )
        ]

    def dequeue(self, name: str | None = None) -> Any:
        """Build a node that takes an element out, waiting for one.

        Returns:
          A tensor for each component, in a list (a dict if they have names); of one component its
          tensor. A run fails with `OutOfRangeError` when the queue is closed and empty.
        """
        node = raw.QueueDequeueV2(
            self._queue_ref, component_types=self._dtypes, name=name or f"{self._name}_Dequeue"
        )
        return self._packed(node, self._shapes)

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """Build a node that takes `n` elements out and puts them together, waiting for each.

        Args:
          n: how many; an integer scalar.
          name: a name for the node.

        Returns:
          As `dequeue`, with one more axis, of size `n`, in front of each component.
        """
        node = raw.QueueDequeueManyV2(
            self._queue_ref,
            n,
            component_types=self._dtypes,
            name=name or f"{self._name}_DequeueMany",
        )
        return self._packed(node, None)

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """Build a node that takes `n` elements out; fewer if the queue is closed and has no more.

        Args:
          n: how many at most; an integer scalar.
          name: a name for the node.

        Returns:
          As `dequeue_many`.
        """
        node = raw.QueueDequeueUpToV2(
            self._queue_ref,
            n,
            component_types=self._dtypes,
            name=name or f"{self._name}_DequeueUpTo",
        )
        return self._packed(node, None)

    def _packed(self, outputs: Any, shapes: Sequence[Shape] | None) -> Any:
        tensors = list(outputs)
        for tensor, shape in zip(tensors, shapes or (), strict=False):
            tensor.set_shape(shape)
        if self._names is not None:
            return dict(zip(self._names, tensors, strict=True))
        return tensors[0] if len(tensors) == 1 else tensors

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Node:
        """Build a node that closes the queue: nothing more gets in; what is in it can get out.

        Args:
          cancel_pending_enqueues: whether also those who wait to put something in are refused.
          name: a name for the node.
        """
        return raw.QueueCloseV2(
            self._queue_ref,
            cancel_pending_enqueues=cancel_pending_enqueues,
            name=name or f"{self._name}_Close",
        )

    def is_closed(self, name: str | None = None) -> Tensor:
        """Build a boolean scalar: whether the queue is closed."""
        return raw.QueueIsClosedV2(self._queue_ref, name=name or f"{self._name}_Is_Closed")

    def size(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many elements the queue holds."""
        return raw.QueueSizeV2(self._queue_ref, name=name or f"{self._name}_Size")
