"""The paths through the beams of a search, from their ends back to their beginnings."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import NO_GRADIENT, require
from penstock.ops.scanning import Scan, scan_in_python

__all__ = ["SPECS", "check_parents", "paths"]


def paths(xp: Any, scan: Scan, step_ids: Any, parent_ids: Any, lengths: Any, end_token: Any) -> Any:
    """Follow each beam back through its parents.

    Args:
      xp: the array library.
      scan: repeats a step along time.
      step_ids: int32 [time, batch, beams]: what each beam chose.
      parent_ids: of the same shape: which beam of the step before it goes on from.
      lengths: int32 [batch]: how many steps of each example count.
      end_token: what stands after the first end token of a path, and beyond the lengths.
    """
    count, batch, beams = step_ids.shape
    lengths = xp.clip(lengths, 0, count)
    rows = xp.arange(batch)[:, None]
    own = xp.broadcast_to(xp.arange(beams, dtype=np.int32), (batch, beams))

    def back(place: Any, row: Any) -> tuple[Any, Any]:
        time, ids, parents = row
        counts = (time < lengths)[:, None]
        found = xp.where(counts, ids[rows, place], end_token)
        return xp.where(counts, parents[rows, place], place), found

    def onward(ended: Any, row: Any) -> tuple[Any, Any]:
        kept = xp.where(ended, end_token, row[0])
        return ended | (kept == end_token), kept

    times = xp.arange(count, dtype=np.int32)
    _, found = scan(back, own, (times, step_ids, parent_ids), True)
    return scan(onward, xp.zeros((batch, beams), bool), (found,), False)[1]


def check_parents(parent_ids: Any, lengths: Any) -> None:
    """Check the beams that steps which count go on from, NumPy arrays.

    Raises:
      InvalidArgumentError: if there is no such beam.
    """
    count, _, beams = parent_ids.shape
    counts = (np.arange(1, count + 1)[:, None] <= lengths)[:, :, None]
    wrong = np.argwhere(counts[1:] & ((parent_ids[1:] < 0) | (parent_ids[1:] >= beams)))
    if len(wrong):
        time, row, beam = wrong[0].tolist()
        value = parent_ids[time + 1, row, beam]
        require(
            False,
            f"parent_ids must be numbers of beams, [0, {beams}), but parent_ids[{time + 1},{row},"
            f"{beam}] = {value}. Check that they come from the step before.",
        )


def _kernel(xp: Any, step_ids: Any, parent_ids: Any, lengths: Any, end_token: Any) -> Any:
    check_parents(parent_ids, lengths)
    if not step_ids.size:
        return step_ids
    return paths(np, scan_in_python, step_ids, parent_ids, lengths, end_token)


def _shape(c: ShapeContext) -> Shape:
    rules.with_rank(c, "end_token", 0)
    steps, parents = rules.with_rank(c, "step_ids", 3), rules.with_rank(c, "parent_ids", 3)
    lengths = rules.with_rank(c, "max_sequence_lengths", 1)
    try:
        return merge(merge(steps, parents), (None, lengths[0], None))
    except ValueError:
        raise c.mismatch(
            "step_ids and parent_ids of one shape [time, batch, beams], and a length for each "
            "example of the batch"
        ) from None


GATHER_TREE = OpSpec(
    "GatherTree",
    inputs=["step_ids: T", "parent_ids: T", "max_sequence_lengths: int32", "end_token: T"],
    outputs=["beams: T"],
    attrs={"T": attr("type", allowed=[dtypes.int32])},
    doc="The full sequences of a beam search, from what each beam chose and went on from.",
    shape=_shape,
    kernel=_kernel,
    grad=NO_GRADIENT,
)

SPECS = (GATHER_TREE,)
