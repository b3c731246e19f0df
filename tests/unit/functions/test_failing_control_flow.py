"""Loops and branches that fail in a run: what the message says, and that no state changes."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def loop(step, first=0.0, turns=5):
    n = tf.placeholder_with_default(turns, [])
    return tf.while_loop(lambda i, _: i < n, lambda i, y: (i + 1, step(i, y)), [0, first])


def gather_beyond_the_end():
    x = tf.placeholder_with_default([1.0, 2.0], [2])
    return loop(lambda i, y: y + tf.gather(x, i))


def assertion_in_a_loop():
    def step(i, y):
        with tf.control_dependencies([tf.assert_less(i, 3, message="too far")]):
            return y + 1.0

    return loop(step)


def infinity_in_a_loop():
    return loop(lambda i, y: tf.check_numerics(tf.log(y), "log of y"), 1.0)


def array_written_twice():
    array = tf.TensorArray(tf.float32, 3)
    body = lambda i, a: (i + 1, a.write(1, 2.0))
    return tf.while_loop(lambda i, _: i < 3, body, [0, array])[1].stack()


def array_read_unwritten():
    array = tf.TensorArray(tf.float32, 3, infer_shape=False).write(0, 1.0)
    return loop(lambda i, y: y + tf.reshape(array.read(i), []))


def predicate_of_two_values():
    return tf.cond(tf.placeholder_with_default([True, False], None), lambda: 1.0, lambda: 2.0)


def condition_of_two_values():
    x = tf.placeholder_with_default([1.0, 2.0], None)
    return tf.while_loop(lambda y: y < 3.0, lambda y: y + 1.0, [x], [tf.TensorShape(None)])


def write_within_a_loop_that_fails():
    v = tf.get_variable("written", initializer=0.0, use_resource=True)

    def step(i, y):
        with tf.control_dependencies([v.assign_add(1.0)]):
            return y + tf.gather([1.0, 2.0], i)

    return loop(step)


FAILURES = [
    (gather_beyond_the_end, ["must be in|is not in", "= 2", "Check how"]),
    (assertion_in_a_loop, ["assertion failed", "too far", "3"]),
    (infinity_in_a_loop, ["log of y", "Inf|NaN", "must be finite"]),
    (array_written_twice, ["can be written once", "index 1", "Write to another"]),
    (array_read_unwritten, ["must be written before", "Index 1", "Write it"]),
    (predicate_of_two_values, [r"expected shape \(\)", r"\[2\]", "Feed or compute"]),
    (condition_of_two_values, [r"expected shape \(\)", r"\[2\]", "Feed or compute"]),
    (write_within_a_loop_that_fails, ["is not in", "= 2", "Check how"]),
]


@pytest.mark.parametrize(("build", "facts"), FAILURES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_failing_run_says_why_and_changes_nothing(sess, build, facts):
    v = tf.get_variable("v", initializer=1.0, use_resource=True)
    failing = build()
    sess.run(tf.global_variables_initializer())
    before = sess.run(tf.global_variables())
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            sess.run([v.assign_add(1.0), failing])
        for fact in facts:
            assert raised.match(fact)
        assert raised.match(r"made at .*test_failing_control_flow\.py:\d+")
        np.testing.assert_array_equal(sess.run(tf.global_variables()), before)


def test_a_loop_without_end_is_stopped_and_changes_nothing(sess):
    v = tf.get_variable("v", initializer=1.0, use_resource=True)
    endless = tf.while_loop(lambda i: i >= 0, lambda i: (i + 1) % 100, [0])
    sess.run(tf.global_variables_initializer())
    for _ in range(2):
        with pytest.raises(tf.errors.DeadlineExceededError, match="a loop may never end"):
            sess.run([v.assign_add(1.0), endless], options=tf.RunOptions(timeout_in_ms=300))
        assert sess.run(v) == 1.0


@pytest.mark.parametrize("limit", [0, -1, -7])
def test_no_turns_at_most(sess, limit):
    most = tf.placeholder_with_default(limit, [])
    x = tf.constant([1.0, 2.0])
    for given in (limit, most):
        y = tf.while_loop(lambda y: True, lambda y: [y * 2.0], [x], maximum_iterations=given)
        for _ in range(2):
            value, slope = sess.run([y, tf.gradients(y, x)[0]])
            assert value.tolist() == [1.0, 2.0] and slope.tolist() == [1.0, 1.0]
