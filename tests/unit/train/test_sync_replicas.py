"""Workers that make steps together: by mean gradients, with backups, one after the other."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import penstock as tf

RATE = 0.5


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()  # a monitored session has finalized it


class _Cooperation:
    """A graph in which several workers train `w` on what each is fed."""

    def __init__(self, workers, needed, sparse=False, averages=None):
        self.step = tf.train.get_or_create_global_step()
        self.w = tf.get_variable("w", [4], initializer=tf.zeros_initializer())
        self.feeds, self.optimizers, self.trains = [], [], []
        for _ in range(workers):
            feed = tf.placeholder(tf.int32 if sparse else tf.float32, [None])
            if sparse:
                loss = tf.reduce_sum(tf.gather(self.w, feed))
            else:
                loss = tf.reduce_sum(self.w * feed)
            keywords = {}
            if averages is not None and not self.optimizers:
                keywords = {"variable_averages": averages, "variables_to_average": [self.w]}
            optimizer = tf.train.SyncReplicasOptimizer(
                tf.train.GradientDescentOptimizer(RATE),
                needed,
                total_num_replicas=workers,
                **keywords,
            )
            self.feeds.append(feed)
            self.optimizers.append(optimizer)
            self.trains.append(optimizer.minimize(loss, global_step=self.step))

    def start(self, sess, coord):
        """Do what the hooks of the chief and of the workers do; gives the threads."""
        chief = self.optimizers[0]
        tokens = chief.get_init_tokens_op(0)
        sess.run(tf.global_variables_initializer())
        sess.run(tf.local_variables_initializer())
        assert sess.run(chief.ready_for_local_init_op).size == 0
        sess.run(chief.chief_init_op)
        for optimizer in self.optimizers[1:]:
            sess.run(optimizer.local_step_init_op)
        sess.run(tokens)
        return chief.get_chief_queue_runner().create_threads(sess, coord, daemon=True, start=True)


def _run_workers(sess, together, workers, steps, values):
    """Run each worker in a thread of its own, for so many steps, none ahead of the others."""
    errors = []
    barrier = threading.Barrier(len(workers))

    def work(index):
        try:
            for step in range(steps):
                barrier.wait(60)
                feed = {together.feeds[index]: values(index, step)}
                sess.run(together.trains[index], feed)
        except BaseException as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work, args=(index,), daemon=True) for index in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads) and not errors, errors


def test_a_step_is_made_by_the_mean_of_all_gradients():
    together = _Cooperation(workers=2, needed=2)
    coord = tf.train.Coordinator()
    with tf.Session() as sess:
        together.start(sess, coord)
        _run_workers(sess, together, [0, 1], 3, lambda index, _: np.full(4, 2.0 * index + 1))
        w, step = sess.run([together.w, together.step])
        coord.request_stop()
    assert step == 3
    np.testing.assert_allclose(w, np.full(4, -RATE * 2.0 * 3))


def test_rows_are_put_together():
    together = _Cooperation(workers=2, needed=2, sparse=True)
    coord = tf.train.Coordinator()
    rows = [[0, 1], [1, 3]]
    with tf.Session() as sess:
        together.start(sess, coord)
        _run_workers(sess, together, [0, 1], 1, lambda index, _: rows[index])
        w = sess.run(together.w)
        coord.request_stop()
    np.testing.assert_allclose(w, [-RATE, -RATE, 0, -RATE])


def test_backup_workers_are_not_waited_for():
    together = _Cooperation(workers=3, needed=2)
    coord = tf.train.Coordinator()
    with tf.Session() as sess:
        together.start(sess, coord)
        _run_workers(sess, together, [0, 1], 4, lambda index, _: np.ones(4))
        # The third one comes late: its local step is still 0, so its gradient counts for nothing,
        # and there is a token for it.
        sess.run(together.trains[2], {together.feeds[2]: np.full(4, 1000.0)})
        w, step = sess.run([together.w, together.step])
        coord.request_stop()
    assert step >= 1
    np.testing.assert_allclose(w, np.full(4, -RATE * step))


def test_one_worker_in_a_monitored_session():
    x = tf.placeholder(tf.float32, [2])
    w = tf.get_variable("w", [2], initializer=tf.zeros_initializer())
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(RATE), 1)
    step = tf.train.get_or_create_global_step()
    train = optimizer.minimize(tf.reduce_sum(w * x), global_step=step)
    hooks = [optimizer.make_session_run_hook(True), tf.train.StopAtStepHook(last_step=5)]
    seen = []
    with tf.train.MonitoredTrainingSession(hooks=hooks) as sess:
        while not sess.should_stop():
            seen.append(sess.run([train, w, step], {x: [1.0, 2.0]}))
    assert 5 <= seen[-1][2] <= 7
    np.testing.assert_allclose(seen[-1][1] * [2, 1], np.full(2, seen[-1][1][1]))


def test_averages_follow_each_step():
    averages = tf.train.ExponentialMovingAverage(0.5)
    together = _Cooperation(workers=1, needed=1, averages=averages)
    coord = tf.train.Coordinator()
    shadow = averages.average(together.w)
    with tf.Session() as sess:
        together.start(sess, coord)
        _run_workers(sess, together, [0], 1, lambda *_: np.ones(4))
        while sess.run(shadow)[0] == 0:
            pass
        assert sess.run(shadow)[0] < 0
        coord.request_stop()


def test_what_is_asked_too_early_or_wrongly():
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(RATE), 3, 1)
    for method in (optimizer.get_chief_queue_runner, optimizer.get_init_tokens_op):
        with pytest.raises(ValueError, match=r"minimize\(\)"):
            method()
    with pytest.raises(ValueError, match="global step"):
        optimizer.apply_gradients([(tf.ones([1]), tf.Variable([1.0]))])
    with pytest.raises(ValueError, match="No variables"):
        optimizer.apply_gradients([], tf.train.get_or_create_global_step())
    w = tf.Variable([1.0])
    optimizer.minimize(tf.reduce_sum(w), tf.train.get_or_create_global_step())
    with pytest.raises(ValueError, match="Too few tokens"):
        optimizer.get_init_tokens_op(1)
    assert optimizer.get_init_tokens_op(2).type == "QueueEnqueueManyV2"


def test_the_hook_tells_of_uninitialized_variables():
    w = tf.get_variable("w", [2])
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.AdamOptimizer(RATE), 1)
    optimizer.minimize(tf.reduce_sum(w), tf.train.get_or_create_global_step())
    hook = optimizer.make_session_run_hook(False)
    hook.begin()
    with tf.Session() as sess, pytest.raises(RuntimeError, match="w, "):
        hook.after_create_session(sess, None)
    assert optimizer.get_slot_names() == ["m", "v"]
    assert optimizer.get_slot(w, "m") in optimizer.variables()
