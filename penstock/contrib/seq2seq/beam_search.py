"""Decoding that keeps, step by step, the most probable sequences so far."""

from __future__ import annotations

from typing import Any

from absl import logging

from penstock.contrib.seq2seq.basic_decoder import check_output_layer, layer_output_size
from penstock.contrib.seq2seq.beam_steps import (
    BeamSearchDecoderOutput,
    BeamSearchDecoderState,
    FinalBeamSearchDecoderOutput,
    attention_probabilities,
    search_step,
)
from penstock.contrib.seq2seq.beam_trees import gather_tree, gather_tree_from_array
from penstock.contrib.seq2seq.decoder import Decoder
from penstock.contrib.seq2seq.inference_helpers import embedding_function, start_and_end_tokens
from penstock.core import nest
from penstock.core.dtypes import bool as bool_type, int32, int64
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import expand_dims, reshape, shape as shape_of, size as size_of
from penstock.functions.arrays_filling import one_hot, tile, zeros
from penstock.functions.arrays_joining import concat
from penstock.functions.cond import cond
from penstock.functions.math_casts import cast
from penstock.functions.math_reductions import reduce_all, reduce_max
from penstock.functions.tensor_array import TensorArray
from penstock.graph.build import convert_to_tensor
from penstock.graph.constant_value import constant_value
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.recurrent.cell import assert_like_rnncell

__all__ = ["BeamSearchDecoder"]


