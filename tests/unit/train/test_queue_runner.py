"""Coordinators and the threads that fill queues."""

from __future__ import annotations

import threading

import pytest

import penstock as tf
from penstock.core import errors


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


def _thread(function):
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


# Coordinator


def test_threads_stop_together():
    coord = tf.train.Coordinator()
    threads = [_thread(coord.wait_for_stop) for _ in range(3)]
    assert not coord.should_stop() and not coord.wait_for_stop(0.01)
    coord.request_stop()
    coord.join(threads)
    assert coord.should_stop() and coord.joined
    coord.clear_stop()
    assert not coord.should_stop() and not coord.joined


def test_the_first_error_is_raised_where_the_threads_are_joined():
    coord = tf.train.Coordinator()

    def fail():
        with coord.stop_on_exception():
            raise KeyError("first")

    thread = _thread(fail)
    assert coord.wait_for_stop(20)
    coord.request_stop(ValueError("second"))
    with pytest.raises(KeyError, match="first"):
        coord.raise_requested_exception()
    with pytest.raises(KeyError, match="first"):
        coord.join([thread])


def test_the_end_of_the_data_is_no_error():
    coord = tf.train.Coordinator()
    coord.request_stop(errors.OutOfRangeError(None, None, "no more"))
    coord.join([])
    other = tf.train.Coordinator(clean_stop_exception_types=(KeyError,))
    other.request_stop(errors.OutOfRangeError(None, None, "no more"))
    with pytest.raises(errors.OutOfRangeError):
        other.join([])


def test_threads_that_go_on_are_named():
    coord = tf.train.Coordinator()
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="Stubborn", daemon=True)
    thread.start()
    coord.register_thread(thread)
    coord.request_stop()
    with pytest.raises(RuntimeError, match="threads still running: Stubborn"):
        coord.join(stop_grace_period_secs=0.05)
    coord.join([thread], stop_grace_period_secs=0.05, ignore_live_threads=True)
    end.set()


def test_what_is_no_exception_is_refused():
    with pytest.raises(TypeError, match="exception"):
        tf.train.Coordinator().request_stop(3)


def test_a_looper_calls_until_it_is_stopped():
    coord = tf.train.Coordinator()
    calls = []

    def call(value):
        calls.append(value)
        if len(calls) == 3:
            coord.request_stop()

    coord.join([tf.train.LooperThread.loop(coord, None, call, args=("a",))])
    assert calls == ["a"] * 3
    with pytest.raises(ValueError, match="Coordinator"):
        tf.train.LooperThread(None, None)


# Queue runners


def _counting_queue(limit=None):
    queue = tf.FIFOQueue(5, tf.int64, [[]])
    counter = tf.Variable(0, dtype=tf.int64)
    number = counter.count_up_to(limit) if limit else tf.assign_add(counter, 1)
    runner = tf.train.QueueRunner(queue, [queue.enqueue(number)])
    tf.train.add_queue_runner(runner)
    return queue, runner


def test_a_queue_is_filled_and_closed_at_the_end_of_the_data():
    queue, runner = _counting_queue(limit=12)
    take = queue.dequeue()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        assert [thread.daemon for thread in threads] == [True, True]
        assert runner.create_threads(sess, coord) == []
        taken = []
        with pytest.raises(errors.OutOfRangeError, match="closed"):
            while not coord.should_stop():
                taken.append(int(sess.run(take)))
        assert taken == list(range(12))
        coord.request_stop()
        coord.join(threads)
        assert runner.exceptions_raised == []


def test_a_stop_ends_threads_that_wait():
    queue, _ = _counting_queue()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(coord=coord)
        assert sess.run(queue.dequeue_many(3)).tolist() == [1, 2, 3]
        coord.request_stop()
        coord.join(threads, stop_grace_period_secs=20)
        assert sess.run(queue.is_closed())


def test_an_error_in_a_thread_reaches_the_coordinator():
    queue = tf.FIFOQueue(5, tf.float32, [[]])
    uninitialized = tf.Variable(0.0)
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(uninitialized)]))
    with tf.Session() as sess:
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        with pytest.raises(errors.FailedPreconditionError, match="uninitialized"):
            coord.join(threads)


def test_many_writers_and_one_trainer():
    queue = tf.RandomShuffleQueue(50, 10, tf.float32, [[2]])
    put = queue.enqueue(tf.random_uniform([2]))
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [put] * 3))
    weights = tf.Variable([[0.0], [0.0]])
    batch = queue.dequeue_many(8)
    wanted = tf.matmul(batch, [[2.0], [-1.0]])
    loss = tf.reduce_mean(tf.square(tf.matmul(batch, weights) - wanted))
    train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        for _ in range(200):
            sess.run(train)
        assert sess.run(weights).ravel() == pytest.approx([2.0, -1.0], abs=0.05)
        coord.request_stop()
        coord.join(threads, stop_grace_period_secs=20)


def test_as_a_message():
    with tf.name_scope("input"):
        queue, runner = _counting_queue(limit=3)
    message = runner.to_proto()
    assert message.queue_name == "input/fifo_queue"
    assert list(message.enqueue_op_name) == ["input/fifo_queue_enqueue"]
    assert message.close_op_name == "input/fifo_queue_Close"
    assert message.cancel_op_name == "input/fifo_queue_Close_1"
    assert list(message.queue_closed_exception_types) == [tf.errors.OUT_OF_RANGE]
    assert runner.to_proto("input").queue_name == "fifo_queue"
    assert runner.to_proto("elsewhere") is None
    again = tf.train.QueueRunner.from_proto(runner.to_proto("input"), import_scope="input")
    assert again.queue.queue_ref is queue.queue_ref
    assert again.enqueue_ops == runner.enqueue_ops
    assert again.queue_closed_exception_types == (errors.OutOfRangeError,)


def test_wrong_runners():
    queue = tf.FIFOQueue(5, tf.float32, [[]])
    for arguments in ((None, None), (queue, []), (None, [queue.enqueue(1.0)])):
        with pytest.raises(ValueError, match="operations that fill"):
            tf.train.QueueRunner(*arguments)
    with pytest.raises(TypeError, match="exception types"):
        tf.train.QueueRunner(queue, [queue.enqueue(1.0)], queue_closed_exception_types=(3,))
    with pytest.raises(ValueError, match="session"):
        tf.train.start_queue_runners()
    with pytest.raises(TypeError, match=r"tf\.Session"):
        tf.train.start_queue_runners(sess=3)


def test_without_a_coordinator_errors_are_kept():
    queue = tf.FIFOQueue(5, tf.float32, [[]])
    runner = tf.train.QueueRunner(queue, [queue.enqueue(tf.Variable(0.0))])
    with tf.Session() as sess:
        threads = runner.create_threads(sess, daemon=True)
        hook, threading.excepthook = threading.excepthook, lambda args: None
        try:
            threads[0].start()
            threads[0].join(20)
        finally:
            threading.excepthook = hook
    assert [type(one) for one in runner.exceptions_raised] == [errors.FailedPreconditionError]
