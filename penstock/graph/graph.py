"""The graph: nodes by name, and the scopes, names and collections that shape new ones."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from penstock.graph.collections import Collections
from penstock.graph.default import Default, graphs
from penstock.graph.lookup import (
    find_controller,
    find_element,
    find_node,
    find_place,
    find_tensor,
)
from penstock.graph.naming import Naming, ScopeEntry
from penstock.graph.node import Node, Tensor
from penstock.graph.outputs import make_outputs
from penstock.graph.scopes import ControlBlock, Scopes
from penstock.graph.source_lines import SourceLine, caller
from penstock.graph.spec import Library, OpSpec

__all__ = ["Graph"]


class Graph:
    """A computation: nodes and the tensors between them. A session runs it, or a part of it.

    Args:
      library: the ops that may be used in it; Penstock's own by default.

    Attributes:
      library: the op records, by name.
      nodes: its nodes by name, in the order in which they were made.
      naming: names in use and the current name scope.
      scopes: open device, control, colocation and override blocks.
      collections: named lists of whatever belongs to the graph.
      seed: the graph-level random seed, or None.
      edits: how often nodes that were there already have been changed.
      extras: what other parts keep for this graph, such as its variable store, by their key.
    """

    building_function = False

    def __init__(self, library: Library | None = None) -> None:
        if library is None:
            from penstock.ops.library import LIBRARY  # noqa: PLC0415

            library = LIBRARY
        self.library = library
        self.naming = Naming()
        self.scopes = Scopes()
        self.collections = Collections()
        self.seed: int | None = None
        self.edits = 0
        self.extras: dict[Any, Any] = {}
        self.nodes: dict[str, Node] = {}
        self._finalized = False
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set[Node] = set()
        self._lock = threading.RLock()

    def add_node(
        self, spec: OpSpec, inputs: tuple[Tensor, ...], attrs: dict[str, Any], name: str
    ) -> Node:
        """Add a node; its arguments are complete and checked already.

        Args:
          spec: the op's record.
          inputs: all inputs, flat.
          attrs: a value for each attr of the record.
          name: a name in the current scope, or an open scope's name with its slash.

        Raises:
          ValueError: if the shapes do not fit.
          RuntimeError: if the graph is finalized.
        """
        with self._lock:
            if self._finalized:
                self._check_not_finalized("a node")
            node = Node(
                self, len(self.nodes) + 1, self.naming.for_node(name), spec, inputs, attrs,
                caller(),
            )  # fmt: skip
            node.outputs = make_outputs(node)
            scopes = self.scopes
            if scopes.control:
                node._control_inputs = scopes.control_inputs(inputs)
                scopes.note(node)
            if scopes.devices and not spec.ref_inputs:
                node.device = scopes.device_for(node)
            if scopes.colocation or spec.ref_inputs:
                scopes.colocate_node(node)
            if scopes.gradient_overrides:
                node.gradient_override = scopes.gradient_overrides.get(spec.name)
            for key, value in scopes.attrs.items():
                attrs.setdefault(key, value)
            self.nodes[node.name] = node
            return node

    @property
    def version(self) -> int:
        """The number of nodes made so far."""
        return len(self.nodes)

    def get_operations(self) -> list[Node]:
        """List the nodes in the order in which they were made."""
        return list(self.nodes.values())

    def get_operation_by_name(self, name: str) -> Node:
        """Give the node of that name.

        Raises:
          TypeError: if `name` is not a string.
          KeyError: if there is no such node.
        """
        return find_node(self, name)

    def get_tensor_by_name(self, name: str) -> Tensor:
        """Give the tensor ``"node:output"``.

        Raises:
          TypeError: if `name` is not a string.
          ValueError: if it is not of that form.
          KeyError: if there is no such tensor.
        """
        return find_tensor(self, name)

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Any:
        """Give the tensor or node that `obj` means: itself, its name, or what stands for it.

        Raises:
          TypeError: if `obj` can mean neither.
          ValueError: if it is of another graph, or of the kind that is not allowed.
          KeyError: if there is nothing of that name.
        """
        return find_element(self, obj, allow_tensor, allow_operation)

    def is_feedable(self, tensor: Any) -> bool:
        """Tell whether a session may be given a value for `tensor`."""
        return tensor not in self._unfeedable

    def is_fetchable(self, element: Any) -> bool:
        """Tell whether a session may be asked for `element`."""
        return (element.op if isinstance(element, Tensor) else element) not in self._unfetchable

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Make it an error to feed `tensor`."""
        self._unfeedable.add(tensor)

    def prevent_fetching(self, op: Node) -> None:
        """Make it an error to fetch `op` or its outputs."""
        self._unfetchable.add(op)

    def as_default(self) -> AbstractContextManager[Graph]:
        """Make this graph the default one inside a `with` block."""
        return Default(graphs, self)

    @property
    def finalized(self) -> bool:
        """Whether the graph is closed to new nodes."""
        return self._finalized

    def finalize(self) -> None:
        """Close the graph to new nodes: from now on sessions may rely on it."""
        self._finalized = True

    def _unsafe_unfinalize(self) -> None:
        self._finalized = False

    def _check_not_finalized(self, what: str) -> None:
        if self._finalized:
            raise RuntimeError(
                f"Graph is finalized and cannot be modified: {what} was to be added at "
                f"{SourceLine(*caller())}. Build everything before finalize() or before the "
                "session that finalizes it (MonitoredSession does)."
            )

    # Scopes

    def name_scope(self, name: str | None) -> ScopeEntry:
        """Prefix the names of nodes made in a `with` block; its value is the prefix."""
        return self.naming.enter(name)

    def get_name_scope(self) -> str:
        """Give the current name scope, without a slash at its end."""
        return self.naming.scope

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """Give a name in the current scope that no node has."""
        return self.naming.unique(name, mark_as_used)

    def device(self, device_name_or_function: Any) -> AbstractContextManager[None]:
        """Ask for a device for the nodes made in a `with` block."""
        return self.scopes.device(device_name_or_function)

    def control_dependencies(
        self, control_inputs: Iterable[Any] | None
    ) -> AbstractContextManager[None]:
        """Let nodes made in a `with` block run only after `control_inputs`.

        Args:
          control_inputs: nodes, tensors or variables; None lifts the blocks around this one.

        Raises:
          TypeError: if one of them is neither.
        """
        if control_inputs is None:
            return self.scopes.control_block(ControlBlock([], clears=True))
        controllers = dict.fromkeys(find_controller(self, item) for item in control_inputs)
        return self.scopes.control_block(ControlBlock(list(controllers), clears=False))

    def colocate_with(self, op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
        """Put nodes made in a `with` block where `op` is; None lifts the blocks around it."""
        if op is None and not ignore_existing:
            raise ValueError("colocate_with(None) needs ignore_existing=True: it lifts the blocks.")
        node = None if op is None else find_place(self, op)
        return self.scopes.colocate(node, ignore_existing)

    def gradient_override_map(self, op_type_map: dict[str, str]) -> AbstractContextManager[None]:
        """Give ops made in a `with` block a registered gradient in place of their own.

        Args:
          op_type_map: from op types to names given to `tf.RegisterGradient`.

        Raises:
          TypeError: if it is not a dict of strings.
        """
        if not isinstance(op_type_map, dict) or not all(
            isinstance(text, str) for pair in op_type_map.items() for text in pair
        ):
            raise TypeError(
                "gradient_override_map takes a dict of op types to the names of registered "
                f"gradients, not {op_type_map!r}."
            )
        return self.scopes.overrides(self.scopes.gradient_overrides, op_type_map)

    def _attr_scope(self, attrs: dict[str, Any]) -> AbstractContextManager[None]:
        return self.scopes.overrides(self.scopes.attrs, attrs)

    # Collections

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Append `value` to the collection `name`."""
        self._check_not_finalized("a collection's member")
        self.collections.add(name, value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Append `value` to each of the collections `names`."""
        self._check_not_finalized("a collection's member")
        self.collections.add_to_all(names, value)

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """Copy a collection; with `scope`, only items whose name matches it as a regex."""
        return self.collections.get(name, scope)

    def get_collection_ref(self, name: Any) -> list[Any]:
        """Give the collection's own list."""
        return self.collections.reference(name)

    def get_all_collection_keys(self) -> list[Any]:
        """List the names of all collections."""
        return self.collections.names()

    def clear_collection(self, name: Any) -> None:
        """Drop a collection."""
        self._check_not_finalized("the clearing of a collection")
        self.collections.clear(name)

    def __repr__(self) -> str:
        return f"<tf.Graph of {self.version} operations>"
