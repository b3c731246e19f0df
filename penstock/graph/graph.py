"""The graph: nodes by name."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from penstock.graph.as_messages import graph_message
from penstock.graph.collected import Collected
from penstock.graph.collections import Collections
from penstock.graph.creation import create_op
from penstock.graph.default import Default, graphs
from penstock.graph.drawing.page import drawn_nodes, fragment
from penstock.graph.elsewhere import from_elsewhere
from penstock.graph.functions import Functions
from penstock.graph.lookup import find_element, find_node, find_tensor
from penstock.graph.naming import Naming
from penstock.graph.node import Node, Tensor
from penstock.graph.op_library import Library
from penstock.graph.outputs import make_outputs
from penstock.graph.scoped import Scoped
from penstock.graph.scopes import Scopes
from penstock.graph.source_lines import SourceLine, caller
from penstock.graph.spec import OpSpec

if TYPE_CHECKING:
    from penstock.graph.function_graph import FunctionGraph

__all__ = ["PRODUCER", "Graph"]

# The version of GraphDefs that TensorFlow 1.15.5 writes.
PRODUCER = 134


class Graph(Scoped, Collected):
    """A computation: nodes and the tensors between them. A session runs it, or a part of it.

    Args:
      library: the ops that may be used in it; Penstock's own by default.

    Attributes:
      library: the op records, by name.
      nodes: its nodes by name, in the order in which they were made.
      naming: names in use and the current name scope.
      scopes: open device, control, colocation and override blocks.
      named_lists: the collections: lists of whatever belongs to the graph.
      seed: the graph-level random seed, or None.
      producer: the version of GraphDefs whose ops it may have: that of the oldest it was read from.
      functions: functions that its nodes may call, by name.
      edits: how often nodes that were there already have been changed.
      extras: what other parts keep for this graph, such as its variable store, by their key.
    """

    def __init__(self, library: Library | None = None) -> None:
        if library is None:
            from penstock.ops.library import LIBRARY  # noqa: PLC0415

            library = LIBRARY
        self.library = library
        self.naming = Naming({})
        self.scopes = Scopes()
        self.named_lists = Collections()
        self.seed: int | None = None
        self.producer = PRODUCER
        self.edits = 0
        self.functions = Functions()
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
          ValueError: if the shapes do not fit, or an input is a tensor of another graph.
          RuntimeError: if the graph is finalized.
          NotImplementedError: if the op is one of older graphs.
        """
        for tensor in inputs:
            if tensor.op.graph is not self:
                raise ValueError(from_elsewhere(self, spec.name, tensor))
        with self._lock:
            if self._finalized:
                self._check_not_finalized("a node")
            if spec.removed is not None:
                self._check_not_removed(spec, spec.removed)
            node = Node(
                self, len(self.nodes) + 1, self.naming.for_node(name), spec, inputs, attrs,
                caller(),
            )  # fmt: skip
            if node.name in self.nodes:
                raise ValueError(
                    f"A node's name must be unique, but {node.name!r} is the name of the node made "
                    f"at {self.nodes[node.name].line} already. Give a name that is free, or one "
                    "without a slash at its end, which gets a number."
                )
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
            if scopes.container and attrs.get("container") == "":
                attrs["container"] = scopes.container
            if self._context is not None:
                node._set_control_flow_context(self._context)
            self.nodes[node.name] = node
            return node

    def create_op(
        self,
        op_type: str,
        inputs: Sequence[Tensor],
        dtypes: Any = None,
        input_types: Any = None,
        name: str | None = None,
        attrs: dict[str, Any] | None = None,
        op_def: Any = None,
        compute_shapes: bool = True,
        compute_device: bool = True,
    ) -> Node:
        """Add a node of any op; `tf.raw_ops` does so more comfortably.

        Args:
          op_type: the op's name.
          inputs: all input tensors, flat.
          dtypes: not used: the op and its inputs settle the outputs' types.
          input_types: the types that the inputs must have; not checked if None.
          name: the node's name; the op's by default.
          attrs: attribute values by name.
          op_def: not used: the graph's library knows the op.
          compute_shapes: not used: shapes are always worked out.
          compute_device: not used: a device is always worked out.

        Raises:
          TypeError: if an input is no tensor, or its type does not fit.
          ValueError: if an attribute is missing, or shapes do not fit.
          tf.errors.NotFoundError: if there is no such op.
        """
        return create_op(self, op_type, inputs, input_types, name, attrs or {})

    def _is_function(self, name: str) -> bool:
        return name in self.functions

    def _get_function(self, name: str) -> FunctionGraph | None:
        return self.functions.get(name)

    @property
    def _functions(self) -> Functions:
        return self.functions

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

    def is_fetchable(self, tensor_or_op: Any) -> bool:
        """Tell whether a session may be asked for a tensor, or for a node and its outputs."""
        node = tensor_or_op.op if isinstance(tensor_or_op, Tensor) else tensor_or_op
        return node not in self._unfetchable

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Make it an error to feed `tensor`."""
        self._unfeedable.add(tensor)

    def prevent_fetching(self, op: Node) -> None:
        """Make it an error to fetch `op` or its outputs."""
        self._unfetchable.add(op)

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """Write the graph as a `tf.GraphDef`, which TensorFlow can read.

        Args:
          from_version: not used, as in TensorFlow 1.15: all nodes are written.
          add_shapes: whether each node gets an attribute ``_output_shapes``: what is known of the
            shapes of its outputs.
        """
        return graph_message(self, add_shapes)

    @property
    def graph_def_versions(self) -> Any:
        """The versions of the format that `as_graph_def` writes: a `VersionDef`."""
        return graph_message(self, add_shapes=False).versions

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

    def _check_not_removed(self, spec: OpSpec, version: int) -> None:
        if self.producer >= version:
            raise NotImplementedError(
                f"{spec.name} is an op of GraphDefs before version {version}, but this graph is of "
                f"version {self.producer}. Such ops come from old files only; build the graph with "
                "what took its place."
            )

    def _check_not_finalized(self, what: str) -> None:
        if self._finalized:
            raise RuntimeError(
                f"Graph is finalized and cannot be modified: {what} was to be added at "
                f"{SourceLine(*caller())}. Build everything before finalize() or before the "
                "session that finalizes it (MonitoredSession does)."
            )

    def _repr_html_(self) -> str:
        """Draw the graph, as notebooks show it."""
        return fragment(drawn_nodes(self.get_operations()), "Graph")

    def __repr__(self) -> str:
        return f"<tf.Graph of {self.version} operations>"
