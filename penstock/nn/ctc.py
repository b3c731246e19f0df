"""Training and decoding of networks whose outputs are longer than their labels."""

from __future__ import annotations

from typing import Any

from penstock.functions.arrays import transpose
from penstock.graph.build import raw
from penstock.graph.node import Tensor
from penstock.graph.sparse_tensor import SparseTensor

__all__ = [
    "ctc_beam_search_decoder",
    "ctc_beam_search_decoder_v2",
    "ctc_greedy_decoder",
    "ctc_loss",
]


def ctc_loss(
    labels: Any,
    inputs: Any = None,
    sequence_length: Any = None,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
    logits: Any = None,
) -> Tensor:
    """Build minus the logarithm of the probability of label sequences, over all alignments.

    Each step of the input has scores of classes, of which the last is the *blank*. An alignment
    gives every step a class; it spells the labels that are left when repeated classes are merged
    and then blanks are dropped. The softmax is part of the loss.

    Args:
      labels: int32 `SparseTensor` [batch, places]; in each row the classes in order, from 0 to
        the blank's number less 1. A number beyond may only end a row, and is dropped.
      inputs: float32 or float64 scores [time, batch, classes].
      sequence_length: int32 [batch]: how many steps of each example count.
      preprocess_collapse_repeated: merge repeated labels before all else.
      ctc_merge_repeated: whether repeated classes are merged; if not, each label takes one step.
      ignore_longer_outputs_than_inputs: whether an example with more labels than steps has no
        loss and no gradient, instead of being an error.
      time_major: whether `inputs` is [time, batch, classes]; else it is [batch, time, classes].
      logits: the new name of `inputs`.

    Returns:
      The losses [batch]; infinite where no alignment of that length spells the labels.

    Raises:
      TypeError: if `labels` is no `SparseTensor` of int32.
      ValueError: if the shapes do not fit.
      InvalidArgumentError: when the graph runs, if labels, their places or numbers of steps are
        out of range, if a row has no label, or more labels than steps.
    """
    if not isinstance(labels, SparseTensor):
        raise TypeError(
            f"labels must be a SparseTensor, but is {labels!r}. Make one of dense labels with "
            "tf.keras.backend.ctc_label_dense_to_sparse, or from indices, values and a shape."
        )
    scores = logits if logits is not None else inputs
    if not time_major:
        scores = transpose(scores, [1, 0, 2])
    built = raw.CTCLoss(
        scores,
        labels.indices,
        labels.values,
        sequence_length,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    )
    return built.loss  # type: ignore[no-any-return]


def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True
) -> tuple[list[SparseTensor], Tensor]:
    """Build the labels that the best class of each step spells.

    Args:
      inputs: float32 or float64 scores [time, batch, classes]; the last class is the blank.
      sequence_length: int32 [batch]: how many steps of each example count.
      merge_repeated: whether a class that repeats the step before is dropped.

    Returns:
      A list of one int64 `SparseTensor` [batch, longest] of labels, and minus the sums of the
      best scores, [batch, 1].

    Raises:
      FailedPreconditionError: when the graph runs, if there are fewer steps than a
        `sequence_length` says.
    """
    found = raw.CTCGreedyDecoder(inputs, sequence_length, merge_repeated=merge_repeated)
    decoded = SparseTensor(found.decoded_indices, found.decoded_values, found.decoded_shape)
    return [decoded], found.log_probability


def ctc_beam_search_decoder(
    inputs: Any,
    sequence_length: Any,
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
) -> tuple[list[SparseTensor], Tensor]:
    """Build the most probable label sequences, found by a search that keeps the best prefixes.

    Args:
      inputs: float32 or float64 scores [time, batch, classes]; the last class is the blank.
      sequence_length: int32 [batch]: how many steps of each example count.
      beam_width: how many prefixes are kept from step to step.
      top_paths: how many sequences to give, at most `beam_width`.
      merge_repeated: whether to drop labels that repeat the one before in what is *found*. With
        the default, `abb` can never be read; `ctc_beam_search_decoder_v2` keeps such labels.

    Returns:
      A list of `top_paths` int64 `SparseTensor`s [batch, longest] of labels, best first, and
      the logarithms of their probabilities, [batch, top_paths].

    Raises:
      InvalidArgumentError: when the graph runs, if fewer sequences are possible than asked for.
      FailedPreconditionError: when the graph runs, if there are fewer steps than a
        `sequence_length` says.
    """
    found = raw.CTCBeamSearchDecoder(
        inputs,
        sequence_length,
        beam_width=beam_width,
        top_paths=top_paths,
        merge_repeated=merge_repeated,
    )
    parts = (found.decoded_indices, found.decoded_values, found.decoded_shape)
    return [SparseTensor(*part) for part in zip(*parts, strict=True)], found.log_probability


def ctc_beam_search_decoder_v2(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Tensor]:
    """`ctc_beam_search_decoder` that keeps repeated labels as they are found."""
    return ctc_beam_search_decoder(
        inputs, sequence_length, beam_width, top_paths, merge_repeated=False
    )
