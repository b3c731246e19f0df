"""Training sessions and supervisors: what they leave on disk. Orders as in TensorFlow 1.15.5."""

from __future__ import annotations

import time

import pytest

import penstock as tf
from penstock.core import errors


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()  # a monitored session has finalized it
    tf.summary.FileWriterCache.clear()


def _model():
    step = tf.train.get_or_create_global_step()
    value = tf.get_variable("v", [], initializer=tf.zeros_initializer())
    tf.summary.scalar("v", value)
    return value, tf.group(tf.assign_add(step, 1), tf.assign_add(value, 1.0))


def _events(directory):
    """List what event files hold: step, kind, tags or status."""
    tf.summary.FileWriterCache.clear()
    events = []
    for path in sorted(directory.glob("events*")):
        for event in tf.train.summary_iterator(str(path)):
            kind = event.WhichOneof("what")
            tags = [value.tag for value in event.summary.value]
            detail = tags or ([event.session_log.status] if kind == "session_log" else [])
            events.append((event.step, kind, *detail))
    return events


def _checkpoints(directory):
    return sorted(path.name for path in directory.glob("model.ckpt-*.index"))


def test_checkpoints_summaries_and_speed(tmp_path):
    _, train = _model()
    with tf.train.MonitoredTrainingSession(
        checkpoint_dir=str(tmp_path),
        save_checkpoint_steps=2,
        save_summaries_steps=2,
        log_step_count_steps=2,
        hooks=[tf.train.StopAtStepHook(last_step=5)],
    ) as sess:
        while not sess.should_stop():
            sess.run(train)
    assert _checkpoints(tmp_path) == [f"model.ckpt-{n}.index" for n in (0, 2, 4, 5)]
    assert (tmp_path / "graph.pbtxt").stat().st_size > 1000
    log = tf.SessionLog
    events = [event for event in _events(tmp_path) if event[1] in ("session_log", "summary")]
    assert events == [
        (0, "session_log", log.CHECKPOINT),
        (1, "session_log", log.START),
        (1, "summary", "v_1"),
        (2, "session_log", log.CHECKPOINT),
        (3, "summary", "global_step/sec"),
        (3, "summary", "v_1"),
        (4, "session_log", log.CHECKPOINT),
        (5, "summary", "global_step/sec"),
        (5, "summary", "v_1"),
        (5, "session_log", log.CHECKPOINT),
    ]


def test_training_goes_on_where_it_ended(tmp_path):
    value, train = _model()
    for last, expected in ((3, 3.0), (5, 5.0)):
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=str(tmp_path), hooks=[tf.train.StopAtStepHook(last_step=last)]
        ) as sess:
            while not sess.should_stop():
                sess.run(train)
            assert sess._tf_sess().run(value) == expected


def test_without_a_directory_nothing_is_saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, train = _model()
    with tf.train.MonitoredTrainingSession() as sess:
        sess.run(train)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_waits_for_the_chief():
    _model()
    with pytest.raises(errors.DeadlineExceededError, match="chief"):
        tf.train.MonitoredTrainingSession(is_chief=False, max_wait_secs=0)


def test_listeners(tmp_path):
    _, train = _model()
    calls = []

    class Listener(tf.train.CheckpointSaverListener):
        def begin(self):
            calls.append("begin")

        def before_save(self, session, global_step_value):
            calls.append(("before", global_step_value))

        def after_save(self, session, global_step_value):
            calls.append(("after", global_step_value))
            return global_step_value >= 2

        def end(self, session, global_step_value):
            calls.append(("end", global_step_value))

    scaffold = tf.train.Scaffold()
    hook = tf.train.CheckpointSaverHook(
        str(tmp_path), save_steps=2, scaffold=scaffold, listeners=[Listener()]
    )
    with tf.train.MonitoredSession(tf.train.ChiefSessionCreator(scaffold), hooks=[hook]) as sess:
        while not sess.should_stop():
            sess.run(train)
    assert calls == [
        "begin", ("before", 0), ("after", 0), ("before", 2), ("after", 2), ("end", 2)
    ]  # fmt: skip


