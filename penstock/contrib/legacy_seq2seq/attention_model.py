"""Encoder and decoder with attention as one model, unrolled over lists of steps."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from penstock.contrib.legacy_seq2seq.attention import embedding_attention_decoder
from penstock.contrib.legacy_seq2seq.models import decode_either_way, encode
from penstock.contrib.rnn.projections import OutputProjectionWrapper
from penstock.functions.arrays import reshape
from penstock.functions.arrays_joining import concat
from penstock.functions.variable_scope import variable_scope

__all__ = ["embedding_attention_seq2seq"]


def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """Build an encoder and a decoder of symbols that looks at all of the encoder's outputs.

    Args:
      encoder_inputs: the steps that are read, int32 [batch] numbers of symbols.
      decoder_inputs: the steps that the decoder is fed, int32 [batch].
      cell: an `RNNCell`; the encoder has a copy of it.
      num_encoder_symbols: the number of symbols that are read.
      num_decoder_symbols: the number of symbols that are written.
      embedding_size: the depth of the embeddings.
      num_heads: how many times the decoder reads in each step.
      output_projection: as that of `embedding_rnn_seq2seq`.
      feed_previous: as that of `embedding_rnn_seq2seq`.
      dtype: of the encoder's first state.
      scope: the variable scope; "embedding_attention_seq2seq" by default.
      initial_state_attention: whether the decoder reads for its first state already.

    Returns:
      The outputs, a list [batch, symbols] (or [batch, output size] with a projection); and the
      last state.
    """
    with variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as varscope:
        encoded, encoder_state = encode(
            encoder_inputs, copy.deepcopy(cell), num_encoder_symbols, embedding_size, varscope.dtype
        )
        memory = concat([reshape(one, [-1, 1, cell.output_size]) for one in encoded], 1)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(feeds: bool, updates: bool) -> tuple[list[Any], Any]:
            return embedding_attention_decoder(
                decoder_inputs,
                encoder_state,
                memory,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_projection=output_projection,
                feed_previous=feeds,
                update_embedding_for_previous=updates,
                initial_state_attention=initial_state_attention,
            )

        if isinstance(feed_previous, bool):
            return decode(feed_previous, True)
        return decode_either_way(feed_previous, decode, len(decoder_inputs), encoder_state)
