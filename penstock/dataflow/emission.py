"""Plans written down as a graph: choices become If nodes, loops While nodes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from penstock.core.dtypes import int32, resource
from penstock.dataflow.items import Choice, Item, Loop, Plan
from penstock.dataflow.liveness import reference_root
from penstock.dataflow.part import MERGES, SWITCHES, has_control_flow, is_back_edge
from penstock.dataflow.stacks import Stack, Stacks
from penstock.functions.branches import add_outputs, add_stacks, make_call
from penstock.functions.while_loop import make_while
from penstock.graph.build import apply, raw
from penstock.graph.function_copy import replace_functions
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls

__all__ = ["Emission", "last_nodes"]


class Emission:
    """The graph that plans are written to, and what stands in it for tensors and nodes.

    Args:
      stacks: the stacks that loops fill and empty.
      given: what stands for the tensors that are fed.
      rewrite_function: writes a function anew that a node calls.
    """

    def __init__(
        self,
        stacks: Stacks,
        given: Mapping[Tensor, Tensor],
        rewrite_function: Callable[[FunctionGraph], FunctionGraph],
    ) -> None:
        self._rewrite_function = rewrite_function
        self._given = given
        # What stands for a tensor, in the graph or a function of it; and for a node.
        self._values: dict[Tensor, Tensor] = {**given}
        self._made: dict[Node, Node] = {}
        self._stacks = stacks
        # The call of each function; those whose tensors it can give as further outputs have a
        # place among its functions.
        self._calls: dict[Graph, Node] = {}
        self._places: dict[Graph, int] = {}
        self._lifted: dict[Tensor, Tensor] = {}
        # All turns' values of a stack, and for a loop that empties stacks its body and turn.
        self._contents: dict[Stack, Tensor] = {}
        self._turns: dict[Any, tuple[FunctionGraph, Tensor]] = {}
        self._rows: dict[tuple[Stack, int], Tensor] = {}

    def emit(self, plan: Plan, graph: Graph) -> None:
        """Write a plan to a graph."""
        for entry in plan:
            if isinstance(entry, Choice):
                self._emit_choice(entry, graph)
            else:
                self._emit_item(entry, graph)

    def value(self, tensor: Tensor, graph: Graph) -> Tensor:
        """Give what stands for a tensor where `graph` can take it: there, or in a graph around."""
        return self._reach(self._values[tensor], graph)

    def node(self, node: Node, graphs: Collection[Graph]) -> Node | None:
        """Give what stands for a node in one of some graphs; None if nothing does."""
        made = self._made.get(node)
        while made is not None and made.graph not in graphs:
            made = self._calls[made.graph]
        return made

    def _reach(self, tensor: Tensor, graph: Graph) -> Tensor:
        around = list(_around(graph))
        while tensor.graph not in around:
            known = self._lifted.get(tensor)
            if known is None:
                known = self._lifted[tensor] = self._lift(tensor)
            tensor = known
        return tensor

    def _lift(self, tensor: Tensor) -> Tensor:
        """Let the call of a function, or a region, give a tensor of it as a further output."""
        inside = tensor.graph
        call = self._calls[inside]
        if call.type != "_Region":
            return add_outputs(call, self._places[inside], [tensor])[0]
        assert isinstance(inside, FunctionGraph)
        inside.outputs.append(tensor)
        made = Tensor(call, len(call.outputs), tensor.dtype.base_dtype, tensor.static_shape)
        call.outputs = (*call.outputs, made)
        call.attrs["Tout"] = [output.dtype for output in call.outputs]
        return made

    def _emit_item(self, item: Item, graph: Graph) -> None:
        if isinstance(item, Loop):
            self._emit_loop(item, graph)
        elif item in self._stacks.carriers:
            return
        elif item.type in SWITCHES:
            for output in item.outputs:
                self._set(output, self.value(item.inputs[0], graph))
            self._stands_for(item, item.inputs[0].op)
        elif item in self._stacks.by_push:
            self._emit_push(self._stacks.by_push[item], graph)
        elif item in self._stacks.by_pop:
            stack = self._stacks.by_pop[item]
            self._values[item.outputs[0]] = self._row(stack, len(stack.emptying) - 1)
        else:
            self.copy(item, graph)

    def _set(self, tensor: Tensor, value: Tensor) -> None:
        if tensor not in self._given:
            self._values[tensor] = value

    def _stands_for(self, node: Node, source: Node) -> None:
        if source in self._made:
            self._made[node] = self._made[source]

    # Nodes

    def copy(self, node: Node, graph: Graph, raw_inputs: bool = False) -> Node:
        """Copy a node to a graph.

        Args:
          node: the node.
          graph: where to.
          raw_inputs: whether inputs from the turn before are left out, to be set later.
        """
        if node.type == "ControlTrigger" and not raw_inputs:
            spec = graph.library["NoOp"]
        else:
            spec = node.spec
        inputs = tuple(
            self.value(tensor, graph)
            for tensor in node.inputs
            if not (raw_inputs and is_back_edge(node, tensor))
        )
        if isinstance(graph, FunctionGraph):
            inputs = tuple(map(graph.capture, inputs))
        name = graph.naming.reserve(node.name)
        attrs = dict(node.attrs)
        twin = Node(graph, len(graph.nodes) + 1, name, spec, inputs, attrs, node._place)
        self._adopt_functions(node, twin)
        twin.device = node.device
        twin.outputs = tuple(_copied(tensor, twin) for tensor in node.outputs)
        graph.nodes[name] = twin
        self._order(twin, node.control_inputs, graph)
        for tensor, value in zip(node.outputs, twin.outputs, strict=True):
            self._set(tensor, value)
        self._made[node] = twin
        return twin

    def _order(self, twin: Node, controls: Iterable[Node], graph: Graph) -> None:
        """Let a node run after what stands for others; those around a function, before its call."""
        own = []
        around = list(_around(graph))
        for control in controls:
            made = self.node(control, around)
            if made is None:
                continue
            if made.graph is graph:
                own.append(made)
            else:
                function = around[around.index(made.graph) - 1]
                assert isinstance(function, FunctionGraph)
                function.outer_controls[made] = None
        twin._control_inputs = tuple(dict.fromkeys(own))

    def _adopt_functions(self, node: Node, twin: Node) -> None:
        """Write anew the functions that a node calls, if there is control flow in them."""
        functions = node.functions
        if not any(has_control_flow(one.nodes.values()) for one in functions):
            return
        replace_functions(twin, [self._rewrite_function(one) for one in functions])

    # Choices

    def _emit_choice(self, choice: Choice, graph: Graph) -> None:
        first = choice.merges[0][0] if choice.merges else _first_node(choice)
        bodies = []
        for plan in reversed(choice.branches):
            body = FunctionGraph(graph, first.name, scope="")
            self.emit(plan, body)
            bodies.append(body)
        given = [
            (output, merge, inputs)
            for merge, inputs in choice.merges
            for output in merge.outputs
            if not output.dtype.is_ref_dtype
        ]
        for branch, body in zip((True, False), bodies, strict=True):
            with body.as_default():
                for output, merge, inputs in given:
                    if output.value_index:
                        place = list(merge.inputs).index(inputs[branch])
                        body.outputs.append(raw.Const(value=place, dtype=int32))
                    else:
                        value = self.value(inputs[branch], body)
                        body.outputs.append(body.capture(value))
        for body in bodies:
            body.controls = last_nodes(body, body.outputs)
        predicate = self.value(choice.predicate, graph)
        call = make_call(graph, bodies, (), "If", predicate, Calls.CHOICE)
        self._settle(call, first, [node for body in bodies for node in body.nodes.values()])
        for position, body in enumerate(bodies):
            self._calls[body] = call
            self._places[body] = position
        for (output, _, _), made in zip(given, call.outputs, strict=True):
            self._set(output, made)
            _narrow(made, output)
        for merge, inputs in choice.merges:
            self._made[merge] = call
            if merge.outputs[0].dtype.is_ref_dtype:
                self._emit_reference(merge, inputs, graph)

    def _emit_reference(self, merge: Node, inputs: Sequence[Tensor], graph: Graph) -> None:
        """Hand on the reference that both branches of a choice hand on."""
        root = reference_root(inputs[0])
        assert root is not None
        attrs = {"T": root.dtype.base_dtype}
        spec = graph.library["RefIdentity"]
        twin = graph.add_node(spec, (self.value(root, graph),), attrs, merge.name)
        self._order(twin, [merge], graph)
        self._values[merge.outputs[0]] = twin.outputs[0]

    def _settle(self, call: Node, like: Node, inside: Iterable[Node]) -> None:
        """Give a call the line of the node that it stands for, and the device of its insides."""
        call._place = like._place
        call.device = next((node.device for node in inside if node.device), "")

    # Loops

    def _emit_loop(self, loop: Loop, graph: Graph) -> None:
        with graph.as_default():
            first = [raw.Const(value=0, dtype=int32, name="turn")]
        first.extend(self.value(one.enter.inputs[0], graph) for one in loop.variables)
        for node in loop.constants:
            if node not in self._stacks.carriers:
                self._values[node.outputs[0]] = self.value(node.inputs[0], graph)
        name = loop.frame.name or "while"
        condition, body = (FunctionGraph(graph, name, scope="") for _ in range(2))
        self._enter(loop, condition)
        self.emit(loop.condition, condition)
        condition.outputs.append(condition.capture(self.value(loop.predicate, condition)))
        turn = self._enter(loop, body)
        self._turns[loop.frame] = (body, turn)
        self.emit(loop.body, body)
        with body.as_default():
            body.outputs.append(raw.AddV2(turn, 1))
            for one in loop.variables:
                value = self.value(one.back.inputs[0], body)
                body.outputs.append(body.capture(value))
        for function in (condition, body):
            function.controls = last_nodes(function, function.outputs)
        shapes = [tensor.static_shape for tensor in body.arguments[: len(first)]]
        call = make_while(graph, condition, body, first, shapes)
        self._calls[body] = self._calls[condition] = call
        self._settle(call, loop.node, [*condition.nodes.values(), *body.nodes.values()])
        controls = [node for enter in loop.enters for node in enter.control_inputs]
        outer = call.control_inputs
        self._order(call, controls, graph)
        call._add_control_inputs(outer)
        for one, made in zip(loop.variables, call.outputs[1:], strict=True):
            for node in one.exits:
                self._values[node.outputs[0]] = made
                self._made[node] = call
        self._fill_stacks(loop, call, body)

    def _enter(self, loop: Loop, function: FunctionGraph) -> Tensor:
        """Add a loop's variables as a function's arguments, and give the number of the turn."""
        turn = function.add_argument(int32, (), "turn")
        for one in loop.variables:
            merged = one.merge.outputs[0]
            name = one.merge.name.rpartition("/")[2]
            argument = function.add_argument(merged.dtype, merged.static_shape, name)
            self._values[merged] = argument
            for switch in one.switches:
                self._values[switch.outputs[1]] = argument
        return turn

    # Stacks

    def _emit_push(self, stack: Stack, graph: Graph) -> None:
        value = self.value(stack.push.inputs[1], graph)
        self._values[stack.push.outputs[0]] = value
        if stack.pop is not None:
            self._contents[stack] = value

    def _fill_stacks(self, loop: Loop, call: Node, body: FunctionGraph) -> None:
        """Let a loop give all turns' values of what its body pushes."""
        for stack in self._stacks:
            if loop.frame in stack.filling and stack in self._contents:
                pushed = body.capture(self._reach(self._contents[stack], body))
                self._contents[stack] = add_stacks(call, [pushed])[0]

    def _row(self, stack: Stack, level: int) -> Tensor:
        """Give what a turn of a loop pops; of a loop around that, the stack that it pops from."""
        known = self._rows.get((stack, level))
        if known is None:
            body, turn = self._turns[stack.emptying[level]]
            of = self._row(stack, level - 1) if level else self._contents[stack]
            with body.as_default():
                known = apply("_StackRow", (self._reach(of, body), turn), {}, "pop")
            self._rows[stack, level] = known
        return known

    # Regions

    def emit_region(self, items: Sequence[Item], graph: Graph) -> None:
        """Write the items of a region, as they are, to a function of its own."""
        region = FunctionGraph(graph, "region", scope="")
        twins = {}
        for item in items:
            if isinstance(item, Loop):
                self._emit_loop(item, region)
            else:
                twins[item] = self.copy(item, region, raw_inputs=True)
        for node, twin in twins.items():
            if node.type in MERGES:
                taken = [self.value(tensor, region) for tensor in node.inputs]
                twin.inputs = tuple(map(region.capture, taken))
        sources = [region.source_of(argument) for argument in region.arguments]
        attrs = {"Tin": [one.dtype.base_dtype for one in sources if one is not None], "Tout": []}
        spec = graph.library["_Region"]
        inputs = tuple(source for source in sources if source is not None)
        with graph.control_dependencies(list(region.outer_controls)):
            call = graph.add_node(spec, inputs, {**attrs, "region": region}, "region")
        self._calls[region] = call


