"""A tensor: one output of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.core.dtypes import DType
from penstock.core.reference import Reference
from penstock.core.shapes import Shape, TensorShape, as_static, describe, merge
from penstock.graph.default import default_session
from penstock.graph.operators import TensorOperators

if TYPE_CHECKING:
    from penstock.graph.graph import Graph
    from penstock.graph.node import Node

__all__ = ["Tensor", "session_for"]


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
        "__dict__",  # programs hang things of their own on tensors
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

    def experimental_ref(self) -> Reference:
        """Give something hashable that stands for it; its `deref()` gives the tensor."""
        return Reference(self)

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Run what this tensor needs and give its value as a NumPy array.

        Args:
          feed_dict: values for tensors, as for `Session.run`.
          session: the session to use; the default session if None.

        Raises:
          ValueError: if there is no session.
        """
        return session_for(session, f"{self.name}.eval()").run(self, feed_dict)

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


def session_for(session: Any, what: str) -> Any:
    """Give the session in which `what` runs: `session`, or else the default one.

    Raises:
      ValueError: if there is none.
    """
    found = session if session is not None else default_session()
    if found is None:
        raise ValueError(
            f"{what} needs a session: call it inside `with tf.Session():`, or pass session=..."
        )
    return found
