"""How many insertions, deletions and replacements turn one sequence into another."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import any_type, require

__all__ = ["SPECS", "edits"]


def edits(one: Any, other: Any) -> int:
    """Count the edits between two sequences, NumPy vectors (Levenshtein's distance).

    >>> edits(np.array([1, 2, 3]), np.array([1, 3, 3, 4]))
    2
    """
    places = np.arange(len(other) + 1)
    counts = places
    for item in one:
        changed = counts[:-1] + (other != item)
        fresh = np.concatenate([counts[:1] + 1, np.minimum(changed, counts[1:] + 1)])
        # An item of `other` that is put in costs one more than what is to its left.
        counts = np.minimum.accumulate(fresh - places) + places
    return int(counts[-1])


def _groups(indices: Any, values: Any, sizes: Any, what: str) -> dict[tuple[int, ...], Any]:
    """Give the sequences of a sparse tensor by where they stand."""
    found: dict[tuple[int, ...], list[int]] = {}
    for number, place in enumerate(indices[:, :-1].tolist()):
        found.setdefault(tuple(place), []).append(number)
    for place in found:
        inside = all(0 <= index < size for index, size in zip(place, sizes, strict=True))
        require(
            inside,
            f"The sequences must stand in the shape {list(sizes)}, but {what} has one at "
            f"{list(place)}. Check the dense_shape of the sparse tensors.",
        )
    return {place: values[numbers] for place, numbers in found.items()}


def _check(what: str, indices: Any, values: Any, shape: Any) -> None:
    require(
        len(shape) > 1,
        f"{what} must have rank 2 at least, sequences along its last axis, but its dense_shape is "
        f"{shape.tolist()}.",
    )
    require(
        indices.shape == (len(values), len(shape)),
        f"The indices of {what} must be {[len(values), len(shape)]}, a place for each value, but "
        f"are {list(indices.shape)}.",
    )


def _distance(
    xp: Any,
    hypothesis_indices: Any,
    hypothesis_values: Any,
    hypothesis_shape: Any,
    truth_indices: Any,
    truth_values: Any,
    truth_shape: Any,
    *,
    normalize: bool,
) -> Any:
    _check("hypothesis", hypothesis_indices, hypothesis_values, hypothesis_shape)
    _check("truth", truth_indices, truth_values, truth_shape)
    require(
        len(hypothesis_shape) == len(truth_shape),
        f"hypothesis and truth must have one rank, but their dense shapes are "
        f"{hypothesis_shape.tolist()} and {truth_shape.tolist()}.",
    )
    sizes = tuple(np.maximum(hypothesis_shape, truth_shape)[:-1].tolist())
    found = _groups(hypothesis_indices, hypothesis_values, sizes, "hypothesis")
    true = _groups(truth_indices, truth_values, sizes, "truth")
    distances = np.zeros(sizes, np.float32)
    nothing = truth_values[:0]
    for place in {**found, **true}:
        goal = true.get(place, nothing)
        count = edits(found.get(place, nothing), goal)
        if normalize:
            distances[place] = count / len(goal) if len(goal) else np.inf
        else:
            distances[place] = count
    return distances


def _shape(c: ShapeContext) -> Shape:
    for name in ("hypothesis", "truth"):
        indices = rules.with_rank(c, f"{name}_indices", 2)
        values = rules.with_rank(c, f"{name}_values", 1)
        if None not in (indices[0], values[0]) and indices[0] != values[0]:
            raise c.mismatch(f"as many {name}_values as {name}_indices has rows")
        rules.with_rank(c, f"{name}_shape", 1)
    sizes, others = c.value("hypothesis_shape"), c.value("truth_shape")
    if sizes is None or others is None:
        return None
    if len(sizes) != len(others):
        raise c.mismatch("hypothesis and truth of one rank")
    return tuple(np.maximum(sizes, others)[:-1].tolist())


EDIT_DISTANCE = OpSpec(
    "EditDistance",
    inputs=[
        "hypothesis_indices: int64",
        "hypothesis_values: T",
        "hypothesis_shape: int64",
        "truth_indices: int64",
        "truth_values: T",
        "truth_shape: int64",
    ],
    outputs=["output: float32"],
    attrs={"normalize": True, "T": any_type()},
    doc="The edits between sequences, which stand along the last axes of two sparse tensors.",
    shape=_shape,
    kernel=_distance,
    host=True,
)

SPECS = (EDIT_DISTANCE,)
