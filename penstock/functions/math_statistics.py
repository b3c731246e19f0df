"""How numbers are spread: variance, counts, histograms, and how often guesses are right."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.functions.checks import assert_less, assert_non_negative
from penstock.functions.clipping import clip_by_value
from penstock.functions.grouping import with_dependencies
from penstock.functions.math import truediv
from penstock.functions.math_reductions import either, reduce_max, reduce_prod, reduced
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "bincount",
    "confusion_matrix",
    "count_nonzero",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "reduce_std",
    "reduce_variance",
]


def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Build the mean of the squared distances from the mean.

    Args:
      input_tensor: tensor of floats or complex numbers.
      axis: an axis, or several; None means all.
      keepdims: whether the axes stay, with size 1.
      name: the scope of the nodes.

    Returns:
      A tensor of the dtype of `input_tensor`; of its real dtype if it is complex.

    Raises:
      TypeError: if `input_tensor` holds integers.
    """
    with name_scope(name or "reduce_variance"):
        mean = reduced("Mean", input_tensor, axis, True, None)
        if mean.dtype.is_integer:
            raise TypeError(
                f"A variance is a fraction, but {input_tensor!r} holds integers. Use tf.cast first."
            )
        distance = input_tensor - mean
        if distance.dtype.is_complex:
            length = raw.ComplexAbs(distance, Tout=distance.dtype.real_dtype)
            return reduced("Mean", raw.Square(length), axis, bool(keepdims), None)
        return reduced("Mean", raw.Square(distance), axis, bool(keepdims), None)


def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Build the square root of the variance.

    Args:
      input_tensor: tensor of floats or complex numbers.
      axis: an axis, or several; None means all.
      keepdims: whether the axes stay, with size 1.
      name: the scope of the nodes.

    Returns:
      A tensor of the dtype of `input_tensor`; of its real dtype if it is complex.
    """
    with name_scope(name or "reduce_std"):
        return raw.Sqrt(reduce_variance(input_tensor, axis, keepdims))


def count_nonzero(
    input_tensor: Any = None,
    axis: Any = None,
    keepdims: Any = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: Any = None,
    input: Any = None,
) -> Tensor:
    """Build the number of elements other than zero (or than the empty string) over some axes.

    Args:
      input_tensor: tensor of numbers, booleans or strings.
      axis: an axis, or several; None means all.
      keepdims: whether the axes stay, with size 1.
      dtype: the dtype of the count.
      name: the scope of the nodes.
      reduction_indices: the old name of `axis`.
      keep_dims: the old name of `keepdims`.
      input: another name of `input_tensor`.

    Returns:
      A tensor of `dtype`.

    Raises:
      ValueError: if an argument is given under both of its names.
    """
    source = either(("input", input), ("input_tensor", input_tensor))
    axis = either(("axis", axis), ("reduction_indices", reduction_indices))
    keepdims = bool(either(("keepdims", keepdims), ("keep_dims", keep_dims)))
    with name_scope(name, "count_nonzero", [source]):
        x = convert_to_tensor(source, name="input")
        zero = composed.zeros([], x.dtype.base_dtype)
        counted = composed.cast(raw.NotEqual(x, zero), dtypes.int64)
        total = reduced("Sum", counted, axis, keepdims, None)
        return composed.cast(total, as_dtype(dtype))


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
) -> Tensor:
    """Build how often each whole number is in a tensor.

    Args:
      arr: int32 tensor without negative numbers.
      weights: tensor of the shape of `arr`: each number counts by its weight.
      minlength: the least length of the result.
      maxlength: the greatest length: numbers from it on are left out.
      dtype: the dtype of the counts, where there are no weights.

    Returns:
      A tensor of one axis, as long as the greatest number asks for.
    """
    with name_scope(None, "bincount"):
        arr = convert_to_tensor(arr, dtypes.int32, "arr")
        not_empty = raw.Greater(reduce_prod(composed.shape(arr)), 0)
        size = composed.cast(not_empty, dtypes.int32) * (reduce_max(arr) + 1)
        if minlength is not None:
            size = raw.Maximum(convert_to_tensor(minlength, dtypes.int32, "minlength"), size)
        if maxlength is not None:
            size = raw.Minimum(convert_to_tensor(maxlength, dtypes.int32, "maxlength"), size)
        if weights is None:
            return raw.Bincount(arr, size, composed.constant([], as_dtype(dtype)))
        return raw.UnsortedSegmentSum(convert_to_tensor(weights, name="weights"), arr, size)


def histogram_fixed_width(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Build how many values fall into each of `nbins` bins of one width.

    Args:
      values: tensor of numbers.
      value_range: tensor [2] of the same dtype: where the first bin begins and the last ends.
        Values outside count in the first and the last bin.
      nbins: how many bins there are.
      dtype: int32 or int64.
      name: the node's name.

    Returns:
      A tensor [nbins] of `dtype`.
    """
    with name_scope(name, "histogram_fixed_width", [values, value_range, nbins]) as scope:
        return raw.HistogramFixedWidth(values, value_range, nbins, dtype=dtype, name=scope)


