"""Beams in the axis of the batch: a batch repeated for them, and their paths read at last."""

from __future__ import annotations

from typing import Any

from penstock.core import nest
from penstock.core.dtypes import int32
from penstock.functions.arrays import expand_dims, reshape, shape as shape_of, transpose
from penstock.functions.arrays_filling import sequence_mask, tile
from penstock.functions.arrays_indexing import gather_nd, where
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.math_casts import cast
from penstock.functions.math_reductions import reduce_max
from penstock.functions.math_sequences import range as range_of
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["gather_tree", "gather_tree_from_array", "tile_batch"]


def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Build tensors in which each example of the batch stands `multiplier` times in a row.

    What a `BeamSearchDecoder` works on is tiled by the beam's width: an encoder's outputs, their
    lengths and its final state.

    Args:
      t: a nest of tensors [batch, ...].
      multiplier: how often each example is to stand there.
      name: a name for what is built.

    Returns:
      The nest of tensors [batch * multiplier, ...].

    Raises:
      ValueError: if the rank of a tensor is not known, or is 0.
    """
    with name_scope(name, "tile_batch", [*nest.flatten(t), multiplier]):
        return nest.map_structure(lambda one: _tiled(one, multiplier), t)


def _tiled(t: Any, multiplier: int) -> Tensor:
    t = convert_to_tensor(t, name="t")
    sizes = shape_of(t)
    known = t.static_shape
    if not known:
        raise ValueError(
            f"What is tiled must have an axis for the batch, but {t.name!r} has shape "
            f"{t.get_shape()}. Set an unknown rank by set_shape."
        )
    multiples = [1, multiplier, *[1] * (len(known) - 1)]
    tiled = tile(expand_dims(t, 1), multiples)
    tiled = reshape(tiled, concat(([sizes[0] * multiplier], sizes[1:]), 0))
    batch = known[0] * multiplier if known[0] is not None and isinstance(multiplier, int) else None
    tiled.set_shape((batch, *known[1:]))
    return tiled


def gather_tree(
    step_ids: Any,
    parent_ids: Any,
    max_sequence_lengths: Any,
    end_token: Any,
    name: str | None = None,
) -> Tensor:
    """Build the sequences of a beam search from what each beam chose in each step.

    Args:
      step_ids: int32 [time, batch, beams]: what was chosen.
      parent_ids: int32, of the same shape: which beam of the step before was gone on from.
      max_sequence_lengths: int32 [batch]: how many steps count.
      end_token: int32 scalar: the token that ends a sequence, and fills it up.
      name: the node's name.

    Returns:
      int32 [time, batch, beams]: along time, the whole sequence of each beam.

    Raises:
      ValueError: if the shapes do not fit.
      InvalidArgumentError: when the graph runs, if a parent is no beam.
    """
    return raw.GatherTree(  # type: ignore[no-any-return]
        step_ids, parent_ids, max_sequence_lengths, end_token, name=name
    )


def gather_tree_from_array(t: Any, parent_ids: Any, sequence_length: Any) -> Tensor:
    """Build the values that a beam search stored, each where the path goes that it is part of.

    Args:
      t: the values of all steps, [time, batch * beams, ...] or [time, batch, beams, ...].
      parent_ids: int32 [time, batch, beams]: which beam of the step before was gone on from.
      sequence_length: ints [batch, beams]: how many steps of each path count.

    Returns:
      A tensor of the shape of `t`.
    """
    time, batch, beams = [
        shape_of(parent_ids)[axis] if size is None else size
        for axis, size in enumerate(parent_ids.get_shape().as_list())
    ]
    own = tile(reshape(range_of(beams), [1, 1, -1]), [time, batch, 1])
    longest = cast(reduce_max(sequence_length, axis=1), int32)
    found = gather_tree(own, parent_ids, longest, beams + 1)
    counts = transpose(sequence_mask(sequence_length, maxlen=time), [2, 0, 1])
    found = where(counts, found, own)
    times = tile(reshape(range_of(time), [-1, 1, 1]), [1, batch, beams])
    rows = tile(reshape(range_of(batch), [1, -1, 1]), [time, 1, beams])
    places = stack([times, rows, found], -1)
    sizes = shape_of(t)
    gathered = gather_nd(reshape(t, [time, batch, beams, -1]), places)
    gathered = reshape(gathered, sizes)
    gathered.set_shape(t.get_shape())
    return gathered
