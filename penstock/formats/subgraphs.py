"""Parts of a GraphDef: what some nodes need, and what is left without what only training needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from penstock.core.dtypes import int32, string
from penstock.formats.messages import GraphDef
from penstock.graph.graph import Graph
from penstock.graph.node import Node

__all__ = [
    "drop_unused_functions",
    "extract_sub_graph",
    "must_run_on_cpu",
    "node_of_input",
    "remove_training_nodes",
    "tensor_shape_from_node_def_name",
]


def node_of_input(text: str) -> str:
    """Give the name of the node that an input of a NodeDef comes from."""
    return text.removeprefix("^").partition(":")[0]


def extract_sub_graph(graph_def: Any, dest_nodes: Sequence[str]) -> Any:
    """Take out of a GraphDef what some nodes need.

    Args:
      graph_def: the `tf.GraphDef`.
      dest_nodes: names of the nodes.

    Returns:
      A new GraphDef, with the nodes in the order in which they were, and the same functions.

    Raises:
      TypeError: if an argument is of the wrong kind.
      AssertionError: if a node is not in the graph.
    """
    if not isinstance(graph_def, GraphDef):
        raise TypeError(f"graph_def must be a GraphDef proto, but is {type(graph_def).__name__}.")
    if isinstance(dest_nodes, (str, bytes)):
        raise TypeError(f"dest_nodes must be a list of names, but is {dest_nodes!r}.")
    nodes = {node.name: node for node in graph_def.node}
    needed: set[str] = set()
    waiting = list(dest_nodes)
    while waiting:
        name = waiting.pop()
        if name not in nodes:
            raise AssertionError(f"{name} is not in graph, or an input of a node names it wrongly.")
        if name not in needed:
            needed.add(name)
            waiting.extend(map(node_of_input, nodes[name].input))
    part = GraphDef()
    part.node.extend(node for node in graph_def.node if node.name in needed)
    part.library.CopyFrom(graph_def.library)
    part.versions.CopyFrom(graph_def.versions)
    return part


def drop_unused_functions(graph_def: Any) -> None:
    """Leave functions that no node calls out of the library of a graph, which is changed."""
    functions = {proto.signature.name: proto for proto in graph_def.library.function}
    gradients = {pair.function_name: pair.gradient_func for pair in graph_def.library.gradient}
    called: set[str] = set()
    waiting = [name for node in graph_def.node for name in _called(node)]
    while waiting:
        name = waiting.pop()
        if name in functions and name not in called:
            called.add(name)
            waiting.extend(one for node in functions[name].node_def for one in _called(node))
            waiting.append(gradients.get(name, ""))
    kept = [proto for proto in graph_def.library.function if proto.signature.name in called]
    pairs = [pair for pair in graph_def.library.gradient if pair.function_name in called]
    del graph_def.library.function[:], graph_def.library.gradient[:]
    graph_def.library.function.extend(kept)
    graph_def.library.gradient.extend(pairs)


def _called(node: Any) -> list[str]:
    """List the functions that a node may call."""
    names = [node.op]
    for value in node.attr.values():
        names.extend(function.name for function in (value.func, *value.list.func))
    return names


_PASSING = frozenset({"CheckNumerics", "Identity"})


def remove_training_nodes(input_graph: Any, protected_nodes: Iterable[str] | None = None) -> Any:
    """Take nodes that give their input as it is out of a GraphDef: Identity, CheckNumerics.

    Those that control inputs come from or lead to are kept.

    Args:
      input_graph: the `tf.GraphDef`.
      protected_nodes: names of nodes that must be kept, such as outputs.

    Returns:
      A new GraphDef.
    """
    protected = set(protected_nodes or ())
    nodes = input_graph.node
    controllers = {text[1:] for node in nodes for text in node.input if text.startswith("^")}
    sources: dict[str, str] = {}
    for node in nodes:
        kept = node.name in protected or node.name in controllers
        if node.op in _PASSING and len(node.input) == 1 and not kept:
            sources[node.name] = node.input[0]
    part = GraphDef()
    for node in nodes:
        if node.name not in sources:
            made = part.node.add()
            made.CopyFrom(node)
            made.input[:] = [_source(text, sources) for text in node.input]
    part.library.CopyFrom(input_graph.library)
    part.versions.CopyFrom(input_graph.versions)
    return part


def _source(text: str, sources: dict[str, str]) -> str:
    while text.removesuffix(":0") in sources:
        text = sources[text.removesuffix(":0")]
    return text


_VARIABLES = frozenset(
    {
        "Assign",
        "AssignAdd",
        "AssignSub",
        "AutoReloadVariable",
        "Queue",
        "ScatterAdd",
        "ScatterSub",
        "ScatterUpdate",
        "TruncatedNormal",
        "Variable",
        "VariableV2",
    }
)


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Tell whether TensorFlow runs a node on the CPU only.

    Args:
      node: a `tf.Operation` or `tf.NodeDef`.
      pin_variables_on_cpu: whether variables, and what changes them, count too.
    """
    definition = node.node_def if isinstance(node, Node) else node
    if pin_variables_on_cpu and definition.op in _VARIABLES:
        return True
    if definition.op == "Const":
        return _is_of(definition, "dtype", (string, int32))
    if definition.op in ("DynamicStitch", "ParallelDynamicStitch"):
        return _is_of(definition, "T", (int32,))
    return definition.op == "Cast" and _is_of(definition, "SrcT", (int32,))


def _is_of(definition: Any, attr: str, dtypes: Collection[Any]) -> bool:
    return definition.attr[attr].type in [dtype.as_datatype_enum for dtype in dtypes]


def tensor_shape_from_node_def_name(graph: Graph, input_name: str) -> Any:
    """Give the static shape of a tensor by its name, ``"x"`` or ``"x:0"``."""
    name = input_name if ":" in input_name else f"{input_name}:0"
    return graph.get_tensor_by_name(name).get_shape()
