"""`tf.py_function`: a Python function of tensors that have values, with a gradient."""

import numpy as np
import pytest

import penstock as tf

X = np.array([0.5, 0.25], np.float32)


@pytest.fixture(params=["numpy", "xla", ""])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def power(x, n):
    y = x
    for _ in range(int(n)):
        y = y * x
    if tf.reduce_sum(y) > 1.0:
        y = tf.tanh(y)
    return y, x.numpy().sum()


def test_values_and_gradients(sess):
    x, n = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.int32, [])
    y, total = tf.py_function(power, [x, n], [tf.float32, tf.float32])
    (slope,) = tf.gradients(y, x)
    for _ in range(3):
        value, summed, found = sess.run([y, total, slope], {x: X, n: 2})
        np.testing.assert_allclose(value, X**3)
        assert summed == 0.75
        np.testing.assert_allclose(found, 3 * X**2)
    large = np.array([1.5, 0.25], np.float32)
    expected = (1 - np.tanh(large**3) ** 2) * 3 * large**2
    np.testing.assert_allclose(sess.run(slope, {x: large, n: 2}), expected, rtol=1e-5)


def test_gradient_in_a_loop(sess):
    x = tf.placeholder(tf.float32, [2])

    def body(i, a):
        a = tf.py_function(lambda a: a * a, [a], tf.float32)
        a.set_shape([2])
        return i + 1, a

    y = tf.while_loop(lambda i, a: i < 3, body, [0, x])[1]
    value, slope = sess.run([y, tf.gradients(y, x)[0]], {x: X})
    np.testing.assert_allclose(value, X**8, rtol=1e-5)
    np.testing.assert_allclose(slope, 8 * X**7, rtol=1e-5)


def test_what_a_tensor_with_a_value_can_do(sess):
    seen = []

    def look(x, n):
        seen.extend([float(x[0]), int(n), [1, 2, 3][n], len(x), np.sum(x)])
        seen.extend([float(one) for one in x])
        seen.append("numpy=" in repr(x))

    node = tf.py_function(look, [tf.constant(X), tf.constant(1)], [])
    assert node.type == "EagerPyFunc"
    sess.run(node)
    assert seen == [0.5, 1, 2, 2, 0.75, 0.5, 0.25, True]


def test_errors_are_those_of_py_func(sess):
    x = tf.placeholder(tf.float32, [2])
    with pytest.raises(tf.errors.UnknownError, match="ZeroDivisionError") as raised:
        sess.run(tf.py_function(lambda x: 1 / 0, [x], tf.float32), {x: X})
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    with pytest.raises(tf.errors.InvalidArgumentError, match="must return 1 values"):
        sess.run(tf.py_function(lambda x: (x, x), [x], tf.float32), {x: X})
    with pytest.raises(ValueError, match="callable"):
        tf.py_function(3, [x], tf.float32)
