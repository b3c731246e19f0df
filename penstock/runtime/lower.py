"""The third link of a run: nodes become steps over slots, and state becomes versions.

Steps are ordered so that a node runs when its inputs are there, those that write state as late as
possible and among themselves in the order in which they were made. Each write makes a new version
of the state it writes. What a read sees is settled here:

* a read that no dependency orders after a write of that state sees the version from before the
  step;
* any other read sees the newest version at its place in the order.

The plain read of a reference (``w/read``) is a window, as in TensorFlow, where it shares the
variable's memory: a node that is ordered after a write sees it there, even where the read is not.
So a fetch of a reference, or of its plain read, shows the variable as the step leaves it; so does
one of a variable with a resource handle, where TensorFlow's threads race.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from penstock.core.dtypes import resource, string
from penstock.core.errors import UnimplementedError
from penstock.engine.contract import HOST, NOTHING, Step
from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import Calls
from penstock.ops.tensor_array_gradients import creation_of
from penstock.runtime.accesses import Accesses, accesses, args_by_index
from penstock.runtime.bodies import Signature, make_body
from penstock.runtime.order import order, writes_before
from penstock.runtime.place import Placed
from penstock.runtime.program import Program
from penstock.runtime.prune import prune
from penstock.runtime.regions import LoweredRegion, lower_region
from penstock.runtime.state import argument_keys, counter_key, is_reference, variable_key

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
    """

    path: str = ""
    keys: Mapping[Tensor, str] = field(default_factory=dict)
    callers: tuple[FunctionGraph, ...] = ()


def lower(placed: Placed, random_key: RandomKey, where: _Where = _Where()) -> Program:
    """Lower a placed graph to a program.

    Args:
      placed: the nodes and their devices.
      random_key: gives a random op's seeds.
      where: the call, for a function's body.

    Raises:
      UnimplementedError: if a function calls itself.
    """
    return _Lowering(placed, random_key, where).program()


