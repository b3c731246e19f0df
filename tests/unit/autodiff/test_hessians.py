"""`tf.hessians`: values from mathematics, static and open shapes, tensors and variables."""

import numpy as np
import pytest

import penstock as tf

X = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)


@pytest.fixture(params=["numpy", "xla"])
def session(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default():
        yield lambda: tf.Session(config=config)


def test_a_cube_has_a_diagonal(session):
    x = tf.constant([1.0, 2.0])
    y = tf.constant([[3.0]])
    of_x, of_y = tf.hessians(tf.reduce_sum(x**3.0) + tf.reduce_sum(y * y), [x, y])
    assert of_x.shape == [2, 2] and of_y.shape == [1, 1, 1, 1]
    with session() as sess:
        np.testing.assert_allclose(sess.run(of_x), [[6.0, 0.0], [0.0, 12.0]], rtol=1e-6)
        assert sess.run(of_y).tolist() == [[[[2.0]]]]


def test_sizes_that_are_known_only_when_it_runs(session):
    x = tf.placeholder(tf.float32, [None, 2])
    anything = tf.placeholder(tf.float32)
    of_x, of_any = tf.hessians(tf.reduce_sum(x**3) + tf.reduce_sum(anything**2), [x, anything])
    assert of_x.shape.as_list() == [None, 2, None, 2]
    with session() as sess:
        for size in (2, 1):
            feeds = {x: X[:size], anything: X[0]}
            second, plain = sess.run([of_x, of_any], feeds)
            expected = np.diag(6 * X[:size].ravel())
            np.testing.assert_allclose(second.reshape(expected.shape), expected, rtol=1e-6)
            np.testing.assert_allclose(plain, 2 * np.eye(2), rtol=1e-6)


@pytest.mark.parametrize("use_resource", [False, True])
def test_by_variables(session, use_resource):
    v = tf.Variable([1.0, 2.0, 3.0], use_resource=use_resource)
    rows = tf.Variable(X, use_resource=use_resource)
    y = tf.reduce_sum(v**3) + tf.reduce_sum(tf.gather(rows, [1, 1]) ** 2)
    by_v, by_rows = tf.hessians(y, [v, rows])
    with session() as sess:
        sess.run(tf.global_variables_initializer())
        values = sess.run([by_v, by_rows])
    np.testing.assert_allclose(values[0], np.diag([6.0, 12.0, 18.0]), rtol=1e-6)
    np.testing.assert_allclose(values[1].reshape(4, 4), np.diag([0.0, 0.0, 4.0, 4.0]), rtol=1e-6)


def test_mixed_second_derivatives_and_a_third(session):
    x = tf.constant([1.0, 2.0])
    hessian = tf.hessians(tf.reduce_prod(x) ** 2, x)[0]  # x0² x1²
    third = tf.gradients(hessian[0, 1], x)[0]
    with session() as sess:
        values = sess.run([hessian, third])
    np.testing.assert_allclose(values[0], [[8.0, 8.0], [8.0, 2.0]], rtol=1e-5)
    np.testing.assert_allclose(values[1], [8.0, 4.0], rtol=1e-5)


def test_through_a_branch_and_a_loop(session):
    x = tf.placeholder(tf.float32, [None])
    chosen = tf.cond(tf.reduce_sum(x) > 0, lambda: x**3, lambda: x**2)
    _, power = tf.while_loop(lambda i, _: i < 2, lambda i, a: (i + 1, a * x), [0, x])
    by_branch, by_loop = (tf.hessians(tf.reduce_sum(y), x)[0] for y in (chosen, power))
    with session() as sess:
        for values in (X[0], X[1]):
            for got in sess.run([by_branch, by_loop], {x: values}):
                np.testing.assert_allclose(got, np.diag(6 * values), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(sess.run(by_branch, {x: -X[0]}), 2 * np.eye(2), rtol=1e-6)


def test_a_line_has_none(session):
    x = tf.constant([1.0, 2.0])
    with session() as sess:
        assert sess.run(tf.hessians(x * 3.0, x)[0]).tolist() == [[0, 0], [0, 0]]


def test_there_must_be_a_way():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="do not depend"):
        tf.hessians(tf.constant(1.0), tf.constant(2.0))
