"""Ops that write checkpoints and read them; what stands in the files is for the host to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules

__all__ = ["SPECS", "part_shape"]


def part_shape(spec: str) -> Shape:
    """Give the shape of a part of a tensor that is written as ``"4 3 0,2:-"``.

    An empty `spec` means a whole tensor, of unknown shape.

    Raises:
      InvalidArgumentError: if it is not of that form.
    """
    if not spec:
        return None
    *sizes, part = spec.split(" ")
    extents = part.split(":") if part else []
    try:
        if len(extents) != len(sizes):
            raise ValueError
        return tuple(
            int(size) if extent == "-" else int(extent.split(",")[1])
            for size, extent in zip(sizes, extents, strict=True)
        )
    except (IndexError, ValueError):
        raise InvalidArgumentError(
            None, None, "A slice is given as sizes and extents, such as '4 3 0,2:-', or as '' for "
            f"the whole tensor, but {spec!r} came.",
        ) from None  # fmt: skip


def _effect(name: str, inputs: list[str], attrs: Mapping[str, Any], doc: str) -> OpSpec:
    return OpSpec(
        name, inputs=inputs, attrs=attrs, doc=doc, shape=rules.no_outputs, host=True, stateful=True
    )


_SAVED = {"T": attr("list(type)", minimum=1)}

SAVE = _effect(
    "Save",
    ["filename: string", "tensor_names: string", "data: T"],
    _SAVED,
    "Saves tensors in a checkpoint of the first version.",
)
SAVE_SLICES = _effect(
    "SaveSlices",
    ["filename: string", "tensor_names: string", "shapes_and_slices: string", "data: T"],
    _SAVED,
    "Saves tensors, or parts of larger ones, in a checkpoint of the first version.",
)
SAVE_V2 = _effect(
    "SaveV2",
    ["prefix: string", "tensor_names: string", "shape_and_slices: string", "tensors: dtypes"],
    {"dtypes": attr("list(type)", minimum=1)},
    "Saves tensors, or parts of larger ones, in a checkpoint: all of them, or nothing.",
)
MERGE_V2_CHECKPOINTS = _effect(
    "MergeV2Checkpoints",
    ["checkpoint_prefixes: string", "destination_prefix: string"],
    {"delete_old_dirs": True},
    "Makes one checkpoint of several that hold parts of a model.",
)


def _restored_shapes(c: ShapeContext) -> list[Shape]:
    specs = c.value("shape_and_slices")
    if specs is None:
        return [None] * len(c.attrs["dtypes"])
    return [part_shape(spec.decode()) for spec in np.asarray(specs, object).ravel()]


RESTORE_V2 = OpSpec(
    "RestoreV2",
    inputs=["prefix: string", "tensor_names: string", "shape_and_slices: string"],
    outputs=["tensors: dtypes"],
    attrs={"dtypes": attr("list(type)", minimum=1)},
    doc="Tensors, or parts of them, from a checkpoint of either version.",
    shape=_restored_shapes,
    host=True,
    stateful=True,
)


def _restored_slice_shape(c: ShapeContext) -> Shape:
    spec = c.value("shape_and_slice")
    return None if spec is None else part_shape(np.asarray(spec, object).item().decode())


_PREFERRED = {"dt": attr("type"), "preferred_shard": -1}

RESTORE = OpSpec(
    "Restore",
    inputs=["file_pattern: string", "tensor_name: string"],
    outputs=["tensor: dt"],
    attrs=_PREFERRED,
    doc="A tensor from a checkpoint.",
    shape=lambda c: None,
    host=True,
    stateful=True,
)

RESTORE_SLICE = OpSpec(
    "RestoreSlice",
    inputs=["file_pattern: string", "tensor_name: string", "shape_and_slice: string"],
    outputs=["tensor: dt"],
    attrs=_PREFERRED,
    doc="A tensor, or a part of one, from a checkpoint.",
    shape=_restored_slice_shape,
    host=True,
    stateful=True,
)


def _text(value: Any) -> bytes:
    found: bytes = np.asarray(value, object).item()
    return found


def _sharded_filename(xp: Any, basename: Any, shard: Any, num_shards: Any) -> Any:
    name = b"%s-%05d-of-%05d" % (_text(basename), int(shard), int(num_shards))
    return np.array(name, object)


SHARDED_FILENAME = OpSpec(
    "ShardedFilename",
    inputs=["basename: string", "shard: int32", "num_shards: int32"],
    outputs=["filename: string"],
    doc="The name of a shard's file, such as name-00001-of-00003.",
    shape=rules.scalar,
    kernel=_sharded_filename,
    host=True,
)

SHARDED_FILESPEC = OpSpec(
    "ShardedFilespec",
    inputs=["basename: string", "num_shards: int32"],
    outputs=["filename: string"],
    doc="The pattern that fits the names of all shards, such as name-?????-of-00003.",
    shape=rules.scalar,
    kernel=lambda xp, basename, num_shards: np.array(
        b"%s-?????-of-%05d" % (_text(basename), int(num_shards)), object
    ),
    host=True,
)

SPECS = (
    SAVE,
    SAVE_SLICES,
    SAVE_V2,
    MERGE_V2_CHECKPOINTS,
    RESTORE,
    RESTORE_SLICE,
    RESTORE_V2,
    SHARDED_FILENAME,
    SHARDED_FILESPEC,
)
