"""Cross-entropy over many classes, as language models have them, compiled: value and gradient."""

import numpy as np
import pytest

import penstock as tf

ROWS, CLASSES = 24, 30_000


@pytest.fixture(scope="module")
def numbers():
    random = np.random.default_rng(3)
    scores = (random.normal(size=(ROWS, CLASSES)) * 8).astype(np.float32)
    labels = random.integers(0, CLASSES, ROWS)
    labels[:3] = 0, CLASSES - 1, labels[2]
    scores[0, labels[0]] = 90  # sure and right
    scores[1, labels[1]] = -90  # sure and wrong
    return scores, labels


def by_mathematics(scores, labels):
    """Loss of each row, and its gradient, in double precision."""
    wide = scores.astype(np.float64)
    powers = np.exp(wide - wide.max(1, keepdims=True))
    chances = powers / powers.sum(1, keepdims=True)
    rows = np.arange(len(labels))
    loss = wide.max(1) + np.log(powers.sum(1)) - wide[rows, labels]
    chances[rows, labels] -= 1
    return loss, chances


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("kind", ["int32", "int64"])
def test_sparse_labels(numbers, tier, kind):
    scores, labels = numbers
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        x = tf.placeholder(tf.float32, [None, CLASSES])
        y = tf.placeholder(kind, [None])
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)
        weights = np.linspace(0.5, 2.0, ROWS).astype(np.float32)
        slope = tf.gradients(loss * weights, x)[0]
        got_loss, got_slope = session.run([loss, slope], {x: scores, y: labels})
    wanted_loss, wanted_slope = by_mathematics(scores, labels)
    np.testing.assert_allclose(got_loss, wanted_loss, rtol=2e-6, atol=1e-5)
    np.testing.assert_allclose(got_slope, wanted_slope * weights[:, None], rtol=2e-5, atol=1e-7)
    np.testing.assert_allclose(got_slope.sum(1), 0, atol=1e-5)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_dense_labels_agree(numbers, tier):
    scores, labels = numbers
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        x = tf.placeholder(tf.float32, [None, CLASSES])
        loss = tf.nn.softmax_cross_entropy_with_logits(labels=tf.one_hot(labels, CLASSES), logits=x)
        slope = tf.gradients(loss, x)[0]
        got_loss, got_slope = session.run([loss, slope], {x: scores})
    wanted_loss, wanted_slope = by_mathematics(scores, labels)
    np.testing.assert_allclose(got_loss, wanted_loss, rtol=2e-6, atol=1e-5)
    np.testing.assert_allclose(got_slope, wanted_slope, rtol=2e-5, atol=1e-7)


def test_a_class_out_of_range(numbers):
    scores, labels = numbers
    config = tf.ConfigProto()
    config.experimental.executor_type = "xla"
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        y = tf.placeholder(tf.int32, [None])
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=scores)
        wrong = labels.copy()
        wrong[5] = CLASSES
        with pytest.raises(tf.errors.InvalidArgumentError, match=str(CLASSES)):
            session.run(loss, {y: wrong})
