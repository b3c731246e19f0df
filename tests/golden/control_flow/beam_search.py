"""Cases of beam search, with and without attention, and of its penalties."""

import numpy as np

from tests.golden.control_flow.case_table import Cases
from tests.golden.control_flow.seq2seq import (
    BATCH,
    DEPTH,
    PLACE_COUNTS,
    PLACES,
    TOKENS,
    UNITS,
    numbers,
    weights,
)

__all__ = ["CASES"]

CASES = Cases()

WIDTH = 3


def search(tf, feed, cell, state, end=5, limit=6, batch=BATCH, **options):
    """Search, and give the sequences, the last state and the lengths."""
    s2s = tf.contrib.seq2seq
    decoder = s2s.BeamSearchDecoder(
        cell,
        feed(2.0 * numbers(TOKENS, DEPTH)),
        feed(np.array([1, 3], np.int32), [batch]),
        end,
        state,
        WIDTH,
        tf.compat.v1.layers.Dense(TOKENS),
        **options,
    )
    outputs, state, lengths = s2s.dynamic_decode(decoder, maximum_iterations=limit)
    return [outputs, state, lengths]


def plain(tf, feed):
    """Build a cell, and its state for all beams."""
    state = tf.contrib.seq2seq.tile_batch(feed(numbers(BATCH, UNITS)), WIDTH)
    return tf.nn.rnn_cell.GRUCell(UNITS), state


def attentive(tf, feed, **options):
    """Build a cell over a memory, and its state for all beams."""
    s2s = tf.contrib.seq2seq
    memory = s2s.tile_batch(feed(numbers(BATCH, PLACES, UNITS)), WIDTH)
    counts = s2s.tile_batch(feed(PLACE_COUNTS), WIDTH)
    mechanism = s2s.BahdanauAttention(UNITS, memory, counts)
    cell = s2s.AttentionWrapper(tf.nn.rnn_cell.GRUCell(UNITS), mechanism, UNITS, **options)
    return cell, cell.zero_state(BATCH * WIDTH, tf.float32)


@CASES
def beams(tf, feed):
    with weights(tf):
        return search(tf, feed, *plain(tf, feed))


@CASES
def beams_that_end(tf, feed):
    with weights(tf):
        return [search(tf, feed, *plain(tf, feed), end=end, limit=20) for end in (0, 2, 4)]


@CASES
def beams_with_length_penalty(tf, feed):
    with weights(tf):
        return search(tf, feed, *plain(tf, feed), end=2, length_penalty_weight=1.5)


@CASES
def beams_of_lstm(tf, feed):
    with weights(tf):
        cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(UNITS) for _ in range(2)])
        state = cell.zero_state(BATCH * WIDTH, tf.float32)
        return search(tf, feed, cell, state, length_penalty_weight=0.5)


@CASES
def beams_with_attention(tf, feed):
    with weights(tf):
        return search(tf, feed, *attentive(tf, feed))


@CASES
def beams_with_history(tf, feed):
    with weights(tf):
        cell, state = attentive(tf, feed, alignment_history=True)
        return search(tf, feed, cell, state, end=2, batch=None)


@CASES
def beams_with_coverage_penalty(tf, feed):
    with weights(tf):
        cell, state = attentive(tf, feed)
        return search(tf, feed, cell, state, coverage_penalty_weight=0.4, length_penalty_weight=0.7)


@CASES
def beams_with_history_as_it_was(tf, feed):
    with weights(tf):
        cell, state = attentive(tf, feed, alignment_history=True)
        outputs, state, lengths = search(
            tf, feed, cell, state, reorder_tensor_arrays=False, batch=None
        )
        history = state.cell_state.alignment_history.stack()
        return [outputs, history, lengths]


@CASES
def beams_with_history_of_known_size(tf, feed):
    with weights(tf):
        cell, state = attentive(tf, feed, alignment_history=True)
        outputs, state, lengths = search(tf, feed, cell, state)
        history = state.cell_state.alignment_history.stack()
        return [outputs, history, lengths]
