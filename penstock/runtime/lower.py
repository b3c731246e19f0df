"""The third link of a run: nodes become steps over slots, and state becomes versions.

Steps are ordered so that a node runs when its inputs are there, those that write state as late as
possible and among themselves in the order in which they were made. Each write makes a new version
of the state it writes. What a read sees is settled here:

* a read that no dependency orders after a write of that state sees the version from before the
  step;
* any other read sees the newest version at its place in the order; `order` puts a read for an
  initializer after the initializer of what it reads.

The plain read of a reference (``w/read``) is a window, as in TensorFlow, where it shares the
variable's memory: a node that is ordered after a write sees it there, even where the read is not.
So a fetch of a reference, or of its plain read, shows the variable as the step leaves it; so does
one of a variable with a resource handle, where TensorFlow's threads race. A function that captured
such a read looks through it, too, where the call writes the variable: a turn of a loop sees there
what the turn before wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from penstock.core.dtypes import resource
from penstock.engine.contract import HOST, Step
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.runtime.accesses import Accesses, accesses
from penstock.runtime.calls import CallLowering
from penstock.runtime.node_facts import (
    gives_no_values,
    holds_strings,
    is_array_handle,
    static_inputs,
)
from penstock.runtime.order import order, sources_of, writes_before
from penstock.runtime.place import Placed
from penstock.runtime.program import Program
from penstock.runtime.prune import prune
from penstock.runtime.regions import LoweredRegion, lower_region
from penstock.runtime.state import (
    argument_keys,
    counter_key,
    is_reference,
    object_key,
    variable_key,
)

__all__ = ["RandomKey", "lower"]

# Gives a random op's seeds; takes its node and the key of its counter.
RandomKey = Callable[[Node, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Where:
    """Which call of a function is lowered: its body means other state at each.

    Attributes:
      path: prefix of the keys of what belongs to this call alone.
      keys: the variables behind the function's arguments, where these stand for some.
      callers: the functions around, the outermost first.
      windows: the variables that arguments are plain reads of, where the call writes these.
    """

    path: str = ""
    keys: Mapping[Tensor, str] = field(default_factory=dict)
    callers: tuple[FunctionGraph, ...] = ()
    windows: Mapping[Tensor, str] = field(default_factory=dict)


def lower(placed: Placed, random_key: RandomKey, where: _Where = _Where()) -> Program:
    """Lower a placed graph to a program.

    Args:
      placed: the nodes and their devices.
      random_key: gives a random op's seeds.
      where: the call, for a function's body.
    """
    return _Lowering(placed, random_key, where).program()


class _Lowering(CallLowering):
    def __init__(self, placed: Placed, random_key: RandomKey, where: _Where) -> None:
        super().__init__(placed, where.keys, where.windows)
        self._random_key = random_key
        self._where = where
        self._ran: dict[Node, tuple[int, ...]] = {}
        self._accesses = {node: self._access(node) for node in self._pruned.nodes}
        sources = sources_of(self._pruned, self._accesses)
        self._ordered = order(self._pruned, self._accesses, sources)
        self._written_before = writes_before(self._ordered, self._accesses, sources)

    def program(self) -> Program:
        feeds = tuple(self._new_slot(tensor.name) for tensor in self._pruned.feeds)
        self._slots.update(
            (tensor, slot)
            for tensor, slot in zip(self._pruned.feeds, feeds, strict=True)
            if tensor not in self._keys
        )
        for node in self._ordered:
            self._add(node)
        fetches = tuple(self._fetched(tensor) for tensor in self._pruned.fetches)
        return Program(
            tuple(self._steps),
            self._size,
            feeds,
            fetches,
            self._initial,
            frozenset(self._initial.keys() - self._readers.keys()),
            self._queries,
            self._counters,
            {key: slot for key, slot in self._current.items() if slot != self._initial.get(key)},
            self._names,
            self._versions,
            self._makers,
            self._readers,
        )

    def _fetched(self, tensor: Tensor) -> int:
        """Give the slot of a fetch: of a variable, or a window on one, the last version."""
        if tensor.dtype.is_ref_dtype and tensor not in self._slots:
            key = variable_key(tensor, self._keys)
            return self._current[key] if key in self._current else self._read(key, tensor.op)
        shown = None
        if not self._where.callers:
            shown = self._variable_shown(tensor) or self._variable_read(tensor)
        return self._current.get(shown or "", self._slots[tensor])

    def _add(self, node: Node) -> None:
        spec = node.spec
        access = self._accesses[node]
        waits = self._waits(node)
        first = len(self._steps)
        if access.bodies and spec.calls is Calls.ONCE:
            self._inline(node, access, waits)
        elif access.bodies:
            self._add_call(node, access, waits)
        elif access.region is not None:
            self._add_region(node, access, access.region, waits)
        elif spec.makes is not None and not spec.keeps:
            self._makers[variable_key(node.outputs[0], self._keys)] = node
        elif not gives_no_values(node):
            self._add_step(node, access, waits)
        self._ran[node] = tuple(range(first, len(self._steps))) or waits

    def _waits(self, node: Node) -> tuple[int, ...]:
        """List the steps that a node comes after by its control inputs."""
        controls = node.control_inputs
        if len(controls) == 1:
            return self._ran[controls[0]]
        return tuple(dict.fromkeys(number for other in controls for number in self._ran[other]))

    def _add_step(self, node: Node, access: Accesses, waits: tuple[int, ...]) -> None:
        spec = node.spec
        sources = [
            self._source(node, index, tensor, access) for index, tensor in enumerate(node.inputs)
        ]
        if spec.keeps:
            key = object_key(node)
            self._makers[key] = node
            sources.append(self._read(key, node))
        targets = []
        for key in access.writes:
            slot = self._new_version(key)
            targets.append(slot)
        key_pair = None
        if spec.random is not None:
            key = counter_key(node, self._where.path)
            self._counters[key] = self._new_slot(key)
            sources.append(self._counters[key])
            slot = self._new_version(key)
            targets.append(slot)
            key_pair = self._random_key(node, key)
        targets.extend(self._output_slots(node))
        on_host = spec.host or holds_strings(node, self._pruned.feeds)
        device = HOST if on_host else self._placed.devices[node]
        self._steps.append(
            Step(
                node,
                tuple(sources),
                tuple(targets),
                static_inputs(node),
                key_pair,
                device,
                self._placed.tasks.get(node, ""),
                waits=waits,
                place=self._placed.devices[node] if on_host else "",
            )
        )

    def _access(self, node: Node) -> Accesses:
        access = accesses(node, self._keys)
        if node.type == "_Region":
            access.region = self._lower_region(node)
            access.writes = access.region.region.writes
            return access
        if not node.functions:
            return access
        access.bodies = self._lower_bodies(node, ())
        written = dict.fromkeys(key for body in access.bodies for key in body.state_writes)
        if any(self._window_on(tensor) in written for tensor in node.inputs):
            access.bodies = self._lower_bodies(node, written.keys())
        access.writes = tuple(written)
        return access

    def _lower_region(self, node: Node) -> LoweredRegion:
        where, function = self._where, node.attrs["region"]
        inputs = zip(function.arguments, node.inputs, strict=True)
        keys = {
            argument: variable_key(tensor, where.keys)
            for argument, tensor in inputs
            if is_reference(tensor) and not is_array_handle(tensor)
        }
        inner = replace(where, keys=keys)
        place = self._place(node)

        def lower_function(caller: Node, index: int, called: FunctionGraph) -> Program:
            return self._lower_function(caller, index, called, inner, place)

        return lower_region(function, keys, where.path, self._random_key, lower_function)

    def _lower_bodies(self, node: Node, written: Collection[str]) -> tuple[Program, ...]:
        """Lower a node's functions, in which plain reads of what is `written` are windows."""
        place = self._place(node)
        return tuple(
            self._lower_function(node, index, function, self._where, place, written)
            for index, function in enumerate(node.functions)
        )

    def _lower_function(
        self,
        node: Node,
        index: int,
        function: FunctionGraph,
        where: _Where,
        place: tuple[str, str],
        written: Collection[str] = (),
    ) -> Program:
        keys = argument_keys(node, function, where.keys)
        windows = {}
        if written:
            inputs = node.inputs[node.spec.first_argument :]
            for argument, tensor in zip(function.arguments, inputs, strict=True):
                key = self._window_on(tensor)
                if key is not None and key in written:
                    windows[argument] = key
        path = f"{where.path}{node.name}[{index}]/"
        inner = _Where(path, keys, (*where.callers, function), windows)
        outputs = tuple(output for output in function.outputs if output.dtype is not resource)
        pruned = prune(outputs, tuple(function.controls), tuple(function.arguments))
        device, task = place
        placed = Placed(
            pruned, dict.fromkeys(pruned.nodes, device), dict.fromkeys(pruned.nodes, task)
        )
        return lower(placed, self._random_key, inner)
