"""Losses against their formulas, weights and reductions, and what does not fit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

import penstock as tf
from penstock.core import errors

_RANDOM = np.random.default_rng(3)
LABELS = _RANDOM.normal(size=(4, 3)).astype(np.float32)
GUESSES = _RANDOM.normal(size=(4, 3)).astype(np.float32)
CHANCES = _RANDOM.uniform(0.05, 0.95, size=(4, 3)).astype(np.float32)
BITS = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 1], [1, 1, 1]], np.float32)
ONE_HOT = np.eye(3, dtype=np.float32)[[0, 2, 1, 1]]
WEIGHTS = np.array([[1.0], [0.0], [2.0], [0.5]], np.float32)


def _log_softmax(x):
    return x - special.logsumexp(x, axis=-1, keepdims=True)


def _huber(labels, guesses, delta):
    error = np.abs(guesses - labels)
    return np.where(error <= delta, error**2 / 2, delta * error - delta**2 / 2)


# The loss of each prediction.
ELEMENTS = {
    "absolute": (lambda **k: tf.losses.absolute_difference(LABELS, GUESSES, **k),
                 np.abs(LABELS - GUESSES)),
    "squared": (lambda **k: tf.losses.mean_squared_error(LABELS, GUESSES, **k),
                (LABELS - GUESSES) ** 2),
    "cosine": (lambda **k: tf.losses.cosine_distance(LABELS, GUESSES, axis=1, **k),
               1 - (LABELS * GUESSES).sum(1, keepdims=True)),
    "hinge": (lambda **k: tf.losses.hinge_loss(BITS, GUESSES, **k),
              np.maximum(0, 1 - (2 * BITS - 1) * GUESSES)),
    "huber": (lambda **k: tf.losses.huber_loss(LABELS, GUESSES, delta=0.7, **k),
              _huber(LABELS, GUESSES, 0.7)),
    "log": (lambda **k: tf.losses.log_loss(BITS, CHANCES, **k),
            -BITS * np.log(CHANCES + 1e-7) - (1 - BITS) * np.log(1 - CHANCES + 1e-7)),
    "sigmoid": (lambda **k: tf.losses.sigmoid_cross_entropy(BITS, GUESSES, label_smoothing=0.2,
                                                            **k),
                np.logaddexp(0, GUESSES) - GUESSES * (0.8 * BITS + 0.1)),
}  # fmt: skip
# The loss of each example.
ROWS = {
    "softmax": (lambda **k: tf.losses.softmax_cross_entropy(ONE_HOT, GUESSES, **k),
                -(ONE_HOT * _log_softmax(GUESSES)).sum(1)),
    "smooth": (lambda **k: tf.losses.softmax_cross_entropy(ONE_HOT, GUESSES, label_smoothing=0.3,
                                                           **k),
               -((0.7 * ONE_HOT + 0.1) * _log_softmax(GUESSES)).sum(1)),
    "sparse": (lambda **k: tf.losses.sparse_softmax_cross_entropy(ONE_HOT.argmax(1), GUESSES, **k),
               -(ONE_HOT * _log_softmax(GUESSES)).sum(1)),
}  # fmt: skip
REDUCTIONS = {
    "none": lambda losses, weights: losses * weights,
    "weighted_sum": lambda losses, weights: (losses * weights).sum(),
    "weighted_mean": lambda losses, weights: (
        (losses * weights).sum() / np.broadcast_to(weights, losses.shape).sum()
    ),
    "weighted_sum_over_batch_size": lambda losses, weights: (losses * weights).mean(),
    "weighted_sum_by_nonzero_weights": lambda losses, weights: (
        (losses * weights).sum() / np.count_nonzero(np.broadcast_to(weights, losses.shape))
    ),
}


def _run(build):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(build())


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", [*ELEMENTS, *ROWS])
def test_values(name, reduction):
    build, losses = {**ELEMENTS, **ROWS}[name]
    weights = WEIGHTS if losses.ndim == 2 else WEIGHTS[:, 0]
    for given in (2.0, weights):
        expected = REDUCTIONS[reduction](losses, np.asarray(given))
        value = _run(lambda given=given: build(weights=given, reduction=reduction))
        np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def test_pairs():
    errors_of = GUESSES - LABELS
    pairs = errors_of[:, :, None] - errors_of[:, None, :]
    expected = (pairs**2).sum((1, 2)) / (3 * 2)
    value = _run(lambda: tf.losses.mean_pairwise_squared_error(LABELS, GUESSES))
    np.testing.assert_allclose(value, expected.sum(), rtol=1e-5)
    value = _run(lambda: tf.losses.mean_pairwise_squared_error(LABELS, GUESSES, WEIGHTS))
    np.testing.assert_allclose(value, (expected * WEIGHTS[:, 0]).sum(), rtol=1e-5)


def test_weights_of_zero_give_zero():
    assert _run(lambda: tf.losses.mean_squared_error(LABELS, GUESSES, 0.0)) == 0.0
    assert _run(lambda: tf.losses.mean_squared_error(LABELS, GUESSES, np.zeros((4, 1)))) == 0.0


def test_sparse_labels_and_weights_may_have_an_axis_more():
    plain = _run(
        lambda: tf.losses.sparse_softmax_cross_entropy([0, 2, 1, 1], GUESSES, WEIGHTS[:, 0])
    )

    def build():
        labels = tf.constant([[0], [2], [1], [1]])
        return tf.losses.sparse_softmax_cross_entropy(labels, GUESSES, WEIGHTS)

    assert _run(build) == pytest.approx(plain)


@pytest.mark.parametrize("shape", [[4, 1], [4, None], None])
def test_shapes_that_only_a_run_knows(shape):
    with tf.Graph().as_default(), tf.Session() as sess:
        weights = tf.placeholder(tf.float32, shape)
        loss = tf.losses.mean_squared_error(LABELS, GUESSES, weights)
        expected = REDUCTIONS["weighted_sum_by_nonzero_weights"]((LABELS - GUESSES) ** 2, WEIGHTS)
        for _ in range(2):
            assert sess.run(loss, {weights: WEIGHTS}) == pytest.approx(expected)
        if shape is None:
            assert sess.run(loss, {weights: 2.0}) == pytest.approx(
                2 * ((LABELS - GUESSES) ** 2).mean(), rel=1e-5
            )
            for wrong in (WEIGHTS[:, 0], np.ones([2, 3])):
                with pytest.raises(errors.InvalidArgumentError, match="Weights must be a scalar"):
                    sess.run(loss, {weights: wrong})


def test_losses_are_collected():
    with tf.Graph().as_default(), tf.Session() as sess:
        first = tf.losses.absolute_difference(LABELS, GUESSES)
        second = tf.losses.mean_squared_error(LABELS, GUESSES, scope="inner")
        tf.losses.hinge_loss(BITS, GUESSES, loss_collection=None)
        assert tf.losses.get_losses() == [first, second]
        assert tf.losses.get_losses("inner") == [second]
        assert second.name == "inner/value:0"
        assert sess.run(tf.losses.get_regularization_loss()) == 0.0
        tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.constant(5.0))
        tf.losses.add_loss(tf.constant(2.0))
        total = tf.losses.get_total_loss()
        assert total.op.name == "total_loss"
        value, one, two = sess.run([total, first, second])
        assert value == pytest.approx(one + two + 7.0)
        without = tf.losses.get_total_loss(add_regularization_losses=False)
        assert sess.run(without) == pytest.approx(one + two + 2.0)


def test_integers_come_back_as_such():
    with tf.Graph().as_default(), tf.Session() as sess:
        loss = tf.losses.compute_weighted_loss(tf.constant([1, 2, 6]), 2)
        assert loss.dtype == tf.int32 and sess.run(loss) == 6


def test_gradients_do_not_reach_smoothed_labels():
    with tf.Graph().as_default():
        labels, logits = tf.constant(ONE_HOT), tf.constant(GUESSES)
        loss = tf.losses.softmax_cross_entropy(labels, logits, label_smoothing=0.1)
        by_labels, by_logits = tf.gradients(loss, [labels, logits])
        assert by_labels is None and by_logits is not None


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: tf.losses.mean_squared_error(LABELS, GUESSES[:, :2]), "incompatible"),
        (lambda: tf.losses.mean_squared_error(None, GUESSES), "labels must not be None"),
        (lambda: tf.losses.mean_squared_error(LABELS, None), "predictions must not be None"),
        (lambda: tf.losses.mean_squared_error(LABELS, GUESSES, np.ones(3)), "as many axes"),
        (lambda: tf.losses.mean_squared_error(LABELS, GUESSES, np.ones([4, 2])), "as many axes"),
        (lambda: tf.losses.mean_squared_error(LABELS, GUESSES, reduction="bad"), "no reduction"),
        (lambda: tf.losses.cosine_distance(LABELS, GUESSES), "axis"),
        (lambda: tf.losses.cosine_distance(LABELS, GUESSES, axis=1, dim=1), "both"),
        (lambda: tf.losses.softmax_cross_entropy(None, GUESSES), "onehot_labels must not be None"),
        (lambda: tf.losses.hinge_loss(BITS, None), "logits must not be None"),
        (lambda: tf.losses.get_total_loss(), "at least one"),
    ],
)
def test_what_does_not_fit(build, words):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=words):
        build()
