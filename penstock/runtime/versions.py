"""The slots of a program: values once each, and the state that it reads and writes as versions."""

from __future__ import annotations

from collections.abc import Mapping

from penstock.engine.contract import NOTHING
from penstock.graph.node import Node, Tensor
from penstock.runtime.accesses import Accesses
from penstock.runtime.node_facts import is_array_handle
from penstock.runtime.prune import Pruned
from penstock.runtime.state import variable_key

__all__ = ["Versions"]


class Versions:
    """Gives out slots while a program is made, and settles which version of state a read sees.

    Args:
      pruned: the nodes.
      keys: the variables behind a function's arguments.
      windows: the variables that arguments are plain reads of, where the call writes these.
    """

    _accesses: Mapping[Node, Accesses]
    _written_before: Mapping[Node, frozenset[str]]

    def __init__(
        self, pruned: Pruned, keys: Mapping[Tensor, str], windows: Mapping[Tensor, str]
    ) -> None:
        self._pruned = pruned
        self._keys = keys
        self._windows = windows
        self._size = NOTHING + 1
        self._slots: dict[Tensor, int] = {}
        self._names: dict[int, str] = {}
        self._initial: dict[str, int] = {}
        self._current: dict[str, int] = {}
        self._queries: dict[str, int] = {}
        self._counters: dict[str, int] = {}
        self._readers: dict[str, Node] = {}
        self._versions: dict[int, str] = {}

    def _new_slot(self, name: str) -> int:
        slot = self._size
        self._names[slot] = name
        self._size += 1
        return slot

    def _new_version(self, key: str) -> int:
        slot = self._current[key] = self._new_slot(key)
        self._versions[slot] = key
        return slot

    def _source(self, node: Node, index: int, tensor: Tensor, access: Accesses) -> int:
        if index in access.only_written or is_array_handle(tensor):
            return NOTHING
        slot = self._slots.get(tensor)
        if slot is not None and index not in access.reads:
            key = self._variable_shown(tensor)
            if key and self._is_after_write(node, key):
                return self._current[key]
            return self._read(self._windows[tensor], node) if tensor in self._windows else slot
        if index in access.queries:
            return self._query(access.queries[index])
        if index in access.reads:
            return self._read(access.reads[index], node)
        return self._read(variable_key(tensor, self._keys), node)

    def _variable_shown(self, tensor: Tensor) -> str | None:
        """Give the variable that a tensor is the plain read of, if it has a reference."""
        return self._window_on(tensor) if self._written_before else None

    def _window_on(self, tensor: Tensor) -> str | None:
        """Give the variable that a tensor is the plain read of, made here or around."""
        source = tensor
        while source not in self._windows:
            if source.op.type != "Identity" or source in self._pruned.feeds:
                return None
            source = source.op.inputs[0]
            if source.dtype.is_ref_dtype:
                return variable_key(source, self._keys)
        return self._windows[source]

    def _variable_read(self, tensor: Tensor) -> str | None:
        """Give the variable that a tensor is the plain read of, if it has a resource handle."""
        node = tensor.op
        if node.type != "ReadVariableOp" or node.control_inputs or tensor in self._pruned.feeds:
            return None
        return self._accesses[node].reads[0]

    def _is_after_write(self, node: Node, key: str) -> bool:
        """Tell whether a node waits for another that writes this state."""
        if key not in self._accesses[node].writes:
            return key in self._written_before.get(node, ())
        sources = [tensor.op for tensor in node.inputs] + node.control_inputs
        return any(key in self._written_before.get(source, ()) for source in sources)

    def _read(
        self, key: str, node: Node, optional: bool = False, reader: Node | None = None
    ) -> int:
        """Give the version of a variable that `node` sees; `reader` tells who asks for it."""
        ordered_after_write = key in self._written_before.get(node, ())
        if ordered_after_write and key in self._current:
            return self._current[key]
        if key not in self._initial:
            self._initial[key] = self._new_slot(key)
        if not optional:
            self._readers.setdefault(key, reader or node)
        return self._initial[key]

    def _query(self, key: str) -> int:
        if key not in self._queries:
            self._queries[key] = self._new_slot(f"whether {key} is initialized")
        return self._queries[key]
