"""Embeddings in parts, bags of them, and losses over sampled classes."""

import numpy as np
import pytest
from scipy import special

import penstock as tf


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def _run(*fetches):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        results = session.run(list(fetches))
    return results[0] if len(results) == 1 else results


def _table(rows=7, width=3):
    return np.arange(rows * width, dtype=np.float32).reshape(rows, width)


_IDS = np.array([[0, 6], [3, 3], [5, 1]], np.int64)


def test_parts_by_remainder():
    table = _table()
    parts = [tf.constant(table[part::3]) for part in range(3)]
    np.testing.assert_array_equal(_run(tf.nn.embedding_lookup(parts, _IDS)), table[_IDS])


def test_parts_of_consecutive_rows():
    table = _table()
    parts = [tf.constant(table[:3]), tf.constant(table[3:5]), tf.constant(table[5:])]
    found = tf.nn.embedding_lookup(parts, _IDS, partition_strategy="div")
    np.testing.assert_array_equal(_run(found), table[_IDS])
    with pytest.raises(ValueError, match="'mod' or 'div'"):
        tf.nn.embedding_lookup(parts, _IDS, partition_strategy="any")


@pytest.mark.parametrize("use_resource", [True, False])
def test_rows_of_a_variable_and_their_gradients(use_resource):
    table = tf.Variable(_table(), use_resource=use_resource)
    found = tf.nn.embedding_lookup(table, _IDS)
    gradient = tf.gradients(found, table)[0]
    assert isinstance(gradient, tf.IndexedSlices)
    rows, dense = _run(found, tf.convert_to_tensor(gradient))
    np.testing.assert_array_equal(rows, _table()[_IDS])
    np.testing.assert_array_equal(dense[:, 0], [1, 1, 0, 2, 0, 1, 1])


def test_long_rows_are_scaled_down():
    found = _run(tf.nn.embedding_lookup(tf.constant(_table()), _IDS, max_norm=2.0))
    lengths = np.linalg.norm(_table(), axis=1)
    expected = _table() * np.minimum(1, 2 / lengths)[:, None]
    np.testing.assert_allclose(found, expected[_IDS], rtol=1e-6)


@pytest.mark.parametrize("combiner", ["sum", "mean", "sqrtn"])
@pytest.mark.parametrize("weighted", [True, False])
def test_bags(combiner, weighted):
    indices = np.array([[0, 0], [0, 2], [1, 0], [2, 1]], np.int64)
    ids = np.array([4, 1, 1, 6], np.int64)
    weights = np.array([1.0, 3.0, 0.5, 2.0], np.float32) if weighted else np.ones(4, np.float32)
    bag = tf.SparseTensor(indices, ids, [3, 3])
    scales = tf.SparseTensor(indices, weights, [3, 3]) if weighted else None
    found = _run(
        tf.nn.embedding_lookup_sparse(tf.constant(_table()), bag, scales, combiner=combiner)
    )
    for row in range(3):
        own = indices[:, 0] == row
        total = (weights[own, None] * _table()[ids[own]]).sum(0)
        over = {"sum": 1, "mean": weights[own].sum(), "sqrtn": np.sqrt((weights[own] ** 2).sum())}
        np.testing.assert_allclose(found[row], total / over[combiner], rtol=1e-5)


def test_bags_must_be_sparse():
    with pytest.raises(TypeError, match="SparseTensor"):
        tf.nn.embedding_lookup_sparse(tf.constant(_table()), tf.constant(_IDS), None)
    with pytest.raises(ValueError, match="combiner"):
        tf.nn.embedding_lookup_sparse(tf.constant(_table()), None, None, combiner="max")


