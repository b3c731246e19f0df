"""The body of a function: a graph of its own that takes what it uses from the graph around it.

Branches and loop bodies are such graphs. Nodes made in one may use tensors of the graphs around
it: each of those is *captured*, which makes it an argument of the function. Collections and the
other things a graph keeps belong to the outermost graph, as in TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from penstock.core.dtypes import DType
from penstock.core.shapes import Shape
from penstock.graph.constant_value import constant_value
from penstock.graph.graph import Graph
from penstock.graph.naming import Naming
from penstock.graph.node import Node, Tensor
from penstock.graph.spec import OpSpec

__all__ = ["FunctionGraph", "Inside", "outermost"]


class Inside(Protocol):
    """Another function whose tensors may be captured, and how each gets in.

    Attributes:
      function: the other function.
    """

    function: FunctionGraph

    def take(self, into: FunctionGraph, tensor: Tensor) -> Tensor:
        """Give the tensor of `into` that stands for `tensor` of the other function."""


class FunctionGraph(Graph):
    """A function's body.

    Args:
      outer: the graph around it.
      name: its name.
      inside: tells how tensors of another function get in, where they are captured: a gradient is
        built so, of the insides of what is differentiated.
      scope: the name scope of its nodes; its name if None.
      is_shared: whether it may be called from several graphs: what it captures is then the tensor
        itself, which each caller gets hold of in its own way.

    Attributes:
      outer: the graph around it.
      name: its name; unique where it is one of the graph's `functions`.
      is_shared: whether several nodes may call it, as one of these.
      arguments: its argument tensors, in order.
      captured: the argument by the outer tensor that it stands for, for those that were captured.
      outputs: the tensors it gives.
      controls: nodes that must run though no output needs them.
      outer_controls: nodes of the graph around that must run before the function.
      output_names: what the outputs are called in its signature; empty if nobody has named them.
      attrs: attributes of the function itself, such as ``_noinline``.
      gradient: the function that is its gradient: of its arguments, then of a gradient for each
        of its outputs; None to have it built.
      python_gradient: builds the gradient of a node that calls it, as one that
        `tf.RegisterGradient` registers; None to have it built.
    """

    building_function = True

    def __init__(
        self,
        outer: Graph,
        name: str,
        inside: Inside | None = None,
        scope: str | None = None,
        is_shared: bool = False,
    ) -> None:
        super().__init__(outer.library)
        self.outer = outer
        self._inside = inside
        self.name = name
        self.named_lists = outer.named_lists
        self.extras = outer.extras
        self.seed = outer.seed
        self._context = outer._context
        self.functions = outer.functions
        self.naming = Naming({}, name if scope is None else scope)
        self.is_shared = is_shared
        self.arguments: list[Tensor] = []
        self.captured: dict[Tensor, Tensor] = {}
        self.outputs: list[Tensor] = []
        self.controls: list[Node] = []
        self.outer_controls: dict[Node, None] = {}
        self.output_names: list[str] = []
        self.attrs: dict[str, Any] = {}
        self.gradient: FunctionGraph | None = None
        self.python_gradient: Callable[..., Any] | None = None

    @property
    def is_stateful(self) -> bool:
        """Whether a call of it does more than compute its outputs from its arguments."""
        return any(node.spec.stateful for node in self.nodes.values())

    @property
    def signature_outputs(self) -> list[str]:
        """What the outputs are called in the function's signature."""
        named = list(self.output_names)
        for index in range(len(named), len(self.outputs)):
            name = f"output_{index}"
            while name in named:
                name += "_"
            named.append(name)
        return named

    def add_argument(self, dtype: DType, shape: Shape, name: str) -> Tensor:
        """Add an argument that every call gives a value for."""
        attrs = {"T": dtype.base_dtype, "index": len(self.arguments)}
        tensor = self._add_source("_Arg", attrs, name)
        tensor.dtype = dtype
        tensor.static_shape = shape
        self.arguments.append(tensor)
        return tensor

    def _add_source(self, op: str, attrs: dict[str, Any], name: str) -> Tensor:
        """Add a node that waits for nothing, whatever block it is made in."""
        with super().control_dependencies(None):
            return super().add_node(self.library[op], (), attrs, name).outputs[0]

    def capture(self, tensor: Tensor) -> Tensor:
        """Give the tensor of this graph that stands for `tensor`, of this graph or one around it.

        Raises:
          ValueError: if it belongs to a graph that is not around this one.
        """
        if tensor.graph is self:
            return tensor
        known = self.captured.get(tensor)
        if known is not None:
            return known
        if tensor.op.type == "Const" and isinstance(tensor.graph, FunctionGraph):
            # Nothing can feed it or ask for its gradient. One of the outermost graph may be fed.
            attrs = {key: tensor.op.attrs[key] for key in ("value", "dtype")}
            copy = self._add_source("Const", attrs, _last(tensor))
            self.captured[tensor] = copy
            return copy
        if self._inside is not None and tensor.graph is self._inside.function:
            self.captured[tensor] = found = self._inside.take(self, tensor)
            return found
        source = tensor
        if tensor.graph is not self.outer and not self.is_shared:
            if not isinstance(self.outer, FunctionGraph):
                raise ValueError(
                    f"{tensor.name!r} belongs to a graph that is not around {self.name!r}, where "
                    "it is used. Build both in one graph."
                )
            source = self.outer.capture(tensor)
        inner: Tensor | None = self.captured.get(source)
        if inner is None:
            inner = self.add_argument(tensor.dtype, tensor.static_shape, _last(tensor))
            inner.handle_data = tensor.handle_data
            inner.folded = constant_value(tensor)
        self.captured[source] = self.captured[tensor] = inner
        return inner

    def source_of(self, argument: Tensor) -> Tensor | None:
        """Give the tensor of the graph around that a captured argument stands for, else None."""
        for source, inner in self.captured.items():
            if inner is argument and (source.graph is self.outer or self.is_shared):
                return source
        return None

    def add_node(
        self, spec: OpSpec, inputs: tuple[Tensor, ...], attrs: dict[str, Any], name: str
    ) -> Node:
        """Add a node, capturing those inputs that are of the graphs around; see `Graph`."""
        return super().add_node(spec, tuple(map(self.capture, inputs)), attrs, name)

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Any:
        """Give the tensor or node that `obj` means; a tensor of a graph around is captured."""
        convert = getattr(obj, "_as_graph_element", None)
        if convert is not None:
            obj = convert()
        if isinstance(obj, Tensor) and allow_tensor and obj.graph is not self:
            return self.capture(obj)
        return super().as_graph_element(obj, allow_tensor, allow_operation)

    def control_dependencies(
        self, control_inputs: Iterable[Any] | None
    ) -> AbstractContextManager[None]:
        """Let nodes run after `control_inputs`; those of the graph around run before the call."""
        if control_inputs is None:
            return super().control_dependencies(None)
        inside = []
        for item in control_inputs:
            node = _node_of(item)
            if node is None or node.graph is self:
                inside.append(item)
            else:
                self.outer_controls[node] = None
        return super().control_dependencies(inside)

    def colocate_with(self, op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
        """Put nodes where `op` is; a function has one place, so a node outside changes nothing."""
        node = _node_of(op)
        if node is not None and node.graph is not self:
            return nullcontext()
        return super().colocate_with(op, ignore_existing)

    def __repr__(self) -> str:
        return f"<function {self.name}: {len(self.arguments)} arguments, {self.version} operations>"


def outermost(graph: Graph) -> Graph:
    """Give the graph that is around all functions: the one that variables belong to."""
    while isinstance(graph, FunctionGraph):
        graph = graph.outer
    return graph


def _last(tensor: Tensor) -> str:
    return tensor.op.name.rpartition("/")[2]


def _node_of(item: Any) -> Node | None:
    convert = getattr(item, "_as_graph_element", None)
    element = convert() if convert is not None else item
    if isinstance(element, Tensor):
        return element.op
    return element if isinstance(element, Node) else None
