"""Cases of `tf.contrib.legacy_seq2seq`: unrolled models, their losses and gradients."""

import numpy as np

from tests.golden.control_flow.case_table import Cases
from tests.golden.control_flow.seq2seq import numbers, weights

__all__ = ["CASES"]

CASES = Cases()

BATCH, UNITS, SYMBOLS, DEPTH = 2, 4, 6, 3


def cell(tf):
    """Make a cell."""
    return tf.nn.rnn_cell.GRUCell(UNITS)


def symbols(feed, count, seed):
    """Feed steps of symbols."""
    random = np.random.RandomState(seed)
    return [feed(random.randint(0, SYMBOLS, BATCH).astype(np.int32)) for _ in range(count)]


def steps(feed, count, seed):
    """Feed steps of numbers."""
    random = np.random.RandomState(seed)
    return [feed(random.randn(BATCH, DEPTH).astype(np.float32)) for _ in range(count)]


def with_gradients(tf, outputs, state):
    """Fetch outputs, state and the gradients of the variables."""
    loss = tf.add_n([tf.reduce_sum(tf.sin(output)) for output in outputs])
    variables = tf.compat.v1.trainable_variables()
    gradients = [gradient for gradient in tf.gradients(loss, variables) if gradient is not None]
    return [outputs, state, [tf.convert_to_tensor(gradient) for gradient in gradients]]


@CASES
def rnn_decoder(tf, feed):
    with weights(tf):
        start = feed(numbers(BATCH, UNITS))
        made = tf.contrib.legacy_seq2seq.rnn_decoder(
            steps(feed, 3, 1), start, cell(tf), lambda before, i: before[:, :DEPTH] * float(i)
        )
        return with_gradients(tf, *made)


@CASES
def basic(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.basic_rnn_seq2seq(
            steps(feed, 3, 1), steps(feed, 2, 2), cell(tf)
        )
        return with_gradients(tf, *made)


@CASES
def tied(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.tied_rnn_seq2seq(
            steps(feed, 3, 1), steps(feed, 2, 2), cell(tf)
        )
        return with_gradients(tf, *made)


@CASES
def embedding(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq(
            symbols(feed, 3, 1), symbols(feed, 3, 2), cell(tf), SYMBOLS, SYMBOLS, DEPTH
        )
        return with_gradients(tf, *made)


@CASES
def embedding_fed_back(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq(
            symbols(feed, 3, 1),
            symbols(feed, 3, 2),
            cell(tf),
            SYMBOLS,
            SYMBOLS,
            DEPTH,
            output_projection=(feed(numbers(UNITS, SYMBOLS)), feed(numbers(SYMBOLS))),
            feed_previous=True,
        )
        return with_gradients(tf, *made)


@CASES
def embedding_either_way(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq(
            symbols(feed, 3, 1),
            symbols(feed, 3, 2),
            tf.nn.rnn_cell.BasicLSTMCell(UNITS),
            SYMBOLS,
            SYMBOLS,
            DEPTH,
            feed_previous=feed(np.bool_(True)),
        )
        return with_gradients(tf, *made)


@CASES
def embedding_tied(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq(
            symbols(feed, 3, 1), symbols(feed, 3, 2), cell(tf), SYMBOLS, DEPTH, feed_previous=True
        )
        return with_gradients(tf, *made)


@CASES
def attention(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.attention_decoder(
            steps(feed, 3, 1),
            feed(numbers(BATCH, UNITS)),
            feed(numbers(BATCH, 5, 3), [None, None, 3]),
            cell(tf),
            output_size=SYMBOLS,
            num_heads=2,
            initial_state_attention=True,
        )
        return with_gradients(tf, *made)


@CASES
def embedding_attention(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.embedding_attention_seq2seq(
            symbols(feed, 3, 1), symbols(feed, 3, 2), cell(tf), SYMBOLS, SYMBOLS, DEPTH
        )
        return with_gradients(tf, *made)


@CASES
def embedding_attention_either_way(tf, feed):
    with weights(tf):
        made = tf.contrib.legacy_seq2seq.embedding_attention_seq2seq(
            symbols(feed, 3, 1),
            symbols(feed, 3, 2),
            cell(tf),
            SYMBOLS,
            SYMBOLS,
            DEPTH,
            feed_previous=feed(np.bool_(False)),
        )
        return with_gradients(tf, *made)


@CASES
def one_to_many(tf, feed):
    with weights(tf):
        outputs, states = tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq(
            symbols(feed, 3, 1),
            {"a": symbols(feed, 2, 2), "b": symbols(feed, 3, 3)},
            cell(tf),
            {"a": cell(tf), "b": cell(tf)},
            SYMBOLS,
            {"a": SYMBOLS, "b": 4},
            DEPTH,
        )
        return with_gradients(tf, outputs["a"] + outputs["b"], [states["a"], states["b"]])


@CASES
def buckets(tf, feed):
    legacy = tf.contrib.legacy_seq2seq
    with weights(tf):
        counts = [feed(np.abs(numbers(BATCH)) * i) for i in range(3)]
        outputs, losses = legacy.model_with_buckets(
            symbols(feed, 3, 1),
            symbols(feed, 3, 2),
            symbols(feed, 3, 3),
            counts,
            [(1, 2), (3, 3)],
            lambda x, y: legacy.embedding_rnn_seq2seq(x, y, cell(tf), SYMBOLS, SYMBOLS, DEPTH),
        )
        return [outputs, losses]


@CASES
def losses(tf, feed):
    legacy = tf.contrib.legacy_seq2seq
    logits = [feed(numbers(BATCH, SYMBOLS)), feed(numbers(BATCH, SYMBOLS) * 2)]
    targets, counts = symbols(feed, 2, 4), [feed(np.float32([1, 0])), feed(np.float32([0.5, 0]))]
    found = [
        legacy.sequence_loss(logits, targets, counts),
        legacy.sequence_loss(logits, targets, counts, False, False),
        legacy.sequence_loss_by_example(logits, targets, counts),
        legacy.sequence_loss_by_example(logits, targets, counts, False),
    ]
    return [found, tf.gradients(found, logits)]
