"""Several decoders of one encoder, and one model for several lengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.contrib.legacy_seq2seq.decoders import embedding_rnn_decoder
from penstock.contrib.legacy_seq2seq.losses import sequence_loss, sequence_loss_by_example
from penstock.contrib.legacy_seq2seq.models import decode_either_way, encode
from penstock.contrib.rnn.projections import OutputProjectionWrapper
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.name_scope import name_scope

__all__ = ["model_with_buckets", "one2many_rnn_seq2seq"]


def one2many_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs_dict: Mapping[Any, Sequence[Any]],
    enc_cell: Any,
    dec_cells_dict: Mapping[Any, Any],
    num_encoder_symbols: int,
    num_decoder_symbols_dict: Mapping[Any, int],
    embedding_size: int,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[dict[Any, list[Any]], dict[Any, Any]]:
    """Build an encoder of symbols, and several decoders that begin with its last state.

    Args:
      encoder_inputs: the steps that are read, int32 [batch] numbers of symbols.
      decoder_inputs_dict: by the names of the decoders, the steps that each is fed.
      enc_cell: the encoder's `RNNCell`.
      dec_cells_dict: the decoders' cells, by name.
      num_encoder_symbols: the number of symbols that are read.
      num_decoder_symbols_dict: the numbers of symbols that are written, by name.
      embedding_size: the depth of the embeddings.
      feed_previous: as that of `embedding_rnn_seq2seq`.
      dtype: of the encoder's first state.
      scope: the variable scope; "one2many_rnn_seq2seq" by default.

    Returns:
      The outputs and the last states, by name.
    """
    outputs: dict[Any, list[Any]] = {}
    states: dict[Any, Any] = {}
    with variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as varscope:
        _, encoder_state = encode(
            encoder_inputs, enc_cell, num_encoder_symbols, embedding_size, varscope.dtype
        )
        for name, inputs in decoder_inputs_dict.items():
            with variable_scope(f"one2many_decoder_{name}"):
                count = num_decoder_symbols_dict[name]
                cell = OutputProjectionWrapper(dec_cells_dict[name], count)
                decode = _decoder(inputs, encoder_state, cell, count, embedding_size)
                if isinstance(feed_previous, bool):
                    made = decode(feed_previous, True)
                else:
                    made = decode_either_way(feed_previous, decode, len(inputs), encoder_state)
            outputs[name], states[name] = made
    return outputs, states


def _decoder(
    inputs: Sequence[Any], state: Any, cell: Any, num_symbols: int, embedding_size: int
) -> Callable[[bool, bool], tuple[list[Any], Any]]:
    return lambda feeds, updates: embedding_rnn_decoder(
        inputs,
        state,
        cell,
        num_symbols,
        embedding_size,
        feed_previous=feeds,
        update_embedding_for_previous=updates,
    )


def model_with_buckets(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable[[Sequence[Any], Sequence[Any]], tuple[list[Any], Any]],
    softmax_loss_function: Callable[..., Any] | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[list[Any]], list[Any]]:
    """Build a model once for each of several lengths, with the same variables.

    Args:
      encoder_inputs: the steps that are read.
      decoder_inputs: the steps that the decoder is fed.
      targets: for each step, the right classes, int32 [batch].
      weights: for each step, floats [batch].
      buckets: pairs (steps to read, steps to write), shorter ones first.
      seq2seq: from encoder's and decoder's inputs to outputs and state.
      softmax_loss_function: as that of `sequence_loss_by_example`.
      per_example_loss: whether a loss is [batch] instead of a scalar.
      name: a name for what is built.

    Returns:
      For each bucket, its outputs; and its loss.

    Raises:
      ValueError: if there are fewer steps than the last bucket has.
    """
    reads, writes = buckets[-1]
    _check_length("encoder_inputs", encoder_inputs, reads)
    _check_length("targets", targets, writes)
    _check_length("weights", weights, writes)
    losses, outputs = [], []
    loss_of = sequence_loss_by_example if per_example_loss else sequence_loss
    everything = [*encoder_inputs, *decoder_inputs, *targets, *weights]
    with name_scope(name, "model_with_buckets", everything):
        for number, (reads, writes) in enumerate(buckets):
            with variable_scope(get_variable_scope(), reuse=True if number > 0 else None):
                made, _ = seq2seq(encoder_inputs[:reads], decoder_inputs[:writes])
                outputs.append(made)
                loss = loss_of(
                    made,
                    targets[:writes],
                    weights[:writes],
                    softmax_loss_function=softmax_loss_function,
                )
                losses.append(loss)
    return outputs, losses


def _check_length(what: str, steps: Sequence[Any], least: int) -> None:
    if len(steps) < least:
        raise ValueError(
            f"{what} must have a step for each of the last bucket, {least}, but has {len(steps)}."
        )