def _around(graph: Graph) -> Iterable[Graph]:
    """List a graph and those around it."""
    yield graph
    while isinstance(graph, FunctionGraph):
        graph = graph.outer
        yield graph


def _first_node(choice: Choice) -> Node:
    """Give a node inside a choice."""
    for plan in choice.branches:
        for entry in plan:
            if isinstance(entry, Choice):
                return _first_node(entry)
            return entry.node if isinstance(entry, Loop) else entry
    raise AssertionError("a choice without anything to choose")


def last_nodes(graph: Graph, outputs: Iterable[Tensor]) -> list[Node]:
    """List the nodes of a graph from which neither `outputs` nor other nodes take anything."""
    used = {tensor.op for node in graph.nodes.values() for tensor in node.inputs}
    used.update(tensor.op for tensor in outputs)
    return [
        node
        for node in graph.nodes.values()
        if node not in used and node.type not in ("Const", "Placeholder", "_Arg")
    ]


def _copied(tensor: Tensor, twin: Node) -> Tensor:
    copy = Tensor(twin, tensor.value_index, tensor.dtype, tensor.static_shape)
    copy.folded = tensor.folded
    copy.handle_data = tensor.handle_data
    return copy


def _narrow(tensor: Tensor, like: Tensor) -> None:
    tensor.handle_data = like.handle_data
    if tensor.dtype is not resource and tensor.static_shape is None:
        tensor.static_shape = like.static_shape
