"""What a fetch of a variable shows of a step that writes it; values seen in TensorFlow 1.15.5.

There a fetched reference shares the variable's memory, so the end of the step shows in it.
"""

from __future__ import annotations

import pytest

import penstock as tf


def _both(v):
    return [tf.assign_add(v, 1.0), tf.assign_add(v, 10.0)], [12.0, 12.0]


def _one_after_the_other(v):
    first = tf.assign_add(v, 1.0)
    with tf.control_dependencies([first]):
        return [first, tf.assign_add(v, 10.0)], [12.0, 12.0]


def _read_first(v):
    old = tf.identity(v)
    with tf.control_dependencies([old]):
        new = tf.assign(v, 5.0)
    with tf.control_dependencies([new]):
        later = old * 1.0
    return [old, new, later], [5.0, 5.0, 5.0]


def _computed_first(v):
    old = v * 1.0
    with tf.control_dependencies([old]):
        return [old, tf.assign(v, 5.0)], [1.0, 5.0]


def _read_between(v):
    with tf.control_dependencies([tf.assign(v, 2.0)]):
        read = v.read_value()
    with tf.control_dependencies([read]):
        return [read, tf.assign(v, 3.0), v], [3.0, 3.0, 3.0]


def _value_of_the_write(v):
    written = tf.assign_add(v, 1.0)
    return [written, written * 2.0, v, v.value()], [2.0, 4.0, 2.0, 2.0]


def _trained(v):
    train = tf.train.GradientDescentOptimizer(0.5).minimize(v * v)
    return [train, v, v.value(), v * v], [None, 0.0, 0.0, 1.0]


CASES = [
    _both,
    _one_after_the_other,
    _read_first,
    _computed_first,
    _read_between,
    _value_of_the_write,
    _trained,
]


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("case", CASES)
def test_a_fetched_variable_is_as_the_step_leaves_it(case, tier):
    with tf.Graph().as_default():
        fetches, expected = case(tf.Variable(1.0))
        config = tf.ConfigProto(experimental={"executor_type": tier})
        with tf.Session(config=config) as sess:
            sess.run(tf.global_variables_initializer())
            assert sess.run(fetches) == expected


def test_the_global_step_counts_the_step_it_is_fetched_with():
    with tf.Graph().as_default():
        step = tf.train.get_or_create_global_step()
        weight = tf.Variable(3.0)
        train = tf.train.AdamOptimizer().minimize(weight * weight, global_step=step)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            assert [int(sess.run([train, step])[1]) for _ in range(5)] == [1, 2, 3, 4, 5]
