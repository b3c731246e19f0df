"""Cases of CTC: losses with gradients, decoders, distances, and what they refuse."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

TIME, BATCH, CLASSES = 12, 3, 5
LABELS = [[0, 1, 1, 3], [2, 2], [3, 0, 1, 2, 3]]
TIMES = [12, 9, 8]


def scores(scale=1.0):
    """Give scores [time, batch, classes]."""
    random = np.random.RandomState(7)
    return (scale * random.randn(TIME, BATCH, CLASSES)).astype(np.float32)


def sparse(tf, feed, rows, dtype=np.int32):
    """Feed rows of labels as a sparse tensor, whose number of elements the graph does not know."""
    places = [[r, c] for r, row in enumerate(rows) for c in range(len(row))]
    indices = feed(np.array(places, np.int64).reshape(-1, 2), [None, 2])
    values = feed(np.array([label for row in rows for label in row], dtype), [None])
    shape = [len(rows), max(1, max(len(row) for row in rows))]
    return tf.SparseTensor(indices, values, feed(np.array(shape, np.int64)))


def loss(tf, feed, labels=LABELS, times=TIMES, x=None, **options):
    """Build losses, and their gradient with weights."""
    x = feed(scores()) if x is None else x
    losses = tf.compat.v1.nn.ctc_loss(sparse(tf, feed, labels), x, feed(np.int32(times)), **options)
    return [losses, tf.gradients(losses * tf.constant([1.0, -2.0, 0.5], x.dtype), x)]


@CASES
def plain(tf, feed):
    return loss(tf, feed)


@CASES
def sharp(tf, feed):
    return loss(tf, feed, x=tf.constant(scores(5.0).astype(np.float64)))


@CASES
def batch_major(tf, feed):
    return loss(tf, feed, x=feed(scores().transpose(1, 0, 2)), time_major=False)


@CASES
def collapsed(tf, feed):
    return loss(tf, feed, preprocess_collapse_repeated=True)


@CASES
def unmerged(tf, feed):
    return loss(tf, feed, ctc_merge_repeated=False)


@CASES
def collapsed_and_unmerged(tf, feed):
    x = tf.constant(scores().astype(np.float64))
    return loss(tf, feed, x=x, preprocess_collapse_repeated=True, ctc_merge_repeated=False)


@CASES
def longer_than_inputs(tf, feed):
    return loss(tf, feed, times=[3, 9, 5], ignore_longer_outputs_than_inputs=True)


@CASES
def just_enough_steps(tf, feed):
    return loss(tf, feed, times=[5, 3, 5])


@CASES
def no_path(tf, feed):
    return loss(tf, feed, times=[4, 2, 5])


@CASES
def labels_that_end_early(tf, feed):
    return loss(tf, feed, labels=[[0, 1, 4, 4], [2, 9], [3, 0, 1, 2, 3]])


@CASES
def too_few_steps(tf, feed):
    return loss(tf, feed, times=[3, 9, 8])


@CASES
def too_many_steps(tf, feed):
    return loss(tf, feed, times=[13, 9, 8])


@CASES
def negative_steps(tf, feed):
    return loss(tf, feed, times=[12, -9, 8])


@CASES
def negative_label(tf, feed):
    return loss(tf, feed, labels=[[0, -1], [2], [3]])


@CASES
def label_after_null(tf, feed):
    return loss(tf, feed, labels=[[0, 4, 1], [2], [3]])


@CASES
def row_without_labels(tf, feed):
    return loss(tf, feed, labels=[[0, 1], [], [3]])


@CASES
def unordered_labels(tf, feed):
    places = feed(np.array([[0, 0], [2, 0], [1, 0]], np.int64), None)
    labels = tf.SparseTensor(places, feed(np.int32([1, 2, 3])), [3, 1])
    return [tf.compat.v1.nn.ctc_loss(labels, feed(scores()), TIMES)]


@CASES
def dense_labels(tf, feed):
    return [tf.compat.v1.nn.ctc_loss(tf.constant([[1]]), feed(scores()), TIMES)]


@CASES
def labels_of_int64(tf, feed):
    labels = sparse(tf, feed, LABELS, np.int64)
    return [tf.compat.v1.nn.ctc_loss(labels, feed(scores()), TIMES)]


def decoded(found):
    """List the parts of what a decoder gives."""
    paths, score = found
    return [[path.indices, path.values, path.dense_shape] for path in paths] + [score]


@CASES
def greedy(tf, feed):
    x, times = feed(scores(3.0)), feed(np.int32(TIMES))
    decode = tf.nn.ctc_greedy_decoder
    return [decoded(decode(x, times)), decoded(decode(x, times, merge_repeated=False))]


@CASES
def narrow_beams(tf, feed):
    x, times = feed(scores(1.5)), feed(np.int32(TIMES))
    decode = tf.compat.v1.nn.ctc_beam_search_decoder
    return [
        decoded(decode(x, times, beam_width=width, top_paths=2, merge_repeated=False))
        for width in (2, 3, 5, 10)
    ]


@CASES
def wide_beams(tf, feed):
    x, times = feed(scores()), feed(np.int32(TIMES))
    merged = tf.compat.v1.nn.ctc_beam_search_decoder(x, times)
    return [decoded(merged), decoded(tf.compat.v1.nn.ctc_beam_search_decoder_v2(x, times))]


@CASES
def no_steps_to_decode(tf, feed):
    x, times = feed(scores()), feed(np.int32([0, 3, 0]))
    decode = tf.compat.v1.nn.ctc_beam_search_decoder
    return [decoded(tf.nn.ctc_greedy_decoder(x, times)), decoded(decode(x, times, 3))]


@CASES
def too_many_steps_to_decode(tf, feed):
    return decoded(tf.nn.ctc_greedy_decoder(feed(scores()), feed(np.int32([12, 13, 1]))))


@CASES
def too_many_paths(tf, feed):
    x = feed(scores())
    return decoded(tf.compat.v1.nn.ctc_beam_search_decoder(x, TIMES, 2, 3))


@CASES
def fewer_sequences_than_asked_for(tf, feed):
    x = feed(scores())
    return decoded(tf.compat.v1.nn.ctc_beam_search_decoder(x, [0, 1, 2], 3, 2))


@CASES
def distances(tf, feed):
    one = sparse(tf, feed, [[1, 2, 3], [4], [], [5]])
    other = sparse(tf, feed, [[2, 3, 3, 1], [4], [6]])
    return [tf.edit_distance(one, other), tf.edit_distance(one, other, normalize=False)]


@CASES
def distances_of_other_ranks(tf, feed):
    flat = tf.SparseTensor(tf.constant([[0]], tf.int64), [1], [1])
    return [tf.edit_distance(flat, sparse(tf, feed, [[1]]))]
