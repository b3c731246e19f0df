"""Staging areas as objects: `tf.contrib.staging.StagingArea`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.core.dtypes import DType, as_dtype
from penstock.core.shapes import Shape, TensorShape, as_static
from penstock.functions.grouping import no_op
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["BaseStagingArea", "StagingArea"]


class BaseStagingArea:
    """What all staging areas have in common.

    Args:
      dtypes: the dtype of each component of an element.
      shapes: the static shape of each component; None for any.
      names: a name for each component: elements are then dicts.
      shared_name: areas with the same one are the same; the name by default.
      capacity: the most elements it holds; 0 for no bound.
      memory_limit: the most bytes that its elements may have together; 0 for no bound.

    Raises:
      TypeError: if `dtypes` is no list.
      ValueError: if the numbers of dtypes, shapes and names differ.
    """

    def __init__(
        self,
        dtypes: Sequence[Any],
        shapes: Sequence[Any] | None = None,
        names: Sequence[str] | None = None,
        shared_name: str | None = None,
        capacity: int = 0,
        memory_limit: int = 0,
    ) -> None:
        if not isinstance(dtypes, (list, tuple)):
            raise TypeError(
                f"A staging area needs a list with the dtype of each component, not {dtypes!r}."
            )
        for what, given in (("shapes", shapes), ("names", names)):
            if given is not None and len(given) != len(dtypes):
                raise ValueError(
                    f"StagingArea {what} must be as many as dtypes, {len(dtypes)}, but are "
                    f"{len(given)}: {given!r}."
                )
        if shared_name is not None and not isinstance(shared_name, str):
            raise ValueError(f"shared_name must be a string, but is {shared_name!r}.")
        self._dtypes = [as_dtype(each) for each in dtypes]
        self._shapes: list[Shape] = [as_static(each) for each in shapes or [None] * len(dtypes)]
        self._names = None if names is None else list(names)
        self._capacity = capacity
        self._memory_limit = memory_limit
        self._name = shared_name or default_graph().unique_name(type(self).__name__)
        with name_scope(f"{self._name}_root"):
            self._root = no_op()

    @property
    def name(self) -> str:
        """The name of the staging area."""
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

    @property
    def capacity(self) -> int:
        """The most elements it holds; 0 for no bound."""
        return self._capacity

    @property
    def memory_limit(self) -> int:
        """The most bytes that its elements may have together; 0 for no bound."""
        return self._memory_limit

    @property
    def _attrs(self) -> dict[str, Any]:
        """The attrs by which an op knows its area."""
        return {
            "shared_name": self._name,
            "capacity": self._capacity,
            "memory_limit": self._memory_limit,
        }

    def _components(
        self, values: Any, indices: Sequence[int] | None
    ) -> tuple[list[Tensor], list[int]]:
        """Give the components to put in and their numbers.

        Raises:
          ValueError: if they do not fit.
        """
        if isinstance(values, Mapping):
            if self._names is None:
                raise ValueError(
                    f"The staging area {self._name!r} has no names for its components, so an "
                    f"element must be a list, not a dict: {values!r}."
                )
            foreign = sorted(set(values) - set(self._names))
            if foreign:
                raise ValueError(
                    f"An element of the staging area {self._name!r} has the keys {self._names}, "
                    f"but {foreign} was given."
                )
            numbers = [index for index, name in enumerate(self._names) if name in values]
            values = [values[self._names[index]] for index in numbers]
        elif self._names is not None:
            raise ValueError(
                f"An element of the staging area {self._name!r}, whose components have names, must "
                f"be a dict with keys of {self._names}, but is {values!r}."
            )
        else:
            if indices is None or len(indices) != len(values):
                raise ValueError(
                    f"To put a list in the staging area {self._name!r}, `indices` must give the "
                    f"number of each of its {len(values)} components, but is {indices!r}."
                )
            numbers = self._numbers(indices)
        return [
            self._component(index, value) for index, value in zip(numbers, values, strict=True)
        ], numbers

    def _component(self, index: int, value: Any) -> Tensor:
        tensor = convert_to_tensor(value)
        if tensor.dtype.base_dtype is not self._dtypes[index]:
            raise ValueError(
                f"Component {index} of the staging area {self._name!r} is "
                f"{self._dtypes[index].name}, but {tensor.name!r} is {tensor.dtype.name}. Convert "
                "it with tf.cast."
            )
        tensor.shape.assert_is_compatible_with(TensorShape(self._shapes[index]))
        return tensor

    def _numbers(self, indices: Sequence[Any] | None) -> list[int]:
        """Give the numbers of components that are asked for by number or by name.

        Raises:
          IndexError, ValueError: if there are no such ones.
        """
        if indices is None:
            return list(range(len(self._dtypes)))
        numbers = []
        for index in indices:
            if isinstance(index, str):
                if self._names is None or index not in self._names:
                    raise ValueError(
                        f"The staging area {self._name!r} has no component {index!r}; their names "
                        f"are {self._names}."
                    )
                index = self._names.index(index)
            if not 0 <= index < len(self._dtypes):
                raise IndexError(
                    f"The staging area {self._name!r} has {len(self._dtypes)} components, so there "
                    f"is none with number {index}."
                )
            numbers.append(index)
        return numbers

    def _given(self, tensors: Sequence[Tensor], numbers: Sequence[int]) -> Any:
        """Give components that were taken out: a list, or a dict if they have names."""
        parts = self._here(tensors)
        for part, number in zip(parts, numbers, strict=True):
            part.set_shape(self._shapes[number])
        if self._names is None:
            return parts
        return {self._names[number]: part for part, number in zip(parts, numbers, strict=True)}

    def _here(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Bring tensors to the device of the scope that is open."""
        if no_op().device == self._root.device:
            return list(tensors)
        return [raw.Identity(tensor) for tensor in tensors]


