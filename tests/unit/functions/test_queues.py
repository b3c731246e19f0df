"""Queues: order, waiting across threads, closing, wrong elements; programs cut where they wait."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

import penstock as tf
from penstock.core import errors

# The order in which TensorFlow 1.15.5 gives 0..39 for the graph seed 7 and the op seed 5.
SHUFFLED = [
    33, 3, 28, 7, 18, 35, 12, 9, 14, 11, 1, 10, 39, 31, 23, 21, 29, 6, 30, 19,
    38, 22, 8, 37, 25, 0, 16, 17, 36, 32, 27, 24, 4, 26, 20, 5, 34, 2, 13, 15,
]  # fmt: skip


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


def _in_thread(function):
    """Run a function in a thread; gives the thread and the list its result or error goes to."""
    results = []

    def run():
        try:
            results.append(function())
        except errors.OpError as error:
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, results


def _wait_for(holds):
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_first_in_first_out():
    queue = tf.FIFOQueue(10, [tf.float32, tf.int32], [[], [2]])
    put = queue.enqueue_many([[1.0, 2.0, 3.0], [[1, 2], [3, 4], [5, 6]]])
    one, two = queue.dequeue(), queue.dequeue_many(2)
    assert [tensor.shape.as_list() for tensor in two] == [[2], [2, 2]]
    with tf.Session() as sess:
        sess.run(put)
        assert sess.run(queue.size()) == 3
        value, pair = sess.run(one)
        assert value == 1.0 and pair.tolist() == [1, 2]
        values, pairs = sess.run(two)
        assert values.tolist() == [2.0, 3.0] and pairs.tolist() == [[3, 4], [5, 6]]


def test_the_random_order_is_tensorflows():
    tf.set_random_seed(7)
    queue = tf.RandomShuffleQueue(100, 0, tf.int32, [[]], seed=5)
    with tf.Session() as sess:
        sess.run(queue.enqueue_many([list(range(40))]))
        assert sess.run(queue.dequeue_many(40)).tolist() == SHUFFLED


def test_a_shuffled_queue_keeps_some_until_it_is_closed():
    queue = tf.RandomShuffleQueue(10, 2, tf.int32, [[]], seed=1)
    with tf.Session() as sess:
        sess.run(queue.enqueue_many([[1, 2, 3]]))
        first = sess.run(queue.dequeue())
        thread, results = _in_thread(lambda: sess.run(queue.dequeue_up_to(5)).tolist())
        thread.join(0.1)
        assert not results
        sess.run(queue.close())
        thread.join(20)
        assert sorted([first, *results[0]]) == [1, 2, 3]


def test_batches_are_padded():
    queue = tf.PaddingFIFOQueue(9, [tf.int32, tf.string], [[None], [None, 2]])
    with tf.Session() as sess:
        sess.run(queue.enqueue([[1], [["a", "b"]]]))
        sess.run(queue.enqueue([[1, 2, 3], [["a", "b"], ["c", "d"]]]))
        numbers, texts = sess.run(queue.dequeue_many(2))
    assert numbers.tolist() == [[1, 0, 0], [1, 2, 3]]
    assert texts[0].tolist() == [[b"a", b"b"], [b"", b""]]


def test_by_priority():
    queue = tf.PriorityQueue(10, [tf.string], [[]])
    with tf.Session() as sess:
        for priority, text in ((3, "c"), (1, "a"), (2, "b")):
            sess.run(queue.enqueue([tf.constant(priority, tf.int64), text]))
        assert [sess.run(queue.dequeue())[1] for _ in range(3)] == [b"a", b"b", b"c"]


def test_named_components_make_dicts():
    queue = tf.FIFOQueue(3, [tf.float32, tf.int32], names=["x", "y"])
    with tf.Session() as sess:
        sess.run(queue.enqueue({"x": 1.5, "y": 2}))
        assert sess.run(queue.dequeue()) == {"x": 1.5, "y": 2}
    with pytest.raises(ValueError, match="'y'"):
        queue.enqueue({"x": 1.5})
    with pytest.raises(ValueError, match="dict"):
        queue.enqueue([1.5, 2])


def test_shared_by_name():
    first = tf.FIFOQueue(3, tf.float32, [[]], shared_name="same", name="a")
    second = tf.FIFOQueue(3, tf.float32, [[]], shared_name="same", name="b")
    with tf.Session() as sess:
        sess.run(first.enqueue(5.0))
        assert sess.run(second.dequeue()) == 5.0


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (lambda: tf.FIFOQueue(3, tf.int32, [[]], shared_name="same"), "component_types"),
        (lambda: tf.FIFOQueue(3, tf.float32, [[2]], shared_name="same"), "shapes"),
        (lambda: tf.FIFOQueue(4, tf.float32, [[]], shared_name="same"), "capacity"),
        (lambda: tf.PaddingFIFOQueue(3, [tf.float32], [[]], shared_name="same"), "the op is"),
    ],
)
def test_what_is_shared_must_be_alike(other, words):
    first, second = tf.FIFOQueue(3, tf.float32, [[]], shared_name="same"), other()
    with tf.Session() as sess:
        sess.run(first.enqueue(5.0))
        with pytest.raises(errors.InvalidArgumentError, match=f"alike, but {words}"):
            sess.run(second.size())
        assert sess.run(first.dequeue()) == 5.0


def test_one_run_waits_for_another_and_keeps_nobody_out():
    queue = tf.FIFOQueue(3, tf.float32, [[]])
    total = tf.Variable(0.0)
    add = tf.assign_add(total, queue.dequeue())
    put = queue.enqueue(1.5)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        thread, results = _in_thread(lambda: sess.run(add))
        thread.join(0.1)
        assert not results and sess.run(total) == 0.0
        sess.run(put)
        thread.join(20)
        assert results == [1.5] and sess.run(total) == 1.5


def test_a_full_queue_makes_writers_wait():
    queue = tf.FIFOQueue(2, tf.int32, [[]])
    size = queue.size()
    with tf.Session() as sess:
        thread, results = _in_thread(lambda: sess.run(queue.enqueue_many([[1, 2, 3, 4]])))
        _wait_for(lambda: sess.run(size) == 2)
        assert sess.run(queue.dequeue_many(4)).tolist() == [1, 2, 3, 4]
        thread.join(20)
        assert results == [None]


def test_many_threads_lose_nothing():
    queue = tf.FIFOQueue(7, tf.int32, [[]])
    number = tf.placeholder(tf.int32, [])
    put, take = queue.enqueue(number), queue.dequeue_many(5)
    count = tf.Variable(0)
    counted = tf.assign_add(count, tf.reduce_sum(take))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        writers = [
            _in_thread(lambda k=k: [sess.run(put, {number: k * 100 + i}) for i in range(100)])
            for k in range(4)
        ]
        readers = [_in_thread(lambda: [sess.run(counted) for _ in range(20)]) for _ in range(4)]
        for thread, _ in (*writers, *readers):
            thread.join(60)
        assert sess.run(count) == sum(range(400))


def test_closed():
    queue = tf.FIFOQueue(3, tf.float32, [[]])
    with tf.Session() as sess:
        sess.run(queue.enqueue_many([[1.0, 2.0, 3.0]]))
        pending, results = _in_thread(lambda: sess.run(queue.enqueue(4.0)))
        pending.join(0.1)
        sess.run(queue.close())
        assert sess.run(queue.is_closed())
        with pytest.raises(errors.CancelledError, match="closed"):
            sess.run(queue.enqueue(5.0))
        assert sess.run(queue.dequeue()) == 1.0
        pending.join(20)
        assert results == [None]
        with pytest.raises(errors.OutOfRangeError, match="4 wanted, 3 left"):
            sess.run(queue.dequeue_many(4))
        assert sess.run(queue.dequeue_up_to(4)).tolist() == [2.0, 3.0, 4.0]
        with pytest.raises(errors.OutOfRangeError):
            sess.run(queue.dequeue_up_to(4))


def test_pending_enqueues_can_be_cancelled():
    queue = tf.FIFOQueue(1, tf.float32, [[]])
    with tf.Session() as sess:
        sess.run(queue.enqueue(1.0))
        thread, results = _in_thread(lambda: sess.run(queue.enqueue(2.0)))
        thread.join(0.1)
        sess.run(queue.close(cancel_pending_enqueues=True))
        thread.join(20)
        assert isinstance(results[0], errors.CancelledError)


def test_closing_the_session_ends_the_waiting():
    queue = tf.FIFOQueue(1, tf.float32, [[]])
    take = queue.dequeue()
    sess = tf.Session()
    thread, results = _in_thread(lambda: sess.run(take))
    thread.join(0.1)
    sess.close()
    thread.join(20)
    assert isinstance(results[0], errors.CancelledError)
    assert "session was closed" in str(results[0])


def test_what_comes_before_the_wait_sees_the_old_value_and_what_comes_after_the_new():
    queue = tf.FIFOQueue(5, tf.float32, [[]])
    variable = tf.Variable(1.0)
    with tf.control_dependencies([tf.assign(variable, 7.0)]):
        put = queue.enqueue(variable.read_value())
    with tf.control_dependencies([put]):
        after = variable.read_value() + queue.dequeue()
    before = variable * 10.0
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run([before, after]) == [10.0, 14.0]


def test_a_queue_in_a_loop():
    queue = tf.FIFOQueue(5, tf.float32, [[]])
    total = tf.while_loop(lambda i, t: i < 3, lambda i, t: (i + 1, t + queue.dequeue()), [0, 0.0])[
        1
    ]
    with tf.Session() as sess:
        sess.run(queue.enqueue_many([[1.0, 2.0, 3.0]]))
        assert sess.run(total) == 6.0


def test_training_from_a_queue_is_compiled_once():
    queue = tf.FIFOQueue(10, tf.float32, [[4]])
    put = queue.enqueue_many([np.ones([6, 4], np.float32)])
    weights = tf.Variable(tf.ones([4, 1]))
    loss = tf.reduce_sum(tf.matmul(queue.dequeue_many(2), weights))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    with tf.Session(config=tf.ConfigProto(experimental={"executor_type": "xla"})) as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(put)
        losses = [sess.run([loss, train])[0] for _ in range(3)]
        np.testing.assert_allclose(losses, [8.0, 6.4, 4.8], rtol=1e-6)
        assert len(sess.explain([loss, train]).compilations) == 1


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tf.FIFOQueue(1, tf.float32, [[None]]), ValueError, "fully known"),
        (lambda: tf.FIFOQueue(1, [tf.float32, tf.int32], [[]]), ValueError, "each of its 2"),
        (lambda: tf.FIFOQueue(1, tf.float32, names=["a", "b"]), ValueError, "a name for each"),
        (lambda: tf.PaddingFIFOQueue(1, tf.float32, None), ValueError, "list with the shape"),
        (lambda: tf.FIFOQueue(1, tf.float32, [[2]]).enqueue([[1.0]]), ValueError, "incompatible"),
        (lambda: tf.FIFOQueue(1, tf.float32, [[]]).enqueue("a"), TypeError, "float32"),
        (lambda: tf.FIFOQueue(1, tf.float32).enqueue({"a": 1.0}), ValueError, "no names"),
        (lambda: tf.FIFOQueue(1, tf.float32).enqueue([1.0, 2.0]), ValueError, "1 components"),
        (lambda: tf.FIFOQueue(1, tf.float32).enqueue_many(1.0), ValueError, "at least 1"),
    ],
)
def test_wrong_queues_and_elements(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda queue, x: queue.enqueue(x), "must have shape"),
        (lambda queue, x: queue.dequeue_many(tf.cast(x[0], tf.int32)), "must not be negative"),
    ],
)
def test_wrong_elements_at_run_time(make, words):
    queue = tf.FIFOQueue(3, tf.float32, [[]])
    x = tf.placeholder(tf.float32)
    node = make(queue, x)
    with tf.Session() as sess:
        with pytest.raises(errors.InvalidArgumentError, match=words):
            sess.run(node, {x: [-1.0]})
        sess.run(queue.enqueue(2.0))
        assert sess.run(queue.dequeue()) == 2.0


def test_batches_need_shapes():
    queue = tf.FIFOQueue(3, tf.float32)
    with tf.Session() as sess, pytest.raises(errors.InvalidArgumentError, match="declared shapes"):
        sess.run(queue.dequeue_many(2))
