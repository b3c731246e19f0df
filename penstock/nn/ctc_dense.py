"""The CTC loss of dense labels with any class as the blank, and what is done to such labels."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import bool as bool_type, int32, int64
from penstock.functions.arrays import constant, reshape, shape as shape_of, size
from penstock.functions.arrays_filling import fill, ones_like, pad, sequence_mask
from penstock.functions.arrays_indexing import boolean_mask, unique as unique_of, where
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.map_fn import map_fn
from penstock.functions.math_casts import cast
from penstock.functions.math_logic import logical_and, not_equal
from penstock.functions.math_reductions import reduce_max, reduce_sum
from penstock.functions.math_sequences import range as range_of
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor
from penstock.nn.ctc import ctc_loss

__all__ = ["collapse_repeated", "ctc_loss_v2", "ctc_unique_labels"]


def ctc_loss_v2(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Build minus the logarithm of the probability of label sequences, over all alignments.

    See `ctc_loss` for what that is. Dense labels are compiled together with the rest, and a batch
    of the same shape is not compiled again.

    Args:
      labels: ints [batch, places], of which the first `label_length` count; or an int32
        `SparseTensor`.
      logits: float32 or float64 scores [time, batch, classes].
      label_length: ints [batch]: how many labels of each row count; None for sparse labels.
      logit_length: ints [batch]: how many steps of each example count.
      logits_time_major: whether `logits` is [time, batch, classes]; else it is [batch, time,
        classes].
      unique: accepted: what `ctc_unique_labels` gives; it is not needed.
      blank_index: the number of the blank class, from the end if negative; 0 by default for dense
        labels.
      name: a name for what is built.

    Returns:
      The losses [batch]; infinite where no alignment spells the labels.

    Raises:
      ValueError: if `blank_index` is not given for sparse labels, or is no class.
    """
    with name_scope(name, "ctc_loss_dense", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        classes, blank = _blank(logits, labels, blank_index)
        if blank != classes - 1:
            parts = [
                logits[:, :, :blank],
                logits[:, :, blank + 1 :],
                logits[:, :, blank : blank + 1],
            ]
            logits = concat(parts, 2)
        times = cast(convert_to_tensor(logit_length, name="logit_length"), int32)
        if isinstance(labels, SparseTensor):
            values = _renumbered(labels.values, blank)
            sparse = SparseTensor(labels.indices, values, labels.dense_shape)
            return ctc_loss(sparse, logits, times, time_major=logits_time_major)
        lengths = cast(convert_to_tensor(label_length, name="label_length"), int32)
        losses = ctc_loss(
            _as_sparse(labels, lengths, blank, classes),
            logits,
            times,
            ignore_longer_outputs_than_inputs=True,
            time_major=logits_time_major,
        )
        infinite = fill(shape_of(losses), convert_to_tensor(float("inf"), dtype=losses.dtype))
        return where(lengths > times, infinite, losses)


def _blank(logits: Tensor, labels: Any, blank_index: int | None) -> tuple[int, int]:
    """Give the number of classes, and that of the blank, counted from the front."""
    classes = logits.get_shape().as_list()[-1]
    if classes is None:
        raise ValueError(
            f"The number of classes must be known, but {logits.name!r} has shape "
            f"{logits.get_shape()}. Set it by set_shape."
        )
    if blank_index is None:
        if isinstance(labels, SparseTensor):
            raise ValueError(
                "blank_index must be given for sparse labels: -1 for the last class, as in "
                "ctc_loss."
            )
        return classes, 0
    if not -classes <= blank_index < classes:
        raise ValueError(
            f"blank_index must be a class, from {-classes} to {classes - 1}, but is {blank_index}."
        )
    return classes, blank_index % classes


def _renumbered(labels: Tensor, blank: int) -> Tensor:
    """Number the classes as they are once the blank has gone to the end."""
    return where(labels > blank, labels - 1, labels)


def _as_sparse(labels: Any, lengths: Tensor, blank: int, classes: int) -> SparseTensor:
    """Give every place of dense labels as an element, the blank where none counts.

    A blank ends each row, so that the number of elements depends on the shape alone.
    """
    labels = _renumbered(cast(convert_to_tensor(labels, name="labels"), int32), blank)
    rows, places = shape_of(labels)[0], shape_of(labels)[1]
    null = constant(classes - 1, dtype=int32)
    counts = sequence_mask(lengths, maxlen=places)
    kept = where(counts, labels, fill(shape_of(labels), null))
    ended = concat([kept, fill([rows, 1], null)], 1)
    numbers = range_of(rows * (places + 1))
    indices = stack([numbers // (places + 1), numbers % (places + 1)], 1)
    shape = stack([rows, places + 1])
    return SparseTensor(cast(indices, int64), reshape(ended, [-1]), cast(shape, int64))


def ctc_unique_labels(labels: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """Build the labels that each row has, each once, and where they are among these.

    Args:
      labels: ints [batch, places].
      name: a name for what is built.

    Returns:
      The unique labels [batch, places], in the order in which they come first, filled up with
      zeros; and for each label its place among them, ints [batch, places].
    """

    def of_row(row: Tensor) -> list[Tensor]:
        found = unique_of(row)
        missing = size(row) - size(found.y)
        return [pad(found.y, [[0, missing]]), found.idx]

    with name_scope(name, "ctc_unique_labels", [labels]):
        labels = convert_to_tensor(labels, name="labels")
        found, places = map_fn(of_row, labels, dtype=[labels.dtype, int32])
        return found, places


def collapse_repeated(
    labels: Any, seq_length: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Build labels without those that repeat the one before.

    Args:
      labels: ints [batch, places].
      seq_length: ints [batch]: how many labels of each row count.
      name: a name for what is built.

    Returns:
      The labels that are left, [batch, longest], filled up with zeros; and how many those are of
      each row, [batch].
    """
    with name_scope(name, "collapse_repeated_labels", [labels, seq_length]):
        labels = convert_to_tensor(labels, name="labels")
        lengths = convert_to_tensor(seq_length, name="seq_length")
        first = ones_like(labels[:, :1], dtype=bool_type)
        news = concat([first, not_equal(labels[:, 1:], labels[:, :-1])], 1)
        kept = logical_and(news, sequence_mask(lengths, maxlen=shape_of(labels)[1]))
        counts = reduce_sum(cast(kept, lengths.dtype), axis=1)
        filled = sequence_mask(counts, maxlen=reduce_max(counts))
        rows = raw.Where(filled)
        shape = cast(shape_of(filled), int64)
        return raw.ScatterNd(rows, boolean_mask(labels, kept), shape), counts
