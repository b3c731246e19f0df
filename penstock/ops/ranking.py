"""The largest values of each row, and whether a given class is among them."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.dtypes import REAL_NUMBERS
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed, shape_rules as rules

__all__ = ["SPECS", "check_count"]

_REAL = attr("type", allowed=REAL_NUMBERS)


def _top_k_shape(c: ShapeContext) -> list[Shape]:
    shape = c.shape("input")
    if "k" in c.attrs:
        k = c.attrs["k"]
    else:
        value = c.value("k")
        k = None if value is None else int(value)
    if shape is None:
        return [None, None]
    if not shape:
        raise c.mismatch("an input of at least one axis")
    if k is not None and k < 0:
        raise c.mismatch(f"k of at least 0, not {k}")
    if k is not None and shape[-1] is not None and shape[-1] < k:
        raise c.mismatch(f"at least k = {k} entries along the last axis")
    result = (*shape[:-1], k)
    return [result, result]


def check_count(size: int, k: int) -> None:
    """Raise InvalidArgumentError unless there are `k` entries to find among `size`."""
    if not 0 <= k <= size:
        raise InvalidArgumentError(
            None,
            None,
            f"The input must have at least k = {k} entries along its last axis, but has {size}. "
            "Ask for fewer: tf.minimum(k, tf.shape(x)[-1]).",
        )


def _top_k(xp: Any, input: Any, k: Any) -> tuple[Any, Any]:
    """Sort by value from the largest, and where values are equal by index from the smallest."""
    check_count(input.shape[-1], int(k))
    last = input.shape[-1] - 1
    rising = xp.argsort(input[..., ::-1], axis=-1, stable=True)
    indices = last - rising[..., ::-1][..., : int(k)]
    return xp.take_along_axis(input, indices, axis=-1), indices.astype(xp.int32)


def _last_size(ops: Any, shape: Any) -> Any:
    """Build the last of the sizes in `shape`, as an int64."""
    return ops.GatherV2(ops.Cast(shape, DstT=dtypes.int64), composed.size(shape) - 1, 0)


def _top_k_grad(ops: Any, node: Any, dvalues: Any, dindices: Any) -> list[Any]:
    """Scatter the gradients to where the values were, in the input flattened."""
    shape = composed.shape(node.inputs[0])
    last_chosen = _last_size(ops, composed.shape(node.outputs[1]))
    rows = ops.Reshape(node.outputs[1], convert_to_tensor([-1, last_chosen], name="stack"))
    width = _last_size(ops, shape)
    count = ops.Cast(composed.shape(rows)[0], DstT=dtypes.int64)
    starts = ops.ExpandDims(_multiples(ops, count * width, width), -1)
    flat = ops.Reshape(rows + ops.Cast(starts, DstT=dtypes.int32), [-1])
    places, updates = ops.ExpandDims(flat, -1), ops.Reshape(dvalues, [-1])
    elements = ops.Prod(shape, composed.constant([0], dtypes.int32))
    scattered = ops.ScatterNd(places, updates, [elements])
    gradient = ops.Reshape(scattered, shape)
    if len(node.inputs) == 1:
        return [gradient]
    return [gradient, composed.zeros([], dtypes.int32)]


def _multiples(ops: Any, limit: Any, step: Any) -> Any:
    """Build 0, step, 2 * step … below limit, for int64 tensors."""
    with name_scope(None, "range", [limit, step]) as scope:
        start = ops.Cast(composed.constant(0, dtypes.int32, "start"), DstT=dtypes.int64)
        return ops.Range(start, limit, step, name=scope)


TOP_K = OpSpec(
    "TopK",
    inputs=["input: T"],
    outputs=["values: T", "indices: int32"],
    attrs={"k": attr("int", minimum=0), "sorted": True, "T": _REAL},
    doc="The `k` largest entries along the last axis and their indices; the older form of TopKV2.",
    shape=_top_k_shape,
    kernel=lambda xp, input, *, k: _top_k(xp, input, k),
    grad=_top_k_grad,
)

TOP_K_V2 = OpSpec(
    "TopKV2",
    inputs=["input: T", "k: int32"],
    outputs=["values: T", "indices: int32"],
    attrs={"sorted": True, "T": _REAL},
    doc="The `k` largest entries along the last axis and their indices, largest first; of equal "
    "ones those with lower indices.",
    shape=_top_k_shape,
    kernel=_top_k,
    grad=_top_k_grad,
    static=["k"],
)


def _nth_element_shape(c: ShapeContext) -> Shape:
    shape, n = c.shape("input"), c.value("n")
    if c.shape("n") not in (None, ()):
        raise c.mismatch("n to be one number")
    if shape is None:
        return None
    if not shape:
        raise c.mismatch("an input of at least one axis")
    if n is not None and shape[-1] is not None and not 0 <= int(n) < shape[-1]:
        raise c.mismatch(f"n = {int(n)} to be an index of the last axis")
    return shape[:-1]


def _nth_element(xp: Any, input: Any, n: Any, *, reverse: bool) -> Any:
    place = input.shape[-1] - 1 - n if reverse else n
    return xp.take(xp.sort(input, axis=-1), place, axis=-1)


def _nth_element_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Share the gradient among all entries that equal the one chosen."""
    output = ops.ExpandDims(node.outputs[0], -1)
    chosen = ops.Cast(ops.Equal(output, node.inputs[0]), DstT=dy.dtype)
    dy = ops.ExpandDims(dy, -1)
    count = ops.ExpandDims(ops.Sum(chosen, -1), -1)
    return [ops.RealDiv(chosen, count, name="div") * dy, None]