class BeamSearchDecoder(Decoder):
    """Decodes the most probable sequences by a beam search; for inference.

    What depends on the batch is tiled by `tile_batch`: the initial state, and the memory of an
    `AttentionWrapper` with its lengths.

    Args:
      cell: an `RNNCell`.
      embedding: a function from ids to inputs, or what `tf.nn.embedding_lookup` takes.
      start_tokens: int32 [batch]: the ids of the first inputs, one for each example.
      end_token: int32 scalar: the id that ends a sequence.
      initial_state: the cell's first state, a nest of tensors [batch * beam_width, ...].
      beam_width: how many sequences are kept.
      output_layer: a layer that is applied to the cell's output, to give scores of ids.
      length_penalty_weight: scores are log probabilities over ((5 + length) / 6) to this power; 0
        for no preference of long or short sequences.
      coverage_penalty_weight: how much the score of a sequence that has ended loses for places of
        the memory that got less than one whole alignment; 0 for nothing.
      reorder_tensor_arrays: whether the alignment history in the final state is brought into the
        order of the sequences; then it is a tensor [time, batch * beam_width, places].

    Raises:
      TypeError: if `cell` or `output_layer` is of another kind.
      ValueError: if `start_tokens` is no vector, `end_token` no scalar, or the state of another
        batch size.

    Example:
        tiled = tf.contrib.seq2seq.tile_batch(encoder_state, multiplier=10)
        decoder = tf.contrib.seq2seq.BeamSearchDecoder(
            cell, embedding, tf.fill([batch_size], START), END, tiled, 10, tf.layers.Dense(n)
        )
        outputs, _, _ = tf.contrib.seq2seq.dynamic_decode(decoder, maximum_iterations=50)
        outputs.predicted_ids  # [batch, time, 10], the best sequence first
    """

    def __init__(
        self,
        cell: Any,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        initial_state: Any,
        beam_width: int,
        output_layer: Any = None,
        length_penalty_weight: Any = 0.0,
        coverage_penalty_weight: Any = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        assert_like_rnncell("cell", cell)
        check_output_layer(output_layer)
        self._cell = cell
        self._output_layer = output_layer
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens, self._end_token = start_and_end_tokens(start_tokens, end_token)
        self._batch_size = size_of(start_tokens)
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._initial_cell_state = nest.map_structure(
            self._maybe_split_batch_beams, initial_state, cell.state_size
        )
        tokens = tile(expand_dims(self._start_tokens, 1), [1, beam_width])
        self._start_inputs = self._embedding_fn(tokens)
        # All beams begin alike, so all but the first are taken for finished.
        self._finished = one_hot(
            zeros([self._batch_size], dtype=int32),
            depth=beam_width,
            on_value=False,
            off_value=True,
            dtype=bool_type,
        )

    @property
    def batch_size(self) -> Any:
        """The number of examples, an int32 scalar."""
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        """True: beams change places, and with them what has ended."""
        return True

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        """The sizes of a step's outputs, without the batch's axis."""
        size = TensorShape([self._beam_width])
        return BeamSearchDecoderOutput(scores=size, predicted_ids=size, parent_ids=size)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        """The dtypes of a step's outputs."""
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        size = layer_output_size(self._output_layer, self._cell.output_size)
        return BeamSearchDecoderOutput(
            scores=nest.map_structure(lambda _: dtype, size),
            predicted_ids=int32,
            parent_ids=int32,
        )

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """Give `finished`, the first inputs and the first state."""
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        log_probs = one_hot(
            zeros([self._batch_size], dtype=int32),
            depth=self._beam_width,
            on_value=convert_to_tensor(0.0, dtype=dtype),
            off_value=convert_to_tensor(-float("inf"), dtype=dtype),
            dtype=dtype,
        )
        attention = attention_probabilities(self._initial_cell_state, self._coverage_penalty_weight)
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=log_probs,
            finished=self._finished,
            lengths=zeros([self._batch_size, self._beam_width], dtype=int64),
            accumulated_attention_probs=() if attention is None else attention,
        )
        return self._finished, self._start_inputs, state

    def step(
        self, time: Any, inputs: Any, state: Any, name: str | None = None
    ) -> tuple[Any, Any, Any, Any]:
        """Build one step; see `Decoder.step`."""
        sizes = self._cell.state_size
        with name_scope(name, "BeamSearchDecoderStep", nest.flatten((time, inputs))):
            merged = nest.map_structure(lambda one: self._merge(one, one.get_shape()[2:]), inputs)
            cell_state = nest.map_structure(self._maybe_merge_batch_beams, state.cell_state, sizes)
            outputs, next_cell_state = self._cell(merged, cell_state)
            outputs = nest.map_structure(lambda one: self._split(one, one.get_shape()[1:]), outputs)
            next_cell_state = nest.map_structure(
                self._maybe_split_batch_beams, next_cell_state, sizes
            )
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            output, next_state = search_step(
                outputs,
                next_cell_state,
                state,
                self._batch_size,
                self._beam_width,
                self._end_token,
                self._length_penalty_weight,
                self._coverage_penalty_weight,
            )
            next_inputs = cond(
                reduce_all(next_state.finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(output.predicted_ids),
            )
        return output, next_state, next_inputs, next_state.finished

    def finalize(
        self, outputs: Any, final_state: Any, sequence_lengths: Any
    ) -> tuple[FinalBeamSearchDecoderOutput, BeamSearchDecoderState]:
        """Build the sequences, and the alignment history in their order."""
        longest = cast(reduce_max(final_state.lengths, axis=1), int32)
        found = gather_tree(outputs.predicted_ids, outputs.parent_ids, longest, self._end_token)
        if self._reorder_tensor_arrays:
            final_state = final_state._replace(
                cell_state=nest.map_structure(
                    lambda part: self._in_order(part, outputs.parent_ids, final_state.lengths),
                    final_state.cell_state,
                )
            )
        return FinalBeamSearchDecoderOutput(found, outputs), final_state

    def _in_order(self, part: Any, parent_ids: Any, lengths: Any) -> Any:
        """Give the steps in a `TensorArray` in the order of the sequences, if it is by beams."""
        if not isinstance(part, TensorArray) or not self._is_by_beams(part):
            return part
        return gather_tree_from_array(part.stack(), parent_ids, lengths)

    def _is_by_beams(self, array: TensorArray) -> bool:
        """Tell whether elements are by beams, which TensorFlow doubts if all sizes are known."""
        shape = array.element_shape
        sizes = shape.as_list() if shape.ndims else [0]
        batch = constant_value(self._batch_size)
        fits = bool(shape.ndims) and (
            batch is None
            or sizes[0] is None
            or (sizes[0] == batch * self._beam_width and not any(sizes[1:2]))
        )
        if not fits:
            logging.warning(
                "The TensorArray in the cell's state has elements of shape %s, which are not "
                "brought into the order of the sequences. Do that with gather_tree, or set "
                "reorder_tensor_arrays=False.",
                shape,
            )
        return fits

    def _merge(self, t: Any, rest: Any) -> Any:
        """Give a tensor [batch, beams, ...] as [batch * beams, ...]."""
        batch = constant_value(self._batch_size)
        sizes = shape_of(t)
        made = reshape(t, concat(([self._batch_size * self._beam_width], sizes[2:]), 0))
        rows = None if batch is None else int(batch) * self._beam_width
        made.set_shape(TensorShape([rows]).concatenate(rest))
        return made

    def _split(self, t: Any, rest: Any) -> Any:
        """Give a tensor [batch * beams, ...] as [batch, beams, ...].

        Raises:
          ValueError: if it is known not to be of that size.
        """
        batch = constant_value(self._batch_size)
        sizes = shape_of(t)
        made = reshape(t, concat(([self._batch_size, self._beam_width], sizes[1:]), 0))
        rows = None if batch is None else int(batch)
        made.set_shape(TensorShape([rows, self._beam_width]).concatenate(rest))
        return made

    def _maybe_split_batch_beams(self, t: Any, size: Any) -> Any:
        if isinstance(t, TensorArray) or _rank(t) == 0:
            return t
        return self._split(t, size)

    def _maybe_merge_batch_beams(self, t: Any, size: Any) -> Any:
        if isinstance(t, TensorArray) or _rank(t) == 0:
            return t
        return self._merge(t, size)


def _rank(t: Tensor) -> int:
    rank = t.get_shape().ndims
    if rank is None:
        raise ValueError(
            f"The rank of each part of the cell's state must be known, but that of {t.name!r} is "
            "not. Set it by set_shape."
        )
    return rank
