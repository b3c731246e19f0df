"""The methods of a graph that have to do with its collections."""

from __future__ import annotations

from typing import Any

from penstock.graph.collections import Collections

__all__ = ["Collected"]


class Collected:
    """A graph's collections.

    Attributes:
      named_lists: the collections: lists of whatever belongs to the graph.
    """

    named_lists: Collections

    def _check_not_finalized(self, what: str) -> None:
        raise NotImplementedError

    @property
    def collections(self) -> list[Any]:
        """The names of all collections, in the order in which they were begun."""
        return list(self.named_lists)

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Append `value` to the collection `name`."""
        self._check_not_finalized("a collection's member")
        self.named_lists.add(name, value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Append `value` to each of the collections `names`."""
        self._check_not_finalized("a collection's member")
        self.named_lists.add_to_all(names, value)

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """Copy a collection; with `scope`, only items whose name matches it as a regex."""
        return self.named_lists.get(name, scope)

    def get_collection_ref(self, name: Any) -> list[Any]:
        """Give the collection's own list."""
        return self.named_lists.reference(name)

    def get_all_collection_keys(self) -> list[Any]:
        """List the names of all collections."""
        return self.named_lists.names()

    def clear_collection(self, name: Any) -> None:
        """Drop a collection."""
        self._check_not_finalized("the clearing of a collection")
        self.named_lists.clear(name)
