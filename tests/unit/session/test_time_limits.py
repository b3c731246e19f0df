"""Runs that take too long, sessions closed under way, and the forms that loops take."""

import threading

import numpy as np
import pytest

import penstock as tf


def session(tier, **options):
    config = tf.ConfigProto(**options)
    config.experimental.executor_type = tier
    return tf.Session(config=config)


def endless(x):
    """A loop that ends at once if x is above 10, and never otherwise; it counts in a variable."""
    turns = tf.Variable(0.0)

    def body(a):
        with tf.control_dependencies([tf.assign_add(turns, 1.0)]):
            return a * 1.0

    return tf.while_loop(lambda a: a < 10.0, body, [x]), turns


@pytest.fixture(params=["numpy", "xla", ""])
def tier(request):
    with tf.Graph().as_default():
        yield request.param


def test_run_options_end_a_loop_and_leave_the_state(tier):
    x = tf.placeholder(tf.float32, [])
    loop, turns = endless(x)
    with session(tier) as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(3):
            assert sess.run(loop, {x: 11.0}) == 11.0
            with pytest.raises(tf.errors.DeadlineExceededError, match="time was up"):
                sess.run(loop, {x: 1.0}, options=tf.RunOptions(timeout_in_ms=50))
            assert sess.run(turns) == 0.0


def test_the_session_limits_all_its_runs(tier):
    x = tf.placeholder(tf.float32, [])
    loop, _ = endless(x)
    with session(tier, operation_timeout_in_ms=50) as sess:
        sess.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.DeadlineExceededError):
            sess.run(loop, {x: 1.0})
        assert sess.run(loop, {x: 11.0}, options=tf.RunOptions(timeout_in_ms=5000)) == 11.0
        run = sess.make_callable(loop, [x], accept_options=True)
        with pytest.raises(tf.errors.DeadlineExceededError):
            run(1.0, options=tf.RunOptions(timeout_in_ms=60))


def test_a_limit_that_is_kept_changes_nothing(tier):
    x, n = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.int32, [])
    y = tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, a * 0.5 + x), [0, x])[1]
    slope = tf.gradients(y, x)[0]
    feeds = {x: np.ones(3, np.float32), n: 7}
    with session(tier) as sess:
        free = [sess.run([y, slope], feeds) for _ in range(3)][-1]
        options = tf.RunOptions(timeout_in_ms=60_000)
        limited = [sess.run([y, slope], feeds, options=options) for _ in range(3)][-1]
    np.testing.assert_allclose(limited, free, rtol=1e-6)


def test_closing_a_session_ends_its_runs():
    with tf.Graph().as_default(), session("numpy") as sess:
        x = tf.placeholder(tf.float32, [])
        loop, _ = endless(x)
        sess.run(tf.global_variables_initializer())
        raised = []
        begun = threading.Event()

        def run():
            begun.set()
            try:
                sess.run(loop, {x: 1.0})
            except tf.errors.CancelledError as error:
                raised.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        begun.wait()
        while not raised and thread.is_alive():
            sess.close()
            thread.join(0.05)
    assert "session was closed" in str(raised[0]).lower()


def kinds(sess, fetches, feeds):
    for _ in range(3):
        sess.run(fetches, feeds)
    explained = sess.explain(fetches, feeds)
    assert all(form.reason in str(explained) for form in explained.forms)
    return [form.kind for form in explained.forms]


def test_forms_of_loops_and_branches():
    with tf.Graph().as_default(), session("xla") as sess:
        x, n = tf.placeholder(tf.float32, [3]), tf.placeholder(tf.int32, [])
        feeds = {x: np.ones(3, np.float32), n: 2}
        step = lambda i, a: (i + 1, tf.tanh(a))
        cases = {
            "scan": tf.while_loop(lambda i, a: i < 4, step, [0, x])[1],
            "while": tf.while_loop(lambda i, a: tf.reduce_sum(a) > 1.0, step, [0, x])[1],
            "unrolled": tf.while_loop(
                lambda i, a: i < 3, lambda i, a: (i + 1, a + tf.reduce_sum(tf.zeros([i]))), [0, x]
            )[1],
            "switch": tf.cond(tf.reduce_sum(x) > 0.0, lambda: x, lambda: -x),
            "branch": tf.cond(tf.shape(x)[0] > 2, lambda: x * 2.0, lambda: -x),
            "interpreter": tf.while_loop(
                lambda i, a: i < 4,
                lambda i, a: (i + 1, tf.py_func(lambda v: v, [a], tf.float32)),
                [0, x],
                shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)],
            )[1],
        }
        found = {kind: kinds(sess, y, feeds) for kind, y in cases.items()}
        assert found == {kind: [kind] for kind in cases}


def test_what_a_loop_of_python_calls_has_beside_them_is_compiled():
    calls = []
    with tf.Graph().as_default(), session("xla") as sess:
        x = tf.placeholder(tf.float32, [4, 4])

        def body(i, a):
            a = tf.tanh(tf.matmul(a, a)) + 0.1
            a = tf.py_func(lambda v: (calls.append(1), v + 0.1)[1], [a], tf.float32)
            a.set_shape([4, 4])
            return i + 1, tf.cond(a[0, 0] > 0.0, lambda: a * 0.5, lambda: a)

        y = tf.while_loop(lambda i, a: i < 3, body, [0, x])[1]
        assert kinds(sess, y, {x: np.eye(4, dtype=np.float32)}) == ["interpreter", "switch"]
    assert len(calls) == 9
