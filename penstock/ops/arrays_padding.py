"""Making a tensor larger: padding it at its edges, repeating it."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.indexed_slices import IndexedSlices
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed
from penstock.ops.arrays_common import INDEX_AS_INT32, NO_GRADIENT, any_type, require, sizes_of

__all__ = ["SPECS"]

_ATTRS = {"T": any_type(), "Tpaddings": INDEX_AS_INT32}
_MIRROR_ATTRS = {**_ATTRS, "mode": ("REFLECT", "SYMMETRIC")}


# Padding


def _rank_of_paddings(c: ShapeContext) -> int | None:
    paddings, shape = c.shape("paddings"), c.shape("input")
    if paddings is not None and (len(paddings) != 2 or paddings[1] not in (2, None)):
        raise c.mismatch("paddings of shape (rank, 2)")
    rank = None if paddings is None else paddings[0]
    if shape is None:
        return rank
    if rank not in (None, len(shape)):
        raise c.mismatch(f"a row of paddings for each of the {len(shape)} axes")
    return len(shape)


def _padded_shape(c: ShapeContext) -> Shape:
    rank = _rank_of_paddings(c)
    shape, paddings = c.shape("input"), c.value("paddings")
    if rank is None:
        return None
    if shape is None or paddings is None:
        return (None,) * rank
    if paddings.size and paddings.min() < 0:
        raise c.mismatch(f"paddings that are not negative, not {paddings.tolist()},")
    return tuple(
        None if size is None else int(size + before + after)
        for size, (before, after) in zip(shape, paddings, strict=True)
    )


def _pairs(paddings: Any, rank: int) -> list[tuple[int, int]]:
    require(
        paddings.shape == (rank, 2),
        f"There must be a row of two paddings for each of the {rank} axes, but paddings has the "
        f"shape {paddings.shape}.",
    )
    pairs = [(int(before), int(after)) for before, after in paddings]
    require(
        all(min(pair) >= 0 for pair in pairs), f"Paddings must be non-negative, but are {pairs}."
    )
    return pairs


def _pad(xp: Any, x: Any, paddings: Any, value: Any = 0) -> Any:
    pairs = _pairs(paddings, len(x.shape))
    if x.dtype == object:
        value = np.array(value or b"", object)  # or else NumPy puts its own bytes there
    return xp.pad(x, pairs, constant_values=value) if pairs else x


def _grad_pad(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, paddings = node.inputs[:2]
    before = ops.Slice(paddings, [0, 0], composed.stack([composed.rank(x), 1]))
    begin = ops.Reshape(before, [-1])
    return [ops.Slice(dy, begin, composed.shape(x))] + [None] * (len(node.inputs) - 1)


PAD = OpSpec(
    "Pad",
    inputs=["input: T", "paddings: Tpaddings"],
    outputs=["output: T"],
    attrs=_ATTRS,
    doc="`input` with zeros before and after it along each axis, as `paddings` counts them.",
    shape=_padded_shape,
    kernel=_pad,
    grad=_grad_pad,
    static=["paddings"],
)

PAD_V2 = OpSpec(
    "PadV2",
    inputs=["input: T", "paddings: Tpaddings", "constant_values: T"],
    outputs=["output: T"],
    attrs=_ATTRS,
    doc="`input` with a value before and after it along each axis, as `paddings` counts.",
    shape=_padded_shape,
    kernel=_pad,
    grad=_grad_pad,
    static=["paddings"],
)


# Mirrored padding


def _mirror_pad(xp: Any, x: Any, paddings: Any, *, mode: str) -> Any:
    pairs = _pairs(paddings, len(x.shape))
    for size, pair in zip(x.shape, pairs, strict=True):
        most = size - (mode == "REFLECT")
        require(
            max(pair) <= most,
            f"Paddings must be no greater than the dimension size: {pair} is greater than {most}.",
        )
    return xp.pad(x, pairs, mode=mode.lower()) if pairs else x


def _mirror_pad_grad(xp: Any, dy: Any, paddings: Any, *, mode: str) -> Any:
    """Fold the padding back: each padded element adds to the one it is a copy of."""
    for axis, (before, after) in enumerate(_pairs(paddings, len(dy.shape))):
        size = dy.shape[axis] - before - after
        offset = 1 if mode == "REFLECT" else 0
        rows = xp.moveaxis(dy, axis, 0)
        kept = rows[before : before + size]
        rest = ((0, 0),) * (len(dy.shape) - 1)
        first = xp.flip(rows[:before], 0)
        last = xp.flip(rows[before + size :], 0)
        room = size - before - offset
        kept = kept + xp.pad(first, ((offset, room), *rest))
        kept = kept + xp.pad(last, ((size - after - offset, offset), *rest))
        dy = xp.moveaxis(kept, 0, axis)
    return dy


def _unpadded_shape(c: ShapeContext) -> Shape:
    rank = _rank_of_paddings(c)
    shape, paddings = c.shape("input"), c.value("paddings")
    if rank is None:
        return None
    if shape is None or paddings is None:
        return (None,) * rank
    return tuple(
        None if size is None else int(size - before - after)
        for size, (before, after) in zip(shape, paddings, strict=True)
    )


def _mirroring(name: str, opposite: str, doc: str, shape: Any, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T", "paddings: Tpaddings"],
        outputs=["output: T"],
        attrs=_MIRROR_ATTRS,
        doc=doc,
        shape=shape,
        kernel=kernel,
        grad=lambda ops, node, dy: [
            getattr(ops, opposite)(dy, node.inputs[1], mode=node.attrs["mode"]),
            None,
        ],
        static=["paddings"],
    )


MIRROR_PAD = _mirroring(
    "MirrorPad",
    "MirrorPadGrad",
    "`input` with its mirror image around it; REFLECT does not repeat the edge, SYMMETRIC does.",
    _padded_shape,
    _mirror_pad,
)
MIRROR_PAD_GRAD = _mirroring(
    "MirrorPadGrad",
    "MirrorPad",
    "The gradient of MirrorPad: what lies in the padding, added to what it mirrors.",
    _unpadded_shape,
    _mirror_pad_grad,
)


# Repeating


def _tiled_shape(c: ShapeContext) -> Shape:
    shape, multiples = c.shape("input"), c.shape_value("multiples")
    if multiples is None:
        return None if shape is None else (None,) * len(shape)
    if shape is None:
        return (None,) * len(multiples)
    if len(shape) != len(multiples):
        raise c.mismatch(f"a multiple for each of the {len(shape)} axes")
    return tuple(
        None if size is None or times is None else size * times
        for size, times in zip(shape, multiples, strict=True)
    )


def _tile(xp: Any, x: Any, multiples: Any) -> Any:
    times = sizes_of(multiples)
    require(
        len(times) == len(x.shape),
        f"There must be a multiple for each of the {len(x.shape)} axes, not {times}.",
    )
    require(min(times, default=0) >= 0, f"Multiples must be non-negative, but are {times}.")
    return xp.tile(x, times)


def _grad_tile(ops: Any, node: Any, dy: Any) -> list[Any]:
    x, multiples = node.inputs
    sizes = composed.shape(x)
    pairs = composed.stack([multiples, sizes])
    split = ops.Reshape(composed.transpose(pairs), [-1])
    axes = composed.range_of(0, composed.size(split), 2)
    if isinstance(dy, IndexedSlices):
        rows = sizes[0]
        dy = ops.UnsortedSegmentSum(dy.values, ops.FloorMod(dy.indices, rows), rows)
        split = ops.ConcatV2([[1], split[1:]], 0, name="concat")
    return [ops.Sum(ops.Reshape(dy, split), axes), None]


TILE = OpSpec(
    "Tile",
    inputs=["input: T", "multiples: Tmultiples"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tmultiples": INDEX_AS_INT32},
    doc="`input` repeated ``multiples[i]`` times along axis i.",
    shape=_tiled_shape,
    kernel=_tile,
    grad=_grad_tile,
    static=["multiples"],
)


def _tile_grad(xp: Any, dy: Any, multiples: Any) -> Any:
    times = sizes_of(multiples)
    split = [part for n, size in zip(times, dy.shape, strict=True) for part in (n, size // n)]
    axes = tuple(range(0, 2 * len(times), 2))
    return xp.sum(xp.reshape(dy, split), axis=axes, dtype=dy.dtype)


TILE_GRAD = OpSpec(
    "TileGrad",
    inputs=["input: T", "multiples: int32"],
    outputs=["output: T"],
    attrs={"T": attr("type")},
    doc="The sum of the copies that Tile made: its gradient, in older graphs.",
    shape=lambda c: None if c.shape("input") is None else (None,) * len(c.shape("input")),
    kernel=_tile_grad,
    grad=NO_GRADIENT,
    static=["multiples"],
)

SPECS = (PAD, PAD_V2, MIRROR_PAD, MIRROR_PAD_GRAD, TILE, TILE_GRAD)
