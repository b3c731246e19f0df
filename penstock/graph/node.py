"""A node of the graph and the tensors that come out of it."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import TYPE_CHECKING, Any

from penstock.core.dtypes import DType
from penstock.core.shapes import Shape, TensorShape, as_static, describe, merge
from penstock.graph.default import default_session
from penstock.graph.kernel_call import bind_kernel
from penstock.graph.operators import TensorOperators
from penstock.graph.source_lines import SourceLine

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.spec import OpSpec

__all__ = ["Node", "Operation", "Tensor"]


class Tensor(TensorOperators):
    """One output of a node: a value that a session can be asked for. It holds no value itself.

    Attributes:
      op: the node that produces it.
      value_index: which of the node's outputs it is.
      dtype: the type of its elements.
      static_shape: its shape as far as the graph settles it: a tuple with None for an unknown
        size, or None when not even the rank is known.
      handle_data: for a resource handle, (dtype, static shape) of the variable behind it.
    """

    __slots__ = (
        "__weakref__",
        "dtype",
        "folded",
        "handle_data",
        "op",
        "static_shape",
        "value_index",
    )

    def __init__(self, op: Node, value_index: int, dtype: DType, shape: Shape) -> None:
        self.op = op
        self.value_index = value_index
        self.dtype = dtype
        self.static_shape = shape
        self.folded: Any = None
        self.handle_data: tuple[DType, Shape] | None = None

    @property
    def graph(self) -> Graph:
        """The graph it belongs to."""
        return self.op.graph

    @property
    def name(self) -> str:
        """The node's name, a colon, and the number of the output."""
        return f"{self.op.name}:{self.value_index}"

    @property
    def device(self) -> str:
        """The device its node is asked to run on; empty when none is asked for."""
        return self.op.device

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return TensorShape(self.static_shape)

    def get_shape(self) -> TensorShape:
        """Give the static shape: the older spelling of `shape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Narrow the static shape by what the caller knows.

        Raises:
          ValueError: if the two cannot both be true.
        """
        try:
            self.static_shape = merge(self.static_shape, as_static(shape))
        except ValueError as error:
            raise ValueError(
                f"set_shape({describe(as_static(shape))}) contradicts what is known of "
                f"{self.name!r}: its shape is {describe(self.static_shape)}."
            ) from error

    def consumers(self) -> list[Node]:
        """List the nodes that take this tensor as an input."""
        return [node for node in self.graph.get_operations() if self in node.inputs]

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Run what this tensor needs and give its value as a NumPy array.

        Args:
          feed_dict: values for tensors, as for `Session.run`.
          session: the session to use; the default session if None.

        Raises:
          ValueError: if there is no session.
        """
        return _session(session, f"{self.name}.eval()").run(self, feed_dict)

    def _convert_to_tensor(
        self,
        graph: Graph,
        dtype: DType | None,
        name: str | None,
        as_ref: bool,
        preferred: DType | None,
    ) -> Tensor:
        if dtype is not None and not dtype.is_compatible_with(self.dtype):
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
                f"{self.dtype.name}: {self!r}. Convert it with tf.cast(x, tf.{dtype.name})."
            )
        return self

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self._shape_text()} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = "" if self.static_shape is None else f", shape={self._shape_text()}"
        return f'Tensor("{self.name}"{shape}, dtype={self.dtype.name}{self._device_text()})'

    def _shape_text(self) -> str:
        return str(self.shape)

    def _device_text(self) -> str:
        return f", device={self.device}" if self.device else ""


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
        "__weakref__", "_control_inputs", "_id", "_place", "attrs", "device",
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
        self.outputs: tuple[Tensor, ...] = ()
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
    def op_def(self) -> OpSpec:
        """The record of the node's op."""
        return self.spec

    @property
    def traceback(self) -> list[tuple[str, int, str, str]]:
        """The user's line that made the node, as (file, line number, function, text)."""
        line = self.line
        text = linecache.getline(line.filename, line.lineno).strip()
        return [(line.filename, line.lineno, line.code.co_name, text)]

    def values(self) -> tuple[Tensor, ...]:
        """Give the output tensors."""
        return self.outputs

    def get_attr(self, name: str) -> Any:
        """Give the value of an attribute; strings as bytes, as TensorFlow does.

        Raises:
          ValueError: if the node has no attribute of that name.
        """
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
        _session(session, f"{self.name}.run()").run(self, feed_dict)

    def compute(self, xp: Any, values: Sequence[Any]) -> tuple[Any, ...]:
        """Call the record's kernel on input values; gives flat output values."""
        kernel = self.spec.kernel
        if kernel is None:
            raise NotImplementedError(f"{self.type} has no kernel of its own.")
        return bind_kernel(self.spec, self.attrs, kernel)(xp, values)

    def _set_attr(self, name: str, value: Any) -> None:
        self.attrs[name] = value
        self.graph.edits += 1

    def _set_device(self, device: Any) -> None:
        self.device = device if isinstance(device, str) else device.to_string()
        self.graph.edits += 1

    def _add_control_input(self, node: Node) -> None:
        self._add_control_inputs([node])

    def _add_control_inputs(self, nodes: Sequence[Node]) -> None:
        self._control_inputs = tuple(dict.fromkeys([*self._control_inputs, *nodes]))
        self.graph.edits += 1

    def _update_input(self, index: int, tensor: Tensor) -> None:
        inputs = list(self.inputs)
        inputs[index] = tensor
        self.inputs = tuple(inputs)
        self.graph.edits += 1

    def __iter__(self) -> Iterator[Tensor]:
        raise TypeError(f"{self!r} is a node; iterate over its `.outputs`.")

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"

    def __str__(self) -> str:
        inputs = "".join(f'input: "{tensor.name}"\n' for tensor in self.inputs)
        return f'name: "{self.name}"\nop: "{self.type}"\n{inputs}'


Operation = Node  # TensorFlow's name


def _attr_value(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (list, tuple)):
        return [_attr_value(item) for item in value]
    return value


def _session(session: Any, what: str) -> Any:
    found = session if session is not None else default_session()
    if found is None:
        raise ValueError(
            f"{what} needs a session: call it inside `with tf.Session():`, or pass session=..."
        )
    return found
