"""Gradients through loops that TensorFlow 1.15 refuses, against mathematics."""

import numpy as np
import pytest
from numpy.polynomial import Polynomial

import penstock as tf

X = np.float32([0.3, -0.4, 0.7])


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def nested(depth, x):
    """Give x (0.9 + x)^(2^depth), by loops in one another of two turns each."""

    def step(level):
        if level == 1:
            return lambda i, y: (i + 1, y * 0.9 + x * y)
        inner = step(level - 1)
        return lambda i, y: (i + 1, tf.while_loop(lambda i, _: i < 2, inner, [0, y])[1])

    return tf.while_loop(lambda i, _: i < 2, step(depth), [0, x])[1]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_derivatives_of_loops_to_second_order(sess, depth):
    x = tf.placeholder(tf.float32, [3])
    found = [nested(depth, x)]
    for _ in range(2):
        found.extend(tf.gradients(found[-1], x))
    exact = Polynomial([0, 1]) * Polynomial([0.9, 1]) ** 2**depth
    wanted = [exact(X), exact.deriv()(X), exact.deriv(2)(X)]
    for _ in range(2):
        for value, expected in zip(sess.run(found, {x: X}), wanted, strict=True):
            np.testing.assert_allclose(value, expected, rtol=1e-4)


def test_third_order(sess):
    x = tf.placeholder(tf.float32, [3])
    third = nested(1, x)
    for _ in range(3):
        (third,) = tf.gradients(third, x)
    exact = Polynomial([0, 1]) * Polynomial([0.9, 1]) ** 2
    np.testing.assert_allclose(sess.run(third, {x: X}), exact.deriv(3)(X), rtol=1e-4)


def test_resource_variables_in_a_branch_of_a_loop(sess):
    v = tf.get_variable("v", initializer=0.5, use_resource=True)
    w = tf.get_variable("w", initializer=X, use_resource=True)
    p = tf.placeholder(tf.bool, [])

    def step(i, y):
        return i + 1, tf.cond(p, lambda: y * v, lambda: y * w)

    y = tf.while_loop(lambda i, _: i < 3, step, [0, w * 2.0])[1]
    found = tf.gradients(y, [v, w])
    sess.run(tf.global_variables_initializer())
    for _ in range(2):
        by_v, by_w = sess.run(found, {p: True})
        np.testing.assert_allclose(by_v, (2 * X * 3 * 0.25).sum(), rtol=1e-5)
        np.testing.assert_allclose(by_w, [0.25] * 3, rtol=1e-5)
        by_v, by_w = sess.run(found, {p: False})
        np.testing.assert_allclose(by_w, 8 * X**3, rtol=1e-5)
        assert by_v == 0.0


def test_map_of_no_rows(sess):
    rows, w = tf.placeholder(tf.float32, [None, 3]), tf.constant(X)
    found = tf.gradients(tf.map_fn(lambda row: row * w, rows), [rows, w])
    for _ in range(2):
        by_rows, by_w = sess.run(found, {rows: np.zeros((0, 3))})
        assert by_rows.shape == (0, 3)
        np.testing.assert_array_equal(by_w, [0, 0, 0])


def test_a_loop_in_the_condition_of_a_loop(sess):
    x = tf.constant(X)

    def goes_on(i, y):
        grown = tf.while_loop(
            lambda j, _: j < i, lambda j, z: (j + 1, z * 2.0), [0, tf.reduce_sum(tf.abs(x))]
        )
        return grown[1] < 20.0

    i, y = tf.while_loop(goes_on, lambda i, y: (i + 1, y * x), [0, x])
    (slope,) = tf.gradients(y, x)
    for _ in range(2):
        turns, value, by_x = sess.run([i, y, slope])
        assert turns == 4
        np.testing.assert_allclose(value, X**5, rtol=1e-5)
        np.testing.assert_allclose(by_x, 5 * X**4, rtol=1e-5)
