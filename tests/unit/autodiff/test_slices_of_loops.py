"""Sparse gradients of loops: slices of the rows that the turns used, as TensorFlow gives them."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def table(use_resource):
    rows = np.arange(8, dtype=np.float32).reshape(4, 2)
    return tf.get_variable("table", initializer=rows, use_resource=use_resource)


def total_of_squares(table, turns):
    """Sum up the squares of a row each turn: of rows 0, 1, 0, 1 and so on."""

    def body(i, total):
        return i + 1, total + tf.reduce_sum(tf.gather(table, i % 2) ** 2)

    return tf.while_loop(lambda i, _: i < turns, body, [0, 0.0])[1]


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 3])
def test_a_loop_gives_slices_of_the_rows_it_used(sess, use_resource, turns):
    rows = table(use_resource)
    n = tf.placeholder(tf.int32, [])
    (slices,) = tf.gradients(total_of_squares(rows, n), rows)
    assert isinstance(slices, tf.IndexedSlices)
    sess.run(tf.global_variables_initializer())
    wanted = np.zeros((4, 2), np.float32)
    for turn in range(turns):
        wanted[turn % 2] += 2 * np.arange(8).reshape(4, 2)[turn % 2]
    for _ in range(2):
        found = sess.run(slices, {n: turns})
        assert found.values.shape == (turns, 2)
        assert sorted(found.indices) == sorted(turn % 2 for turn in range(turns))
        np.testing.assert_allclose(sess.run(tf.convert_to_tensor(slices), {n: turns}), wanted)


def test_slices_have_gradients_again(sess):
    rows = table(True)
    (slices,) = tf.gradients(total_of_squares(rows, 3), rows)
    (second,) = tf.gradients(slices.values, rows)
    sess.run(tf.global_variables_initializer())
    np.testing.assert_allclose(sess.run(tf.convert_to_tensor(second))[:, 0], [4, 2, 0, 0])


@pytest.mark.parametrize("use_resource", [False, True])
def test_momentum_leaves_rows_alone_that_no_turn_used(sess, use_resource):
    rows = tf.get_variable(
        "table", [4, 2], initializer=tf.ones_initializer(), use_resource=use_resource
    )
    used = tf.placeholder(tf.int32, [2])

    def body(i, total):
        return i + 1, total + tf.reduce_sum(tf.gather(rows, used[i]))

    loss = tf.while_loop(lambda i, _: i < 2, body, [0, 0.0])[1]
    step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
    sess.run(tf.global_variables_initializer())
    sess.run(step, {used: [1, 3]})
    sess.run(step, {used: [0, 1]})
    np.testing.assert_allclose(sess.run(rows)[:, 0], [0.9, 0.71, 1.0, 0.9], rtol=1e-6)
