"""The entries of look-up tables in checkpoints of objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from penstock.functions.arrays import placeholder
from penstock.functions.saveable_object import SaveableObject, SaveSpec
from penstock.graph.name_scope import name_scope

__all__ = ["TableNodes", "saveables_of_table", "specs_of_tables"]


def saveables_of_table(table: Any) -> Mapping[str, Any]:
    """Give what makes the saveables of a table; nothing for one whose entries are not saved."""
    gather = getattr(table, "_gather_saveables_for_checkpoint", None)
    return {} if gather is None else gather()


def specs_of_tables(tables: Mapping[str, Any]) -> list[SaveSpec]:
    """Build what is saved of tables.

    Args:
      tables: the tables by the key that the names of their entries begin with.
    """
    return [
        spec
        for key, table in sorted(tables.items())
        for make in saveables_of_table(table).values()
        for spec in make(key).specs
    ]


class TableNodes:
    """The nodes that give tables entries of a checkpoint, each built when it is first needed."""

    def __init__(self) -> None:
        self._nodes: dict[int, tuple[SaveableObject, list[Any], Any]] = {}

    def loading(self, reader: Any, tables: Mapping[Any, str]) -> tuple[list[Any], dict[Any, Any]]:
        """Give the nodes to run, and what to feed.

        Args:
          reader: the open checkpoint.
          tables: for each table, the key that its entries begin with there.

        Raises:
          NotFoundError: if the checkpoint lacks them.
        """
        targets, feeds = [], {}
        for table, key in tables.items():
            _, places, node = self._of(table)
            targets.append(node)
            for place, ending in zip(places, ("-keys", "-values"), strict=True):
                feeds[place] = reader.read(key + ending)
        return targets, feeds

    def _of(self, table: Any) -> tuple[SaveableObject, list[Any], Any]:
        if id(table) not in self._nodes:
            (make,) = saveables_of_table(table).values()
            with table.resource_handle.graph.as_default(), name_scope("restore"):
                saveable = make(table.name)
                places = [placeholder(spec.dtype) for spec in saveable.specs]
                self._nodes[id(table)] = saveable, places, saveable.restore(places, None)
        return self._nodes[id(table)]
