"""Queues: elements of one or more components, put in by some runs and taken out by others.

Each op is there twice, as in TensorFlow: the newer one, whose name ends in V2, knows its queue by a
resource handle, the older one by a reference to a string.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.node import Node, Tensor
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.queue_objects import (
    Element,
    FifoQueue,
    PaddingQueue,
    PriorityQueue,
    Queue,
    ShuffleQueue,
)

__all__ = ["SPECS"]

_HANDLES = (("", "Ref(string)"), ("V2", "resource"))
_TIMEOUT = {"timeout_ms": -1}


def _made(
    name: str, attrs: dict[str, Any], make: Callable[[Node], Queue], doc: str
) -> list[OpSpec]:
    """Declare the op that stands for a kind of queue, whose first attrs are given."""
    return [
        OpSpec(
            name + version,
            outputs=[f"handle: {handle}"],
            attrs={**attrs, "container": "", "shared_name": ""},
            doc=doc,
            shape=rules.scalar,
            makes=make,
            stateful=True,
        )
        for version, handle in _HANDLES
    ]


def _components(types: Any, shapes: Any) -> dict[str, Any]:
    return {
        "component_types": attr("list(type)", minimum=1) if types is None else types,
        "shapes": attr("list(shape)", []) if shapes is None else shapes,
        "capacity": -1,
    }


def _maker(kind: Callable[..., Queue]) -> Callable[[Node], Queue]:
    return lambda node: kind(node.name, node.attrs["capacity"], node.attrs["shapes"])


def _make_shuffled(node: Node) -> Queue:
    attrs = node.attrs
    return ShuffleQueue(
        node.name,
        attrs["capacity"],
        attrs["shapes"],
        least=attrs["min_after_dequeue"],
        key=(attrs["seed"], attrs["seed2"]),
    )


def _make_by_priority(node: Node) -> Queue:
    return PriorityQueue(node.name, node.attrs["capacity"], [(), *node.attrs["shapes"]])


def _on_queue(
    name: str, inputs: list[str], outputs: list[str], attrs: dict[str, Any], **fields: Any
) -> list[OpSpec]:
    """Declare an op on a queue."""
    return [
        OpSpec(
            name + version,
            inputs=[f"handle: {handle}", *inputs],
            outputs=outputs,
            attrs=attrs,
            objects=["handle"],
            host=True,
            stateful=True,
            **fields,
        )
        for version, handle in _HANDLES
    ]


def _put(xp: Any, handle: Queue, components: list[Any]) -> tuple[()]:
    handle.put([tuple(map(np.array, components))])
    return ()


def _put_many(xp: Any, handle: Queue, components: list[Any]) -> tuple[()]:
    counts = {np.shape(component)[:1] for component in components}
    if len(counts) > 1 or () in counts:
        raise InvalidArgumentError(
            None,
            None,
            "All components must have the same size along their first axis, which numbers the "
            f"elements, but their shapes are {[np.shape(one) for one in components]}.",
        )
    handle.put([tuple(map(np.array, rows)) for rows in zip(*components, strict=True)])
    return ()


def _take(xp: Any, handle: Queue) -> Element:
    return handle.take(1)[0]


def _taker(up_to: bool) -> Callable[..., Any]:
    def kernel(xp: Any, handle: Queue, n: Any, *, component_types: Any) -> list[np.ndarray]:
        if n < 0:
            raise InvalidArgumentError(
                None, None, f"The number of elements to take must not be negative, but is {n}."
            )
        if not handle.component_shapes:
            raise InvalidArgumentError(
                None,
                None,
                f"The elements of the queue {handle.name!r} can be taken one at a time only: its "
                "components have no declared shapes. Give the queue its `shapes`.",
            )
        elements = handle.take(int(n), up_to)
        return handle.batch(elements, [dtype.as_numpy_dtype for dtype in component_types])

    return kernel


def _declared(handle: Tensor) -> list[Shape] | None:
    """Give the shapes of the components of a queue, if the graph shows which one it is."""
    node = handle.op
    if node.spec.makes is None or not node.attrs["shapes"]:
        return None
    shapes: list[Shape] = node.attrs["shapes"]
    return [(), *shapes] if node.type.startswith("PriorityQueue") else shapes


def _one_shape(c: ShapeContext) -> list[Shape]:
    return _declared(c.tensor("handle")) or [None] * len(c.attrs["component_types"])


def _many_shapes(c: ShapeContext) -> list[Shape]:
    count = None if c.spec.name.startswith("QueueDequeueUpTo") else c.value("n")
    size = None if count is None or count < 0 else int(count)
    return [None if shape is None else (size, *shape) for shape in _one_shape(c)]


_TAKEN = {"component_types": attr("list(type)", minimum=1), **_TIMEOUT}
_PUT = {"Tcomponents": attr("list(type)", minimum=1), **_TIMEOUT}

SPECS = (
    *_made(
        "FIFOQueue", _components(None, None), _maker(FifoQueue), "A first-in-first-out queue."
    ),
    *_made(
        "PaddingFIFOQueue",
        _components(None, None),
        _maker(PaddingQueue),
        "A first-in-first-out queue whose batches are padded with zeros.",
    ),
    *_made(
        "PriorityQueue",
        _components(attr("list(type)", []), attr("list(shape)")),
        _make_by_priority,
        "A queue sorted by the first component of its elements, an int64.",
    ),
    *_made(
        "RandomShuffleQueue",
        {**_components(None, None), "min_after_dequeue": 0, "seed": 0, "seed2": 0},
        _make_shuffled,
        "A queue that gives its elements in random order.",
    ),
    *_on_queue(
        "QueueEnqueue", ["components: Tcomponents"], [], _PUT, shape=lambda c: [], kernel=_put,
        blocks=True, doc="Puts an element in a queue, waiting for room.",
    ),
    *_on_queue(
        "QueueEnqueueMany", ["components: Tcomponents"], [], _PUT, shape=lambda c: [],
        kernel=_put_many, blocks=True, doc="Puts elements in a queue, one for each row.",
    ),
    *_on_queue(
        "QueueDequeue", [], ["components: component_types"], _TAKEN, shape=_one_shape,
        kernel=_take, blocks=True, doc="Takes an element from a queue, waiting for one.",
    ),
    *_on_queue(
        "QueueDequeueMany", ["n: int32"], ["components: component_types"], _TAKEN,
        shape=_many_shapes, kernel=_taker(False), blocks=True,
        doc="Takes `n` elements from a queue and puts them together.",
    ),
    *_on_queue(
        "QueueDequeueUpTo", ["n: int32"], ["components: component_types"], _TAKEN,
        shape=_many_shapes, kernel=_taker(True), blocks=True,
        doc="Takes `n` elements from a queue, or fewer if it is closed and has no more.",
    ),
    *_on_queue(
        "QueueClose", [], [], {"cancel_pending_enqueues": False}, shape=lambda c: [],
        kernel=lambda xp, handle, *, cancel_pending_enqueues: handle.shut(cancel_pending_enqueues),
        doc="Lets nothing more into a queue; what is in it can still be taken.",
    ),
    *_on_queue(
        "QueueSize", [], ["size: int32"], {}, shape=rules.scalar,
        kernel=lambda xp, handle: np.int32(len(handle)), doc="How many elements a queue holds.",
    ),
    *_on_queue(
        "QueueIsClosed", [], ["is_closed: bool"], {}, shape=rules.scalar,
        kernel=lambda xp, handle: np.bool_(handle.is_closed), doc="Whether a queue is closed.",
    ),
)  # fmt: skip
