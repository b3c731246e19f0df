"""Nodes that come down to calls of functions made of those they name, in graphs that are read."""

import numpy as np
import pytest

import penstock as tf
from penstock.functions.defun import Defun
from penstock.graph.build import raw

X = np.float32([0.5, 1.0, -2.0])


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def twice(sess, fetches, feeds=None):
    """Run twice: interpreted, then compiled."""
    sess.run(fetches, feeds)
    return sess.run(fetches, feeds)


@Defun(tf.float32)
def cube(x):
    return x * x * x


@Defun(tf.int32, tf.float32)
def plus_number(i, x):
    return x * 2.0 + tf.cast(i, tf.float32)


def body_of(function):
    return function._as_function()


def symbolic(x, function=cube, dy=None):
    inputs = [x, tf.ones_like(x) if dy is None else dy]
    return raw.SymbolicGradient(inputs, Tout=[tf.float32], f=body_of(function))[0]


def numbers(start, limit, delta, x):
    return raw.For(start, limit, delta, [x], body=body_of(plus_number))[0]


def test_gradients_of_a_gradient_node(sess):
    x = tf.placeholder(tf.float32, [3])
    first = symbolic(x)
    (second,) = tf.gradients(first, x)
    (third,) = tf.gradients(second, x)
    found = twice(sess, [first, second, third], {x: X})
    np.testing.assert_allclose(found, [3 * X * X, 6 * X, [6, 6, 6]], rtol=1e-6)


def test_a_run_changes_no_node(sess):
    x = tf.placeholder(tf.float32, [3])
    made = symbolic(x), numbers(0, 3, 1, x)
    before = tf.get_default_graph().as_graph_def()
    twice(sess, made, {x: X})
    assert [one.op.type for one in made] == ["SymbolicGradient", "For"]
    assert tf.get_default_graph().as_graph_def() == before


def test_written_and_read_they_give_the_same(sess):
    x = tf.placeholder(tf.float32, [3], name="x")
    tf.identity(symbolic(numbers(0, 3, 1, x)), name="y")
    definition = tf.get_default_graph().as_graph_def()
    found = twice(sess, "y:0", {"x:0": X})
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(definition, name="")
        assert list(tf.get_default_graph().as_graph_def().node) == list(definition.node)
        np.testing.assert_array_equal(twice(session, "y:0", {"x:0": X}), found)
    np.testing.assert_allclose(found, 3 * (8 * X + 4) ** 2, rtol=1e-6)


@pytest.mark.parametrize(("start", "limit", "delta"), [(0, 3, 1), (3, 0, -2), (2, 2, 1)])
def test_gradient_of_a_loop_over_numbers(sess, start, limit, delta):
    x = tf.placeholder(tf.float32, [None])
    y = numbers(tf.placeholder_with_default(start, []), limit, delta, x)
    (first,) = tf.gradients(y * y, x)
    (second,) = tf.gradients(first, x)
    value, slope = X, np.ones(3, np.float32)
    for number in range(start, limit, delta):
        value, slope = value * 2 + number, slope * 2
    found = twice(sess, [y, first, second], {x: X})
    np.testing.assert_allclose(found[:2], [value, 2 * value * slope], rtol=1e-6)
    np.testing.assert_allclose(found[2], 2 * slope * slope, rtol=1e-6)


def test_within_functions_branches_and_loops(sess):
    x, p = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.bool, [])

    @Defun(tf.float32)
    def outer(a):
        return symbolic(a) + numbers(0, 2, 1, a)

    y = tf.cond(p, lambda: symbolic(outer(x)), lambda: x)
    z = tf.while_loop(lambda i, _: i < 2, lambda i, z: (i + 1, symbolic(z)), [0, y])[1]
    outer_of = 3 * X * X + 4 * X + 1
    for holds, wanted in ((True, 3 * outer_of**2), (False, X)):
        wanted = 27 * wanted**4
        np.testing.assert_allclose(twice(sess, z, {x: X, p: holds}), wanted, rtol=1e-5)


def test_a_delta_that_leads_away(sess):
    v = tf.get_variable("v", initializer=1.0)
    sess.run(tf.global_variables_initializer())
    y = numbers(0, 3, tf.placeholder_with_default(-1, []), tf.constant([1.0]))
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError, match="delta that leads from start"):
            sess.run([v.assign_add(1.0), y])
        assert sess.run(v) == 1.0


def test_inputs_that_do_not_fit_the_function(sess):
    x = tf.constant([1.0])
    y = raw.SymbolicGradient([x, x, x], Tout=[tf.float32], f=body_of(cube), name="slope")[0]
    with pytest.raises(tf.errors.InvalidArgumentError) as raised:
        sess.run(y)
    message = str(raised.value)
    for part in ("must be the arguments of 'cube", "['float32', 'float32']", "'slope'", "Give it"):
        assert part in message
    assert "test_derived_calls.py" in message
