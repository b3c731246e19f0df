"""Barriers: tuples with keys, whose components come from several runs."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.node import Node
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.barrier_objects import Barrier

__all__ = ["SPECS"]

_HANDLE = "handle: Ref(string)"


def _make(node: Node) -> Barrier:
    attrs = node.attrs
    return Barrier(node.name, attrs["shapes"], len(attrs["component_types"]))


def _on(name: str, inputs: list[str], outputs: list[str], **fields: Any) -> OpSpec:
    return OpSpec(
        name, inputs=[_HANDLE, *inputs], outputs=outputs, objects=["handle"], host=True, **fields
    )


def _insert(xp: Any, handle: Barrier, keys: Any, values: Any, *, component_index: int) -> tuple[()]:
    handle.insert(component_index, np.ravel(keys).tolist(), np.atleast_1d(values))
    return ()


def _insert_shape(c: ShapeContext) -> list[Shape]:
    maker = c.tensor("handle").op
    index = c.attrs["component_index"]
    if maker.type == "Barrier" and not 0 <= index < len(maker.attrs["component_types"]):
        raise c.mismatch(
            f"component_index to be one of the {len(maker.attrs['component_types'])} components "
            f"that the barrier has, not {index}"
        )
    keys, values = c.shape("keys"), c.shape("values")
    if keys and values and None not in (keys[0], values[0]) and keys[0] != values[0]:
        raise c.mismatch("as many values as keys")
    return []


def _take(
    xp: Any, handle: Barrier, num_elements: Any, *, allow_small_batch: bool, component_types: Any
) -> Any:
    if num_elements < 0:
        raise InvalidArgumentError(
            None, None, f"num_elements must not be negative, but is {num_elements}."
        )
    indices, keys, elements = handle.take(int(num_elements), allow_small_batch)
    if not elements:
        empty = [np.zeros([0], dtype.as_numpy_dtype) for dtype in component_types]
        return np.zeros([0], np.int64), np.zeros([0], object), empty
    names = np.array([*keys, None], object)[:-1]  # bytes, whatever their lengths
    return (
        np.array(indices, np.int64),
        names,
        [np.stack(each) for each in zip(*elements, strict=True)],
    )


def _take_shape(c: ShapeContext) -> list[Shape]:
    maker = c.tensor("handle").op
    shapes = maker.attrs.get("shapes") or [None] * len(c.attrs["component_types"])
    count = None if c.attrs["allow_small_batch"] else c.value("num_elements")
    size = None if count is None or count < 0 else int(count)
    return [(size,), (size,), *[None if shape is None else (size, *shape) for shape in shapes]]


def _close(xp: Any, handle: Barrier, *, cancel_pending_enqueues: bool) -> tuple[()]:
    handle.shut(cancel_pending_enqueues)
    return ()


SPECS = (
    OpSpec(
        "Barrier",
        outputs=[_HANDLE],
        attrs={
            "component_types": attr("list(type)", minimum=1),
            "shapes": attr("list(shape)", []),
            "capacity": -1,
            "container": "",
            "shared_name": "",
        },
        doc="A barrier: tuples with keys come out of it once they are complete.",
        shape=lambda c: (2,),
        makes=_make,
        stateful=True,
    ),
    _on(
        "BarrierInsertMany",
        ["keys: string", "values: T"],
        [],
        attrs={"T": attr("type"), "component_index": attr("int")},
        shape=_insert_shape,
        kernel=_insert,
        doc="Puts a component of several keys in a barrier.",
    ),
    _on(
        "BarrierTakeMany",
        ["num_elements: int32"],
        ["indices: int64", "keys: string", "values: component_types"],
        attrs={
            "component_types": attr("list(type)", minimum=1),
            "allow_small_batch": False,
            "wait_for_incomplete": False,
            "timeout_ms": -1,
        },
        shape=_take_shape,
        kernel=_take,
        blocks=True,
        doc="Takes complete tuples out of a barrier, waiting for them.",
    ),
    _on(
        "BarrierClose",
        [],
        [],
        attrs={"cancel_pending_enqueues": False},
        shape=lambda c: [],
        kernel=_close,
        doc="Lets no new keys in a barrier.",
    ),
    _on(
        "BarrierReadySize",
        [],
        ["size: int32"],
        shape=rules.scalar,
        kernel=lambda xp, handle: np.int32(handle.ready_size),
        doc="How many tuples of a barrier are complete.",
    ),
    _on(
        "BarrierIncompleteSize",
        [],
        ["size: int32"],
        shape=rules.scalar,
        kernel=lambda xp, handle: np.int32(handle.incomplete_size),
        doc="How many tuples of a barrier are not complete.",
    ),
)
