"""From a list of places and values to a dense tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed

__all__ = ["SPECS", "check_places", "places_of"]


def _shape(c: ShapeContext) -> Shape:
    return c.shape_value("output_shape")


def places_of(indices: Any, shape: tuple[int, ...]) -> Any:
    """Give the indices as [count, rank]; a vector is a list of places along one axis."""
    if indices.ndim == 2:
        return indices
    return indices.reshape(-1, 1) if len(shape) == 1 else indices.reshape(-1, len(shape))


def check_places(places: np.ndarray, shape: tuple[int, ...], ordered: bool) -> None:
    """Raise InvalidArgumentError unless all places are in the shape, and rise if they have to."""
    if not places.size:
        return
    inside = np.all((places >= 0) & (places < np.array(shape)), axis=1)
    if not inside.all():
        wrong = places[np.argmin(inside)].tolist()
        raise InvalidArgumentError(
            None, None, f"The index {wrong} is out of the bounds of the shape {list(shape)}."
        )
    flat = np.ravel_multi_index(tuple(places.T), shape)
    if ordered and np.any(np.diff(flat) <= 0):
        place = int(np.argmax(np.diff(flat) <= 0)) + 1
        raise InvalidArgumentError(
            None,
            None,
            f"Indices must rise and not repeat, but {places[place].tolist()} at {place} does not "
            "come after the one before it. Sort them, or pass validate_indices=False.",
        )


def _kernel(
    xp: Any,
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any,
    *,
    validate_indices: bool,
) -> Any:
    shape = tuple(output_shape.tolist())
    places = places_of(np.asarray(sparse_indices), shape)
    check_places(places, shape, validate_indices)
    dense = np.full(shape, default_value)
    dense[tuple(places.T)] = sparse_values
    return dense


def _gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
    values = ops.GatherNd(dy, node.inputs[0])
    default = composed.reduce_sum(dy) - composed.reduce_sum(values)
    indices, shape = (composed.zeros_like(each) for each in node.inputs[:2])
    return [indices, shape, values, default]


SPARSE_TO_DENSE = OpSpec(
    "SparseToDense",
    inputs=[
        "sparse_indices: Tindices",
        "output_shape: Tindices",
        "sparse_values: T",
        "default_value: T",
    ],
    outputs=["dense: T"],
    attrs={
        "validate_indices": True,
        "T": attr("type"),
        "Tindices": attr("type", allowed={dtypes.int32, dtypes.int64}),
    },
    doc="`default_value` everywhere but at `sparse_indices`, where `sparse_values` stand.",
    shape=_shape,
    kernel=_kernel,
    grad=_gradient,
    static=["output_shape"],
)

SPECS = (SPARSE_TO_DENSE,)
