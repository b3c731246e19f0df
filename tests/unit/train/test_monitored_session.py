"""Monitored sessions and their hooks, one turn after the other."""

from __future__ import annotations

import logging

import numpy as np
import pytest

import penstock as tf
from penstock.core import errors


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()  # a monitored session has finalized it


def _model():
    """A variable that is halved at each step, and counts them."""
    step = tf.train.get_or_create_global_step()
    value = tf.get_variable("value", initializer=16.0)
    halve = tf.assign(value, value / 2.0)
    with tf.control_dependencies([halve]):
        return value, tf.assign_add(step, 1)


class Noting(tf.train.SessionRunHook):
    """Notes what it is called with."""

    def __init__(self, fetches=None, feeds=None):
        self.notes = []
        self.args = tf.train.SessionRunArgs(fetches, feeds)

    def begin(self):
        self.notes.append(("begin", tf.get_default_graph().finalized))

    def after_create_session(self, session, coord):
        self.notes.append(("created", tf.get_default_graph().finalized))

    def before_run(self, run_context):
        self.notes.append(("before", run_context.original_args.fetches))
        return self.args

    def after_run(self, run_context, run_values):
        self.notes.append(("after", run_values.results))

    def end(self, session):
        self.notes.append(("end", session.run("value:0")))


def test_a_training_from_begin_to_end():
    value, train = _model()
    noting = Noting(value * 10.0)
    hooks = [noting, tf.train.StopAtStepHook(last_step=2)]
    with tf.train.MonitoredSession(hooks=hooks) as sess:
        assert sess.graph is tf.get_default_graph() and not sess.should_stop()
        while not sess.should_stop():
            sess.run(train)
    assert noting.notes == [
        ("begin", False),
        ("created", True),
        ("before", train),
        ("after", 160.0),
        ("before", train),
        ("after", 80.0),
        ("end", 4.0),
    ]
    assert not tf.get_default_graph().finalized
    assert sess.should_stop() and sess.graph is None
    with pytest.raises(RuntimeError, match="closed"):
        sess.run(train)
    with pytest.raises(RuntimeError, match="closed"):
        sess.close()


@pytest.mark.parametrize("error", [errors.OutOfRangeError(None, None, "end"), StopIteration()])
def test_the_end_of_the_data_is_a_regular_end(error):
    _model()
    noting = Noting()
    with tf.train.MonitoredSession(hooks=[noting]):
        raise error
    assert noting.notes[-1][0] == "end"


def test_an_error_ends_it_without_the_hooks_end():
    _model()
    noting = Noting()
    with pytest.raises(KeyError), tf.train.MonitoredSession(hooks=[noting]):
        raise KeyError("x")
    assert noting.notes[-1][0] == "created"


class Losing(tf.train.SessionRunHook):
    """Loses the session before its third run."""

    def __init__(self, error):
        self.error, self.runs = error, 0

    def before_run(self, run_context):
        self.runs += 1
        if self.runs == 3:
            raise self.error(None, None, "the other side is gone")


@pytest.mark.parametrize("error", [errors.AbortedError, errors.UnavailableError])
def test_a_lost_session_is_replaced(error):
    value, train = _model()
    noting = Noting()
    hooks = [noting, Losing(error), tf.train.StopAtStepHook(last_step=3)]
    with tf.train.MonitoredSession(hooks=hooks) as sess:
        while not sess.should_stop():
            sess.run(train)
        assert sess.run(value) == 2.0
    assert [kind for kind, _ in noting.notes].count("created") == 2


def test_a_singular_session_does_not_recover():
    _, train = _model()
    with (
        pytest.raises(errors.AbortedError),
        tf.train.SingularMonitoredSession(hooks=[Losing(errors.AbortedError)]) as sess,
    ):
        assert sess.raw_session().run("global_step:0") == 0
        for _ in range(3):
            sess.run(train)


