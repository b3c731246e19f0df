"""Other orders: reversing, rolling, and moving blocks between space, batch and depth."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "batch_to_space",
    "batch_to_space_nd",
    "depth_to_space",
    "invert_permutation",
    "required_space_to_batch_paddings",
    "reverse",
    "reverse_sequence",
    "reverse_v2",
    "roll",
    "space_to_batch",
    "space_to_batch_nd",
    "space_to_depth",
]


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """Build the permutation that undoes `x`, a vector of the integers from 0 on in any order."""
    return raw.InvertPermutation(x, name=name)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """Build a tensor with its elements in opposite order along the axes that `axis` lists."""
    return raw.ReverseV2(tensor, axis, name=name)


reverse_v2 = reverse


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Tensor:
    """Build sequences with their first elements in opposite order, and the rest as it is.

    Args:
      input: a tensor of sequences.
      seq_lengths: integers [n]: how many elements of each sequence are reversed.
      seq_axis: the axis along which a sequence runs.
      batch_axis: the axis along which there are n sequences; 0 by default.
      name: the node's name.
      seq_dim, batch_dim: old names of the axes.
    """
    seq_axis = seq_dim if seq_axis is None else seq_axis
    batch_axis = batch_dim if batch_axis is None else batch_axis
    return raw.ReverseSequence(
        input, seq_lengths, seq_dim=seq_axis, batch_dim=batch_axis, name=name
    )


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """Build a tensor moved along axes; what leaves at one end comes in at the other.

    Args:
      input: a tensor.
      shift: by how many places, one number or one for each axis.
      axis: the axis or axes.
      name: the node's name.
    """
    return raw.Roll(input, shift, axis, name=name)


# Blocks


def space_to_batch_nd(
    input: Any,
    block_shape: Any,
    paddings: Any,
    name: str | None = None,
) -> Tensor:
    """Build a tensor in which the places within blocks of space have gone to the batch.

    Args:
      input: a tensor [batch, space..., rest...].
      block_shape: integers [m], the sizes of a block in m axes of space.
      paddings: integers [m, 2]: zeros before and after, so that the blocks fit.
      name: the node's name.
    """
    return raw.SpaceToBatchND(input, block_shape, paddings, name=name)


def batch_to_space_nd(
    input: Any,
    block_shape: Any,
    crops: Any,
    name: str | None = None,
) -> Tensor:
    """Build what `space_to_batch_nd` was made of; `crops` is what its paddings were."""
    return raw.BatchToSpaceND(input, block_shape, crops, name=name)


def space_to_batch(
    input: Any,
    paddings: Any,
    block_size: int | None = None,
    name: str | None = None,
    block_shape: int | None = None,
) -> Tensor:
    """Build images in which the places within squares have gone to the batch.

    Args:
      input: images [n, height, width, depth].
      paddings: integers [2, 2]: zeros before and after.
      block_size: the length of a square's side.
      name: the node's name.
      block_shape: another name of `block_size`.
    """
    side = block_size if block_shape is None else block_shape
    blocks = np.array([side, side], np.int64)
    moved = raw.SpaceToBatchND(input, blocks, paddings, name=name)
    moved.set_shape(moved.shape.with_rank(4))
    return moved


def batch_to_space(
    input: Any,
    crops: Any,
    block_size: int,
    name: str | None = None,
    block_shape: int | None = None,
) -> Tensor:
    """Build what `space_to_batch` was made of; `crops` is what its paddings were."""
    side = block_size if block_shape is None else block_shape
    blocks = np.array([side, side], np.int64)
    moved = raw.BatchToSpaceND(input, blocks, crops, name=name)
    moved.set_shape(moved.shape.with_rank(4))
    return moved


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Build the paddings with which blocks fit into a space, and the crops that undo them.

    Args:
      input_shape: integers [n], the sizes of the space.
      block_shape: integers [n], the sizes of a block.
      base_paddings: integers [n, 2], what is padded in any case; zeros by default.
      name: name scope of what is built.

    Returns:
      ``(paddings, crops)``, both [n, 2].

    Raises:
      ValueError: if n is not known.
    """
    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        space = convert_to_tensor(input_shape, dtypes.int32, "input_shape")
        blocks = convert_to_tensor(block_shape, dtypes.int32, "block_shape")
        blocks.shape.assert_is_fully_defined()
        blocks.shape.assert_has_rank(1)
        count = blocks.static_shape[0]
        if count == 0:
            empty = composed.zeros([0, 2], dtypes.int32)
            return empty, empty
        space.shape.assert_is_compatible_with([count])
        if base_paddings is None:
            base = composed.zeros([count, 2], dtypes.int32)
        else:
            base = convert_to_tensor(base_paddings, dtypes.int32, "base_paddings")
            base.shape.assert_is_compatible_with([count, 2])
        known = [constant_value(each) for each in (blocks, space, base)]
        if all(value is not None for value in known):
            return _known_paddings(*known)
        return _built_paddings(blocks, space, base, count)


def _known_paddings(blocks: Any, space: Any, base: Any) -> tuple[Tensor, Tensor]:
    before, after = base[:, 0], base[:, 1]
    rest = -(before + space + after) % blocks
    paddings = np.stack([before, after + rest], 1)
    crops = np.stack([np.zeros_like(rest), rest], 1)
    return (
        convert_to_tensor(paddings, name="paddings"),
        convert_to_tensor(crops, name="crops"),
    )


def _built_paddings(
    blocks: Tensor, space: Tensor, base: Tensor, count: int
) -> tuple[Tensor, Tensor]:
    before, after = base[:, 0], base[:, 1]
    whole = space + before + after
    rest = (blocks - whole % blocks) % blocks
    ends = after + rest
    paddings = composed.stack([[before[axis], ends[axis]] for axis in range(count)], "paddings")
    crops = composed.stack([[0, rest[axis]] for axis in range(count)], "crops")
    return paddings, crops


def space_to_depth(
    input: Any,
    block_size: int,
    name: str | None = None,
    data_format: str = "NHWC",
) -> Tensor:
    """Build images in which each square of pixels is one pixel with all their channels.

    Args:
      input: images, [n, height, width, depth] if `data_format` is "NHWC".
      block_size: the length of a square's side.
      name: the node's name.
      data_format: "NHWC" or "NCHW".
    """
    return raw.SpaceToDepth(input, block_size=block_size, data_format=data_format, name=name)


def depth_to_space(
    input: Any,
    block_size: int,
    name: str | None = None,
    data_format: str = "NHWC",
) -> Tensor:
    """Build what `space_to_depth` was made of."""
    return raw.DepthToSpace(input, block_size=block_size, data_format=data_format, name=name)
