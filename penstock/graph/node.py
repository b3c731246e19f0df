"""A node of the graph; the tensors that come out of it are `Tensor`s."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import TYPE_CHECKING, Any

from penstock.core.dtypes import DType
from penstock.core.errors import InvalidArgumentError
from penstock.graph.as_messages import (
    attr_message,
    attr_of_message,
    is_message,
    node_message,
    op_message,
)
from penstock.graph.kernel_call import bind_kernel
from penstock.graph.source_lines import SourceLine
from penstock.graph.tensor import Tensor, session_for

if TYPE_CHECKING:
    from penstock.graph.function_graph import FunctionGraph
    from penstock.graph.graph import Graph
    from penstock.graph.spec import OpSpec

__all__ = ["Node", "Operation", "Tensor"]


class Node:
    """A computation in the graph: an op, its inputs, and its attributes. TensorFlow: `Operation`.

    Attributes:
      graph: the graph it belongs to.
      name: its name, unique in the graph.
      spec: the record of its op.
      inputs: the tensors it takes.
      attrs: attribute values by name.
      device: the device it is asked to run on; empty when none is asked for.
      outputs: the tensors it gives.
      gradient_override: name of the registered gradient that takes the record's place, or None.
    """

    __slots__ = (
        "__dict__", "__weakref__", "_control_inputs", "_id", "_place", "attrs", "device",
        "gradient_override", "graph", "inputs", "name", "outputs", "spec",
    )  # fmt: skip

    def __init__(
        self,
        graph: Graph,
        number: int,
        name: str,
        spec: OpSpec,
        inputs: tuple[Tensor, ...],
        attrs: dict[str, Any],
        place: tuple[CodeType, int],
    ) -> None:
        self.graph = graph
        self._id = number
        self.name = name
        self.spec = spec
        self.inputs = inputs
        self.attrs = attrs
        self._place = place
        self._control_inputs: Sequence[Node] = ()
        self.device = ""
        self.outputs: list[Tensor] = []
        self.gradient_override: str | None = None

    @property
    def line(self) -> SourceLine:
        """The user's line that made it."""
        return SourceLine(*self._place)

    @property
    def control_inputs(self) -> list[Node]:
        """The nodes that run before it though it takes nothing from them."""
        return list(self._control_inputs)

    @property
    def type(self) -> str:
        """The op's name."""
        return self.spec.name

    @property
    def op_def(self) -> Any:
        """The op's definition: an `OpDef` message."""
        return op_message(self)

    @property
    def node_def(self) -> Any:
        """The node's definition: a `tf.NodeDef`."""
        return node_message(self)

    @property
    def traceback(self) -> list[tuple[str, int, str, str]]:
        """The user's line that made the node, as (file, line number, function, text)."""
        line = self.line
        text = linecache.getline(line.filename, line.lineno).strip()
        return [(line.filename, line.lineno, line.code.co_name, text)]

    @property
    def functions(self) -> tuple[FunctionGraph, ...]:
        """The functions that a run of it calls."""
        return self.spec.functions_of(self)

    @property
    def traceback_with_start_lines(self) -> list[tuple[str, int, str, str, int]]:
        """As `traceback`, with the line in which the function begins as a last item."""
        return [(*entry, self.line.code.co_firstlineno) for entry in self.traceback]

    def values(self) -> tuple[Tensor, ...]:
        """Give the output tensors."""
        return tuple(self.outputs)

    def get_attr(self, name: str) -> Any:
        """Give the value of an attribute as TensorFlow does.

        Returns:
          Strings as bytes, types as `tf.DType`; shapes, tensors and functions as their messages;
          a list of these.

        Raises:
          ValueError: if the node has no attribute of that name.
        """
        if name == "_gradient_op_type" and self.gradient_override is not None:
            return self.gradient_override.encode()
        if name not in self.attrs:
            raise ValueError(
                f"Node {self.name!r} of type {self.type} has no attribute {name!r}; it has "
                f"{sorted(self.attrs)}."
            )
        return _attr_value(self.attrs[name])

    def colocation_groups(self) -> list[bytes]:
        """List the groups of nodes that must share a device with this one, as ``loc:@name``."""
        groups = self.attrs.get("_class", ())
        named = [group.encode() for group in groups if group.startswith("loc:@")]
        return named or [f"loc:@{self.name}".encode()]

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Run this node for its effect.

        Raises:
          ValueError: if there is no session.
        """
        session_for(session, f"{self.name}.run()").run(self, feed_dict)

    def compute(self, xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        """Call the record's kernel on input values; gives flat output values."""
        kernel = self.spec.kernel
        if kernel is None:
            raise NotImplementedError(f"{self.type} has no kernel of its own.")
        return bind_kernel(self.spec, self.attrs, kernel)(xp, values)

    def _set_attr(self, name: str, value: Any) -> None:
        self.attrs[name] = attr_of_message(value) if is_message(value) else value
        self.graph.edits += 1

    def _set_device(self, device: Any) -> None:
        self.device = device if isinstance(device, str) else device.to_string()
        self.graph.edits += 1

    def _get_control_flow_context(self) -> Any:
        """Give the choice's branch or the loop that it is in; None if there is none."""
        return vars(self).get("_context")

    def _set_control_flow_context(self, context: Any) -> None:
        self._context = context

    def _add_control_input(self, node: Node) -> None:
        self._add_control_inputs([node])

    def _add_control_inputs(self, nodes: Sequence[Node]) -> None:
        self._control_inputs = tuple(dict.fromkeys([*self._control_inputs, *nodes]))
        self.graph.edits += 1

    def _update_input(self, index: int, tensor: Tensor) -> None:
        inputs = list(self.inputs)
        wanted = inputs[index].dtype.base_dtype
        if tensor.dtype.base_dtype is not wanted:
            raise InvalidArgumentError(
                None,
                self,
                f"Input {index} of node {self.name!r}, made at {self.line}, must be "
                f"{wanted.name}, but was passed {tensor.dtype.name} from {tensor.name!r}. "
                "Convert it with tf.cast.",
            )
        inputs[index] = tensor
        self.inputs = tuple(inputs)
        self.graph.edits += 1

    def __iter__(self) -> Iterator[Tensor]:
        raise TypeError(f"{self!r} is a node; iterate over its `.outputs`.")

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"

    def __str__(self) -> str:
        return str(node_message(self))


Operation = Node  # TensorFlow's name


def _attr_value(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, list):
        return [_attr_value(item) for item in value]
    if isinstance(value, (bytes, bool, int, float, DType)):
        return value
    return attr_message(value)
