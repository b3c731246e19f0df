"""Loops and branches written and read back: values, gradients, what they capture."""

import numpy as np
import pytest

import penstock as tf


def choice(x, w):
    return tf.cond(tf.reduce_sum(x) > 0.0, lambda: x * w, lambda: tf.exp(x) - w)


def loop(x, w):
    return tf.while_loop(lambda i, v: i < 5, lambda i, v: (i + 1, tf.tanh(v * w)), [0, x])[1]


def loop_of_data(x, w):
    return tf.while_loop(lambda v: tf.reduce_sum(v) < 50.0, lambda v: v * 1.5 + w, [x])


def nested(x, w):
    def body(i, v):
        inner = tf.while_loop(lambda j, u: j < 3, lambda j, u: (j + 1, u * 1.1 + x), [0, v])[1]
        return i + 1, tf.cond(tf.reduce_sum(inner) > 9.0, lambda: inner / 2.0, lambda: inner * w)

    return tf.while_loop(lambda i, v: i < 4, body, [0, x])[1]


def rows(x, w):
    used = tf.range(tf.cast(w[0] * 4.0, tf.int32))

    def body(i, v):
        return i + 1, v + tf.reduce_sum(tf.gather(x, used) ** 2) + tf.gather(w, [0, i])

    return tf.while_loop(lambda i, v: i < 3, body, [0, tf.zeros([2])])[1]


@pytest.mark.parametrize("build", [choice, loop, loop_of_data, nested, rows])
def test_written_and_read(build):
    feed = [1.0, 0.5, 2.0]
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [3], name="x")
        w = tf.constant([0.5, 2.0, 1.5], name="w")
        y = build(x, w)
        names = [tensor.name for tensor in [y, *tf.gradients(y, [x, w])]]
        with tf.Session() as session:  # interpreted, then compiled
            expected = [session.run(names, {x: feed}) for _ in range(4)]
    with tf.Graph().as_default() as again:
        tf.import_graph_def(graph.as_graph_def(add_shapes=True), name="")
        with tf.Session() as session:
            for values in expected:
                for mine, theirs in zip(session.run(names, {"x:0": feed}), values, strict=True):
                    np.testing.assert_allclose(mine, theirs, rtol=1e-5)
    assert len(again.as_graph_def().library.function) == len(graph.as_graph_def().library.function)


def test_gradients_of_what_was_read():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [3], name="x")
        y = tf.identity(loop(x, tf.constant([0.5, 2.0, 1.5])), name="y")
        expected = tf.gradients(y, x)
        with tf.Session() as session:
            slope = session.run(expected, {x: [1.0, 0.5, 2.0]})
    part = tf.graph_util.extract_sub_graph(graph.as_graph_def(), ["y"])
    with tf.Graph().as_default():
        x, y = tf.import_graph_def(part, name="", return_elements=["x:0", "y:0"])
        with tf.Session() as session:
            again = session.run(tf.gradients(y, x), {x: [1.0, 0.5, 2.0]})
    np.testing.assert_allclose(again, slope, rtol=1e-5)
