"""A task of the cluster for each node, and a device there.

A node goes to the task that its device names; what touches a variable or a queue goes where that
is, whatever its own device says, and so does what is colocated with it. The rest goes to the
session's target. A Python function lives in the client's process, so a node that calls one runs
there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from penstock.cluster.names import CLIENT, Cluster, TaskName, matches
from penstock.core.devices import DeviceSpec
from penstock.core.errors import InvalidArgumentError
from penstock.graph.node import Node, Tensor
from penstock.runtime.node_facts import is_array_handle
from penstock.runtime.place import DEFAULT, Placed
from penstock.runtime.prune import Pruned
from penstock.runtime.state import is_reference, variable_key

__all__ = ["TaskPlacement"]

_SOURCES = frozenset({"VariableV2", "Variable", "VarHandleOp", "TemporaryVariable"})

# Tells whether a task has a device, such as ``/device:GPU:0``.
HasDevice = Callable[[TaskName, str], bool]


class TaskPlacement:
    """How a session places nodes on the tasks of a cluster.

    Args:
      cluster: the tasks.
      default: the task of nodes that ask for none.
      filters: the devices that the session sees; empty for all.
      soft: whether a device that is not there gives way to the task's default one.
      has_device: tells whether a task has a device.
    """

    def __init__(
        self,
        cluster: Cluster,
        default: TaskName,
        filters: Iterable[str],
        soft: bool,
        has_device: HasDevice,
    ) -> None:
        self._default = default
        filters = tuple(filters)
        self._tasks = [task for task in cluster.tasks if matches(task, filters)]
        self._soft = soft
        self._has_device = has_device

    def place(self, pruned: Pruned) -> Placed:
        """Choose a task and a device for each node.

        Raises:
          InvalidArgumentError: if a node asks for a task that the session does not see, or,
            without soft placement, for a device that is not there; if two states of one name are
            on different tasks.
        """
        groups = _Groups(pruned)
        chosen: dict[Node, str] = {}
        tasks: dict[Node, str] = {}
        for node in pruned.nodes:
            head = groups.head(node)
            if head not in chosen:
                chosen[head] = self._task_of(groups.members(head))
            tasks[node] = CLIENT if _calls_python(node) else chosen[head]
        for node in pruned.nodes:
            if tasks[node] != CLIENT and _changes_state(node):
                tasks[node] = _common_home(node, tasks) or tasks[node]
        homes = _homes(pruned, tasks)
        devices = {node: self._device(node, tasks[node]) for node in pruned.nodes}
        return Placed(pruned, devices, tasks, homes)

    def _task_of(self, nodes: list[Node]) -> str:
        """Choose the task of nodes that must be together: what holds state decides first."""
        ordered = sorted(nodes, key=lambda node: (not _holds_state(node), node._id))
        asked = DeviceSpec()
        asker = ordered[0]
        for node in ordered:
            spec = DeviceSpec.from_string(node.device)
            if spec.job is not None or spec.task is not None:
                asked, asker = spec, node
                break
        if asked.job is None and asked.task is None:
            return str(self._default)
        wanted = [
            task
            for task in self._tasks
            if asked.job in (None, task.job) and asked.task in (None, task.index)
        ]
        if self._default in wanted:
            return str(self._default)
        if not wanted:
            raise InvalidArgumentError(
                None,
                asker,
                f"Cannot assign a device for operation {asker.name!r}, made at {asker.line}: it "
                f"asks for {asker.device!r}, but the tasks that this session sees are "
                f"{[str(task) for task in self._tasks]}. Ask for one of these, or add the task to "
                "the ClusterSpec (or the session's device_filters).",
            )
        same_job = [task for task in wanted if task.job == self._default.job]
        return str((same_job or wanted)[0])

    def _device(self, node: Node, task: str) -> str:
        spec = DeviceSpec.from_string(node.device)
        if task == CLIENT or spec.device_type is None:
            return DEFAULT
        wanted = f"/device:{spec.device_type.upper()}:{spec.device_index or 0}"
        if wanted == "/device:CPU:0" or self._has_device(TaskName.parse(task), wanted):
            return wanted
        if self._soft:
            return DEFAULT
        raise InvalidArgumentError(
            None,
            node,
            f"Cannot assign a device for operation {node.name!r}, made at {node.line}: it asks for "
            f"{node.device!r}, which {task} does not have. Ask for another one, or let others "
            "stand in with tf.ConfigProto(allow_soft_placement=True).",
        )


class _Groups:
    """Nodes that must be on one task: those of one variable, and those colocated by name.

    Args:
      pruned: the nodes.
    """

    def __init__(self, pruned: Pruned) -> None:
        self._heads: dict[Node, Node] = {}
        self._members: dict[Node, list[Node]] | None = None
        self._nodes = pruned.nodes
        needed = set(pruned.nodes)
        fed = set(pruned.feeds)
        for node in pruned.nodes:
            for group in node.attrs.get("_class", ()):
                other = node.graph.nodes.get(group.removeprefix("loc:@"))
                if other in needed:
                    self._join(node, other)
            if not node.functions and _touches_state(node):
                for tensor in node.inputs:
                    if tensor not in fed and _leads_to_state(tensor):
                        self._join(node, tensor.op)

    def head(self, node: Node) -> Node:
        """Give the node that stands for a node's group."""
        while (next_one := self._heads.get(node, node)) is not node:
            node = next_one
        return node

    def _join(self, node: Node, other: Node) -> None:
        self._heads[self.head(node)] = self.head(other)

    def members(self, head: Node) -> list[Node]:
        """List the nodes of a group."""
        if self._members is None:
            self._members = {}
            for node in self._nodes:
                self._members.setdefault(self.head(node), []).append(node)
        return self._members[head]


def _leads_to_state(tensor: Tensor) -> bool:
    return is_reference(tensor) and not is_array_handle(tensor)


def _touches_state(node: Node) -> bool:
    """Tell whether a node does more with a reference than read it as any other value."""
    spec = node.spec
    if spec.reads or spec.writes or spec.queries or spec.objects:
        return True
    return any(_leads_to_state(tensor) for tensor in node.outputs)


def _holds_state(node: Node) -> bool:
    return node.type in _SOURCES or node.spec.makes is not None


def _calls_python(node: Node) -> bool:
    """Tell whether a node, or a function that it calls, calls a Python function."""
    if "token" in node.spec.attr_by_name:
        return True
    return any(_calls_python(inner) for one in node.functions for inner in one.nodes.values())


def _changes_state(node: Node) -> bool:
    """Tell whether a function that a node calls must run where the state is that it is given."""
    return any(
        inner.spec.writes or inner.spec.queries or inner.spec.objects or _changes_state(inner)
        for function in node.functions
        for inner in function.nodes.values()
    )


def _common_home(node: Node, tasks: Mapping[Node, str]) -> str | None:
    """Give the task of all the state that a node is given; None if there is none, or several."""
    found = {tasks[tensor.op] for tensor in node.inputs if _leads_to_state(tensor)}
    return found.pop() if len(found) == 1 else None


def _homes(pruned: Pruned, tasks: Mapping[Node, str]) -> dict[str, str]:
    homes: dict[str, str] = {}
    for node in pruned.nodes:
        if _holds_state(node):
            key = variable_key(node.outputs[0], {})
            home = homes.setdefault(key, tasks[node])
            if home != tasks[node]:
                raise InvalidArgumentError(
                    None,
                    node,
                    f"{node.name!r}, made at {node.line}, shares the name {key!r} with state on "
                    f"{home}, but is on {tasks[node]}. In one run a name must mean one state: "
                    "give it another shared_name.",
                )
    return homes
