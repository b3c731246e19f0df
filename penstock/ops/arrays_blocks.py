"""Moving blocks of space into the batch or the channels, and back."""

from __future__ import annotations

import math
from typing import Any

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops.arrays_common import INDEX_AS_INT32, any_type, require, sizes_of

__all__ = ["SPECS"]


# Between space and batch


def _batch_and_space(
    c: ShapeContext, blocks: Any, edges: Any, rank: int | None, to_batch: bool
) -> Shape:
    """Give the static shape after space goes to the batch, or comes from it."""
    shape = c.shape("input")
    if shape is None or rank is None:
        return None
    if len(shape) < rank + 1:
        raise c.mismatch(f"an input of at least {rank + 1} axes")
    if blocks is None:
        return (None,) * (rank + 1) + shape[rank + 1 :]
    count = math.prod(blocks)
    batch = shape[0]
    if batch is not None:
        if not to_batch and batch % count:
            raise c.mismatch(f"a batch that the product of the blocks, {count}, divides")
        batch = batch * count if to_batch else batch // count
    space = [
        _block_size(c, size, block, None if edges is None else edges[axis], to_batch)
        for axis, (size, block) in enumerate(zip(shape[1 : rank + 1], blocks, strict=True))
    ]
    return (batch, *space, *shape[rank + 1 :])


def _block_size(
    c: ShapeContext, size: int | None, block: int, edges: Any, to_batch: bool
) -> int | None:
    if size is None or edges is None:
        return None
    before, after = int(edges[0]), int(edges[1])
    if not to_batch:
        if size * block < before + after:
            raise c.mismatch(f"no more to crop than the size, {size * block},")
        return size * block - before - after
    if (size + before + after) % block:
        raise c.mismatch(f"a padded size, {size + before + after}, that the block {block} divides")
    return (size + before + after) // block


