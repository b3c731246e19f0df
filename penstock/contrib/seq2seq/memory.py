"""The memory of an attention mechanism, and the scores of those of its places that count."""

from __future__ import annotations

from typing import Any

from penstock.core import nest
from penstock.core.dtypes import int32
from penstock.functions.arrays import rank as rank_of, reshape, shape as shape_of
from penstock.functions.arrays_filling import ones, ones_like, sequence_mask
from penstock.functions.arrays_indexing import where
from penstock.functions.arrays_joining import concat
from penstock.functions.checks import assert_positive
from penstock.functions.graph_scopes import control_dependencies
from penstock.graph.build import convert_to_tensor
from penstock.graph.node import Tensor

__all__ = ["mask_scores", "prepare_memory"]


def prepare_memory(memory: Any, lengths: Tensor | None, check_depth: bool) -> Any:
    """Build a memory with zeros in the places that do not count.

    Args:
      memory: a nest of tensors [batch, places, ...].
      lengths: int32 [batch]: how many places count; None for all.
      check_depth: whether all but the first two sizes must be known.

    Raises:
      ValueError: if they are not.
    """
    memory = nest.map_structure(lambda one: convert_to_tensor(one, name="memory"), memory)
    if check_depth:
        for one in nest.flatten(memory):
            _check_depth(one)
    if lengths is None:
        return memory
    places = shape_of(nest.flatten(memory)[0])[1]
    mask = sequence_mask(lengths, maxlen=places, dtype=nest.flatten(memory)[0].dtype)
    return nest.map_structure(lambda one: one * _spread(mask, one), memory)


def _check_depth(memory: Tensor) -> None:
    shape = memory.get_shape()
    if shape.ndims is None or None in shape.as_list()[2:]:
        raise ValueError(
            f"All sizes of the memory but the batch's and the number of places must be known, but "
            f"{memory.name!r} has shape {shape}. Set it by set_shape."
        )


def _spread(mask: Tensor, memory: Tensor) -> Tensor:
    """Give a mask [batch, places] as many axes as the memory has."""
    rank = memory.get_shape().ndims
    extra = ones((rank_of(memory) if rank is None else rank) - 2, dtype=int32)
    return reshape(mask, concat((shape_of(mask), extra), 0))


def mask_scores(score: Tensor, lengths: Tensor | None, value: Any) -> Tensor:
    """Build scores with `value` in the places that do not count.

    The lengths must be above 0, or the graph fails when it runs.

    Args:
      score: floats [batch, places].
      lengths: int32 [batch]: how many places count; None for all.
      value: the score of the others.
    """
    if lengths is None:
        return score
    message = (
        "All of memory_sequence_length must be above 0: an empty memory has nothing to attend to. "
        "Leave such examples out, or give them one place of zeros."
    )
    with control_dependencies([assert_positive(lengths, message=message)]):
        mask = sequence_mask(lengths, maxlen=shape_of(score)[1])
    return where(mask, score, value * ones_like(score))
