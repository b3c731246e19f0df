"""Values of tf.nn's functions, where there is more to them than one op."""

import numpy as np
import pytest
from scipy import special

import penstock as tf
from penstock.core.errors import InvalidArgumentError


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def _run(*fetches, **feeds):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        results = session.run(list(fetches))
    return results[0] if len(results) == 1 else results


def _numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("axis", [-3, -2, -1, 0, 1, 2])
def test_softmax_along_any_axis(axis):
    x = _numbers(2, 3, 4)
    soft, logs = _run(tf.nn.softmax(x, axis=axis), tf.nn.log_softmax(x, axis=axis))
    np.testing.assert_allclose(soft, special.softmax(x, axis), rtol=1e-5)
    np.testing.assert_allclose(logs, special.log_softmax(x, axis), rtol=1e-5, atol=1e-6)


def test_softmax_refuses_an_axis_that_is_not_there():
    with pytest.raises(InvalidArgumentError, match="axis"):
        tf.nn.softmax(tf.zeros([2, 3]), axis=2)


@pytest.mark.parametrize("axis", [-1, 1])
def test_cross_entropy_along_any_axis(axis):
    logits, labels = _numbers(2, 5, 3), special.softmax(_numbers(2, 5, 3, seed=1), axis)
    loss = _run(
        tf.nn.softmax_cross_entropy_with_logits_v2(
            labels=labels.astype(np.float32), logits=logits, axis=axis
        )
    )
    expected = -(labels * special.log_softmax(logits, axis)).sum(axis)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


def test_sparse_cross_entropy_of_sequences_is_the_dense_one():
    logits = _numbers(2, 4, 5)
    labels = np.random.default_rng(2).integers(0, 5, (2, 4))
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    dense = tf.nn.softmax_cross_entropy_with_logits_v2(
        labels=np.eye(5, dtype=np.float32)[labels], logits=logits
    )
    a, b = _run(sparse, dense)
    np.testing.assert_allclose(a, b, rtol=1e-5)


def test_sparse_cross_entropy_refuses_labels_of_the_wrong_shape():
    with pytest.raises(ValueError, match="one axis less"):
        tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.zeros([4, 5], tf.int32), logits=tf.zeros([4, 5])
        )
    with pytest.raises(ValueError, match="shape of logits"):
        tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.zeros([3], tf.int32), logits=tf.zeros([4, 5])
        )


def test_sparse_cross_entropy_names_a_label_that_is_no_class():
    labels = tf.placeholder(tf.int32, [2])
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=tf.zeros([2, 3]))
    with tf.Session() as session, pytest.raises(InvalidArgumentError, match="label"):
        session.run(loss, {labels: [1, 3]})


def test_losses_want_their_arguments_by_name():
    with pytest.raises(ValueError, match="by name"):
        tf.nn.softmax_cross_entropy_with_logits(tf.zeros([1, 2]), tf.zeros([1, 2]))
    with pytest.raises(ValueError, match="both"):
        tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros([1, 2]))


def test_losses_of_yes_and_no():
    x, z = _numbers(6) * 10, (_numbers(6, seed=1) > 0).astype(np.float32)
    p = special.expit(x.astype(np.float64))
    plain, weighted = _run(
        tf.nn.sigmoid_cross_entropy_with_logits(labels=z, logits=x),
        tf.nn.weighted_cross_entropy_with_logits(labels=z, logits=x, pos_weight=3.0),
    )
    np.testing.assert_allclose(plain, -z * np.log(p) - (1 - z) * np.log(1 - p), rtol=1e-4)
    np.testing.assert_allclose(weighted, -3 * z * np.log(p) - (1 - z) * np.log(1 - p), rtol=1e-4)


def test_log_poisson_loss_adds_the_factorial():
    counts, logs = np.float32([0, 1, 5, 40]), np.float32([0.1, 0.2, 1.5, 3.5])
    short, full = _run(
        tf.nn.log_poisson_loss(counts, logs),
        tf.nn.log_poisson_loss(counts, logs, compute_full_loss=True),
    )
    np.testing.assert_allclose(short, np.exp(logs) - counts * logs, rtol=1e-5)
    np.testing.assert_allclose(full - short, special.gammaln(counts + 1), atol=2e-2)


def test_dropout_keeps_the_sum_and_follows_its_noise_shape():
    x = np.ones([200, 50], np.float32)
    dropped, rows = _run(
        tf.nn.dropout(x, rate=0.4, seed=1), tf.nn.dropout(x, 0.5, noise_shape=[200, 1], seed=2)
    )
    assert sorted(set(np.round(np.unique(dropped), 4))) == [0, np.float32(1.6667)]
    assert abs(dropped.mean() - 1) < 0.02
    assert all(len(set(row)) == 1 for row in rows)


def test_dropout_of_nothing_is_the_input():
    x = tf.ones([2])
    assert tf.nn.dropout(x, 1.0) is x
    with pytest.raises(ValueError, match="less than 1"):
        tf.nn.dropout(x, rate=1.0)
    with pytest.raises(ValueError, match="one of"):
        tf.nn.dropout(x)
    with pytest.raises(ValueError, match="floats"):
        tf.nn.dropout(tf.ones([2], tf.int32), 0.5)


def test_moments_and_sums_for_them_agree():
    x = _numbers(3, 4, 5) + 100
    mean, variance = tf.nn.moments(x, [0, 2], keep_dims=True)
    sums = tf.nn.sufficient_statistics(x, [0, 2], shift=100.0, keep_dims=True)
    again = tf.nn.normalize_moments(*sums)
    weighted = tf.nn.weighted_moments(x, [0, 2], 2.0, keep_dims=True)
    for pair in ((mean, variance), again, weighted):
        m, v = _run(*pair)
        np.testing.assert_allclose(m, x.mean((0, 2), keepdims=True), rtol=1e-5)
        np.testing.assert_allclose(v, x.var((0, 2), keepdims=True), rtol=1e-3)


def test_batch_normalization_brings_to_mean_and_variance():
    x = _numbers(6, 3) * 4 + 2
    mean, variance = tf.nn.moments(x, [0])
    y = _run(tf.nn.batch_normalization(x, mean, variance, 1.0, 2.0, 1e-6))
    np.testing.assert_allclose(y.mean(0), np.ones(3), atol=1e-5)
    np.testing.assert_allclose(y.std(0), 2 * np.ones(3), rtol=1e-4)


def test_fused_batch_norm_takes_moments_only_when_not_training():
    x, ones = tf.zeros([1, 2, 2, 3]), tf.ones([3])
    with pytest.raises(ValueError, match="is_training=False"):
        tf.nn.fused_batch_norm(x, ones, ones, mean=ones, variance=ones)


def test_l2_normalize():
    x = _numbers(3, 4)
    y = _run(tf.nn.l2_normalize(x, 1))
    np.testing.assert_allclose(y, x / np.linalg.norm(x, axis=1, keepdims=True), rtol=1e-5)


def test_zero_fraction():
    assert _run(tf.nn.zero_fraction([[0.0, 1.0], [0.0, 0.0]])) == 0.75


def test_swish_and_its_gradient():
    x = tf.constant(_numbers(5))
    y = tf.nn.swish(x)
    value, grad, point = _run(y, tf.gradients(y, x)[0], x)
    s = special.expit(point)
    np.testing.assert_allclose(value, point * s, rtol=1e-5)
    np.testing.assert_allclose(grad, s * (1 + point * (1 - s)), rtol=1e-5)
