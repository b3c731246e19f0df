"""Staging areas whose elements have keys: `MapStagingArea`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.functions.staging import BaseStagingArea
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["MapStagingArea"]


class MapStagingArea(BaseStagingArea):
    """A staging area whose elements have keys, and whose components may come one by one.

    An element can be taken out once all of its components are there.

    Args:
      dtypes, shapes, names, shared_name, capacity, memory_limit: as for all staging areas.
      ordered: whether `get` without a key takes the element of the least key, not the oldest.
    """

    def __init__(
        self,
        dtypes: Sequence[Any],
        shapes: Sequence[Any] | None = None,
        names: Sequence[str] | None = None,
        shared_name: str | None = None,
        ordered: bool = False,
        capacity: int = 0,
        memory_limit: int = 0,
    ) -> None:
        super().__init__(dtypes, shapes, names, shared_name, capacity, memory_limit)
        self._kind = "OrderedMap" if ordered else "Map"

    def _op(self, suffix: str) -> Callable[..., Any]:
        op: Callable[..., Any] = getattr(raw, self._kind + suffix)
        return op

    def put(
        self, key: Any, vals: Any, indices: Sequence[int] | None = None, name: str | None = None
    ) -> Node:
        """Build a node that puts components of an element in, waiting for room.

        Args:
          key: the element's key, an int64 scalar.
          vals: the components: a list or tuple, or a dict if they have names.
          indices: the number of each component of a list.
          name: the node's name.

        Raises:
          ValueError, IndexError: if `vals` or `indices` do not fit the components.
        """
        listed = list(vals.values()) if isinstance(vals, Mapping) else vals
        with name_scope(name, f"{self._name}_put", listed) as scope:
            components, numbers = self._components(vals, indices)
            with default_graph().colocate_with(self._root):
                return self._op("Stage")(  # type: ignore[no-any-return]
                    key, numbers, components, dtypes=self._dtypes, name=scope, **self._attrs
                )

    def get(
        self, key: Any = None, indices: Sequence[Any] | None = None, name: str | None = None
    ) -> tuple[Any, Any]:
        """Build tensors that take an element, or components of it, out, waiting for it.

        Args:
          key: its key, an int64 scalar; None for any element.
          indices: numbers or names of the components; all if None.
          name: the node's name.

        Returns:
          The key, and a list of a tensor for each component; a dict if they have names.

        Raises:
          ValueError, IndexError: if there are no such components.
        """
        numbers = self._numbers(indices)
        keywords = {"dtypes": [self._dtypes[number] for number in numbers], **self._attrs}
        with default_graph().colocate_with(self._root):
            if key is None:
                name = name or f"{self._name}_get_nokey"
                taken_key, taken = self._op("UnstageNoKey")(numbers, name=name, **keywords)
            else:
                name = name or f"{self._name}_get"
                taken = self._op("Unstage")(key, numbers, name=name, **keywords)
        if key is None:
            (key,) = self._here([taken_key])
        return key, self._given(taken, numbers)

    def peek(self, key: Any, indices: Sequence[Any] | None = None, name: str | None = None) -> Any:
        """Build tensors that show an element, or components of it, waiting for it.

        Args:
          key: its key, an int64 scalar.
          indices: numbers or names of the components; all if None.
          name: the node's name.

        Returns:
          A list of a tensor for each component; a dict if they have names.

        Raises:
          ValueError, IndexError: if there are no such components.
        """
        numbers = self._numbers(indices)
        with default_graph().colocate_with(self._root):
            shown = self._op("Peek")(
                key,
                numbers,
                dtypes=[self._dtypes[number] for number in numbers],
                name=name or f"{self._name}_pop",
                **self._attrs,
            )
        return self._given(shown, numbers)

    def size(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many elements are complete.

        Args:
          name: the node's name.
        """
        return self._about("Size", name or f"{self._name}_size")  # type: ignore[no-any-return]

    def incomplete_size(self, name: str | None = None) -> Tensor:
        """Build an int32 scalar: how many elements lack a component.

        Args:
          name: the node's name.
        """
        name = name or f"{self._name}_incomplete_size"
        return self._about("IncompleteSize", name)  # type: ignore[no-any-return]

    def clear(self, name: str | None = None) -> Node:
        """Build a node that takes all elements out.

        Args:
          name: the node's name.
        """
        return self._about("Clear", name or f"{self._name}_clear")  # type: ignore[no-any-return]

    def _about(self, suffix: str, name: str) -> Any:
        return self._op(suffix)(dtypes=self._dtypes, name=name, **self._attrs)
