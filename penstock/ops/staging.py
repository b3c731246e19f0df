"""Staging areas: values that one run leaves for another, as a rule a step for the next one.

An op on a staging area has no handle: it knows its area by `container` and `shared_name`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.graph.node import Node
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.staging_objects import StagingBuffer, StagingMap

__all__ = ["SPECS"]

_ON_MAPS = (("Map", False), ("OrderedMap", True))


def _attrs(**further: Any) -> dict[str, Any]:
    """Give the attrs of an op on a staging area, in TensorFlow's order."""
    return {
        "capacity": attr("int", 0, minimum=0),
        "memory_limit": attr("int", 0, minimum=0),
        **further,
        "container": "",
        "shared_name": "",
    }


_SOME = attr("list(type)", minimum=1)
_ANY = attr("list(type)")


def _make_buffer(node: Node) -> StagingBuffer:
    attrs = node.attrs
    return StagingBuffer(
        attrs["shared_name"] or node.name, attrs["capacity"], attrs["memory_limit"]
    )


def _map_maker(is_ordered: bool) -> Callable[[Node], StagingMap]:
    def make(node: Node) -> StagingMap:
        attrs = node.attrs
        return StagingMap(
            attrs["shared_name"] or node.name,
            attrs["capacity"],
            attrs["memory_limit"],
            is_ordered,
        )

    return make


def _op(name: str, make: Callable[[Node], Any], attrs: dict[str, Any], **fields: Any) -> OpSpec:
    return OpSpec(name, attrs=attrs, makes=make, keeps=True, stateful=True, **fields)


def _unknown(c: ShapeContext) -> Any:
    return [None] * len(c.attrs["dtypes"])


def _on_buffer(name: str, dtypes: Any, **fields: Any) -> OpSpec:
    return _op(name, _make_buffer, _attrs(dtypes=dtypes), **fields)


def _stage(xp: Any, held: StagingBuffer, values: list[Any]) -> tuple[()]:
    held.put(values)
    return ()


def _clear(xp: Any, held: Any) -> tuple[()]:
    held.clear()
    return ()


def _map_stage(
    xp: Any, held: StagingMap, key: Any, indices: Any, values: list[Any], *, dtypes: Any
) -> tuple[()]:
    held.put(_key(key), np.ravel(indices).tolist(), values, len(dtypes))
    return ()


def _key(key: Any) -> int:
    return int(np.asarray(key).reshape(()))


def _about_map(prefix: str, make: Callable[[Node], StagingMap], what: str) -> list[OpSpec]:
    """Declare the ops on all elements of one kind of map."""
    return [
        _op(
            f"{prefix}Size",
            make,
            _attrs(dtypes=_ANY),
            outputs=["size: int32"],
            shape=rules.scalar,
            kernel=lambda xp, held: np.int32(len(held)),
            doc=f"How many elements of a staging {what} are complete.",
        ),
        _op(
            f"{prefix}IncompleteSize",
            make,
            _attrs(dtypes=_ANY),
            outputs=["size: int32"],
            shape=rules.scalar,
            kernel=lambda xp, held: np.int32(held.incomplete_size),
            doc=f"How many elements of a staging {what} are not complete.",
        ),
        _op(
            f"{prefix}Clear",
            make,
            _attrs(dtypes=_ANY),
            shape=lambda c: [],
            kernel=_clear,
            doc=f"Takes all elements out of a staging {what}.",
        ),
    ]


def _on_map(prefix: str, is_ordered: bool) -> list[OpSpec]:
    """Declare the ops on one kind of map."""
    make = _map_maker(is_ordered)
    what = "map that is sorted by its keys" if is_ordered else "map"
    return [
        _op(
            f"{prefix}Stage",
            make,
            _attrs(dtypes=_ANY, fake_dtypes=_SOME),
            inputs=["key: int64", "indices: int32", "values: fake_dtypes"],
            shape=lambda c: [],
            kernel=_map_stage,
            blocks=True,
            doc=f"Puts components of a key's element in a staging {what}.",
        ),
        _op(
            f"{prefix}Unstage",
            make,
            _attrs(dtypes=_SOME),
            inputs=["key: int64", "indices: int32"],
            outputs=["values: dtypes"],
            shape=_unknown,
            kernel=lambda xp, held, key, indices: held.get(_key(key), np.ravel(indices).tolist()),
            blocks=True,
            doc=f"Takes components of a key's element out of a staging {what}, waiting for it.",
        ),
        _op(
            f"{prefix}UnstageNoKey",
            make,
            _attrs(dtypes=_SOME),
            inputs=["indices: int32"],
            outputs=["key: int64", "values: dtypes"],
            shape=lambda c: [None, *_unknown(c)],
            kernel=lambda xp, held, indices: held.get_any(np.ravel(indices).tolist()),
            blocks=True,
            doc=f"Takes components of any element out of a staging {what}, waiting for one.",
        ),
        _op(
            f"{prefix}Peek",
            make,
            _attrs(dtypes=_SOME),
            inputs=["key: int64", "indices: int32"],
            outputs=["values: dtypes"],
            shape=_unknown,
            kernel=lambda xp, held, key, indices: held.peek(_key(key), np.ravel(indices).tolist()),
            blocks=True,
            doc=f"Gives components of a key's element in a staging {what}, waiting for it.",
        ),
        *_about_map(prefix, make, what),
    ]


SPECS = (
    _on_buffer(
        "Stage",
        _SOME,
        inputs=["values: dtypes"],
        shape=lambda c: [],
        kernel=_stage,
        blocks=True,
        doc="Puts an element in a staging area, waiting for room.",
    ),
    _on_buffer(
        "Unstage",
        _SOME,
        outputs=["values: dtypes"],
        shape=_unknown,
        kernel=lambda xp, held: held.get(),
        blocks=True,
        doc="Takes the oldest element out of a staging area, waiting for one.",
    ),
    _on_buffer(
        "StagePeek",
        _SOME,
        inputs=["index: int32"],
        outputs=["values: dtypes"],
        shape=_unknown,
        kernel=lambda xp, held, index: held.peek(int(index)),
        blocks=True,
        doc="Gives an element of a staging area, waiting until it is there.",
    ),
    _on_buffer(
        "StageSize",
        _ANY,
        outputs=["size: int32"],
        shape=rules.scalar,
        kernel=lambda xp, held: np.int32(len(held)),
        doc="How many elements a staging area holds.",
    ),
    _on_buffer(
        "StageClear",
        _ANY,
        shape=lambda c: [],
        kernel=_clear,
        doc="Takes all elements out of a staging area.",
    ),
    *[spec for prefix, is_ordered in _ON_MAPS for spec in _on_map(prefix, is_ordered)],
)
