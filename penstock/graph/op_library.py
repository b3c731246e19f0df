"""The op records that a graph may use, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from penstock.graph.spec import OpSpec

__all__ = ["Library"]


class Library(Mapping[str, OpSpec]):
    """The op records a graph may use, by name; assembled once, never added to.

    Raises:
      ValueError: if two records have one name.
    """

    def __init__(self, specs: Iterable[OpSpec]) -> None:
        self._specs: dict[str, OpSpec] = {}
        for spec in specs:
            if spec.name in self._specs:
                raise ValueError(f"There are two op records of the name {spec.name!r}.")
            self._specs[spec.name] = spec

    def __getitem__(self, name: str) -> OpSpec:
        return self._specs[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Give the record of that name, or `default`."""
        return self._specs.get(name, default)

    def __iter__(self) -> Any:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)

    def extended(self, specs: Iterable[OpSpec]) -> Library:
        """Give a new library: this one's records and `specs`."""
        return Library([*self._specs.values(), *specs])
