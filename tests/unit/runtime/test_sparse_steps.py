"""Steps of optimizers on rows: each batch has another number of different ids."""

import numpy as np
import pytest

import penstock as tf
from penstock.core.errors import InvalidArgumentError
from penstock.engine.padded import padded, unpadded

ROWS, WIDTH, STEPS = 600, 8, 30


def session(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return tf.Session(config=config)


def train(make_optimizer, use_resource, tier):
    """Train on random rows; give the table at last, and how often a program was compiled."""
    random = np.random.default_rng(5)
    with tf.Graph().as_default(), session(tier) as sess:
        first = random.normal(size=(ROWS, WIDTH)).astype(np.float32)
        table = tf.Variable(first, use_resource=use_resource)
        ids = tf.placeholder(tf.int32, [None])
        loss = tf.reduce_mean(tf.nn.embedding_lookup(table, ids) ** 2)
        step = make_optimizer().minimize(loss)
        sess.run(tf.global_variables_initializer())
        seen = set()
        for _ in range(STEPS):
            batch = random.integers(0, ROWS // 4, 128)
            seen.add(len(set(batch.tolist())))
            sess.run(step, {ids: batch})
        count = len(sess.explain(step, [ids]).compilations)
        return sess.run(table), count, len(seen)


@pytest.mark.parametrize("use_resource", [False, True], ids=["reference", "resource"])
@pytest.mark.parametrize(
    "make_optimizer",
    [
        lambda: tf.train.AdamOptimizer(0.1),
        lambda: tf.train.AdagradOptimizer(0.1),
        lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        lambda: tf.train.RMSPropOptimizer(0.1, centered=True),
        lambda: tf.train.AdadeltaOptimizer(0.1),
        lambda: tf.train.FtrlOptimizer(0.1),
        lambda: tf.train.ProximalAdagradOptimizer(0.1),
    ],
    ids=["adam", "adagrad", "momentum", "rmsprop", "adadelta", "ftrl", "proximal"],
)
def test_one_program_serves_many_numbers_of_rows(make_optimizer, use_resource):
    interpreted, none, _ = train(make_optimizer, use_resource, "numpy")
    compiled, count, sizes = train(make_optimizer, use_resource, "xla")
    assert sizes > 10 and none == 0
    assert count <= 3
    np.testing.assert_allclose(compiled, interpreted, rtol=2e-5, atol=2e-6)


def test_several_lookups_of_one_table_share_a_program():
    results = {}
    for tier in ("numpy", "xla"):
        random = np.random.default_rng(2)
        with tf.Graph().as_default(), session(tier) as sess:
            table = tf.Variable(np.ones((ROWS, WIDTH), np.float32))
            both = [tf.placeholder(tf.int64, [None]) for _ in range(2)]
            rows = [tf.nn.embedding_lookup(table, ids) for ids in both]
            loss = tf.reduce_sum(rows[0] ** 2) + tf.reduce_sum(tf.sin(rows[1]))
            step = tf.train.MomentumOptimizer(0.01, 0.9).minimize(loss)
            sess.run(tf.global_variables_initializer())
            for _ in range(STEPS):
                sess.run(step, {ids: random.integers(0, ROWS, 20) for ids in both})
            results[tier] = sess.run(table)
            compilations = sess.explain(step, both).compilations
    assert 0 < len(compilations) <= 3
    np.testing.assert_allclose(results["xla"], results["numpy"], rtol=2e-5, atol=2e-6)


@pytest.fixture
def parts():
    """A change of rows by sums of repeated ones, written out."""
    with tf.Graph().as_default():
        table = tf.Variable(np.ones((6, 2), np.float32))
        ids = tf.placeholder(tf.int32, [None])
        values = tf.placeholder(tf.float32, [None, 2])
        distinct, places = tf.unique(ids)
        count = tf.shape(distinct)[0]
        sums = tf.unsorted_segment_sum(values, places, count)
        yield table, ids, values, distinct, count, sums


def run(fetch, parts, ids, tier="xla"):
    table, fed_ids, fed_values, *_ = parts
    values = np.arange(2.0 * len(ids)).reshape(-1, 2)
    with session(tier) as sess:
        sess.run(table.initializer)
        return sess.run(fetch, {fed_ids: ids, fed_values: values}), sess.run(table)


@pytest.mark.parametrize(
    "also",
    [
        lambda table, distinct, count, sums: distinct,
        lambda table, distinct, count, sums: count,
        lambda table, distinct, count, sums: sums * 2.0,
        lambda table, distinct, count, sums: tf.reduce_mean(sums),
        lambda table, distinct, count, sums: sums * tf.expand_dims(tf.to_float(distinct), 1),
        lambda table, distinct, count, sums: tf.ones([count]),
        lambda table, distinct, count, sums: tf.gather(table, distinct + 0),
        lambda table, distinct, count, sums: tf.cond(count > 2, lambda: sums, lambda: -sums),
    ],
    ids=["ids", "count", "sums", "mean", "weighted", "filled", "gathered", "branch"],
)
def test_what_else_looks_at_the_rows_sees_only_those_there_are(parts, also):
    table, _, _, distinct, count, sums = parts
    fetch = [tf.scatter_add(table, distinct, sums), also(table, distinct, count, sums)]
    for ids in ([4, 1, 4, 2, 1], [3, 3, 3], [0, 1, 2, 3, 4]):
        expected, table_expected = run(fetch, parts, ids, "numpy")
        got, table_got = run(fetch, parts, ids)
        np.testing.assert_array_equal(table_got, table_expected)
        np.testing.assert_allclose(got[1], expected[1], rtol=1e-6)


@pytest.mark.parametrize("ids", [[4, 1, 6, 1, 4], [-1, 1, 1]])
def test_a_row_that_is_not_there_is_told_and_changes_nothing(parts, ids):
    table, fed_ids, fed_values, distinct, _, sums = parts
    add = tf.scatter_add(table, distinct, sums)
    with session("xla") as sess:
        sess.run(table.initializer)
        with pytest.raises(InvalidArgumentError, match=r"must be in|in range|rows of the variable"):
            sess.run(add.op, {fed_ids: ids, fed_values: np.ones((len(ids), 2))})
        np.testing.assert_array_equal(sess.run(table), np.ones((6, 2)))


def test_no_rows_at_all(parts):
    table, _, _, distinct, _, sums = parts
    _, after = run(tf.scatter_add(table, distinct, sums).op, parts, [])
    np.testing.assert_array_equal(after, np.ones((6, 2)))


@pytest.mark.parametrize(("count", "most", "size"), [(0, 0, 0), (1, 9, 1), (5, 9, 8), (9, 9, 9)])
def test_filling_up(count, most, size):
    indices = np.arange(count, dtype=np.int32)
    filled = padded(indices, most)
    assert filled.shape == (size,) and filled.dtype == np.int32
    np.testing.assert_array_equal(unpadded(filled), indices)