def test_step_functions():
    value, train = _model()
    noting = Noting()
    with tf.train.MonitoredSession(hooks=[noting]) as sess:

        def step_fn(step_context):
            step_context.session.run(train)
            return step_context.run_with_hooks(value)

        assert sess.run_step_fn(step_fn) == 8.0
        assert [kind for kind, _ in noting.notes].count("after") == 1
        with pytest.raises(ValueError, match="step_context"):
            sess.run_step_fn(lambda: 3)
        sess.run_step_fn(lambda step_context: step_context.request_stop())
        pytest.fail("the block goes on after request_stop")


def test_a_tensor_is_fed_once():
    value, _ = _model()
    x = tf.placeholder(tf.float32, [])
    product = x * value
    feeding = tf.train.FeedFnHook(lambda: {x: 3.0})
    with tf.train.MonitoredSession(hooks=[feeding]) as sess:
        assert sess.run(product) == 48.0
        with pytest.raises(RuntimeError, match="fed by a SessionRunHook"):
            sess.run(product, {x: 2.0})


def test_an_error_of_a_thread_goes_first():
    queue = tf.FIFOQueue(2, tf.float32, [[]])
    number = tf.placeholder_with_default(0.0, [])
    with tf.control_dependencies([tf.assert_positive(number, message="too small")]):
        put = queue.enqueue(number)
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [put]))
    take = queue.dequeue()
    with (
        pytest.raises(errors.InvalidArgumentError, match="too small"),
        tf.train.MonitoredSession() as sess,
    ):
        sess.run(take)


# Getting ready


def test_what_nothing_initializes_is_named():
    tf.get_variable("a", [2])
    tf.get_variable("b", [2])
    ready = tf.report_uninitialized_variables()
    manager = tf.train.SessionManager(ready_op=ready)
    with pytest.raises(RuntimeError, match="no init_op"):
        manager.prepare_session("")
    with pytest.raises(RuntimeError, match="not initialized: a, b"):
        manager.prepare_session("", init_op=tf.group())
    waiting = tf.train.SessionManager(ready_op=ready, recovery_wait_secs=0.01)
    with pytest.raises(errors.DeadlineExceededError, match="not ready after waiting"):
        waiting.wait_for_session("", max_wait_secs=0.05)
    with pytest.raises(ValueError, match="local_init_op"):
        tf.train.SessionManager(ready_for_local_init_op=ready)


def test_from_a_checkpoint(tmp_path):
    value, train = _model()
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run([train])
        saver.save(sess, str(tmp_path / "model"), global_step=1, write_meta_graph=False)
    with tf.train.MonitoredSession(
        tf.train.ChiefSessionCreator(checkpoint_dir=str(tmp_path))
    ) as sess:
        assert sess.run(value) == 8.0
    manager = tf.train.SessionManager(ready_op=tf.report_uninitialized_variables())
    _, is_ready = manager.recover_session("", saver=saver, checkpoint_dir=str(tmp_path))
    assert is_ready
    empty = tmp_path / "empty"
    _, is_ready = manager.recover_session("", saver=saver, checkpoint_dir=str(empty))
    assert not is_ready
    with pytest.raises(ValueError, match="not both"):
        manager.recover_session(
            "", saver=saver, checkpoint_dir="a", checkpoint_filename_with_path="b"
        )


def test_scaffolds():
    value, _ = _model()
    called = []
    scaffold = tf.train.Scaffold(init_fn=lambda scaffold, session: called.append(session))
    assert scaffold.init_op is None and scaffold.saver is None
    with tf.train.MonitoredSession(tf.train.ChiefSessionCreator(scaffold)) as sess:
        assert called == [sess._tf_sess()]
        assert scaffold.init_op.name == "group_deps"
        assert sess.run(scaffold.ready_op).size == 0
    other = tf.train.Scaffold(init_op=value.initializer, copy_from_scaffold=scaffold)
    assert other.ready_op is scaffold.ready_op and other.init_op is value.initializer
    with pytest.raises(TypeError, match="Scaffold"):
        tf.train.Scaffold(copy_from_scaffold=3)
    tf.add_to_collection(tf.GraphKeys.INIT_OP, value.initializer)
    with pytest.raises(RuntimeError, match="one element at most"):
        tf.train.Scaffold().finalize()


# Hooks


