"""Where the handle of a TensorArray comes from, and what that tells of the elements."""

from __future__ import annotations

from collections.abc import Iterator

from penstock.core.dtypes import resource, string
from penstock.core.shapes import Shape
from penstock.graph.node import Node, Tensor

__all__ = ["CREATIONS", "GRADIENTS", "behind_handle", "handle_shape"]

# Ops that give the handle of a new array, or of a gradient. Handles of old arrays are strings.
CREATIONS = frozenset({"TensorArray", "TensorArrayV2", "TensorArrayV3"})
GRADIENTS = frozenset(
    {"TensorArrayGrad", "TensorArrayGradV2", "TensorArrayGradV3", "TensorArrayGradWithShape"}
)
_HANDLES = (resource, string)


def behind_handle(handle: Tensor) -> Iterator[Node]:
    """List the nodes that a handle comes through, back to that of the new array, if there is one.

    Functions are gone through to what they captured.
    """
    while True:
        node = handle.op
        if node.type == "_Arg":
            source = node.graph.source_of(handle)  # type: ignore[attr-defined]
            if source is None:
                return
            handle = source
            continue
        yield node
        if not (node.inputs and node.inputs[0].dtype.base_dtype in _HANDLES):
            return
        handle = node.inputs[0]


def handle_shape(handle: Tensor) -> Shape:
    """Tell what the graph knows of the shape of each element behind a handle."""
    before: tuple[int | None, ...] | None = ()
    for node in behind_handle(handle):
        if node.type == "TensorArrayGradWithShape":
            sizes = node.inputs[2].static_shape
            unknown = before is None or sizes is None or sizes[0] is None
            before = None if unknown else (*(None,) * sizes[0], *before)
        if node.type == "TensorArrayV3":
            shape: Shape = node.attrs["element_shape"]
            if before is None or shape is None:
                return None
            whole = None not in shape or node.attrs["identical_element_shapes"]
            return (*before, *shape) if whole else None
    return None
