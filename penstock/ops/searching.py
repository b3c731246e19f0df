"""Places of values in sorted rows, and coordinates of places."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import (
    INDEX,
    INDEX_AS_INT32,
    NO_GRADIENT,
    any_type,
    require,
    sizes_of,
)

__all__ = ["SPECS"]


def _values_shape(c: ShapeContext) -> Shape:
    rows, values = rules.with_rank(c, "sorted_inputs", 2), rules.with_rank(c, "values", 2)
    try:
        merge(rows[:1], values[:1])
    except ValueError:
        raise c.mismatch("as many rows of values as there are sorted rows") from None
    return values


def _searching(side: str) -> Any:
    def kernel(xp: Any, rows: Any, values: Any, *, out_type: Any) -> Any:
        require(
            rows.shape[0] == values.shape[0],
            f"There are {values.shape[0]} rows of values for {rows.shape[0]} sorted rows.",
        )
        if not rows.shape[0]:
            return xp.zeros(values.shape, out_type.as_numpy_dtype)
        found = [xp.searchsorted(rows[row], values[row], side=side) for row in range(rows.shape[0])]
        return xp.stack(found).astype(out_type.as_numpy_dtype)

    return kernel


def _bound(name: str, doc: str, side: str) -> OpSpec:
    return OpSpec(
        name,
        inputs=["sorted_inputs: T", "values: T"],
        outputs=["output: out_type"],
        attrs={"T": any_type(), "out_type": INDEX_AS_INT32},
        doc=doc,
        shape=_values_shape,
        kernel=_searching(side),
        grad=NO_GRADIENT,
    )


def _unravelled_shape(c: ShapeContext) -> Shape:
    indices, dims = c.shape("indices"), c.shape("dims")
    if indices is None or dims is None:
        return None
    return dims if indices == () else (dims[0], indices[0])


def _unravel(xp: Any, indices: Any, dims: Any) -> Any:
    sizes = sizes_of(dims)
    rest, places = indices, []
    for size in sizes[::-1]:
        places.append(rest % size)
        rest = rest // size
    return xp.stack(places[::-1]).astype(indices.dtype)


UNRAVEL_INDEX = OpSpec(
    "UnravelIndex",
    inputs=["indices: Tidx", "dims: Tidx"],
    outputs=["output: Tidx"],
    attrs={"Tidx": attr("type", dtypes.int32, allowed=INDEX)},
    doc="The coordinates, along a new first axis, of elements that are numbered row by row.",
    shape=_unravelled_shape,
    kernel=_unravel,
    grad=NO_GRADIENT,
    static=["dims"],
)

SPECS = (
    _bound(
        "LowerBound", "For each value the first place in its row that is not before it.", "left"
    ),
    _bound("UpperBound", "For each value the first place in its row that is after it.", "right"),
    UNRAVEL_INDEX,
)
