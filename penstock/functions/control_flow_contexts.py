"""What TensorFlow notes of choices and loops: which nodes are inside of them, and of what.

Here a choice or loop is a function, a graph of its own, and nothing reads these notes. They are
there for programs that ask where they are building, and for the graphs of files, which carry them.
"""

from __future__ import annotations

from typing import Any, Self

from penstock.graph.default import default_graph
from penstock.graph.node import Node, Tensor

__all__ = [
    "CondContext",
    "ControlFlowContext",
    "WhileContext",
    "containing_cond_context",
    "containing_while_context",
    "containing_xla_context",
    "is_in_while_loop",
]


class ControlFlowContext:
    """A choice's branch, or a loop.

    Args:
      name: its name.
      outer_context: the context around it; that of what is built now by default.

    Attributes:
      values: the names of the tensors that are of it or used in it.
      external_values: for a tensor from outside, by its name, the one that stands for it inside.
      nested: the contexts within it that a file tells of.
    """

    def __init__(self, name: str, outer_context: Any = None) -> None:
        self._name = name
        if outer_context is None:
            outer_context = default_graph()._get_control_flow_context()
        self._outer_context = outer_context
        self.values: set[str] = set()
        self.external_values: dict[str, Tensor] = {}
        self.nested: list[ControlFlowContext] = []
        self._before: list[Any] = []

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def outer_context(self) -> Any:
        """The context around it, or None."""
        return self._outer_context

    @property
    def grad_state(self) -> Any:
        """What TensorFlow needs to build a loop's gradient: None, since none is needed here."""
        return None

    @property
    def back_prop(self) -> bool:
        """Whether gradients may be taken of the loop that it is, or is in."""
        loop = self.GetWhileContext()
        return loop is not None and loop.back_prop

    def Enter(self) -> None:  # noqa: N802 (TensorFlow's name)
        """Make it that of the default graph, until `Exit`."""
        graph = default_graph()
        self._before.append(graph._get_control_flow_context())
        graph._set_control_flow_context(self)

    def Exit(self) -> None:  # noqa: N802 (TensorFlow's name)
        """Give the default graph the context back that it had before `Enter`."""
        default_graph()._set_control_flow_context(self._before.pop())

    def AddName(self, name: str) -> None:  # noqa: N802 (TensorFlow's name)
        """Note a tensor by its name."""
        self.values.add(name)

    def AddValue(self, val: Tensor) -> Tensor:  # noqa: N802 (TensorFlow's name)
        """Note a tensor; gives what stands for it inside, which is itself."""
        self.values.add(val.name)
        return self.external_values.get(val.name, val)

    def GetWhileContext(self) -> WhileContext | None:  # noqa: N802 (TensorFlow's name)
        """Give the innermost loop that this is or is in, or None."""
        return None if self._outer_context is None else self._outer_context.GetWhileContext()

    def GetControlPivot(self) -> Node | None:  # noqa: N802 (TensorFlow's name)
        """Give the node that runs whenever what is inside may, if there is one."""
        return None

    def IsWhileContext(self) -> bool:  # noqa: N802 (TensorFlow's name)
        """Tell whether it is a loop."""
        return isinstance(self, WhileContext)

    def IsCondContext(self) -> bool:  # noqa: N802 (TensorFlow's name)
        """Tell whether it is a branch."""
        return isinstance(self, CondContext)

    def IsXLAContext(self) -> bool:  # noqa: N802 (TensorFlow's name)
        """Tell whether it is a block that XLA compiles apart: never."""
        return False

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Give its message; None if it is not in the name scope `export_scope`."""
        from penstock.functions.context_messages import context_message  # noqa: PLC0415

        return context_message(self, export_scope)

    def to_control_flow_context_def(self, context_def: Any, export_scope: str | None = None) -> Any:
        """Write its message to the `ControlFlowContextDef` of the context around it."""
        field = "while_ctxt" if self.IsWhileContext() else "cond_ctxt"
        getattr(context_def, field).CopyFrom(self.to_proto(export_scope))

    @classmethod
    def from_proto(cls, context_def: Any, import_scope: str | None = None) -> Self:
        """Make a context from its message, in the default graph, which has its nodes.

        Args:
          context_def: a `CondContextDef` or `WhileContextDef`.
          import_scope: the name scope that the nodes were put in.

        Raises:
          KeyError: if the graph lacks a node that the message names.
        """
        from penstock.functions.context_messages import context_from  # noqa: PLC0415

        made: Self = context_from(cls, context_def, import_scope)
        return made

    def __str__(self) -> str:
        return self.name


class CondContext(ControlFlowContext):
    """A branch of a choice.

    Args:
      pred: what the choice is made by.
      pivot: a tensor that is alive whenever the branch is taken, if there is one.
      branch: 1 for the branch that is taken where `pred` holds, 0 for the other.
      name: its name.
      outer_context: the context around it; that of what is built now by default.
    """

    def __init__(
        self,
        pred: Tensor,
        pivot: Tensor | None = None,
        branch: int = 1,
        name: str = "cond_text",
        outer_context: Any = None,
    ) -> None:
        super().__init__(name, outer_context)
        self._pred = pred
        self._pivot = pivot
        self._branch = branch

    @property
    def pred(self) -> Tensor:
        """What the choice is made by."""
        return self._pred

    @property
    def pivot(self) -> Tensor | None:
        """A tensor that is alive whenever the branch is taken, if there is one."""
        return self._pivot

    @property
    def branch(self) -> int:
        """1 for the branch that is taken where `pred` holds, 0 for the other."""
        return self._branch

    def GetControlPivot(self) -> Node | None:  # noqa: N802 (TensorFlow's name)
        """Give the node that runs whenever the branch is taken, if there is one."""
        return None if self._pivot is None else self._pivot.op


class WhileContext(ControlFlowContext):
    """A loop.

    Args:
      maximum_iterations: the most turns that it makes, a tensor, or None.
      parallel_iterations: how many turns TensorFlow may run at once.
      back_prop: whether gradients may be taken of it.
      swap_memory: whether TensorFlow may keep what gradients need in the host's memory.
      name: its name.
      outer_context: the context around it; that of what is built now by default.

    Attributes:
      pivot_for_pred, pivot_for_body: tensors that are alive in the condition and in the body.
    """

    def __init__(
        self,
        maximum_iterations: Any = None,
        parallel_iterations: int = 10,
        back_prop: bool = True,
        swap_memory: bool = False,
        name: str = "while_context",
        outer_context: Any = None,
    ) -> None:
        super().__init__(name, outer_context)
        self._maximum_iterations = maximum_iterations
        self._parallel_iterations = parallel_iterations
        self._back_prop = back_prop
        self._swap_memory = swap_memory
        self._pivot: Tensor | None = None
        self.pivot_for_pred: Tensor | None = None
        self.pivot_for_body: Tensor | None = None
        self._loop_exits: list[Tensor] = []
        self._loop_enters: list[Tensor] = []

    @property
    def maximum_iterations(self) -> Any:
        """The most turns that it makes, or None."""
        return self._maximum_iterations

    @property
    def parallel_iterations(self) -> int:
        """How many turns TensorFlow may run at once."""
        return self._parallel_iterations

    @property
    def back_prop(self) -> bool:
        """Whether gradients may be taken of it."""
        return self._back_prop

    @property
    def swap_memory(self) -> bool:
        """Whether TensorFlow may keep what gradients need in the host's memory."""
        return self._swap_memory

    @property
    def pivot(self) -> Tensor | None:
        """The loop's condition, if a node of its own tells it."""
        return self._pivot

    @property
    def loop_enters(self) -> list[Tensor]:
        """The tensors by which values come in; none where the loop is a function."""
        return self._loop_enters

    @property
    def loop_exits(self) -> list[Tensor]:
        """The tensors by which values go out; none where the loop is a function."""
        return self._loop_exits

    def GetWhileContext(self) -> WhileContext | None:  # noqa: N802 (TensorFlow's name)
        """Give the innermost loop that this is or is in: itself."""
        return self

    def GetControlPivot(self) -> Node | None:  # noqa: N802 (TensorFlow's name)
        """Give the node that runs in each turn, if there is one."""
        pivot = self.pivot_for_pred if self.pivot_for_body is None else self.pivot_for_body
        return None if pivot is None else pivot.op


def containing_while_context(
    context: ControlFlowContext | None, stop_context: ControlFlowContext | None = None
) -> WhileContext | None:
    """Give the innermost loop that a context is or is in, up to `stop_context`, or None."""
    while context is not None and context is not stop_context:
        if isinstance(context, WhileContext):
            return context
        context = context.outer_context
    return None


def containing_cond_context(context: ControlFlowContext | None) -> CondContext | None:
    """Give the innermost branch that a context is or is in, or None."""
    while context is not None:
        if isinstance(context, CondContext):
            return context
        context = context.outer_context
    return None


def containing_xla_context(context: ControlFlowContext | None) -> None:
    """Give the block that XLA compiles apart which a context is in: there are none."""


def is_in_while_loop(op: Node) -> bool:
    """Tell whether a node is in a loop."""
    return containing_while_context(op._get_control_flow_context()) is not None
