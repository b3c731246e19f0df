"""Objects that hold variables, as a graph: who holds whom under which name.

A checkpoint of objects names a value by the way to it from the root. An object is known by the
first way that leads to it, the shortest; the order is that of a walk in breadth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from penstock.core.errors import DataLossError
from penstock.formats.object_graph import OBJECT_GRAPH_KEY, TrackableObjectGraph
from penstock.functions.layer import Layer
from penstock.functions.table_base import LookupInterface
from penstock.functions.variable_base import VariableBase
from penstock.train.optimizer import Optimizer
from penstock.train.table_values import saveables_of_table

__all__ = ["Match", "NoDependency", "ObjectGraph", "Tracked", "children_of", "is_trackable"]

_VALUE = "VARIABLE_VALUE"
_BOOKS = frozenset({"_held_weights"})  # what a layer keeps of weights that have names besides


class NoDependency:
    """What an attribute of a `Tracked` is set to, so that it is not saved: it holds the value.

    Args:
      value: what the attribute gives.
    """

    def __init__(self, value: Any) -> None:
        self.value = value


class Tracked:
    """An object whose attributes are saved with it, those that hold variables."""

    def __setattr__(self, name: str, value: Any) -> None:
        left_out: set[str] = self.__dict__.setdefault("_not_saved", set())
        left_out.discard(name)
        if isinstance(value, NoDependency):
            left_out.add(name)
            value = value.value
        super().__setattr__(name, value)

    def _tracked_children(self) -> Iterator[tuple[str, Any]]:
        left_out = vars(self).get("_not_saved", ())
        held = ((name, one) for name, one in vars(self).items() if name not in left_out)
        return ((name, one) for name, one in held if is_trackable(one))


def is_trackable(value: Any) -> bool:
    """Tell whether something is a variable, or may hold some."""
    if isinstance(value, (VariableBase, Layer, Optimizer, Tracked, LookupInterface)):
        return True
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        return hasattr(value, "_tracked_children")
    return any(is_trackable(item) for item in value)


def children_of(value: Any) -> list[tuple[str, Any]]:
    """List what an object holds, with the names that checkpoints have for it."""
    if isinstance(value, (VariableBase, LookupInterface)):
        return []
    if isinstance(value, Mapping):
        pairs: Any = ((str(key), held) for key, held in value.items())
    elif isinstance(value, (list, tuple)):
        pairs = ((str(index), held) for index, held in enumerate(value))
    elif isinstance(value, Optimizer):
        own = value._non_slot_dict.items()
        pairs = sorted(((name, one) for (name, _), one in own), key=lambda pair: pair[0])
    elif hasattr(value, "_tracked_children"):
        pairs = value._tracked_children()
    else:
        pairs = (pair for pair in vars(value).items() if pair[0] not in _BOOKS)
    return [(name, held) for name, held in pairs if is_trackable(held)]


def _escaped(name: str) -> str:
    return name.replace(".", "..").replace("/", ".S")


class ObjectGraph:
    """The objects that can be reached from one.

    Args:
      root: where to begin.

    Attributes:
      objects: all of them, the root first.
      keys: for each variable among them, its key in a checkpoint.
      tables: for each table whose entries are saved, the key that theirs begin with.
    """

    def __init__(self, root: Any) -> None:
        self.objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._paths: list[str] = []
        self._children: list[list[tuple[str, int]]] = []
        self._slots: list[tuple[int, str, int, int]] = []
        self._number(root, "")
        for number, holder in enumerate(self.objects):  # which grows meanwhile
            path = self._paths[number]
            self._children.append(
                [
                    (
                        name,
                        self._number(held, f"{path}/{_escaped(name)}" if path else _escaped(name)),
                    )
                    for name, held in children_of(holder)
                ]
            )
        for number, holder in enumerate(list(self.objects)):
            if isinstance(holder, Optimizer):
                self._add_slots(number, holder)
        self.keys: dict[str, VariableBase] = {
            f"{path}/.ATTRIBUTES/{_VALUE}": held
            for path, held in zip(self._paths, self.objects, strict=True)
            if isinstance(held, VariableBase)
        }
        self.tables: dict[str, Any] = {
            f"{path}/.ATTRIBUTES/{name}": held
            for path, held in zip(self._paths, self.objects, strict=True)
            for name in _saveables_of(held)
        }

    def _number(self, held: Any, path: str) -> int:
        known = self._numbers.get(id(held))
        if known is None:
            known = self._numbers[id(held)] = len(self.objects)
            self.objects.append(held)
            self._paths.append(path)
        return known

    def _add_slots(self, number: int, optimizer: Optimizer) -> None:
        for slot_name in optimizer.get_slot_names():
            for original, held in enumerate(list(self.objects)):
                slot = optimizer.get_slot(held, slot_name) if _is_variable(held) else None
                if slot is None or id(slot) in self._numbers:
                    continue
                path = f"{self._paths[original]}/.OPTIMIZER_SLOT/{self._paths[number]}/{slot_name}"
                self._slots.append((number, slot_name, original, self._number(slot, path)))
                self._children.append([])

    def table_initializers(self) -> list[Any]:
        """Give the operations that fill those tables which are filled once."""
        held = [one for one in self.objects if isinstance(one, LookupInterface)]
        return [one.initializer for one in held if hasattr(one, "initializer")]

    def message(self) -> bytes:
        """Give the graph as it stands in a checkpoint."""
        graph = TrackableObjectGraph()
        for path, held, children in zip(self._paths, self.objects, self._children, strict=True):
            node = graph.nodes.add()
            for name, number in children:
                node.children.add(local_name=name, node_id=number)
            if _is_variable(held):
                key = f"{path}/.ATTRIBUTES/{_VALUE}"
                node.attributes.add(name=_VALUE, full_name=held.op.name, checkpoint_key=key)
            for name in _saveables_of(held):
                key = f"{path}/.ATTRIBUTES/{name}"
                node.attributes.add(name=name, full_name=held._name, checkpoint_key=key)
        for number, name, original, slot in self._slots:
            graph.nodes[number].slot_variables.add(
                slot_name=name, original_variable_node_id=original, slot_variable_node_id=slot
            )
        content: bytes = graph.SerializeToString()
        return content

    def match(self, message: Any) -> Match:
        """Find which objects of a checkpoint are which of these: those of the same way."""
        return Match(self, message)


def _is_variable(held: Any) -> bool:
    return isinstance(held, VariableBase)


def _saveables_of(held: Any) -> Mapping[str, Any]:
    return saveables_of_table(held) if isinstance(held, LookupInterface) else {}


class Match:
    """Which values of a checkpoint are for which variables.

    Args:
      ours: the objects of the program.
      message: the checkpoint's `TrackableObjectGraph`.

    Attributes:
      keys: for each variable that the checkpoint has a value for, its key there.
      tables: for each table that it has entries for, the key that theirs begin with.
      unused: keys of the checkpoint that are for no variable.
      unbound: variables that it has no value for.
      tables_unbound: tables that it has no entries for.
    """

    def __init__(self, ours: ObjectGraph, message: Any) -> None:
        _check_numbers(message)
        held_by_node = {0: ours.objects[0]}
        waiting = [0]
        while waiting:
            number = waiting.pop(0)
            children = dict(children_of(held_by_node[number]))
            for child in message.nodes[number].children:
                if child.local_name in children and child.node_id not in held_by_node:
                    held_by_node[child.node_id] = children[child.local_name]
                    waiting.append(child.node_id)
        _match_slots(message, held_by_node)
        self.keys: dict[VariableBase, str] = {}
        self.tables: dict[Any, str] = {}
        self.unused: list[str] = []
        for number, node in enumerate(message.nodes):
            held = held_by_node.get(number)
            for value in node.attributes:
                if _is_variable(held) and value.name == _VALUE:
                    self.keys[held] = value.checkpoint_key  # type: ignore[index]
                elif value.name in _saveables_of(held):
                    self.tables[held] = value.checkpoint_key
                elif value.checkpoint_key != OBJECT_GRAPH_KEY:
                    self.unused.append(value.checkpoint_key)
        known = {id(variable) for variable in self.keys}
        self.unbound = [one for one in ours.keys.values() if id(one) not in known]
        self.tables_unbound = [one for one in ours.tables.values() if one not in self.tables]


def _check_numbers(message: Any) -> None:
    """Check that a checkpoint's graph of objects has a root, and the objects that it refers to.

    Raises:
      DataLossError: if not.
    """
    count = len(message.nodes)
    numbers = {child.node_id for node in message.nodes for child in node.children}
    for node in message.nodes:
        for slot in node.slot_variables:
            numbers |= {slot.original_variable_node_id, slot.slot_variable_node_id}
    wrong = [number for number in numbers | {0} if not 0 <= number < count]
    if wrong:
        raise DataLossError(
            None, None, f"The checkpoint's graph of objects has {count} objects, but refers to "
            f"number {min(wrong)}. The checkpoint is damaged.",
        )  # fmt: skip


def _match_slots(message: Any, held_by_node: dict[int, Any]) -> None:
    for number, holder in list(held_by_node.items()):
        if not isinstance(holder, Optimizer):
            continue
        for slot in message.nodes[number].slot_variables:
            original = held_by_node.get(slot.original_variable_node_id)
            if original is not None and slot.slot_name in holder.get_slot_names():
                found = holder.get_slot(original, slot.slot_name)
                if found is not None:
                    held_by_node[slot.slot_variable_node_id] = found