def test_a_list_of_summaries_and_a_given_writer(tmp_path):
    value, train = _model()
    two = [tf.summary.scalar("a", value), tf.summary.scalar("b", value)]
    writer = tf.summary.FileWriter(str(tmp_path))
    hook = tf.train.SummarySaverHook(save_steps=1, summary_writer=writer, summary_op=two)
    with tf.train.MonitoredSession(hooks=[hook]) as sess:
        sess.run(train)
    writer.close()
    assert [event[2] for event in _events(tmp_path) if event[1] == "summary"] == ["a", "b"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tf.train.CheckpointSaverHook("x", save_secs=1, save_steps=1), "Exactly one"),
        (lambda: tf.train.CheckpointSaverHook("x"), "Exactly one"),
        (lambda: tf.train.CheckpointSaverHook("x", 1, saver=1, scaffold=2), "not both"),
        (lambda: tf.train.StepCounterHook(every_n_steps=1, every_n_secs=2), "Exactly one"),
        (lambda: tf.train.SummarySaverHook(save_steps=1), "Exactly one of scaffold"),
        (lambda: tf.train.SummarySaverHook(1, scaffold=2, summary_op=3), "Exactly one of scaffold"),
        (lambda: tf.train.SummarySaverHook(1, 2, summary_op=3), "Exactly one"),
    ],
)
def test_wrong_hooks(make, words):
    with pytest.raises(ValueError, match=words):
        make()


# Supervisor


def test_a_supervisor_saves_beside_the_training(tmp_path):
    _, train = _model()
    before = len(tf.get_default_graph().get_operations())
    supervisor = tf.train.Supervisor(
        logdir=str(tmp_path), save_model_secs=0.05, save_summaries_secs=0.05
    )
    graph = tf.get_default_graph()
    names = [node.name for node in graph.get_operations()[before:] if "/" not in node.name]
    assert names == ["init", "init_1", "init_all_tables", "group_deps_1"]
    assert graph.finalized and supervisor.save_path == str(tmp_path / "model.ckpt")
    with supervisor.managed_session() as sess:
        deadline = time.monotonic() + 20
        while len(_checkpoints(tmp_path)) < 3 and time.monotonic() < deadline:
            sess.run(train)
            time.sleep(0.02)
    assert supervisor.should_stop() and len(_checkpoints(tmp_path)) >= 3
    kinds = {event[1:] for event in _events(tmp_path)}
    assert {("summary", "v_1"), ("summary", "global_step/sec")} <= kinds
    log = tf.SessionLog
    wanted = (log.START, log.CHECKPOINT, log.STOP)
    assert {("session_log", status) for status in wanted} <= kinds
    assert {("graph_def",), ("meta_graph_def",)} <= kinds
    with supervisor.managed_session() as sess:
        assert sess.run("global_step:0") > 0
        raise errors.OutOfRangeError(None, None, "the end")
    with pytest.raises(KeyError), supervisor.managed_session():
        raise KeyError("x")


def test_a_supervisor_without_a_directory():
    value, _ = _model()
    supervisor = tf.train.Supervisor(summary_op=None, init_fn=lambda sess: sess.run(value))
    with supervisor.managed_session() as sess:
        assert supervisor.start_standard_services(sess) == []
        with pytest.raises(RuntimeError, match="summary writer"):
            supervisor.summary_computed(sess, b"")
        turns = []
        looper = supervisor.loop(None, lambda: (turns.append(1), supervisor.request_stop()))
        supervisor.wait_for_stop()
        looper.join(20)
        assert turns


def test_replicas_need_devices():
    tf.get_variable("v", [])
    with pytest.raises(ValueError, match="device"):
        tf.train.Supervisor(is_chief=False)
    tf.reset_default_graph()
    with tf.device("/cpu:0"):
        tf.get_variable("v", [])
    supervisor = tf.train.Supervisor(is_chief=False)
    assert supervisor.saver is None and supervisor.summary_op is None
    with pytest.raises(RuntimeError, match="chief"):
        supervisor.start_standard_services(None)
