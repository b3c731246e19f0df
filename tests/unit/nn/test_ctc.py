"""A network learns to read with the CTC loss; dense labels give the losses of sparse ones."""

import itertools

import numpy as np
import pytest

import penstock as tf

CLASSES, TIME, LABELS = 5, 12, 4


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    """A session of a new default graph, forced to one tier."""
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def spoken(random, count):
    """Labels, and noisy frames in which each lasts for some steps: [time, batch, 8]."""
    voices = np.random.default_rng(1).normal(size=(CLASSES, 8))
    frames = 0.1 * random.normal(size=(TIME, count, 8))
    rows = []
    for row in range(count):
        labels = random.integers(0, CLASSES - 1, random.integers(1, LABELS + 1))
        rows.append(labels.tolist())
        for place, label in enumerate(labels):
            frames[3 * place : 3 * place + random.integers(1, 3), row] += voices[label]
    return rows, frames.astype(np.float32)


def sparse(rows):
    places = [(r, c) for r, row in enumerate(rows) for c in range(len(row))]
    labels = list(itertools.chain(*rows))
    return tf.SparseTensorValue(places, labels, [len(rows), max(map(len, rows))])


def test_a_network_learns_to_read():
    random = np.random.default_rng(0)
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(0)
        frames = tf.placeholder(tf.float32, [TIME, None, 8])
        labels = tf.sparse_placeholder(tf.int32)
        times = tf.fill([tf.shape(frames)[1]], TIME)
        logits = tf.layers.dense(tf.layers.dense(frames, 16, tf.nn.relu), CLASSES)
        loss = tf.reduce_mean(tf.nn.ctc_loss(labels, logits, times))
        train = tf.train.AdamOptimizer(0.02).minimize(loss)
        greedy = tf.cast(tf.nn.ctc_greedy_decoder(logits, times)[0][0], tf.int32)
        searched = tf.nn.ctc_beam_search_decoder_v2(logits, times, 5)[0][0]
        wrong = tf.reduce_mean(tf.edit_distance(greedy, labels))
        sess.run(tf.global_variables_initializer())
        rows, values = spoken(random, 32)
        for _ in range(300):
            if sess.run([loss, train], {frames: values, labels: sparse(rows)})[0] < 0.05:
                break
        feeds = {frames: values, labels: sparse(rows)}
        assert sess.run(wrong, feeds) == 0
        assert sess.run(searched, feeds).values.tolist() == list(itertools.chain(*rows))


def test_gradients_follow_differences(sess):
    scores = tf.placeholder(tf.float64, [4, 2, 3])
    labels = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], [0, 1, 1], [2, 2])
    loss = tf.nn.ctc_loss(labels, scores, [4, 3]) * tf.constant([1.0, 2.0], tf.float64)
    slope = tf.gradients(loss, scores)[0]
    x = np.random.default_rng(0).normal(size=(4, 2, 3))
    found = sess.run(slope, {scores: x})
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-5
        ends = [sess.run(loss, {scores: x + sign * step}).sum() for sign in (1, -1)]
        assert found[place] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-8)


def test_dense_labels_give_the_same_losses(sess):
    x = np.random.default_rng(0).normal(size=(6, 3, 4)).astype(np.float32)
    rows = [[1, 2, 2], [3, 1], [2]]
    padded = [row + [0] * (3 - len(row)) for row in rows]
    for blank in (0, 1, -1):
        moved = [[(label + blank) % 4 for label in row] for row in rows]
        filled = [[(label + blank) % 4 for label in row] for row in padded]
        dense = tf.nn.ctc_loss_v2(filled, x, [3, 2, 1], [6, 5, 4], blank_index=blank)
        kept = tf.SparseTensor(sparse(moved).indices, np.int32(sparse(moved).values), [3, 3])
        same = tf.nn.ctc_loss_v2(kept, x, None, [6, 5, 4], blank_index=blank)
        one, other = sess.run([dense, same])
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_dense_labels_may_be_empty_or_too_many(sess):
    x = np.zeros([2, 3, 3], np.float32)
    labels = tf.placeholder(tf.int32, [3, 2])
    loss = tf.nn.ctc_loss_v2(labels, x, [0, 2, 2], [2, 1, 2])
    found = sess.run(loss, {labels: [[0, 0], [1, 2], [1, 2]]})
    np.testing.assert_allclose(found, [2 * np.log(3), np.inf, 2 * np.log(3)], rtol=1e-6)


def test_a_loss_has_no_second_derivative():
    with tf.Graph().as_default():
        x = tf.zeros([3, 1, 3])
        loss = tf.nn.ctc_loss(tf.SparseTensor([[0, 0]], [1], [1, 1]), x, [3])
        with pytest.raises(LookupError, match="once only"):
            tf.gradients(tf.gradients(loss, x), x)


def test_labels_each_once(sess):
    found, places = sess.run(tf.nn.ctc_unique_labels([[1, 2, 2], [3, 1, 0], [2, 0, 0]]))
    assert found.tolist() == [[1, 2, 0], [3, 1, 0], [2, 0, 0]]
    assert places.tolist() == [[0, 1, 1], [0, 1, 2], [0, 1, 1]]


@pytest.mark.parametrize("blank", [4, -5])
def test_a_blank_that_is_no_class(blank):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=f"is {blank}"):
        tf.nn.ctc_loss_v2([[1]], tf.zeros([3, 1, 4]), [1], [3], blank_index=blank)


def test_repeated_labels_are_left_out():
    labels = tf.constant([[1, 1, 2, 2, 1], [1, 1, 0, 3, 3], [2, 2, 2, 2, 2]])
    with tf.Session() as session:
        left, counts = session.run(tf.nn.collapse_repeated(labels, [5, 3, 1]))
    assert left.tolist() == [[1, 2, 1], [1, 0, 0], [2, 0, 0]]
    assert counts.tolist() == [3, 2, 1]
