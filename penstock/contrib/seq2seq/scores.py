"""How keys are scored against a query, and the hardest way to make alignments of scores."""

from __future__ import annotations

import math
from typing import Any

from penstock.functions.arrays import expand_dims, shape as shape_of, squeeze
from penstock.functions.arrays_filling import one_hot
from penstock.functions.get_variable import get_variable
from penstock.functions.initializers import (
    constant_initializer,
    ones_initializer,
    zeros_initializer,
)
from penstock.functions.math_elementwise import rsqrt, square, tanh
from penstock.functions.math_products import matmul
from penstock.functions.math_reductions import argmax, reduce_sum
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor

__all__ = ["bahdanau_score", "bahdanau_weights", "hardmax", "luong_scale", "luong_score"]


def _check_units(query: Tensor, keys: Tensor) -> None:
    """Check that a query may be multiplied with keys.

    Raises:
      ValueError: if their depths differ, or are not known.
    """
    depth, units = query.get_shape().as_list()[-1], keys.get_shape().as_list()[-1]
    if depth is None or depth != units:
        raise ValueError(
            f"A query must be as deep as the keys, but {query.name!r} has depth {depth} and the "
            f"keys {keys.name!r} have {units}. Set the mechanism's num_units to the depth of the "
            "cell's output, or use BahdanauAttention, which multiplies both by weights."
        )


def luong_score(query: Tensor, keys: Tensor, scale: Any) -> Tensor:
    """Score keys by their product with the query, times `scale` if there is one.

    Raises:
      ValueError: if their depths differ, or are not known.
    """
    _check_units(query, keys)
    score = squeeze(matmul(expand_dims(query, 1), keys, transpose_b=True), [1])
    return score if scale is None else scale * score


def bahdanau_score(
    processed_query: Tensor,
    keys: Tensor,
    attention_v: Any,
    attention_g: Any = None,
    attention_b: Any = None,
) -> Tensor:
    """Score keys by the sum of v · tanh(keys + query + b), where v may be scaled to the size g."""
    query = expand_dims(processed_query, 1)
    if attention_g is None:
        return reduce_sum(attention_v * tanh(keys + query), [2])
    normed = attention_g * attention_v * rsqrt(reduce_sum(square(attention_v)))
    return reduce_sum(normed * tanh(keys + query + attention_b), [2])


def bahdanau_weights(num_units: int, normalize: bool, dtype: Any) -> tuple[Any, ...]:
    """Make the weights that `bahdanau_score` takes."""
    v = get_variable("attention_v", [num_units], dtype=dtype)
    if not normalize:
        return (v,)
    start = constant_initializer(math.sqrt(1.0 / num_units))
    g = get_variable("attention_g", dtype=dtype, initializer=start, shape=())
    b = get_variable("attention_b", [num_units], dtype=dtype, initializer=zeros_initializer())
    return v, g, b


def luong_scale(scale: bool, dtype: Any) -> Any:
    """Give the weight that scores are multiplied by, or None."""
    if not scale:
        return None
    return get_variable("attention_g", dtype=dtype, initializer=ones_initializer(), shape=())


def hardmax(logits: Any, name: str | None = None) -> Tensor:
    """Build 1 at the largest entry along the last axis, the first of equal ones, and 0 elsewhere.

    Args:
      logits: floats [..., classes].
      name: a name for what is built.

    Returns:
      A tensor of the same shape and dtype.
    """
    with name_scope(name, "Hardmax", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        depth = logits.get_shape().as_list()[-1]
        if depth is None:
            depth = shape_of(logits)[-1]
        return one_hot(argmax(logits, -1), depth, dtype=logits.dtype)
