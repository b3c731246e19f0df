"""The graph: nodes by name, and the scopes, names and collections that shape new ones."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from penstock.core.dtypes import DType
from penstock.graph.collections import Collections
from penstock.graph.default import Default, graphs
from penstock.graph.naming import Naming, ScopeEntry
from penstock.graph.node import Node, Tensor
from penstock.graph.scopes import ControlBlock, Scopes
from penstock.graph.shape_context import ShapeContext, ShapeMismatch, arg_length
from penstock.graph.source_lines import caller
from penstock.graph.spec import Library, OpSpec

__all__ = ["Graph"]


class Graph:
    """A computation: nodes and the tensors between them. A session runs it, or a part of it.

    Args:
      library: the ops that may be used in it; Penstock's own by default.

    Attributes:
      library: the op records, by name.
      naming: names in use and the current name scope.
      scopes: open device, control, colocation and override blocks.
      collections: named lists of whatever belongs to the graph.
      seed: the graph-level random seed, or None.
      edits: how often nodes that were there already have been changed.
      extras: what other parts keep for this graph, such as its variable store, by their key.
    """

    is_function = False

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
        self._nodes: dict[str, Node] = {}
        self._finalized = False
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set[Node] = set()
        self._lock = threading.RLock()

    # Nodes

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
                self._check_not_finalized()
            node = Node(
                self, len(self._nodes) + 1, self.naming.for_node(name), spec, inputs, attrs,
                caller(),
            )  # fmt: skip
            node.outputs = self._outputs(node)
            scopes = self.scopes
            if scopes.control:
                node.control_inputs = scopes.control_inputs(inputs)
                scopes.note(node)
            if scopes.devices and not spec.ref_inputs:
                node.device = scopes.device_for(node)
            if scopes.colocation or spec.ref_inputs:
                self._colocate(node)
            if scopes.gradient_overrides:
                node.gradient_override = scopes.gradient_overrides.get(spec.name)
            for key, value in scopes.attrs.items():
                attrs.setdefault(key, value)
            self._nodes[node.name] = node
            return node

    def _outputs(self, node: Node) -> tuple[Tensor, ...]:
        spec = node.spec
        try:
            shapes = spec.shape(ShapeContext(spec, node.inputs, node.attrs))
        except ShapeMismatch as error:
            raise ValueError(
                f"{error} The node is {node.name!r}, made at {node.line}. Change the shapes, "
                "or reshape, transpose or expand an input, so that they fit."
            ) from None
        if spec.single_output:
            return (Tensor(node, 0, _output_dtype(spec.outputs[0], node.attrs), shapes),)
        dtypes = [dtype for arg in spec.outputs for dtype in _output_dtypes(arg, node.attrs)]
        if not dtypes:
            return ()
        return tuple(
            Tensor(node, index, dtype, shape)
            for index, (dtype, shape) in enumerate(zip(dtypes, shapes, strict=True))
        )

    def _colocate(self, node: Node) -> None:
        groups: list[str] = []
        referred = [node.inputs[index].op for index in node.spec.ref_inputs]
        for other in [*self.scopes.colocation, *referred]:
            groups.extend(group.decode() for group in other.colocation_groups())
            if other.device:
                node.device = other.device
        node.attrs["_class"] = sorted(set(groups))

    @property
    def version(self) -> int:
        """The number of nodes made so far."""
        return len(self._nodes)

    def get_operations(self) -> list[Node]:
        """List the nodes in the order in which they were made."""
        return list(self._nodes.values())

    def get_operation_by_name(self, name: str) -> Node:
        """Give the node of that name.

        Raises:
          TypeError: if `name` is not a string.
          KeyError: if there is no such node.
        """
        _check_string(name, "get_operation_by_name")
        node: Node = self.as_graph_element(name, allow_tensor=False)
        return node

    def get_tensor_by_name(self, name: str) -> Tensor:
        """Give the tensor ``"node:output"``.

        Raises:
          TypeError: if `name` is not a string.
          ValueError: if it is not of that form.
          KeyError: if there is no such tensor.
        """
        _check_string(name, "get_tensor_by_name")
        tensor: Tensor = self.as_graph_element(name, allow_operation=False)
        return tensor

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Any:
        """Give the tensor or node that `obj` means: itself, its name, or what stands for it.

        Raises:
          TypeError: if `obj` can mean neither.
          ValueError: if it is of another graph, or of the kind that is not allowed.
          KeyError: if there is nothing of that name.
        """
        convert = getattr(obj, "_as_graph_element", None)
        if convert is not None:
            obj = convert()
        if isinstance(obj, str):
            return self._by_name(obj, allow_tensor, allow_operation)
        if isinstance(obj, Tensor) and allow_tensor or isinstance(obj, Node) and allow_operation:
            if obj.graph is not self:
                raise ValueError(
                    f"{obj!r} is not an element of this graph: it belongs to another one. "
                    "Use the session and the graph it was made in."
                )
            return obj
        wanted = " or ".join(["Tensor"] * allow_tensor + ["Operation"] * allow_operation)
        raise TypeError(f"Can not convert a {type(obj).__name__} ({obj!r}) into a {wanted}.")

    def _by_name(self, name: str, allow_tensor: bool, allow_operation: bool) -> Any:
        node_name, colon, index = name.partition(":")
        if colon and allow_tensor:
            if not index.isdigit():
                raise ValueError(f"{name!r} is no tensor's name: those look like 'node:0'.")
            node = self._nodes.get(node_name)
            if node is None or int(index) >= len(node.outputs):
                raise KeyError(
                    f"The name {name!r} refers to a tensor which does not exist. "
                    + self._what_exists(node_name, node)
                )
            return node.outputs[int(index)]
        if colon or not allow_operation:
            kind = "an operation's" if colon else "a tensor's"
            form = "'node', without a colon" if colon else "'node:0', with the output's number"
            raise ValueError(f"{name!r} is not {kind} name: those look like {form}.")
        node = self._nodes.get(name)
        if node is None:
            raise KeyError(
                f"The name {name!r} refers to an operation not in the graph. "
                + self._what_exists(name, None)
            )
        return node

    def _what_exists(self, name: str, node: Node | None) -> str:
        if node is not None:
            return f"The operation {name!r} has {len(node.outputs)} outputs."
        near = difflib.get_close_matches(name, self._nodes, 3)
        return (
            f"Names close to it: {near}." if near else f"The graph has {self.version} operations."
        )

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

    # The life of the graph

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

    def _check_not_finalized(self) -> None:
        if self._finalized:
            raise RuntimeError(
                "Graph is finalized and cannot be modified: a node was to be added at "
                f"{caller()}. Build everything before finalize() or before the session that "
                "finalizes it (MonitoredSession does)."
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
        controllers = []
        for item in control_inputs:
            item = getattr(item, "values", item) if hasattr(item, "dense_shape") else item
            item = item.op if _is_resource(item) else item
            element = self.as_graph_element(item)
            controllers.append(element.op if isinstance(element, Tensor) else element)
        return self.scopes.control_block(
            ControlBlock(list(dict.fromkeys(controllers)), clears=False)
        )

    def colocate_with(self, op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
        """Put nodes made in a `with` block where `op` is; None lifts the blocks around it."""
        if op is None and not ignore_existing:
            raise ValueError("colocate_with(None) needs ignore_existing=True: it lifts the blocks.")
        op = op.handle if _is_resource(op) else op
        element = None if op is None else self.as_graph_element(op)
        node = element.op if isinstance(element, Tensor) else element
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
        self._check_not_finalized()
        self.collections.add(name, value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Append `value` to each of the collections `names`."""
        self._check_not_finalized()
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
        self._check_not_finalized()
        self.collections.clear(name)

    def __repr__(self) -> str:
        return f"<tf.Graph of {self.version} operations>"


def _output_dtype(arg: Any, attrs: dict[str, Any]) -> DType:
    dtype: DType = attrs[arg.type_attr] if arg.type_attr is not None else arg.dtype
    return dtype._as_ref if arg.is_ref else dtype


def _output_dtypes(arg: Any, attrs: dict[str, Any]) -> list[DType]:
    if arg.type_list_attr is not None:
        return list(attrs[arg.type_list_attr])
    return [_output_dtype(arg, attrs)] * arg_length(arg, attrs)


def _is_resource(obj: Any) -> bool:
    """Tell whether `obj` is a variable, or another resource, that stands behind a handle."""
    return isinstance(getattr(obj, "handle", None), Tensor)


def _check_string(name: Any, function: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"{function} takes a name, a string, not {name!r}.")
