"""Regions lowered: the nodes that run by dead and alive values become cells.

A cell that depends on a write of some state, also by way of an iteration before, sees it as it is
when the cell runs; any other sees it as it was before the step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from penstock.core.dtypes import resource
from penstock.engine.contract import Step
from penstock.engine.regions import Cell, Region, Use
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor
from penstock.ops.tensor_array_gradients import creation_of
from penstock.runtime.accesses import args_by_index
from penstock.runtime.bodies import Signature, make_body
from penstock.runtime.program import Program
from penstock.runtime.state import counter_key, is_reference, object_key, variable_key

__all__ = ["LoweredRegion", "lower_region"]


# Lowers a function that a node calls; takes the node, the function's place and the function.
LowerFunction = Callable[[Node, int, FunctionGraph], Program]


@dataclass
class LoweredRegion:
    """A region, and the objects of the session that it uses.

    Attributes:
      region: the cells.
      makers: for the key of each object, the node that stands for it.
    """

    region: Region
    makers: Mapping[str, Node]


def lower_region(
    function: FunctionGraph,
    known: Mapping[Tensor, str],
    path: str,
    random_key: Callable[[Node, str], tuple[int, int]],
    lower_function: LowerFunction,
) -> LoweredRegion:
    """Lower a region.

    Args:
      function: its nodes.
      known: keys of the variables behind its arguments.
      path: prefix of the keys of what belongs to it alone.
      random_key: gives a random op's seeds.
      lower_function: lowers a function that one of its nodes calls.
    """
    return _RegionLowering(function, known, path, random_key, lower_function).lowered()


class _RegionLowering:
    def __init__(
        self,
        function: FunctionGraph,
        known: Mapping[Tensor, str],
        path: str,
        random_key: Callable[[Node, str], tuple[int, int]],
        lower_function: LowerFunction,
    ) -> None:
        self._function = function
        self._known = known
        self._path = path
        self._random_key = random_key
        self._lower_function = lower_function
        self._nodes = [node for node in function.nodes.values() if node.type != "_Arg"]
        self._numbers = {node: number for number, node in enumerate(self._nodes)}
        self._reads: dict[str, None] = {}
        self._queries: dict[str, None] = {}
        self._counters: dict[str, None] = {}
        self._makers: dict[str, Node] = {}
        self._keys: dict[Tensor, frozenset[str]] = {}
        self._programs = {
            node: [lower_function(node, index, one) for index, one in enumerate(node.functions)]
            for node in self._nodes
            if node.functions
        }
        self._writes = {node: self._written(node) for node in self._nodes}
        self._after = self._written_before()

    def lowered(self) -> LoweredRegion:
        cells = tuple(map(self._cell, self._nodes))
        writes = dict.fromkeys(key for keys in self._writes.values() for key in keys)
        self._reads.update(writes)
        function = self._function
        for tensor in function.outputs:
            if tensor.dtype.is_ref_dtype:
                self._reads.update(dict.fromkeys(self._keys_of(tensor)))
        references = {
            argument: key for argument, key in self._known.items() if argument in function.arguments
        }
        region = Region(
            cells,
            tuple(function.arguments),
            references,
            tuple(self._reads),
            tuple(self._queries),
            tuple(self._counters),
            tuple(writes),
            tuple(function.outputs),
        )
        return LoweredRegion(region, self._makers)

    def _keys_of(self, tensor: Tensor) -> frozenset[str]:
        """Give the keys of all variables that a reference may lead to."""
        known = self._keys.get(tensor)
        if known is not None:
            return known
        found: set[str] = set()
        seen: set[Tensor] = set()
        waiting = [tensor]
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            node = current.op
            if current in self._known or not node.inputs:
                found.add(variable_key(current, self._known))
            elif node.type in ("Merge", "RefMerge"):
                waiting.extend(node.inputs)
            elif node.type == "RefSelect":
                waiting.extend(node.inputs[1:])
            else:
                waiting.append(node.inputs[_handed_on(node)])
        self._keys[tensor] = keys = frozenset(found)
        return keys

    def _written(self, node: Node) -> frozenset[str]:
        """Give the keys of the state that a node may write."""
        keys: set[str] = set()
        for index, arg in enumerate(args_by_index(node)):
            if arg.name in node.spec.writes:
                keys |= self._keys_of(node.inputs[index])
        for program in self._programs.get(node, ()):
            keys.update(program.state_writes)
        return frozenset(keys)

    def _written_before(self) -> dict[Node, frozenset[str]]:
        """For each node, give the state that it or what it depends on writes."""
        after = dict(self._writes)
        changed = True
        while changed:
            changed = False
            for node in self._nodes:
                keys = after[node]
                for source in (*[tensor.op for tensor in node.inputs], *node.control_inputs):
                    keys |= after.get(source, frozenset())
                if keys != after[node]:
                    after[node] = keys
                    changed = True
        return after

    def _shown(self, node: Node, tensor: Tensor) -> Tensor:
        """Give the reference that a plain read shows to nodes that come after a write of it."""
        read = tensor.op
        if read.type != "Identity" or read.control_inputs or not read.inputs[0].dtype.is_ref_dtype:
            return tensor
        keys = self._keys_of(read.inputs[0])
        return tensor if keys.isdisjoint(self._after[node]) else read.inputs[0]

    def _cell(self, node: Node) -> Cell:
        wires = tuple(self._shown(node, tensor) for tensor in node.inputs)
        uses = tuple(self._use(node, index, wire) for index, wire in enumerate(wires))
        waits = tuple(self._numbers[one] for one in node.control_inputs if one in self._numbers)
        programs = self._programs.get(node)
        if programs is not None:
            return self._calling_cell(node, uses, waits, programs)
        if not node.inputs and node.type != "Stack" and any(map(is_reference, node.outputs)):
            key = variable_key(node.outputs[0], self._known)
            if node.spec.makes is not None:
                self._makers[key] = node
            return Cell(Step(node, (), ()), (), (), waits, frozenset(), refers=key)
        state: list[tuple[Use, str]] = []
        changed: list[str] = []
        key_pair = None
        if node.spec.random is not None:
            key = counter_key(node, self._path)
            self._counters[key] = None
            state.append((Use.STATE, key))
            changed.append(key)
            key_pair = self._random_key(node, key)
        if node.spec.keeps:
            key = object_key(node)
            self._makers[key] = node
            self._reads[key] = None
            state.append((Use.STATE, key))
        named = [arg.name for arg in args_by_index(node)]
        written = tuple(named.index(name) for name in node.spec.writes)
        passes = any(tensor.dtype.is_ref_dtype for tensor in node.outputs)
        return Cell(
            Step(node, (), (), key=key_pair),
            uses,
            wires,
            waits,
            self._after[node] if not key_pair else self._after[node] | {*changed},
            written,
            _handed_on(node) if passes and node.inputs else None,
            tuple(state),
            tuple(changed),
        )

    def _use(self, node: Node, index: int, tensor: Tensor) -> Use:
        """Tell what a node does with an input, and note the state that it may touch."""
        spec = node.spec
        arg = args_by_index(node)[index]
        if not is_reference(tensor) or node.type.startswith("Stack"):
            return Use.VALUE
        if tensor.dtype is resource and creation_of(tensor)[0] is not None:
            return Use.NAME
        if arg.name in spec.reads or arg.name in spec.objects:
            use = Use.STATE
        elif arg.name in spec.queries:
            use = Use.QUERY
        elif arg.is_ref or arg.name in spec.writes or tensor.dtype is resource:
            return Use.NAME
        else:
            use = Use.STATE
        table = self._queries if use is Use.QUERY else self._reads
        table.update(dict.fromkeys(self._keys_of(tensor)))
        return use

    def _calling_cell(
        self, node: Node, uses: tuple[Use, ...], waits: tuple[int, ...], programs: list[Program]
    ) -> Cell:
        """Make the cell of a node that calls functions: their state is given by its keys."""
        signature = Signature.of(programs)
        for program in programs:
            self._makers.update(program.makers)
        self._reads.update(dict.fromkeys(signature.reads))
        self._queries.update(dict.fromkeys(signature.queries))
        self._counters.update(dict.fromkeys(signature.counters))
        state = [(Use.STATE, key) for key in signature.reads]
        state.extend((Use.QUERY, key) for key in signature.queries)
        state.extend((Use.STATE, key) for key in signature.counters)
        changed = (*signature.writes, *signature.counters)
        variables = range(len(node.attrs["Tout"])) if node.spec.is_loop else ()
        count = len(changed) + len(node.outputs)
        step = Step(
            node,
            (),
            tuple(range(1, 1 + count)),
            bodies=tuple(make_body(program, signature) for program in programs),
            carried=signature.carried(len(node.inputs), [*variables]) if variables else (),
        )
        after = self._after[node] | frozenset(signature.counters)
        uses = tuple(Use.NAME if is_reference(tensor) else Use.VALUE for tensor in node.inputs)
        return Cell(step, uses, node.inputs, waits, after, (), None, tuple(state), changed)


def _handed_on(node: Node) -> int:
    """Tell which input's reference a node hands on."""
    named = node.spec.writes or node.spec.reads
    return node.spec.input_index[named[0]] if named else 0