class _Lowering:
    def __init__(self, placed: Placed, random_key: RandomKey, where: _Where) -> None:
        self._placed = placed
        self._pruned = placed.pruned
        self._random_key = random_key
        self._where = where
        self._size = NOTHING + 1
        self._slots: dict[Tensor, int] = {}
        self._names: dict[int, str] = {}
        self._initial: dict[str, int] = {}
        self._current: dict[str, int] = {}
        self._queries: dict[str, int] = {}
        self._counters: dict[str, int] = {}
        self._readers: dict[str, Node] = {}
        self._versions: dict[int, str] = {}
        self._makers: dict[str, Node] = {}
        self._steps: list[Step] = []
        self._ran: dict[Node, tuple[int, ...]] = {}
        self._accesses = {node: self._access(node) for node in self._pruned.nodes}
        self._ordered = order(self._pruned, self._accesses)
        self._written_before = writes_before(self._ordered, self._pruned, self._accesses)

    def program(self) -> Program:
        feeds = tuple(self._new_slot(tensor.name) for tensor in self._pruned.feeds)
        self._slots.update(
            (tensor, slot)
            for tensor, slot in zip(self._pruned.feeds, feeds, strict=True)
            if tensor not in self._where.keys
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
            key = variable_key(tensor, self._where.keys)
            return self._current[key] if key in self._current else self._read(key, tensor.op)
        shown = None
        if not self._where.callers:
            shown = self._variable_shown(tensor) or self._variable_read(tensor)
        return self._current.get(shown or "", self._slots[tensor])

    def _new_slot(self, name: str) -> int:
        slot = self._size
        self._names[slot] = name
        self._size += 1
        return slot

    def _new_version(self, key: str) -> int:
        slot = self._current[key] = self._new_slot(key)
        self._versions[slot] = key
        return slot

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
        elif spec.makes is not None:
            self._makers[variable_key(node.outputs[0], self._where.keys)] = node
        elif not _gives_no_values(node):
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
        on_host = spec.host or _holds_strings(node, self._pruned.feeds)
        device = HOST if on_host else self._placed.devices[node]
        self._steps.append(
            Step(node, tuple(sources), tuple(targets), _static(node), key_pair, device, waits=waits)
        )

    def _output_slots(self, node: Node) -> list[int]:
        slots = []
        for tensor in node.outputs:
            if not is_reference(tensor):
                slot = self._new_slot(tensor.name)
                slots.append(slot)
                self._slots.setdefault(tensor, slot)
        return slots

    def _access(self, node: Node) -> Accesses:
        access = accesses(node, self._where.keys)
        if node.type == "_Region":
            access.region = self._lower_region(node)
            access.writes = access.region.region.writes
            return access
        access.bodies = tuple(
            self._lower_body(node, index, function) for index, function in enumerate(node.functions)
        )
        if access.bodies:
            written = dict.fromkeys(key for body in access.bodies for key in body.state_writes)
            access.writes = tuple(written)
        return access

    def _lower_region(self, node: Node) -> LoweredRegion:
        where, function = self._where, node.attrs["region"]
        inputs = zip(function.arguments, node.inputs, strict=True)
        keys = {
            argument: variable_key(tensor, where.keys)
            for argument, tensor in inputs
            if is_reference(tensor) and not _is_array_handle(tensor)
        }
        inner = replace(where, keys=keys)
        device = self._placed.devices[node]

        def lower_function(caller: Node, index: int, called: FunctionGraph) -> Program:
            return self._lower_function(caller, index, called, inner, device)

        return lower_region(function, keys, where.path, self._random_key, lower_function)

    def _lower_body(self, node: Node, index: int, function: FunctionGraph) -> Program:
        return self._lower_function(node, index, function, self._where, self._placed.devices[node])

    def _lower_function(
        self, node: Node, index: int, function: FunctionGraph, where: _Where, device: str
    ) -> Program:
        if function in where.callers:
            raise UnimplementedError(
                None,
                node,
                f"A function must not call itself, but {function.name!r} does by the node "
                f"{node.name!r}, made at {node.line}. Make it a loop with tf.while_loop.",
            )
        keys = argument_keys(node, function, where.keys)
        inner = _Where(f"{where.path}{node.name}[{index}]/", keys, (*where.callers, function))
        outputs = tuple(output for output in function.outputs if output.dtype is not resource)
        pruned = prune(outputs, tuple(function.controls), tuple(function.arguments))
        placed = Placed(pruned, dict.fromkeys(pruned.nodes, device))
        return lower(placed, self._random_key, inner)

    def _arguments(self, node: Node, access: Accesses) -> list[int]:
        """Give the slots of the inputs that are arguments of a node's functions."""
        first = node.spec.first_argument
        return [
            NOTHING if is_reference(tensor) else self._source(node, index, tensor, access)
            for index, tensor in enumerate(node.inputs)
            if index >= first
        ]

    def _inline(self, node: Node, access: Accesses, waits: tuple[int, ...]) -> None:
        """Add the steps of a function that is called once, in place of the call."""
        (program,) = access.bodies
        slots = dict(zip(program.feeds, self._arguments(node, access), strict=True))
        slots[NOTHING] = NOTHING
        for key, slot in program.reads.items():
            slots[slot] = self._read(key, program.readers.get(key, node), key in program.optional)
        for key, slot in program.queries.items():
            slots[slot] = self._query(key)
        for key, slot in program.counters.items():
            self._counters[key] = slots[slot] = self._new_slot(key)
        first = len(self._steps)
        for step in program.steps:
            for slot in step.targets:
                slots[slot] = self._new_slot(program.names[slot])
            self._steps.append(
                replace(
                    step,
                    sources=tuple(slots[slot] for slot in step.sources),
                    targets=tuple(slots[slot] for slot in step.targets),
                    waits=(*waits, *[first + number for number in step.waits]),
                )
            )
        self._current.update((key, slots[slot]) for key, slot in program.writes.items())
        self._versions.update((slots[slot], key) for slot, key in program.versions.items())
        self._makers.update(program.makers)
        outputs = [tensor for tensor in node.outputs if not is_reference(tensor)]
        for tensor, slot in zip(outputs, program.fetches, strict=True):
            self._slots.setdefault(tensor, slots[slot])

    def _add_call(self, node: Node, access: Accesses, waits: tuple[int, ...]) -> None:
        """Add a step that calls functions: their state goes in and comes out with the values."""
        bodies = access.bodies
        for body in bodies:
            self._makers.update(body.makers)
        signature = Signature.of(bodies)
        first = node.spec.first_argument
        sources = [
            self._source(node, index, tensor, access)
            for index, tensor in enumerate(node.inputs[:first])
        ]
        sources.extend(self._arguments(node, access))
        sources.extend(self._read(key, node, optional=True) for key in signature.reads)
        sources.extend(self._query(key) for key in signature.queries)
        for key in signature.counters:
            self._counters[key] = self._new_slot(key)
            sources.append(self._counters[key])
        targets = []
        for key in (*signature.writes, *signature.counters):
            slot = self._new_version(key)
            targets.append(slot)
        targets.extend(self._output_slots(node))
        on_host = any(step.device == HOST for body in bodies for step in body.steps)
        variables = [
            index
            for index, tensor in enumerate(node.outputs[: len(node.attrs["Tout"])])
            if not is_reference(tensor)
        ]
        self._steps.append(
            Step(
                node,
                tuple(sources),
                tuple(targets),
                device=HOST if on_host else self._placed.devices[node],
                bodies=tuple(make_body(body, signature) for body in bodies),
                carried=signature.carried(len(node.inputs), variables) if node.spec.is_loop else (),
                waits=waits,
            )
        )

    def _add_region(
        self, node: Node, access: Accesses, lowered: LoweredRegion, waits: tuple[int, ...]
    ) -> None:
        """Add the step of nodes that run by dead and alive values; state as for a call."""
        region = lowered.region
        self._makers.update(lowered.makers)
        sources = self._arguments(node, access)
        sources.extend(self._read(key, node, optional=True) for key in region.reads)
        sources.extend(self._query(key) for key in region.queries)
        for key in region.counters:
            self._counters[key] = self._new_slot(key)
            sources.append(self._counters[key])
        targets = [self._new_version(key) for key in (*region.writes, *region.counters)]
        targets.extend(self._output_slots(node))
        self._steps.append(
            Step(node, tuple(sources), tuple(targets), device=HOST, waits=waits, region=region)
        )

    def _source(self, node: Node, index: int, tensor: Tensor, access: Accesses) -> int:
        if index in access.only_written or _is_array_handle(tensor):
            return NOTHING
        slot = self._slots.get(tensor)
        if slot is not None and index not in access.reads:
            key = self._variable_shown(tensor)
            return self._current[key] if key and self._is_after_write(node, key) else slot
        if index in access.queries:
            return self._query(access.queries[index])
        if index in access.reads:
            return self._read(access.reads[index], node)
        return self._read(variable_key(tensor, self._where.keys), node)

    def _variable_shown(self, tensor: Tensor) -> str | None:
        """Give the variable that a tensor is the plain read of, if it has a reference."""
        if not self._written_before:
            return None
        source = tensor
        while source.op.type == "Identity" and source not in self._pruned.feeds:
            source = source.op.inputs[0]
            if source.dtype.is_ref_dtype:
                return variable_key(source, self._where.keys)
        return None

    def _variable_read(self, tensor: Tensor) -> str | None:
        """Give the variable that a tensor is the plain read of, if it has a resource handle."""
        node = tensor.op
        if node.type != "ReadVariableOp" or node.control_inputs or tensor in self._pruned.feeds:
            return None
        return self._accesses[node].reads[0]

    def _is_after_write(self, node: Node, key: str) -> bool:
        """Tell whether a node waits for another that writes this state."""
        if key not in self._accesses[node].writes:
            return key in self._written_before.get(node, ())
        sources = [tensor.op for tensor in node.inputs] + node.control_inputs
        return any(key in self._written_before.get(source, ()) for source in sources)

    def _read(self, key: str, node: Node, optional: bool = False) -> int:
        ordered_after_write = key in self._written_before.get(node, ())
        if ordered_after_write and key in self._current:
            return self._current[key]
        if key not in self._initial:
            self._initial[key] = self._new_slot(key)
        if not optional:
            self._readers.setdefault(key, node)
        return self._initial[key]

    def _query(self, key: str) -> int:
        if key not in self._queries:
            self._queries[key] = self._new_slot(f"whether {key} is initialized")
        return self._queries[key]


def _gives_no_values(node: Node) -> bool:
    """Tell whether a node is there for ordering, or to say which variable is meant, only."""
    spec = node.spec
    if node.type == "NoOp" or (spec.kernel is None and not (node.inputs or spec.host)):
        return True
    return bool(node.outputs) and all(tensor.dtype is resource for tensor in node.outputs)


def _holds_strings(node: Node, fed: Collection[Tensor]) -> bool:
    """Tell whether a node takes or gives strings, which no device but the host can hold.

    Constants do not count: they are known when a stage is compiled.
    """
    if node.type == "Const":
        return False
    for tensor in (*node.inputs, *node.outputs):
        if tensor.dtype.base_dtype is string and (tensor.op.type != "Const" or tensor in fed):
            return True
        if tensor.dtype is resource:
            array, _ = creation_of(tensor)
            if array is not None and array.attrs["dtype"] is string:
                return True
    return False


def _is_array_handle(tensor: Tensor) -> bool:
    """Tell whether a tensor names a TensorArray, whose values go along the flow."""
    return tensor.dtype is resource and creation_of(tensor)[0] is not None


def _static(node: Node) -> tuple[int, ...]:
    names = node.spec.static_of(node)
    if not names:
        return ()
    return tuple(index for index, arg in enumerate(args_by_index(node)) if arg.name in names)