class StagingArea(BaseStagingArea):
    """A place in which a run leaves values for another one; first in, first out.

    It serves to have the values of the next step ready, say on a GPU, while a step is made:

        area = tf.contrib.staging.StagingArea([tf.float32], [[32, 784]])
        put = area.put([next_images])
        (images,) = area.get()
        train = make_train_op(images)
        sess.run(put)                     # what the first step needs
        while ...:
            sess.run([train, put])

    Args:
      dtypes, shapes, names, shared_name, capacity, memory_limit: as for all staging areas.
    """

    def put(self, values: Any, name: str | None = None) -> Node:
        """Build a node that puts an element in, waiting for room.

        Args:
          values: a tensor for each component: a list, a dict if they have names, or the tensor
            itself if there is only one.
          name: the node's name.

        Raises:
          ValueError: if `values` does not fit the components.
        """
        with name_scope(name, f"{self._name}_put", _listed(values)) as scope:
            if not isinstance(values, (list, tuple, Mapping)):
                values = [values]
            if len(values) != len(self._dtypes):
                raise ValueError(
                    f"An element of the staging area {self._name!r} has {len(self._dtypes)} "
                    f"components, but {len(values)} values were given: {values!r}."
                )
            components, _ = self._components(values, range(len(values)))
            with default_graph().colocate_with(self._root):
                return raw.Stage(components, name=scope, **self._attrs)

    def get(self, name: str | None = None) -> Any:
        """Build tensors that take the oldest element out, waiting for one.

        Args:
          name: the node's name.

        Returns:
          A list of a tensor for each component; a dict if they have names.
        """
        with default_graph().colocate_with(self._root):
            taken = raw.Unstage(
                dtypes=self._dtypes, name=name or f"{self._name}_get", **self._attrs
            )
        return self._given(taken, range(len(self._dtypes)))

    def peek(self, index: Any, name: str | None = None) -> Any:
        """Build tensors that show an element, and leave it there.

        Args:
          index: which one, from the oldest on; an int32 scalar. If there is none, it waits.
          name: the node's name.

        Returns:
          As `get`.
        """
        with default_graph().colocate_with(self._root):
            shown = raw.StagePeek(
                index, dtypes=self._dtypes, name=name or f"{self._name}_peek", **self._attrs
            )
        return self._given(shown, range(len(self._dtypes)))

    def size(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many elements there are.

        Args:
          name: the node's name.
        """
        return raw.StageSize(  # type: ignore[no-any-return]
            dtypes=self._dtypes, name=name or f"{self._name}_size", **self._attrs
        )

    def clear(self, name: str | None = None) -> Node:
        """Build a node that takes all elements out.

        Args:
          name: the node's name.
        """
        return raw.StageClear(  # type: ignore[no-any-return]
            dtypes=self._dtypes, name=name or f"{self._name}_clear", **self._attrs
        )


def _listed(values: Any) -> list[Any]:
    if isinstance(values, Mapping):
        return list(values.values())
    return list(values) if isinstance(values, (list, tuple)) else [values]