NTH_ELEMENT = OpSpec(
    "NthElement",
    inputs=["input: T", "n: int32"],
    outputs=["values: T"],
    attrs={"reverse": False, "T": _REAL},
    doc="The entry at place `n` of each row sorted, ascending or for `reverse` descending.",
    shape=_nth_element_shape,
    kernel=_nth_element,
    grad=_nth_element_grad,
)


def _in_top_k_shape(c: ShapeContext) -> Shape:
    predictions = rules.with_rank(c, "predictions", 2)
    targets = rules.with_rank(c, "targets", 1)
    assert predictions is not None
    try:
        return shapes.merge(predictions[:1], targets)
    except ValueError:
        raise c.mismatch("as many targets as rows of predictions") from None


def _in_top_k(xp: Any, predictions: Any, targets: Any, k: Any) -> Any:
    """Rows with a prediction that is not finite, and targets that are no class, are never in."""
    classes = predictions.shape[1]
    inside = (targets >= 0) & (targets < classes)
    wanted = xp.take_along_axis(predictions, xp.where(inside, targets, 0)[:, None], axis=1)
    ahead = xp.sum(predictions > wanted, axis=1)
    return inside & xp.isfinite(predictions).all(axis=1) & (ahead < k)


IN_TOP_K = OpSpec(
    "InTopK",
    inputs=["predictions: float32", "targets: T"],
    outputs=["precision: bool"],
    attrs={"k": attr("int"), "T": attr("type", dtypes.int32, allowed={dtypes.int32, dtypes.int64})},
    doc="Whether each row's target class has one of its `k` highest predictions, ties counted in.",
    shape=_in_top_k_shape,
    kernel=lambda xp, predictions, targets, *, k: _in_top_k(xp, predictions, targets, k),
)

IN_TOP_K_V2 = OpSpec(
    "InTopKV2",
    inputs=["predictions: float32", "targets: T", "k: T"],
    outputs=["precision: bool"],
    attrs={"T": attr("type", dtypes.int32, allowed={dtypes.int32, dtypes.int64})},
    doc="Whether each row's target class has one of its `k` highest predictions, ties counted in.",
    shape=_in_top_k_shape,
    kernel=_in_top_k,
)

SPECS = (TOP_K, TOP_K_V2, NTH_ELEMENT, IN_TOP_K, IN_TOP_K_V2)
