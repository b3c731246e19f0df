"""One step of a beam search: score every continuation of every beam, and keep the best."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from penstock.contrib.seq2seq.attention_state import AttentionWrapperState
from penstock.core import nest
from penstock.core.dtypes import float32, int32, int64
from penstock.functions.arrays import constant, expand_dims, reshape, shape as shape_of
from penstock.functions.arrays_filling import one_hot, ones_like, tile, zeros_like
from penstock.functions.arrays_indexing import gather, where
from penstock.functions.arrays_joining import concat
from penstock.functions.math import add_n, floordiv, minimum, mod, pow as power
from penstock.functions.math_casts import cast
from penstock.functions.math_elementwise import log
from penstock.functions.math_logic import equal, logical_not, logical_or
from penstock.functions.math_reductions import reduce_sum
from penstock.functions.math_sequences import range as range_of
from penstock.functions.tensor_array import TensorArray
from penstock.graph.build import convert_to_tensor
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Tensor
from penstock.nn.ranking import top_k
from penstock.nn.softmaxes import log_softmax

__all__ = [
    "BeamSearchDecoderOutput",
    "BeamSearchDecoderState",
    "FinalBeamSearchDecoderOutput",
    "attention_probabilities",
    "search_step",
]


class BeamSearchDecoderState(
    namedtuple(
        "BeamSearchDecoderState",
        ("cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"),
    )
):
    """The state of a `BeamSearchDecoder`.

    Attributes:
      cell_state: the cell's state, [batch, beams, ...].
      log_probs: the logarithms of the beams' probabilities, [batch, beams].
      finished: whether a beam has ended, bool [batch, beams].
      lengths: the lengths of the beams, their end tokens included, int64 [batch, beams].
      accumulated_attention_probs: the sums of all alignments, [batch, beams, places]; an empty
        tuple where coverage does not count.
    """

    __slots__ = ()


class BeamSearchDecoderOutput(
    namedtuple("BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids"))
):
    """What a `BeamSearchDecoder` gives in each step, [batch, beams] each.

    Attributes:
      scores: the beams' scores: log probabilities with the penalties.
      predicted_ids: the last tokens.
      parent_ids: the beams of the step before that these go on from.
    """

    __slots__ = ()


class FinalBeamSearchDecoderOutput(
    namedtuple("FinalBeamSearchDecoderOutput", ("predicted_ids", "beam_search_decoder_output"))
):
    """What a search gives at last.

    Attributes:
      predicted_ids: the sequences, [batch, time, beams], the best beam first.
      beam_search_decoder_output: what each step gave, a `BeamSearchDecoderOutput`.
    """

    __slots__ = ()


def attention_probabilities(cell_state: Any, coverage_penalty_weight: Any) -> Any:
    """Give the alignments in a cell's state, their mean if there are several.

    Args:
      cell_state: the state of a cell.
      coverage_penalty_weight: with a weight of 0 they are not needed.

    Returns:
      [batch, beams, places], or None if they are not needed.

    Raises:
      ValueError: if they are needed, but no cell attends.
    """
    if isinstance(coverage_penalty_weight, (int, float)) and coverage_penalty_weight == 0.0:
        return None
    states = [cell_state]
    if not isinstance(cell_state, AttentionWrapperState):
        states = list(cell_state) if isinstance(cell_state, tuple) else []
    found: list[Any] = []
    for state in states:
        if isinstance(state, AttentionWrapperState):
            several = isinstance(state.alignments, tuple)
            found.append(_mean(list(state.alignments)) if several else state.alignments)
    if not found:
        raise ValueError(
            "coverage_penalty_weight must be 0.0 for a cell without attention, but is "
            f"{coverage_penalty_weight!r}. Wrap the cell in an AttentionWrapper."
        )
    return _mean(found)


def _mean(alignments: list[Any]) -> Any:
    return alignments[0] if len(alignments) == 1 else add_n(alignments) / float(len(alignments))


def search_step(
    logits: Tensor,
    next_cell_state: Any,
    beam_state: BeamSearchDecoderState,
    batch_size: Any,
    beam_width: int,
    end_token: Tensor,
    length_penalty_weight: Any,
    coverage_penalty_weight: Any,
) -> tuple[BeamSearchDecoderOutput, BeamSearchDecoderState]:
    """Build the choice of the best continuations of all beams.

    Args:
      logits: scores of tokens, [batch, beams, tokens].
      next_cell_state: the cell's state after the step, [batch, beams, ...].
      beam_state: the search's state before it.
      batch_size: the number of examples.
      beam_width: the number of beams.
      end_token: the token that ends a beam.
      length_penalty_weight: the exponent of the length that scores are divided by.
      coverage_penalty_weight: the weight of how much of the memory was not attended to.
    """
    ended, tokens = beam_state.finished, _size(logits, 2)
    gains = _only_end(log_softmax(logits), end_token, ended)
    totals = expand_dims(beam_state.log_probs, 2) + gains
    goes_on = cast(logical_not(ended), int64)
    # An end token does not count for the length by which scores are divided.
    zero, one = constant(0, dtype=int64), constant(1, dtype=int64)
    counted = one_hot(end_token, tokens, on_value=zero, off_value=one, dtype=int64)
    lengths = expand_dims(beam_state.lengths, 2) + expand_dims(goes_on, 2) * counted
    coverage = attention_probabilities(next_cell_state, coverage_penalty_weight)
    if coverage is not None:
        coverage = beam_state.accumulated_attention_probs + coverage * expand_dims(
            cast(logical_not(ended), coverage.dtype), 2
        )
    scores = _scores(
        totals, lengths, length_penalty_weight, coverage_penalty_weight, coverage, ended
    )
    best, places = top_k(reshape(scores, [batch_size, -1]), k=beam_width)
    best.set_shape([_static(batch_size), beam_width])
    places.set_shape([_static(batch_size), beam_width])
    words = cast(mod(places, tokens), int32, name="next_beam_word_ids")
    parents = cast(floordiv(places, tokens), int32, name="next_beam_parent_ids")

    beams = _Chooser(parents, batch_size, beam_width)
    already = beams.choose(ended)
    next_state = BeamSearchDecoderState(
        cell_state=nest.map_structure(beams.choose_state, next_cell_state),
        log_probs=_Chooser(places, batch_size, beam_width * tokens).choose(
            reshape(totals, [batch_size, -1])
        ),
        finished=logical_or(already, equal(words, end_token), name="next_beam_finished"),
        lengths=beams.choose(beam_state.lengths) + cast(logical_not(already), int64),
        accumulated_attention_probs=() if coverage is None else beams.choose(coverage),
    )
    output = BeamSearchDecoderOutput(scores=best, predicted_ids=words, parent_ids=parents)
    return output, next_state


def _size(x: Tensor, axis: int) -> Any:
    known = x.get_shape().as_list()[axis]
    return shape_of(x)[axis] if known is None else known


def _static(size: Any) -> Any:
    value = constant_value(size) if isinstance(size, Tensor) else size
    return None if value is None else int(value)


def _only_end(gains: Tensor, end_token: Tensor, ended: Tensor) -> Tensor:
    """Let a beam that has ended go on by nothing but the end token, at no cost."""
    tokens = shape_of(gains)[2]
    row = one_hot(end_token, tokens, dtype=gains.dtype, on_value=0.0, off_value=gains.dtype.min)
    rows = tile(reshape(row, [1, 1, -1]), concat([shape_of(ended), [1]], 0))
    return where(tile(expand_dims(ended, 2), [1, 1, tokens]), rows, gains)


def _scores(
    totals: Tensor,
    lengths: Tensor,
    length_penalty_weight: Any,
    coverage_penalty_weight: Any,
    coverage: Any,
    ended: Tensor,
) -> Tensor:
    """Build the scores; what was not covered counts against a beam once it has ended."""
    scores = totals / _length_penalty(lengths, length_penalty_weight, totals.dtype)
    if coverage is None:
        return scores
    weight = convert_to_tensor(coverage_penalty_weight, name="coverage_penalty_weight")
    _check_scalar("coverage_penalty_weight", weight)
    # Places beyond the memory's length, which never get a share, do not count.
    whole = ones_like(coverage)
    counted = where(coverage > 0.0, minimum(coverage, whole), whole)
    penalty = cast(weight, coverage.dtype) * reduce_sum(log(counted), 2)
    return scores + expand_dims(where(ended, penalty, zeros_like(penalty)), 2)


def _length_penalty(lengths: Tensor, weight: Any, dtype: Any) -> Any:
    """Build ((5 + length) / 6) ** weight (Wu et al., "Google's Neural Machine Translation System",
    2016)."""
    exponent = convert_to_tensor(weight, name="penalty_factor")
    _check_scalar("length_penalty_weight", exponent)
    known = constant_value(exponent)
    if known is not None and known == 0:
        return convert_to_tensor(1.0, dtype=dtype)
    ratio = (5.0 + cast(lengths, float32)) / 6.0
    return cast(power(ratio, exponent), dtype)


def _check_scalar(what: str, weight: Tensor) -> None:
    if weight.get_shape().ndims != 0:
        raise ValueError(f"{what} must be a scalar, but has shape {weight.get_shape()}.")


class _Chooser:
    """Takes for each new beam what belongs to the one it goes on from.

    Args:
      places: int32 [batch, beams]: which one that is.
      batch_size: the number of examples.
      count: how many there are to choose from.
    """

    def __init__(self, places: Tensor, batch_size: Any, count: Any) -> None:
        self._shape = places
        starts = expand_dims(range_of(batch_size) * count, 1)
        self._rows = reshape(places + starts, [-1])
        self._batch_size = batch_size

    def choose(self, values: Tensor) -> Tensor:
        """Choose from values [batch, count, ...]."""
        known = values.get_shape().as_list()
        sizes = shape_of(values)
        flat = reshape(values, concat([[-1], sizes[2:]], 0))
        chosen = gather(flat, self._rows)
        made = reshape(chosen, concat([shape_of(self._shape), sizes[2:]], 0))
        made.set_shape([*self._shape.get_shape().as_list(), *known[2:]])
        made.set_shape([known[0], *[None] * (len(known) - 1)])
        return made

    def choose_state(self, value: Any) -> Any:
        """Choose from a part of a cell's state; arrays and scalars are left as they are."""
        if isinstance(value, TensorArray) or value.get_shape().ndims == 0:
            return value
        return self.choose(value)
