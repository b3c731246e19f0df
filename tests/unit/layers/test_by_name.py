"""Activations and initializers of layers by name."""

import numpy as np
import pytest

import penstock as tf

X = np.linspace(-4.0, 4.0, 9).astype(np.float32).reshape(3, 3)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", lambda x: np.maximum(x, 0)),
        ("tanh", np.tanh),
        ("sigmoid", sigmoid),
        ("linear", lambda x: x),
        ("elu", lambda x: np.where(x > 0, x, np.expm1(x))),
        ("selu", lambda x: 1.05070099 * np.where(x > 0, x, 1.67326324 * np.expm1(x))),
        ("softmax", softmax),
        ("softplus", lambda x: np.log1p(np.exp(x))),
        ("softsign", lambda x: x / (1 + np.abs(x))),
        ("hard_sigmoid", lambda x: np.clip(0.2 * x + 0.5, 0, 1)),
        ("exponential", np.exp),
    ],
)  # fmt: skip
def test_activation(name, expected):
    with tf.Graph().as_default(), tf.Session() as sess:
        y = tf.layers.dense(X, 3, activation=name, kernel_initializer="identity", name="layer")
        sess.run(tf.global_variables_initializer())
        np.testing.assert_allclose(sess.run(y), expected(X), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("zeros", 0),
        ("uniform", 0.05),
        ("glorot_uniform", np.sqrt(6 / 6)),
        ("he_uniform", np.sqrt(2)),
    ],
)
def test_initializer(name, bound):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(1)
        layer = tf.layers.Dense(3, kernel_initializer=name, bias_initializer="ones")
        layer(X)
        sess.run(tf.global_variables_initializer())
        kernel, bias = sess.run([layer.kernel, layer.bias])
    assert np.abs(kernel).max() <= bound and bias.tolist() == [1, 1, 1]
    assert np.abs(kernel).max() > 0.5 * bound or not bound


@pytest.mark.parametrize("argument", ["activation", "kernel_initializer"])
def test_a_name_that_is_none(argument):
    with tf.Graph().as_default(), pytest.raises(ValueError, match="'foo'"):
        tf.layers.dense(X, 3, **{argument: "foo"})
    with tf.Graph().as_default(), pytest.raises(TypeError, match="3"):
        tf.layers.dense(X, 3, activation=3)
