"""What stands for the tensors and nodes of a graph in the graph that is written anew.

A stand-in may be in a function: a branch, a loop's body. Where it is needed outside, the call of a
branch gives it as a further output; where it is needed further inside, it is captured.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from penstock.functions.branches import add_outputs
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor

__all__ = ["StandIns", "around"]


class StandIns:
    """The stand-ins, by what they stand for.

    Args:
      given: those of the tensors that are fed, which nothing else can stand for.
    """

    def __init__(self, given: Mapping[Tensor, Tensor]) -> None:
        self._given = given
        self._tensors: dict[Tensor, Tensor] = {**given}
        self._nodes: dict[Node, Node] = {}
        # The call of each function, and the function's place among those of the call.
        self._calls: dict[Graph, tuple[Node, int]] = {}
        self._lifted: dict[Tensor, Tensor] = {}

    def __contains__(self, tensor: Tensor) -> bool:
        return tensor in self._tensors

    def reaches(self, tensor: Tensor, graph: Graph) -> bool:
        """Tell whether something stands for a tensor that nodes of `graph` can take.

        What is inside a loop has no one value outside of it.
        """
        made = self._tensors.get(tensor)
        if made is None:
            return False
        graphs, inside = list(around(graph)), made.graph
        while inside not in graphs:
            call, _ = self._calls[inside]
            if call.spec.is_loop:
                return False
            inside = call.graph
        return True

    def set(self, tensor: Tensor, made: Tensor) -> None:
        """Let one tensor stand for another."""
        if tensor not in self._given:
            self._tensors[tensor] = made

    def set_node(self, node: Node, made: Node) -> None:
        """Let one node stand for another."""
        self._nodes[node] = made

    def set_call(self, functions: Iterable[FunctionGraph], call: Node) -> None:
        """Tell which node calls functions."""
        for place, function in enumerate(functions):
            self._calls[function] = call, place

    def tensor(self, tensor: Tensor, graph: Graph) -> Tensor:
        """Give what stands for a tensor, where nodes of `graph` can take it."""
        return self.brought(self._tensors[tensor], graph)

    def node(self, node: Node, graphs: Collection[Graph]) -> Node | None:
        """Give what stands for a node in one of some graphs; None if nothing does."""
        made = self._nodes.get(node)
        while made is not None and made.graph not in graphs:
            made = self._calls[made.graph][0]
        return made

    def brought(self, made: Tensor, graph: Graph) -> Tensor:
        """Bring a stand-in out of functions until nodes of `graph` can take it."""
        graphs = list(around(graph))
        while made.graph not in graphs:
            lifted = self._lifted.get(made)
            if lifted is None:
                lifted = self._lifted[made] = self._lift(made)
            made = lifted
        return made

    def _lift(self, made: Tensor) -> Tensor:
        """Let the call of a branch, or a region, give a tensor of it as a further output."""
        inside = made.graph
        call, place = self._calls[inside]
        if call.type != "_Region":
            return add_outputs(call, place, [made])[0]
        assert isinstance(inside, FunctionGraph)
        inside.outputs.append(made)
        lifted = Tensor(call, len(call.outputs), made.dtype.base_dtype, made.static_shape)
        call.outputs = [*call.outputs, lifted]
        call.attrs["Tout"] = [output.dtype for output in call.outputs]
        return lifted

    def order(self, made: Node, controls: Iterable[Node], graph: Graph) -> None:
        """Let a node run after what stands for others; those around a function, before its call."""
        own = dict.fromkeys(made._control_inputs)
        graphs = list(around(graph))
        for control in controls:
            before = self.node(control, graphs)
            if before is None:
                continue
            if before.graph is graph:
                own[before] = None
            else:
                function = graphs[graphs.index(before.graph) - 1]
                assert isinstance(function, FunctionGraph)
                function.outer_controls[before] = None
        made._control_inputs = tuple(own)


def around(graph: Graph) -> Iterable[Graph]:
    """List a graph and those around it."""
    yield graph
    while isinstance(graph, FunctionGraph):
        graph = graph.outer
        yield graph