def histogram_fixed_width_bins(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Build the number of the bin, of `nbins` of one width, that each value falls into.

    Args:
      values: tensor of numbers.
      value_range: tensor [2] of the same dtype: where the first bin begins and the last ends.
        Values outside fall into the first and the last bin.
      nbins: how many bins there are.
      dtype: int32 or int64.
      name: the node's name.

    Returns:
      A tensor of the shape of `values`, of `dtype`.
    """
    with name_scope(name, "histogram_fixed_width_bins", [values, value_range, nbins]):
        values = convert_to_tensor(values, name="values")
        shape = composed.shape(values)
        flat = raw.Reshape(values, [-1])
        span = convert_to_tensor(value_range, name="value_range")
        count = convert_to_tensor(nbins, dtypes.int32, "nbins")
        wide = composed.cast(count, values.dtype)
        scaled = truediv(flat - span[0], span[1] - span[0], "scaled_values")
        places = raw.Floor(wide * scaled, name="indices")
        clipped = clip_by_value(places, 0, wide - 1)
        return raw.Reshape(composed.cast(clipped, as_dtype(dtype)), shape)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    weights: Any = None,
) -> Tensor:
    """Build how often each class was taken for each other: row by the label, column by the guess.

    Args:
      labels: integer tensor [n] of the true classes.
      predictions: integer tensor [n] of the guessed classes.
      num_classes: how many classes there are; None means up to the greatest in either.
      dtype: the dtype of the counts.
      name: the scope of the nodes.
      weights: tensor [n]: each guess counts by its weight.

    Returns:
      A tensor [num_classes, num_classes] of `dtype`. Running it is an error if a class is negative
      or not below `num_classes`.
    """
    with name_scope(name, "confusion_matrix", [predictions, labels, num_classes, weights]):
        labels = convert_to_tensor(labels, name="labels")
        predictions = convert_to_tensor(predictions, name="predictions")
        guessed = composed.cast(predictions, dtypes.int64)
        true = composed.cast(labels, dtypes.int64)
        true = with_dependencies([assert_non_negative(true)], true)
        guessed = with_dependencies([assert_non_negative(guessed)], guessed)
        if num_classes is None:
            num_classes = raw.Maximum(reduce_max(guessed), reduce_max(true)) + 1
        else:
            count = composed.cast(num_classes, dtypes.int64)
            true = with_dependencies([assert_less(true, count)], true)
            guessed = with_dependencies([assert_less(guessed, count)], guessed)
        shape = composed.stack([num_classes, num_classes])
        places = raw.Pack([true, guessed], axis=1, name="stack")
        kind = as_dtype(dtype)
        if weights is None:
            counts = composed.ones_like(guessed, kind)
        else:
            counts = composed.cast(weights, kind)
        sizes = composed.cast(shape, dtypes.int64)
        zeros = composed.zeros(composed.cast(shape, dtypes.int32), kind)
        return raw.SparseTensorDenseAdd(places, counts, sizes, zeros)
