"""Plans written down as a graph: choices become If nodes, loops While nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from penstock.core.dtypes import int32, resource
from penstock.dataflow.copying import copied_tensor, copy_node
from penstock.dataflow.flows import Flows
from penstock.dataflow.items import Choice, Item, Loop, Plan
from penstock.dataflow.liveness import reference_root
from penstock.dataflow.part import MERGES, SWITCHES, has_control_flow, is_back_edge
from penstock.dataflow.stack_rows import StackRows
from penstock.dataflow.stacks import Stacks
from penstock.dataflow.standins import StandIns, around
from penstock.functions.branches import make_call
from penstock.functions.while_loop import make_while
from penstock.graph.build import raw
from penstock.graph.function_copy import replace_functions
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.ops.tensor_array_gradients import mark_flow

__all__ = ["Emission", "last_nodes"]


class Emission:
    """The graph that plans are written to.

    Args:
      stacks: the stacks that loops fill and empty.
      flows: the flows of TensorArrays.
      given: what stands for the tensors that are fed.
      rewrite_function: writes a function anew that a node calls.
    """

    def __init__(
        self,
        stacks: Stacks,
        flows: Flows,
        given: Mapping[Tensor, Tensor],
        rewrite_function: Callable[[FunctionGraph], FunctionGraph],
    ) -> None:
        self._stacks = stacks
        self._flows = flows
        self._rewrite_function = rewrite_function
        self._made = StandIns(given)
        self._rows = StackRows(stacks, self._made)

    def emit(self, plan: Plan, graph: Graph) -> None:
        """Write a plan to a graph."""
        for entry in plan:
            if isinstance(entry, Choice):
                self._emit_choice(entry, graph)
            elif isinstance(entry, Loop):
                self._emit_loop(entry, graph)
            else:
                self._emit_node(entry, graph)

    def tensor(self, tensor: Tensor, graph: Graph) -> Tensor:
        """Give what stands for a tensor, where nodes of `graph` can take it."""
        if tensor not in self._made and tensor in self._flows.zeros:
            return self._zeros(tensor, graph)
        return self._made.tensor(tensor, graph)

    def _emit_node(self, node: Node, graph: Graph) -> None:
        if node in self._stacks.carriers or not self._flows.zeros.keys().isdisjoint(node.outputs):
            return
        if node.type in SWITCHES:
            for output in node.outputs:
                self._made.set(output, self.tensor(node.inputs[0], graph))
            source = self._made.node(node.inputs[0].op, list(around(graph)))
            if source is not None:
                self._made.set_node(node, source)
        elif node in self._stacks.by_push:
            self._made.set(node.outputs[0], self.tensor(node.inputs[1], graph))
            stack = self._stacks.by_push[node]
            if stack.pop is not None and stack not in self._flows.kept:
                self._rows.push(stack, self.tensor(node.inputs[1], graph))
        elif node in self._stacks.by_pop:
            stack = self._stacks.by_pop[node]
            kept = self._flows.kept.get(stack)
            popped = self._rows.pop(stack) if kept is None else self._form(kept, graph)
            self._made.set(node.outputs[0], popped)
        else:
            self._copy(node, graph)

    def _copy(self, node: Node, graph: Graph, of_region: bool = False) -> Node:
        """Copy a node; in a region, without the inputs that come from a turn before."""
        library, attrs, spec = graph.library, dict(node.attrs), node.spec
        if node.type == "ControlTrigger" and not of_region:
            spec = library["NoOp"]
        elif node in self._flows.sums:
            spec = library["AddN"]
            attrs = {"N": len(node.inputs), "T": attrs["T"]}
        inputs = tuple(
            self.tensor(tensor, graph)
            for tensor in node.inputs
            if not (of_region and is_back_edge(node, tensor))
        )
        if isinstance(graph, FunctionGraph):
            inputs = tuple(map(graph.capture, inputs))
        copy = copy_node(node, graph, inputs, spec, attrs)
        copy.outputs = [copied_tensor(tensor, copy) for tensor in node.outputs]
        if node.type == "Identity" and copy.outputs[0].static_shape is None:
            copy.outputs[0].static_shape = inputs[0].static_shape
        if any(has_control_flow(one.nodes.values()) for one in node.functions):
            replace_functions(copy, [self._rewrite_function(one) for one in node.functions])
        self._made.order(copy, node.control_inputs, graph)
        for tensor, made in zip(node.outputs, copy.outputs, strict=True):
            self._made.set(tensor, made)
        self._made.set_node(node, copy)
        return copy

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
            body.outputs.extend(
                self._merged(output, merge, inputs[branch], body) for output, merge, inputs in given
            )
            body.controls = last_nodes(body, body.outputs)
        predicate = self.tensor(choice.predicate, graph)
        call = make_call(graph, bodies, (), "If", predicate, Calls.CHOICE)
        _settle(call, first, bodies)
        self._made.set_call(bodies, call)
        for (output, _, _), made in zip(given, call.outputs, strict=True):
            self._made.set(output, made)
            _narrow(made, output)
        for merge, inputs in choice.merges:
            self._made.set_node(merge, call)
            if merge.outputs[0].dtype.is_ref_dtype:
                self._hand_on(merge, inputs[0], graph)

    def _merged(self, output: Tensor, merge: Node, value: Tensor, body: FunctionGraph) -> Tensor:
        """Give what a branch gives for an output of a Merge: its input, or that input's place."""
        if not output.value_index:
            return body.capture(self.tensor(value, body))
        with body.as_default():
            place: Tensor = raw.Const(value=list(merge.inputs).index(value), dtype=int32)
        return place

    def _hand_on(self, merge: Node, reference: Tensor, graph: Graph) -> None:
        """Hand on the reference that both branches of a choice hand on."""
        root = reference_root(reference)
        assert root is not None
        attrs = {"T": root.dtype.base_dtype}
        spec = graph.library["RefIdentity"]
        made = graph.add_node(spec, (self.tensor(root, graph),), attrs, merge.name)
        self._made.order(made, [merge], graph)
        self._made.set(merge.outputs[0], made.outputs[0])

    # Loops

    def _emit_loop(self, loop: Loop, graph: Graph) -> None:
        with graph.as_default():
            first = [raw.Const(value=0, dtype=int32, name="turn")]
        first.extend(self.tensor(one.enter.inputs[0], graph) for one in loop.variables)
        for node in loop.constants:
            if node not in self._stacks.carriers:
                self._made.set(node.outputs[0], self.tensor(node.inputs[0], graph))
        name = loop.frame.name or "while"
        condition, body = (FunctionGraph(graph, name, scope="") for _ in range(2))
        self._begin(loop, condition, first)
        self.emit(loop.condition, condition)
        condition.outputs.append(condition.capture(self.tensor(loop.predicate, condition)))
        turn = self._begin(loop, body, first)
        self._rows.begin(loop, body, turn)
        self.emit(loop.body, body)
        with body.as_default():
            body.outputs.append(raw.AddV2(turn, 1))
        backs = [self.tensor(one.back.inputs[0], body) for one in loop.variables]
        body.outputs.extend(map(body.capture, backs))
        for function in (condition, body):
            function.controls = last_nodes(function, function.outputs)
        shapes = [tensor.static_shape for tensor in body.arguments[: len(first)]]
        call = make_while(graph, condition, body, first, shapes)
        _settle(call, loop.node, (condition, body))
        self._made.set_call((condition, body), call)
        waited = [node for enter in loop.enters for node in enter.control_inputs]
        self._made.order(call, waited, graph)
        for one, made in zip(loop.variables, call.outputs[1:], strict=True):
            for node in one.exits:
                self._made.set(node.outputs[0], made)
                self._made.set_node(node, call)
        self._rows.end(loop, call, body)

    def _begin(self, loop: Loop, function: FunctionGraph, first: Sequence[Tensor]) -> Tensor:
        """Add a loop's variables as a function's arguments, and give the number of the turn."""
        turn = function.add_argument(int32, (), "turn")
        for one, value in zip(loop.variables, first[1:], strict=True):
            merged = one.merge.outputs[0]
            name = one.merge.name.rpartition("/")[2]
            argument = function.add_argument(merged.dtype, merged.static_shape, name)
            mark_flow(argument, value)
            if argument.handle_data is not None:
                argument.static_shape = value.static_shape
            self._made.set(merged, argument)
            for switch in one.switches:
                self._made.set(switch.outputs[1], argument)
        return turn

    # TensorArrays

    def _zeros(self, number: Tensor, graph: Graph) -> Tensor:
        """Give the gradient array of zeros that a number stands for."""
        creation, depth = self._flows.zeros[number]
        if not any(self._made.reaches(flow, graph) for flow in self._flows.forms(creation)):
            return self._copy(number.op, graph).outputs[number.value_index]
        made = self._form(creation, graph)
        with graph.as_default():
            for _ in range(depth):
                made = raw.ZerosLike(made)
        return made

    def _form(self, creation: Node, graph: Graph) -> Tensor:
        """Give a flow that carries an array, or one of its form, where `graph` can take it."""
        forms = self._flows.forms(creation)
        known = next(flow for flow in forms if self._made.reaches(flow, graph))
        return self._made.tensor(known, graph)

    # Regions

    def emit_region(self, items: Sequence[Item], graph: Graph) -> None:
        """Write the items of a region, as they are, to a function of its own."""
        region = FunctionGraph(graph, "region", scope="")
        copies = {}
        for item in items:
            if isinstance(item, Loop):
                self._emit_loop(item, region)
            elif self._flows.zeros.keys().isdisjoint(item.outputs):
                copies[item] = self._copy(item, region, of_region=True)
        for node, copy in copies.items():
            if node.type in MERGES:
                taken = [self.tensor(tensor, region) for tensor in node.inputs]
                copy.inputs = tuple(map(region.capture, taken))
        sources = [region.source_of(argument) for argument in region.arguments]
        inputs = tuple(source for source in sources if source is not None)
        attrs = {"Tin": [one.dtype.base_dtype for one in inputs], "Tout": [], "region": region}
        with graph.control_dependencies(list(region.outer_controls)):
            call = graph.add_node(graph.library["_Region"], inputs, attrs, "region")
        self._made.set_call([region], call)


def _settle(call: Node, like: Node, functions: Iterable[FunctionGraph]) -> None:
    """Give a call the line of the node that it stands for, and the device of its insides."""
    call._place = like._place
    inside = (node.device for function in functions for node in function.nodes.values())
    call.device = next((device for device in inside if device), "")


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


def _narrow(tensor: Tensor, like: Tensor) -> None:
    tensor.handle_data = like.handle_data
    if tensor.dtype is not resource and tensor.static_shape is None:
        tensor.static_shape = like.static_shape
