"""tf.custom_gradient."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def run(fetches):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches)


def test_the_gradient_is_the_users():
    @tf.custom_gradient
    def log1pexp(x):
        """log(1 + e^x)"""
        e = tf.exp(x)
        return tf.log(1.0 + e), lambda dy: dy * (1.0 - 1.0 / (1.0 + e))

    x = tf.constant([0.0, 100.0])
    y = log1pexp(x)
    value, gradient = run([y, tf.gradients(y, x)[0]])
    np.testing.assert_allclose(gradient, [0.5, 1.0])
    np.testing.assert_allclose(value[0], np.log(2.0), rtol=1e-6)
    assert log1pexp.__name__ == "log1pexp"


def test_nests_of_outputs_and_several_arguments():
    @tf.custom_gradient
    def both(x, y):
        return {"sum": x + y, "parts": (x, y)}, lambda *dys: (dys[0] * 10.0, dys[2] * 100.0)

    x, y = tf.constant(1.0), tf.constant(2.0)
    result = both(x, y)
    assert run(result) == {"sum": 3.0, "parts": (1.0, 2.0)}
    total = result["sum"] + result["parts"][0] + result["parts"][1]
    assert run(tf.gradients(total, [x, y])) == [10.0, 100.0]


def test_variables_get_their_gradients():
    @tf.custom_gradient
    def scaled(x):
        w = tf.get_variable("w", initializer=3.0, use_resource=True)

        def grad(dy, variables=None):
            assert [variable.name for variable in variables] == ["w:0"]
            return dy * 5.0, [dy * 7.0]

        return x * w, grad

    x = tf.constant(2.0)
    y = scaled(x)
    assert run([y, *tf.gradients(y, [x, *tf.trainable_variables()])]) == [6.0, 5.0, 7.0]


def test_variables_must_be_resources_and_expected():
    @tf.custom_gradient
    def of_reference(x):
        return x * tf.get_variable("r", initializer=3.0), lambda dy: dy

    with pytest.raises(TypeError, match="use_resource=True"):
        of_reference(tf.constant(1.0))

    @tf.custom_gradient
    def unexpected(x):
        return x * tf.get_variable("w", initializer=3.0, use_resource=True), lambda dy: dy

    with pytest.raises(TypeError, match="keyword argument `variables`"):
        unexpected(tf.constant(1.0))


def test_arguments_go_by_position():
    @tf.custom_gradient
    def same(x):
        return x, lambda dy: dy

    with pytest.raises(ValueError, match="by position"):
        same(x=tf.constant(1.0))


def test_a_gradient_may_pass_a_function_by():
    x = tf.constant([1.3, 2.7])
    y = tf.grad_pass_through(tf.round)(x)
    v = tf.get_variable("v", initializer=2.0, use_resource=True)
    z = tf.grad_pass_through(lambda a: a * v)(x)
    assert tf.gradients(z, v) == [None]
    with tf.Session() as session:
        assert session.run([y, *tf.gradients(y * y, x)])[1].tolist() == [2.0, 6.0]
        assert session.run(tf.gradients(z, x))[0].tolist() == [1.0, 1.0]
