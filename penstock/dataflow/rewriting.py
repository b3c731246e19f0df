"""A part of a graph written anew, without Switch, Merge and frames: the package's one entrance.

    rewritten = rewrite(Part(fetches, targets, feeds, nodes))

The nodes of the new graph have the names and lines of those that they stand for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from penstock.dataflow.emission import Emission, last_nodes
from penstock.dataflow.flows import Flows
from penstock.dataflow.old_arrays import has_old_arrays, with_new_arrays
from penstock.dataflow.part import Part
from penstock.dataflow.structure import Structure, find_structure
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = ["Rewritten", "rewrite", "rewrite_function"]


@dataclass(frozen=True)
class Rewritten:
    """What stands for a part of a graph.

    Attributes:
      fetches, targets, feeds: what stands for those of the part.
      loops: the names of the frames that became loops.
      reasons: for what is run by dead and alive values, why; by the name of a frame or node.
    """

    fetches: tuple[Tensor, ...]
    targets: tuple[Node, ...]
    feeds: tuple[Tensor, ...]
    loops: tuple[str, ...]
    reasons: Mapping[str, str]


def rewrite(part: Part, as_functions: bool = True) -> Rewritten:
    """Write a part of a graph anew, in a graph of its own.

    Args:
      part: the nodes.
      as_functions: whether choices and loops become functions; otherwise everything is run by
        dead and alive values, which is slower and gives the same.

    Raises:
      InvalidArgumentError, InternalError: if frames are not well formed.
    """
    if has_old_arrays(part):
        newer = Graph(part.nodes[0].graph.library)
        part = with_new_arrays(part, {tensor: _fed(tensor, newer) for tensor in part.feeds}, newer)
    graph = Graph(part.nodes[0].graph.library)
    feeds = {tensor: _fed(tensor, graph) for tensor in part.feeds}
    fetches, structure = _write(part, feeds, graph, as_functions)
    return Rewritten(
        tuple(fetches),
        tuple(last_nodes(graph, fetches)),
        tuple(feeds.values()),
        tuple(frame.name for frame in structure.loops),
        structure.reasons,
    )


def _write(
    part: Part, given: Mapping[Tensor, Tensor], graph: Graph, as_functions: bool = True
) -> tuple[list[Tensor], Structure]:
    """Write a part to a graph, and give what stands for its fetches."""
    structure = find_structure(part, as_functions)
    flows = Flows(part, structure.stacks)
    emission = Emission(structure.stacks, flows, given, rewrite_function)
    emission.emit(structure.before, graph)
    if structure.region:
        emission.emit_region(structure.region, graph)
    emission.emit(structure.after, graph)
    return [emission.tensor(tensor, graph) for tensor in part.fetches], structure


def _fed(tensor: Tensor, graph: Graph) -> Tensor:
    """Make the node whose output stands for a fed tensor."""
    name = graph.naming.reserve(tensor.op.name)
    spec = graph.library["Placeholder"]
    attrs = {"dtype": tensor.dtype.base_dtype, "shape": tensor.static_shape}
    node = graph.add_node(spec, (), attrs, f"{name}/")
    node._place = tensor.op._place
    (fed,) = node.outputs
    fed.dtype, fed.handle_data = tensor.dtype, tensor.handle_data
    return fed


def rewrite_function(function: FunctionGraph) -> FunctionGraph:
    """Write a function anew, for the same arguments and captured tensors."""
    copy = FunctionGraph(function.outer, function.name, scope="")
    given = {}
    for argument in function.arguments:
        name = argument.op.name.rpartition("/")[2]
        given[argument] = copy.add_argument(argument.dtype, argument.static_shape, name)
        given[argument].handle_data = argument.handle_data
    copy.captured = {
        source: given[inner] for source, inner in function.captured.items() if inner in given
    }
    copy.outer_controls = dict(function.outer_controls)
    part = Part(
        tuple(function.outputs),
        tuple(function.controls),
        tuple(function.arguments),
        tuple(_behind([*[one.op for one in function.outputs], *function.controls], given)),
    )
    fetches, _ = _write(part, given, copy)
    copy.outputs = [copy.capture(tensor) for tensor in fetches]
    copy.controls = last_nodes(copy, copy.outputs)
    return copy


def _behind(nodes: Sequence[Node], given: Collection[Tensor]) -> list[Node]:
    """List the nodes that some depend on, and these, in the order in which they were made."""
    found: set[Node] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found and node.type != "_Arg":
            found.add(node)
            waiting.extend(tensor.op for tensor in node.inputs if tensor not in given)
            waiting.extend(node.control_inputs)
    return sorted(found, key=lambda node: node._id)
