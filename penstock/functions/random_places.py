"""Random order and random places: shuffling a tensor, cutting a piece out of one."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import int32
from penstock.functions.grouping import with_dependencies
from penstock.functions.random import random_uniform, seeds_of
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = ["random_crop", "random_shuffle"]


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """Put the elements of `value` along its first axis into random order.

    Args:
      value: the tensor to shuffle; rows stay whole.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for the node.

    Returns:
      A tensor of the shape and dtype of `value`.
    """
    return raw.RandomShuffle(value, **seeds_of(seed), name=name)


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """Cut a piece of a given size out of a tensor, at a random place.

    Args:
      value: the tensor to cut.
      size: the piece's shape, one number for each axis; to keep an axis whole, give its size:
        ``size=[crop_height, crop_width, 3]``.
      seed: the op's seed; see `tf.set_random_seed`.
      name: a name for what is built.

    Returns:
      A tensor of the dtype of `value` and of shape `size`. A run fails if `value` is smaller.
    """
    with name_scope(name, "random_crop", [value, size]) as scope:
        whole = convert_to_tensor(value, name="value")
        piece = convert_to_tensor(size, int32, name="size")
        shape = composed.shape(whole)
        fits = raw.All(raw.GreaterEqual(shape, piece), composed.constant([0]))
        message = "random_crop needs a value no smaller than size, got "
        with name_scope(None, "Assert", [fits]):
            composed.constant(message)  # unused, but TensorFlow's graph has it: seeds count nodes
            check = raw.Assert(fits, [message, shape, piece], summarize=1000)
        shape = with_dependencies([check], shape)
        room = raw.AddV2(raw.Sub(shape, piece, name="sub"), 1, name="add")
        places = random_uniform(composed.shape(shape), dtype=int32, maxval=int32.max, seed=seed)
        return raw.Slice(whole, raw.FloorMod(places, room, name="mod"), piece, name=scope)
