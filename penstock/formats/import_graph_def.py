"""`tf.import_graph_def`: a graph from a file becomes part of the default graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from penstock.core.errors import UnimplementedError
from penstock.formats.function_instances import with_instances
from penstock.formats.function_reading import LibraryReader
from penstock.formats.messages import GraphDef
from penstock.formats.node_reading import NodeReader
from penstock.graph.build import convert_to_tensor
from penstock.graph.default import default_graph
from penstock.graph.graph import PRODUCER, Graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = ["import_graph_def"]


def import_graph_def(
    graph_def: Any,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> list[Any] | None:
    """Add the nodes of a GraphDef to the default graph.

    Args:
      graph_def: the `tf.GraphDef`.
      input_map: tensors to use in place of the GraphDef's, by names in the GraphDef: ``"x"`` or
        ``"x:0"``; a value that is no tensor becomes a constant. ``"^x"`` maps control inputs to
        an operation.
      return_elements: names in the GraphDef of operations (``"x"``) and tensors (``"x:0"``).
      name: prefix of the nodes' names; ``"import"`` by default. With ``""`` they keep their names,
        except those that are taken, which get a number.
      op_dict: not used: the graph's library knows the ops.
      producer_op_list: an `OpList` of the program that made the GraphDef. Attributes which only
        that program knows are left out where they have their default value.

    Returns:
      The operations and tensors that `return_elements` names; None if it is None.

    Raises:
      TypeError: if an argument is of the wrong kind.
      tf.errors.NotFoundError: if there are ops that the graph's library does not have.
      tf.errors.UnimplementedError: if there are ops that GraphDefs of its version may not have.
      ValueError: if the GraphDef is damaged, a name is not found, or types or shapes do not fit.
        The graph is then left as it was.
    """
    if not isinstance(graph_def, GraphDef):
        raise TypeError(
            f"graph_def must be a GraphDef proto, but is {type(graph_def).__name__}. Read one from "
            "a file with tf.GraphDef.FromString(data)."
        )
    mapped = _checked_map(input_map)
    wanted = _checked_names(return_elements)
    _check_versions(graph_def.versions)
    with name_scope(name, "import", list(mapped.values())) as scope:
        graph = default_graph()
        with graph.name_scope("_inputs") if _has_values(mapped) else graph.name_scope(scope):
            mapped = {key: _mapped_value(key, value) for key, value in mapped.items()}
        importer = _Import(graph, scope, mapped, producer_op_list)
        importer.read(with_instances(graph_def))
    return None if return_elements is None else [importer.find(text) for text in wanted]


def _checked_map(input_map: Any) -> dict[str, Any]:
    if input_map is None:
        return {}
    if not isinstance(input_map, Mapping) or not all(
        isinstance(key, (str, bytes)) for key in input_map
    ):
        raise TypeError(
            "input_map must be a dictionary mapping strings to Tensor objects, but is "
            f"{input_map!r}."
        )
    return {_text(key): value for key, value in input_map.items()}


def _checked_names(return_elements: Any) -> list[str]:
    if return_elements is None:
        return []
    if isinstance(return_elements, (str, bytes)) or not isinstance(return_elements, Iterable):
        raise TypeError(f"return_elements must be a list of strings, but is {return_elements!r}.")
    names = list(return_elements)
    if not all(isinstance(text, (str, bytes)) for text in names):
        raise TypeError(f"return_elements must be a list of strings, but is {names!r}.")
    return [_text(text) for text in names]


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _check_versions(versions: Any) -> None:
    if versions.min_consumer > PRODUCER:
        raise ValueError(
            f"The GraphDef needs a reader of version {versions.min_consumer} at least; this one "
            f"has version {PRODUCER}, that of TensorFlow 1.15."
        )
    if PRODUCER in versions.bad_consumers:
        raise ValueError(
            f"The GraphDef says that readers of version {PRODUCER} must not read it, and this "
            "one has that version, which is TensorFlow 1.15's."
        )


def _has_values(mapped: Mapping[str, Any]) -> bool:
    return any(not isinstance(value, Tensor) and key[:1] != "^" for key, value in mapped.items())


def _mapped_value(key: str, value: Any) -> Any:
    if key.startswith("^"):
        return default_graph().as_graph_element(value, allow_tensor=False)
    return value if isinstance(value, Tensor) else convert_to_tensor(value)


class _Import:
    """One import: the names and mappings that hold in it.

    Args:
      graph: the graph to add to.
      scope: prefix of the nodes' names, with a slash, or empty.
      mapped: tensors and operations by what they stand in for.
      producer_op_list: see `import_graph_def`.
    """

    def __init__(
        self, graph: Graph, scope: str, mapped: Mapping[str, Any], producer_op_list: Any
    ) -> None:
        self._graph = graph
        self._scope = scope
        self._tensors = {
            key if ":" in key else f"{key}:0": value
            for key, value in mapped.items()
            if key[:1] != "^"
        }
        self._controls = {key[1:]: value for key, value in mapped.items() if key[:1] == "^"}
        self._optional = _defaults(producer_op_list)
        self._nodes: dict[str, Node] = {}
        self._names: dict[str, str] = {}

    def read(self, graph_def: Any) -> None:
        """Add the nodes."""
        protos = list(graph_def.node)
        before = self._graph.producer
        producer = min(before, graph_def.versions.producer)
        self._check_not_removed(protos, producer)
        self._check_map(protos)
        self._check_places(protos)
        library = LibraryReader(self._graph, graph_def.library, self._optional)
        reader = NodeReader(
            self._graph,
            _output,
            self._full_name,
            library.function,
            library.spec,
            self._tensors,
            self._controls,
            self._optional,
        )
        self._graph.producer = producer
        try:
            self._nodes = reader.read(protos)
        except Exception:
            self._graph.producer = before
            raise
        self._rename_places()

    def _full_name(self, name: str) -> str:
        full: str = self._graph.naming.reserve(self._scope + name)
        self._names[name] = full
        return full

    def _check_not_removed(self, protos: Sequence[Any], producer: int) -> None:
        library = self._graph.library
        removed = {proto.op: library[proto.op].removed for proto in protos if proto.op in library}
        for op, version in removed.items():
            if version is not None and producer >= version:
                raise UnimplementedError(
                    None,
                    None,
                    f"{op} is an op of GraphDefs before version {version}, but this one says that "
                    f"it is of version {producer}. If it is older, set its versions.producer.",
                )

    def _check_map(self, protos: Sequence[Any]) -> None:
        """Check that what is mapped is there; a mapped node need not be, if others use it."""
        used = {text for proto in protos for text in proto.input}
        used |= {proto.name for proto in protos}
        used |= {f"{text}:0" for text in used if ":" not in text}
        used |= {f"^{proto.name}" for proto in protos}
        unused = [
            f"^{key}"
            for key in self._controls
            if f"^{key}" not in used and f"{key}:0" not in self._tensors
        ]
        unused += [key for key in self._tensors if key not in used]
        if unused:
            raise ValueError(
                f"Attempted to map inputs that were not found in graph_def: {unused}. Names of "
                "tensors look like 'node:0'."
            )

    def _check_places(self, protos: Sequence[Any]) -> None:
        names = {proto.name for proto in protos}
        for proto in protos:
            if "_class" not in proto.attr:
                continue
            for group in proto.attr["_class"].list.s:
                place = group.decode("utf-8", "replace")
                if place.startswith("loc:@") and place[5:] not in names:
                    raise ValueError(
                        f"Node {proto.name!r} expects to be colocated with unknown node "
                        f"{place[5:]!r}."
                    )

    def _rename_places(self) -> None:
        """Let the groups of colocated nodes name the nodes as they are called here."""
        for node in self._nodes.values():
            groups = node.attrs.get("_class")
            if groups and self._names:
                node.attrs["_class"] = sorted(map(self._place, groups))

    def _place(self, group: str) -> str:
        return f"loc:@{self._names.get(group[5:], group[5:])}" if group[:5] == "loc:@" else group

    def find(self, text: str) -> Any:
        """Give the operation or tensor that a name in the GraphDef means.

        Raises:
          ValueError: if there is none.
        """
        if text in self._tensors:
            return self._tensors[text]
        name, colon, output = text.partition(":")
        node = self._nodes.get(name)
        if node is None or (colon and not output.isdigit()):
            raise ValueError(
                f"Requested return {'tensor' if colon else 'node'} {text!r} not found in graph def."
            )
        if not colon:
            return node
        if int(output) >= len(node.outputs):
            raise ValueError(
                f"Invalid return output {output} of node {name!r}, which has "
                f"{len(node.outputs)} outputs."
            )
        return node.outputs[int(output)]


def _output(node: Node, output: str) -> Tensor:
    if output and not output.isdigit():
        raise LookupError(output)
    return node.outputs[int(output or 0)]


def _defaults(producer_op_list: Any) -> dict[str, dict[str, Any]]:
    if producer_op_list is None:
        return {}
    return {
        op.name: {
            attr.name: attr.default_value for attr in op.attr if attr.HasField("default_value")
        }
        for op in producer_op_list.op
    }