def _space_to_batch(xp: Any, x: Any, blocks: list[int], paddings: Any) -> Any:
    rank = len(blocks)
    require(
        len(x.shape) > rank and paddings.shape == (rank, 2),
        f"{rank} blocks need an input of at least {rank + 1} axes and as many paddings, but the "
        f"shapes are {x.shape} and {paddings.shape}.",
    )
    pairs = [(int(before), int(after)) for before, after in paddings]
    rest = ((0, 0),) * (len(x.shape) - rank - 1)
    x = xp.pad(x, ((0, 0), *pairs, *rest))
    split = []
    for size, block in zip(x.shape[1:], blocks, strict=False):
        require(
            size % block == 0, f"A padded size, {size}, must be a multiple of its block, {block}."
        )
        split += [size // block, block]
    tail = x.shape[rank + 1 :]
    cut = xp.reshape(x, (x.shape[0], *split, *tail))
    order = [2 * i + 2 for i in range(rank)] + [0] + [2 * i + 1 for i in range(rank)]
    order += range(2 * rank + 1, 2 * rank + 1 + len(tail))
    return xp.reshape(
        xp.transpose(cut, order), (x.shape[0] * math.prod(blocks), *split[::2], *tail)
    )


def _batch_to_space(xp: Any, x: Any, blocks: list[int], crops: Any) -> Any:
    rank, count = len(blocks), math.prod(blocks)
    require(
        len(x.shape) > rank and crops.shape == (rank, 2) and x.shape[0] % count == 0,
        f"The blocks {blocks} need an input of at least {rank + 1} axes, whose batch is a multiple "
        f"of {count}, and as many crops, but the shapes are {x.shape} and {crops.shape}.",
    )
    batch, space, tail = x.shape[0] // count, x.shape[1 : rank + 1], x.shape[rank + 1 :]
    cut = xp.reshape(x, (*blocks, batch, *space, *tail))
    order = [rank]
    for axis in range(rank):
        order += [rank + 1 + axis, axis]
    order += range(2 * rank + 1, 2 * rank + 1 + len(tail))
    sizes = [size * block for size, block in zip(space, blocks, strict=True)]
    whole = xp.reshape(xp.transpose(cut, order), (batch, *sizes, *tail))
    index = [slice(None)]
    for size, (before, after) in zip(sizes, crops, strict=True):
        require(
            before + after <= size,
            f"The crops {before} and {after} are more than the size, {size}.",
        )
        index.append(slice(int(before), size - int(after)))
    return whole[tuple(index)]


def _of_two(c: ShapeContext, edges: str, to_batch: bool) -> Shape:
    value = c.value(edges)
    return _batch_and_space(c, [c.attrs["block_size"]] * 2, value, 2, to_batch)


def _of_many(c: ShapeContext, edges: str, to_batch: bool) -> Shape:
    length = c.shape("block_shape")
    blocks = c.value("block_shape")
    return _batch_and_space(
        c,
        None if blocks is None else sizes_of(blocks),
        c.value(edges),
        None if length is None else length[0],
        to_batch,
    )


SPACE_TO_BATCH = OpSpec(
    "SpaceToBatch",
    inputs=["input: T", "paddings: Tpaddings"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tpaddings": INDEX_AS_INT32, "block_size": attr("int", minimum=2)},
    doc="Images [n, h, w, d] cut into squares whose places go to the batch.",
    shape=lambda c: _of_two(c, "paddings", True),
    kernel=lambda xp, x, paddings, *, block_size: _space_to_batch(
        xp, x, [block_size] * 2, paddings
    ),
    grad=lambda ops, node, dy: [
        ops.BatchToSpace(dy, node.inputs[1], block_size=node.attrs["block_size"]),
        None,
    ],
    static=["paddings"],
)

BATCH_TO_SPACE = OpSpec(
    "BatchToSpace",
    inputs=["input: T", "crops: Tidx"],
    outputs=["output: T"],
    attrs={"T": any_type(), "block_size": attr("int", minimum=2), "Tidx": INDEX_AS_INT32},
    doc="What SpaceToBatch undoes: squares whose places are in the batch, put together.",
    shape=lambda c: _of_two(c, "crops", False),
    kernel=lambda xp, x, crops, *, block_size: _batch_to_space(xp, x, [block_size] * 2, crops),
    grad=lambda ops, node, dy: [
        ops.SpaceToBatch(dy, node.inputs[1], block_size=node.attrs["block_size"]),
        None,
    ],
    static=["crops"],
)

SPACE_TO_BATCH_ND = OpSpec(
    "SpaceToBatchND",
    inputs=["input: T", "block_shape: Tblock_shape", "paddings: Tpaddings"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tblock_shape": INDEX_AS_INT32, "Tpaddings": INDEX_AS_INT32},
    doc="The axes after the first cut into blocks; the place in the block goes to the batch.",
    shape=lambda c: _of_many(c, "paddings", True),
    kernel=lambda xp, x, blocks, paddings: _space_to_batch(xp, x, sizes_of(blocks), paddings),
    grad=lambda ops, node, dy: [
        ops.BatchToSpaceND(dy, node.inputs[1], node.inputs[2]),
        None,
        None,
    ],
    static=["block_shape", "paddings"],
)

BATCH_TO_SPACE_ND = OpSpec(
    "BatchToSpaceND",
    inputs=["input: T", "block_shape: Tblock_shape", "crops: Tcrops"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tblock_shape": INDEX_AS_INT32, "Tcrops": INDEX_AS_INT32},
    doc="What SpaceToBatchND undoes.",
    shape=lambda c: _of_many(c, "crops", False),
    kernel=lambda xp, x, blocks, crops: _batch_to_space(xp, x, sizes_of(blocks), crops),
    grad=lambda ops, node, dy: [
        ops.SpaceToBatchND(dy, node.inputs[1], node.inputs[2]),
        None,
        None,
    ],
    static=["block_shape", "crops"],
)


# Between space and depth


def _channels_last(xp: Any, x: Any, data_format: str) -> Any:
    return xp.transpose(x, (0, 2, 3, 1)) if data_format == "NCHW" else x


def _as_asked(xp: Any, x: Any, data_format: str) -> Any:
    return xp.transpose(x, (0, 3, 1, 2)) if data_format == "NCHW" else x


def _space_to_depth(xp: Any, x: Any, *, block_size: int, data_format: str) -> Any:
    x = _channels_last(xp, x, data_format)
    batch, height, width, depth = x.shape
    require(
        height % block_size == 0 and width % block_size == 0,
        f"Height and width, {height} and {width}, must be multiples of the block, {block_size}.",
    )
    rows, columns = height // block_size, width // block_size
    cut = xp.reshape(x, (batch, rows, block_size, columns, block_size, depth))
    whole = xp.transpose(cut, (0, 1, 3, 2, 4, 5))
    return _as_asked(
        xp, xp.reshape(whole, (batch, rows, columns, block_size**2 * depth)), data_format
    )


def _depth_to_space(xp: Any, x: Any, *, block_size: int, data_format: str) -> Any:
    x = _channels_last(xp, x, data_format)
    batch, rows, columns, channels = x.shape
    require(
        channels % block_size**2 == 0,
        f"The channels, {channels}, must be a multiple of the block's area, {block_size**2}.",
    )
    depth = channels // block_size**2
    cut = xp.reshape(x, (batch, rows, columns, block_size, block_size, depth))
    whole = xp.transpose(cut, (0, 1, 3, 2, 4, 5))
    return _as_asked(
        xp, xp.reshape(whole, (batch, rows * block_size, columns * block_size, depth)), data_format
    )


def _depth_shape(c: ShapeContext, to_depth: bool) -> Shape:
    shape, block = c.shape("input"), c.attrs["block_size"]
    last = c.attrs["data_format"] == "NHWC"
    if shape is None:
        return (None,) * 4
    if len(shape) != 4:
        raise c.mismatch("an input of 4 axes")
    batch, height, width, depth = shape if last else (shape[0], shape[2], shape[3], shape[1])
    space = [_scaled(c, size, block, to_depth) for size in (height, width)]
    depth = _scaled(c, depth, block**2, not to_depth)
    return (batch, *space, depth) if last else (batch, depth, *space)


def _scaled(c: ShapeContext, size: int | None, factor: int, down: bool) -> int | None:
    if size is None or not down:
        return None if size is None else size * factor
    if size % factor:
        raise c.mismatch(f"a size, {size}, that is a multiple of {factor}")
    return size // factor


def _depth_op(name: str, opposite: str, doc: str, to_depth: bool, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["input: T"],
        outputs=["output: T"],
        attrs={
            "T": any_type(),
            "block_size": attr("int", minimum=2),
            "data_format": attr("string", "NHWC", allowed=("NHWC", "NCHW", "NCHW_VECT_C")),
        },
        doc=doc,
        shape=lambda c: _depth_shape(c, to_depth),
        kernel=kernel,
        grad=lambda ops, node, dy: [
            getattr(ops, opposite)(
                dy,
                block_size=node.attrs["block_size"],
                data_format=node.attrs["data_format"],
            )
        ],
    )


SPECS = (
    SPACE_TO_BATCH,
    BATCH_TO_SPACE,
    SPACE_TO_BATCH_ND,
    BATCH_TO_SPACE_ND,
    _depth_op(
        "SpaceToDepth",
        "DepthToSpace",
        "Images with each square of pixels laid into the channels of one.",
        True,
        _space_to_depth,
    ),
    _depth_op(
        "DepthToSpace",
        "SpaceToDepth",
        "Images with the channels of each pixel laid out as a square of pixels.",
        False,
        _depth_to_space,
    ),
)
