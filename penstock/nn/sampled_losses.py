"""Losses over very many classes, by the true ones and a sample of the others."""

from __future__ import annotations

from typing import Any

from penstock.core import dtypes
from penstock.functions.arrays_filling import ones
from penstock.functions.arrays_joining import concat, stack
from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.cross_entropy import softmax_cross_entropy_with_logits_v2
from penstock.nn.element_losses import sigmoid_cross_entropy_with_logits
from penstock.nn.embedding import as_parts, embedding_lookup
from penstock.nn.sampling import compute_accidental_hits, log_uniform_candidate_sampler
from penstock.ops import composed

__all__ = ["nce_loss", "sampled_softmax_loss"]


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Tensor:
    """Build the noise-contrastive estimate of a loss over very many classes, for training.

    Args:
      weights: [classes, units], or the parts of it, as for `embedding_lookup`.
      biases: [classes].
      labels: int64 [batch, num_true], the classes that are right.
      inputs: [batch, units], what the last layer gives.
      num_sampled: how many classes to draw per batch.
      num_classes: how many classes there are.
      num_true: how many are right per example.
      sampled_values: what a candidate sampler gives; log-uniform draws by default.
      remove_accidental_hits: whether drawn classes that are right are left out.
      partition_strategy: as for `embedding_lookup`.
      name: a name for what is built.

    Returns:
      A loss per example, [batch].

    Source: Gutmann and Hyvärinen, "Noise-contrastive estimation", 2010.
    """
    logits, targets = _sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        partition_strategy,
        name,
        None,
    )
    losses = sigmoid_cross_entropy_with_logits(labels=targets, logits=logits, name="sampled_losses")
    return _row_sums(losses)


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: int | None = None,
) -> Tensor:
    """Build a cross-entropy over the true and the drawn classes alone, for training.

    It is an underestimate of the full one. Arguments as for `nce_loss`; `seed` is that of the
    default sampler.

    Returns:
      A loss per example, [batch].

    Source: Jean et al., "On using very large target vocabulary for neural machine translation",
    2014.
    """
    logits, targets = _sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        partition_strategy,
        name,
        seed,
    )
    targets = raw.StopGradient(targets, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels=targets, logits=logits)


def _row_sums(x: Tensor) -> Tensor:
    """Sum each row by a matrix product."""
    column = ones(stack([composed.shape(x)[1], 1]), x.dtype)
    return raw.Reshape(raw.MatMul(x, column), [-1])


def _sampled_logits(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Any,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str | None,
    seed: int | None,
) -> tuple[Tensor, Tensor]:
    """Build scores of the true and of the drawn classes, and what they should be."""
    parts = as_parts(weights)
    with name_scope(name, "compute_sampled_logits", [*parts, biases, inputs, labels]):
        if labels.dtype is not dtypes.int64:
            labels = raw.Cast(labels, DstT=dtypes.int64)
        flat = raw.Reshape(labels, [-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(
                labels, num_true, num_sampled, True, num_classes, seed
            )
        drawn, true_count, drawn_count = (raw.StopGradient(each) for each in sampled_values)
        if drawn.dtype is not dtypes.int64:
            drawn = raw.Cast(drawn, DstT=dtypes.int64)
        ids = concat([flat, drawn], 0)
        rows = _looked_up(parts, ids, partition_strategy, inputs)
        true_rows = raw.Slice(rows, [0, 0], stack([composed.shape(flat)[0], -1]))
        drawn_rows = raw.Slice(rows, stack([composed.shape(flat)[0], 0]), [-1, -1])
        drawn_scores = raw.MatMul(inputs, drawn_rows, transpose_b=True)
        offsets = _looked_up(biases, ids, partition_strategy, inputs)
        true_offsets = raw.Slice(offsets, [0], composed.shape(flat))
        drawn_offsets = raw.Slice(offsets, composed.shape(flat), [-1])
        true_scores = _dot_products(inputs, true_rows, num_true)
        true_scores = true_scores + raw.Reshape(true_offsets, [-1, num_true])
        drawn_scores = drawn_scores + drawn_offsets
        if remove_accidental_hits:
            hits = _hits(labels, drawn, num_true, num_sampled, drawn_scores.dtype)
            drawn_scores = drawn_scores + hits
        true_scores = true_scores - raw.Log(true_count)
        drawn_scores = drawn_scores - raw.Log(drawn_count)
        logits = concat([true_scores, drawn_scores], 1)
        right = composed.ones_like(true_scores) / num_true
        return logits, concat([right, composed.zeros_like(drawn_scores)], 1)


def _looked_up(table: Any, ids: Tensor, strategy: str, like: Tensor) -> Tensor:
    found = embedding_lookup(table, ids, partition_strategy=strategy)
    dtype = like.dtype.base_dtype
    return found if found.dtype is dtype else raw.Cast(found, DstT=dtype)


def _dot_products(inputs: Tensor, rows: Tensor, num_true: int) -> Tensor:
    """Multiply each example with the rows of its true classes: [batch, num_true]."""
    units = composed.shape(rows)[1:2]
    shape = concat([[-1, num_true], units], 0)
    products = raw.Mul(raw.ExpandDims(inputs, 1), raw.Reshape(rows, shape))
    matrix = raw.Reshape(products, concat([[-1], units], 0))
    return raw.Reshape(_row_sums(matrix), [-1, num_true])


def _hits(labels: Tensor, drawn: Tensor, num_true: int, num_sampled: int, dtype: Any) -> Tensor:
    """Build [batch, num_sampled], the lowest number where a drawn class is true, 0 elsewhere."""
    rows, places, weights = compute_accidental_hits(labels, drawn, num_true)
    rows = raw.Reshape(rows, [-1, 1])
    columns = raw.Reshape(raw.Cast(places, DstT=dtypes.int32), [-1, 1])
    indices = concat([rows, columns], 1, "sparse_indices")
    shape = concat([composed.shape(labels)[:1], raw.ExpandDims(num_sampled, 0)], 0)
    if weights.dtype is not dtype:
        weights = raw.Cast(weights, DstT=dtype)
    return raw.SparseToDense(indices, shape, weights, 0.0, validate_indices=False)
