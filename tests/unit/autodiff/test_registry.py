"""Gradients by name: registered, put in place of others, left out."""

import itertools

import numpy as np
import pytest

import penstock as tf
from penstock.autodiff.registry import get_gradient_function

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def name():
    return f"TestRegistry{next(_numbers)}"  # names last as long as the process


def overridden(graph, name, x):
    with graph.gradient_override_map({"Identity": name}):
        return tf.identity(x, name="held")


def test_override_takes_the_place_of_the_ops_own(graph, name):
    @tf.RegisterGradient(name)
    def twice(op, dy):
        assert op.type == "Identity"
        return 2.0 * dy

    x = tf.constant([1.0, 2.0])
    (gradient,) = tf.gradients(overridden(graph, name, x), x)
    with tf.Session() as session:
        np.testing.assert_allclose(session.run(gradient), [2.0, 2.0])


def test_override_by_another_ops_gradient(graph):
    x = tf.constant([0.5])
    with graph.gradient_override_map({"Sin": "Identity"}):
        (gradient,) = tf.gradients(tf.sin(x), x)
    with tf.Session() as session:
        assert session.run(gradient) == [1.0]


def test_a_name_has_one_gradient(name):
    tf.RegisterGradient(name)(lambda op, dy: dy)
    with pytest.raises(KeyError, match=name):
        tf.RegisterGradient(name)(lambda op, dy: dy)
    with pytest.raises(KeyError, match="MatMul"):
        tf.NotDifferentiable("MatMul")
    with pytest.raises(TypeError, match="a string"):
        tf.RegisterGradient(3)


def test_not_differentiable_gives_none(graph, name):
    tf.NoGradient(name)
    x = tf.constant(1.0)
    assert tf.gradients(overridden(graph, name, x), x) == [None]


def test_an_unknown_name_is_an_error(graph):
    x = tf.constant(1.0)
    held = overridden(graph, "NobodyRegisteredThis", x)
    with pytest.raises(LookupError, match=r"held.*NobodyRegisteredThis"):
        tf.gradients(held, x)


def test_a_gradient_for_each_input(graph, name):
    tf.RegisterGradient(name)(lambda op, dy: [dy, dy])
    x = tf.constant(1.0)
    with pytest.raises(ValueError, match="must give 1 gradients, one for each input, but gave 2"):
        tf.gradients(overridden(graph, name, x), x)


def test_a_gradient_is_a_tensor(graph, name):
    tf.RegisterGradient(name)(lambda op, dy: 0.0)
    x = tf.constant(1.0)
    with pytest.raises(TypeError, match=r"held.*gave 0\.0"):
        tf.gradients(overridden(graph, name, x), x)


def test_a_gradient_has_its_inputs_shape(graph, name):
    tf.RegisterGradient(name)(lambda op, dy: tf.constant([1.0, 2.0, 3.0]))
    x = tf.constant([1.0, 2.0])
    with pytest.raises(ValueError, match="a gradient has its input's shape"):
        tf.gradients(overridden(graph, name, x), x)


def test_get_gradient_function():
    x = tf.constant(2.0)
    assert get_gradient_function(x.op) is None
    square = tf.square(x)
    (gradient,) = get_gradient_function(square.op)(square.op, tf.constant(1.0))
    with tf.Session() as session:
        assert session.run(gradient) == 4.0
