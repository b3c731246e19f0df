"""Evaluations by checkpoints, hooks around them, the profiler's hook and the basic loop."""

from __future__ import annotations

import json
import os
import threading

import pytest

import penstock as tf
from penstock.contrib import training
from penstock.core import errors


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()  # a monitored session has finalized it


def _checkpoint(folder, value, step):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("w", initializer=value)
        tf.train.get_or_create_global_step()
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, os.path.join(folder, "model"), global_step=step)


def test_a_checkpoint_is_evaluated_for_so_many_steps(tmp_path):
    path = _checkpoint(str(tmp_path), 3.0, 1)
    w = tf.get_variable("w", initializer=0.0)
    total = tf.get_local_variable("total", initializer=0.0)
    update = total.assign_add(w)
    for ops in (update, [update], {"update": update}):
        values = training.evaluate_once(
            path,
            eval_ops=ops,
            final_ops=[total, training.get_or_create_eval_step()],
            hooks=[training.StopAfterNEvalsHook(4)],
        )
        assert values == [12.0, 4]


def test_the_end_of_the_data_ends_an_evaluation(tmp_path):
    path = _checkpoint(str(tmp_path), 3.0, 1)
    tf.get_variable("w", initializer=0.0)
    tf.train.get_or_create_global_step()
    number = tf.train.range_input_producer(3, num_epochs=1).dequeue()
    count = tf.get_local_variable("count", initializer=0)
    update = count.assign_add(tf.minimum(number + 1, 1))
    assert training.evaluate_once(path, eval_ops=update, final_ops=count) == 3


def test_each_new_checkpoint_is_evaluated(tmp_path):
    folder = str(tmp_path)
    _checkpoint(folder, 1.0, 1)
    later = threading.Timer(0.5, _checkpoint, (folder, 2.0, 2))
    w = tf.get_variable("w", initializer=0.0)
    tf.train.get_or_create_global_step()
    later.start()
    value = training.evaluate_repeatedly(
        folder, final_ops=w, eval_interval_secs=0, max_number_of_evaluations=2
    )
    assert value == 2.0
    assert training.evaluate_repeatedly(folder, final_ops=w, eval_interval_secs=0, timeout=0) == 2.0


def test_waiting_for_a_checkpoint(tmp_path):
    folder = str(tmp_path)
    assert training.wait_for_new_checkpoint(folder, timeout=0) is None
    path = _checkpoint(folder, 1.0, 1)
    assert training.wait_for_new_checkpoint(folder) == path
    assert training.wait_for_new_checkpoint(folder, path, 0.01, timeout=0.05) is None


def test_summaries_at_the_end(tmp_path):
    folder = str(tmp_path / "events")
    path = _checkpoint(str(tmp_path), 5.0, 7)
    w = tf.get_variable("w", initializer=0.0)
    tf.summary.scalar("w_at_end", w)
    training.evaluate_once(path, hooks=[training.SummaryAtEndHook(folder)])
    (file,) = os.listdir(folder)
    found = [
        (event.step, value.simple_value)
        for event in tf.train.summary_iterator(os.path.join(folder, file))
        for value in event.summary.value
    ]
    assert found == [(0, 5.0)]
    with pytest.raises(ValueError, match="log_dir"):
        training.SummaryAtEndHook()


def test_a_graph_has_one_count_of_evaluation_steps():
    step = training.get_or_create_eval_step()
    assert training.get_or_create_eval_step() is step and step.name == "eval_step:0"
    tf.add_to_collection(tf.GraphKeys.EVAL_STEP, tf.Variable(0))
    with pytest.raises(ValueError, match="eval_step"):
        training.get_or_create_eval_step()


def test_timelines(tmp_path):
    step = tf.train.get_or_create_global_step()
    hook = tf.train.ProfilerHook(save_steps=2, output_dir=str(tmp_path / "new"))
    add = tf.assign_add(step, 1)
    with tf.train.SingularMonitoredSession(hooks=[hook]) as sess:
        for _ in range(6):
            sess.run(add)
    files = sorted(os.listdir(tmp_path / "new"))
    assert files == [f"timeline-{number}.json" for number in (2, 4, 6)]  # as in TensorFlow
    events = json.loads((tmp_path / "new" / files[0]).read_text())["traceEvents"]
    assert events[1]["ph"] == "X" and events[1]["dur"] > 0
    with pytest.raises(ValueError, match="every_secs"):
        tf.train.ProfilerHook()


def test_the_basic_loop_goes_on_after_a_lost_task(tmp_path):
    step = tf.train.get_or_create_global_step()
    add = tf.assign_add(step, 1)
    supervisor = tf.train.Supervisor(logdir=str(tmp_path), save_model_secs=0, summary_op=None)
    lost = []

    def train(sess, by, until=0):
        if sess.run(add) >= until:
            supervisor.request_stop()
        if not lost:
            lost.append(by)
            raise errors.AbortedError(None, None, "lost")

    tf.train.basic_train_loop(supervisor, train, [1], {"until": 4})
    assert lost == [1]


def test_names_that_programs_know_them_by():
    assert tf.train.queue_runner.QueueRunner is tf.train.QueueRunner
    assert tf.train.queue_runner.add_queue_runner is tf.train.add_queue_runner
    assert tf.queue.FIFOQueue is tf.FIFOQueue
    assert tf.train.ClusterDef is not None and tf.train.ServerDef is not None
