"""tf.test.compute_gradient: the Jacobian from gradients and from differences."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def test_both_jacobians_of_a_right_gradient(session):
    x = tf.placeholder(tf.float64, [2, 2])
    matrix = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    y = tf.matmul(x, matrix)
    found = tf.test.compute_gradient(x, [2, 2], y, [2, 3])
    expected = np.kron(np.eye(2), matrix)
    for jacobian in found:
        np.testing.assert_allclose(jacobian, expected, atol=1e-9)
    assert tf.test.compute_gradient_error(x, [2, 2], y, [2, 3]) < 1e-9


def test_a_wrong_gradient_shows(session):
    x = tf.constant([1.0, 2.0], tf.float64)
    y = tf.stop_gradient(x) * x
    error = tf.test.compute_gradient_error(x, [2], y, [2], x_init_value=[1.0, 3.0])
    assert error == pytest.approx(3.0)


def test_several_tensors(session):
    a, b = tf.constant(2.0, tf.float64), tf.constant(3.0, tf.float64)
    pairs = tf.test.compute_gradient([a, b], [[], []], a * b, [], x_init_value=[2.0, 3.0])
    assert [float(jacobian[0, 0]) for jacobian, _ in pairs] == [3.0, 2.0]
    assert tf.test.compute_gradient_error([a, b], [[], []], a * b, []) < 1e-9


def test_sparse_gradients(session):
    table = tf.constant(np.ones([3, 2]))
    rows = tf.gather(table, [0, 2, 0])
    assert tf.test.compute_gradient_error(table, [3, 2], rows, [3, 2]) < 1e-9


def test_unconnected(session):
    x = tf.constant([1.0], tf.float64)
    jacobians = tf.test.compute_gradient(x, [1], tf.constant([2.0], tf.float64), [1])
    assert [jacobian.tolist() for jacobian in jacobians] == [[[0.0]], [[0.0]]]


def test_a_session_is_needed():
    with (
        tf.Graph().as_default(),
        pytest.raises(ValueError, match=r"inside `with tf.Session\(\)`|session"),
    ):
        x = tf.constant(1.0)
        tf.test.compute_gradient(x, [], x, [])