def test_bags_as_they_come():
    """A row is empty, an id is below 0, a weight is 0; the bags stand in a [2, 2] table."""
    indices = np.array([[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1]], np.int64)
    ids = np.array([4, 1, -1, 6, 2], np.int64)
    weights = np.array([1.0, 3.0, 1.0, 2.0, 0.0], np.float32)
    bag = tf.SparseTensor(indices, ids, [2, 2, 2])
    scales = tf.SparseTensor(indices, weights, [2, 2, 2])
    table = tf.Variable(_table())
    zeros, filled = _run(
        tf.nn.safe_embedding_lookup_sparse(table, bag, scales),
        tf.nn.safe_embedding_lookup_sparse(table, bag, scales, default_id=5),
    )
    rows = _table()
    expected = np.array([[(rows[4] + 3 * rows[1]) / 4, 0 * rows[0]], [0 * rows[0], rows[6]]])
    np.testing.assert_allclose(zeros, expected, rtol=1e-6)
    expected[0, 1] = expected[1, 0] = rows[5]
    np.testing.assert_allclose(filled, expected, rtol=1e-6)
    unweighted = _run(tf.nn.safe_embedding_lookup_sparse(table, bag, combiner="sum"))
    np.testing.assert_array_equal(unweighted[1, 1], rows[6] + rows[2])
    with pytest.raises(ValueError, match="at least one table"):
        tf.nn.safe_embedding_lookup_sparse(None, bag)


def _sampled_setting():
    random = np.random.default_rng(0)
    weights = random.normal(size=(9, 4)).astype(np.float32)
    biases = random.normal(size=9).astype(np.float32)
    inputs = random.normal(size=(5, 4)).astype(np.float32)
    labels = np.array([[1], [0], [8], [3], [3]], np.int64)
    return weights, biases, inputs, labels


def test_sampled_softmax_of_all_classes_is_the_full_one():
    weights, biases, inputs, labels = _sampled_setting()
    everything = tf.nn.all_candidate_sampler(labels, 1, 9, True)
    loss = tf.nn.sampled_softmax_loss(
        weights, biases, tf.constant(labels), tf.constant(inputs), 9, 9, sampled_values=everything
    )
    scores = inputs @ weights.T + biases
    expected = -np.take_along_axis(special.log_softmax(scores, 1), labels, 1)[:, 0]
    np.testing.assert_allclose(_run(loss), expected, rtol=1e-4)


def test_nce_loss_tells_true_from_drawn():
    weights, biases, inputs, labels = _sampled_setting()
    drawn = np.array([2, 7], np.int64)
    counts = (np.full((5, 1), 0.3, np.float32), np.full(2, 0.2, np.float32))
    loss = tf.nn.nce_loss(
        weights,
        biases,
        tf.constant(labels),
        tf.constant(inputs),
        2,
        9,
        sampled_values=(drawn, *counts),
    )
    scores = inputs @ weights.T + biases
    true = np.take_along_axis(scores, labels, 1) - np.log(0.3)
    others = scores[:, drawn] - np.log(0.2)
    expected = np.logaddexp(0, -true).sum(1) + np.logaddexp(0, others).sum(1)
    np.testing.assert_allclose(_run(loss), expected, rtol=1e-4)


def test_default_draws_train():
    weights, biases, inputs, labels = _sampled_setting()
    tf.set_random_seed(1)
    table = tf.Variable(weights)
    loss = tf.reduce_mean(
        tf.nn.nce_loss(table, tf.constant(biases), tf.constant(labels), tf.constant(inputs), 3, 9)
    )
    gradient = tf.convert_to_tensor(tf.gradients(loss, table)[0])
    assert np.isfinite(_run(loss, gradient)[1]).all()


def test_top_k_and_in_top_k():
    scores = np.float32([[1, 5, 3], [2, 2, 0]])
    values, indices = tf.nn.top_k(scores, 2)
    hits = tf.nn.in_top_k(scores, [2, 1], 1)
    found = _run(values, indices, hits)
    np.testing.assert_array_equal(found[0], [[5, 3], [2, 2]])
    np.testing.assert_array_equal(found[1], [[1, 2], [0, 1]])
    np.testing.assert_array_equal(found[2], [False, True])