def test_values_are_logged(caplog):
    value, train = _model()
    caplog.set_level(logging.INFO, logger="tensorflow")
    hooks = [
        tf.train.LoggingTensorHook({"v": value * 1.0}, every_n_iter=2),
        tf.train.LoggingTensorHook(["value:0"], at_end=True, formatter=lambda values: f"{values}"),
    ]
    with tf.train.MonitoredSession(hooks=hooks) as sess:
        for _ in range(3):
            sess.run(train)
    said = [record.getMessage().partition(" (")[0] for record in caplog.records]
    assert [line for line in said if line.startswith("v =")] == ["v = 16.0", "v = 4.0"]
    assert "value:0" in said[-1]


def test_nan_stops_or_fails():
    x = tf.placeholder_with_default(np.float32("nan"), [])
    with (
        pytest.raises(tf.train.NanLossDuringTrainingError, match="NaN loss"),
        tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(x)]) as sess,
    ):
        sess.run(x)
    with tf.train.MonitoredSession(
        hooks=[tf.train.NanTensorHook(x, fail_on_nan_loss=False)]
    ) as sess:
        sess.run(x, {x: 1.0})
        assert not sess.should_stop()
        sess.run(x)
        assert sess.should_stop()


def test_steps_from_here_on():
    _, train = _model()
    with tf.train.MonitoredSession(hooks=[tf.train.StopAtStepHook(num_steps=3)]) as sess:
        steps = []
        while not sess.should_stop():
            steps.append(int(sess.run(train)))
    assert steps == [1, 2, 3]


def test_final_values():
    value, train = _model()
    final = tf.train.FinalOpsHook({"v": value})
    with tf.train.MonitoredSession(hooks=[final]) as sess:
        sess.run(train)
        sess.run(train)
    assert final.final_ops_values == {"v": 4.0}


def test_a_worker_waits_for_its_step(monkeypatch):
    _, train = _model()
    waiter = tf.train.GlobalStepWaiterHook(2)
    with tf.train.SingularMonitoredSession(hooks=[waiter]) as sess:
        plain = sess.raw_session()
        pauses = []

        def pause(seconds):
            pauses.append(seconds)
            plain.run(train)

        monkeypatch.setattr("penstock.train.basic_hooks.time.sleep", pause)
        sess.run("global_step:0")
        sess.run("global_step:0")
        assert len(pauses) == 2


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tf.train.SecondOrStepTimer(1, 2), ValueError, "Exactly one"),
        (lambda: tf.train.SecondOrStepTimer(), ValueError, "Exactly one"),
        (lambda: tf.train.StopAtStepHook(), ValueError, "Exactly one"),
        (lambda: tf.train.StopAtStepHook(1, 2), ValueError, "Exactly one"),
        (lambda: tf.train.LoggingTensorHook([], 1, 2), ValueError, "Exactly one"),
        (lambda: tf.train.LoggingTensorHook(["a"]), ValueError, "Exactly one"),
        (lambda: tf.train.LoggingTensorHook(["a"], every_n_iter=0), ValueError, "positive"),
        (lambda: tf.train.StopAtStepHook(2).begin(), RuntimeError, "Global step"),
        (lambda: tf.train.GlobalStepWaiterHook(2).begin(), RuntimeError, "Global step"),
    ],
)
def test_wrong_hooks(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_when_it_is_due(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("penstock.train.step_timer.time.monotonic", lambda: now[0])
    timer = tf.train.SecondOrStepTimer(every_secs=10)
    assert timer.should_trigger_for_step(1)
    assert timer.update_last_triggered_step(1) == (None, None)
    now[0] = 109.0
    assert not timer.should_trigger_for_step(5)
    now[0] = 110.0
    assert timer.should_trigger_for_step(5) and not timer.should_trigger_for_step(1)
    assert timer.update_last_triggered_step(5) == (10.0, 4)
    assert timer.last_triggered_step() == 5
    timer.reset()
    assert timer.should_trigger_for_step(5)
    by_steps = tf.train.SecondOrStepTimer(every_steps=3)
    by_steps.update_last_triggered_step(2)
    assert [step for step in range(8) if by_steps.should_trigger_for_step(step)] == [5, 6, 7]
