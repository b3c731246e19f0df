"""Encoder and decoder as one model, unrolled over lists of steps."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from penstock.contrib.legacy_seq2seq.decoders import (
    check_projection,
    embedding_rnn_decoder,
    previous_embedder,
    rnn_decoder,
)
from penstock.contrib.rnn.projections import EmbeddingWrapper, OutputProjectionWrapper
from penstock.core import dtypes, nest
from penstock.functions.arrays import shape as shape_of
from penstock.functions.cond import cond
from penstock.functions.get_variable import get_variable
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.nn.embedding import embedding_lookup
from penstock.nn.recurrent.static import static_rnn

__all__ = [
    "basic_rnn_seq2seq",
    "decode_either_way",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "encode",
    "tied_rnn_seq2seq",
]

_FLOAT = dtypes.float32


def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    dtype: Any = _FLOAT,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build an encoder, and a decoder that begins with its last state; they share no weights.

    Args:
      encoder_inputs: the steps that are read, [batch, depth].
      decoder_inputs: the steps that the decoder is fed, [batch, depth].
      cell: an `RNNCell`; the encoder has a copy of it.
      dtype: of the encoder's first state.
      scope: the variable scope; "basic_rnn_seq2seq" by default.

    Returns:
      The outputs, a list as long as `decoder_inputs`; and the last state.
    """
    with variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    dtype: Any = _FLOAT,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build an encoder and a decoder that share the weights of one cell.

    Args:
      encoder_inputs: the steps that are read, [batch, depth].
      decoder_inputs: the steps that the decoder is fed, [batch, depth].
      cell: an `RNNCell`.
      loop_function: as that of `rnn_decoder`.
      dtype: of the encoder's first state.
      scope: the variable scope within "combined_tied_rnn_seq2seq"; "tied_rnn_seq2seq" by default.

    Returns:
      The outputs, a list as long as `decoder_inputs`; and the last state.
    """
    with variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function=loop_function, scope=scope)


def decode_either_way(
    feed_previous: Any, decode: Callable[[bool, bool], tuple[list[Any], Any]], count: int, like: Any
) -> tuple[list[Any], Any]:
    """Build a decoder for a `feed_previous` that is a tensor: both ways, of which a run takes one.

    Args:
      feed_previous: a boolean scalar tensor.
      decode: from whether to feed the last output, and whether gradients then reach the
        embedding, to outputs and state.
      count: the number of outputs.
      like: a nest like the state.
    """

    def branch(feeds: bool) -> Callable[[], list[Any]]:
        def build() -> list[Any]:
            with variable_scope(get_variable_scope(), reuse=None if feeds else True):
                outputs, state = decode(feeds, False)
            return [*outputs, *nest.flatten(state)]

        return build

    found = cond(feed_previous, branch(True), branch(False))
    return list(found[:count]), nest.pack_sequence_as(like, found[count:])


def encode(
    inputs: Sequence[Any], cell: Any, num_symbols: int, embedding_size: int, dtype: Any
) -> tuple[list[Any], Any]:
    """Build an encoder of symbols: its outputs and its last state."""
    encoder = EmbeddingWrapper(cell, embedding_classes=num_symbols, embedding_size=embedding_size)
    return static_rnn(encoder, inputs, dtype=dtype)


def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build an encoder and a decoder of symbols.

    Args:
      encoder_inputs: the steps that are read, int32 [batch] numbers of symbols.
      decoder_inputs: the steps that the decoder is fed, int32 [batch].
      cell: an `RNNCell`; the encoder has a copy of it.
      num_encoder_symbols: the number of symbols that are read.
      num_decoder_symbols: the number of symbols that are written.
      embedding_size: the depth of the embeddings.
      output_projection: a pair (weights, biases) that makes scores of an output, to choose what is
        fed; None to have the cell's outputs projected to scores.
      feed_previous: whether to feed the best symbol of the last output from the second step on; a
        bool, or a boolean scalar tensor for one graph that does both.
      dtype: of the encoder's first state.
      scope: the variable scope; "embedding_rnn_seq2seq" by default.

    Returns:
      The outputs, a list [batch, symbols] (or [batch, output size] with a projection); and the
      last state.
    """
    with variable_scope(scope or "embedding_rnn_seq2seq") as varscope:
        dtype = _settle(varscope, dtype)
        _, encoder_state = encode(
            encoder_inputs, copy.deepcopy(cell), num_encoder_symbols, embedding_size, dtype
        )
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(feeds: bool, updates: bool) -> tuple[list[Any], Any]:
            return embedding_rnn_decoder(
                decoder_inputs,
                encoder_state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection=output_projection,
                feed_previous=feeds,
                update_embedding_for_previous=updates,
            )

        if isinstance(feed_previous, bool):
            return decode(feed_previous, True)
        return decode_either_way(feed_previous, decode, len(decoder_inputs), encoder_state)


def _settle(varscope: Any, dtype: Any) -> Any:
    """Let a dtype hold for a scope; the scope's own if there is none."""
    if dtype is None:
        return varscope.dtype
    varscope.set_dtype(dtype)
    return dtype


def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build an encoder and a decoder of symbols that share the embedding and the cell.

    Args:
      encoder_inputs: the steps that are read, int32 [batch] numbers of symbols.
      decoder_inputs: the steps that the decoder is fed, int32 [batch].
      cell: an `RNNCell`.
      num_symbols: the number of symbols, read or written.
      embedding_size: the depth of the embedding.
      num_decoder_symbols: the number of symbols that are written, if not all are.
      output_projection: a pair (weights, biases [num_symbols]) that makes scores of an output;
        None to have the cell's outputs projected to scores.
      feed_previous: as that of `embedding_rnn_seq2seq`.
      dtype: of the encoder's first state.
      scope: the variable scope; "embedding_tied_rnn_seq2seq" by default.

    Returns:
      The outputs, a list [batch, symbols]; and the last state.

    Raises:
      ValueError: if the projection is not for as many symbols.
    """
    with variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as varscope:
        dtype = varscope.dtype
        check_projection(output_projection, dtype, num_symbols)
        embedding = get_variable("embedding", [num_symbols, embedding_size], dtype=dtype)
        encoded = [embedding_lookup(embedding, step) for step in encoder_inputs]
        fed = [embedding_lookup(embedding, step) for step in decoder_inputs]
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols or num_symbols)

        def decode(feeds: bool, updates: bool) -> tuple[list[Any], Any]:
            loop_function = None
            if feeds:
                loop_function = previous_embedder(embedding, output_projection, updates)
            return tied_rnn_seq2seq(encoded, fed, cell, loop_function=loop_function, dtype=dtype)

        if isinstance(feed_previous, bool):
            return decode(feed_previous, True)
        known = encoder_inputs[0].get_shape().as_list()[0]
        batch_size = shape_of(encoder_inputs[0])[0] if known is None else known
        like = cell.zero_state(batch_size, dtype)
        return decode_either_way(feed_previous, decode, len(decoder_inputs), like)
