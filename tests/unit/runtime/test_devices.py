"""Several devices in one step: what runs at the same time, and what moves between them."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import penstock as tf
from penstock.core import errors

FOUR = tf.ConfigProto(device_count={"CPU": 4})


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


@pytest.fixture(params=["numpy", "xla", ""])
def tier(request, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", request.param)
    return request.param


def _towers(count, body):
    made = []
    for number in range(count):
        with tf.device(f"/cpu:{number}"), tf.name_scope(f"tower_{number}"):
            made.append(body(number))
    return made


def test_the_devices_that_a_config_asks_for():
    with tf.Session(config=FOUR) as sess:
        names = [device.name for device in sess.list_devices() if device.device_type == "CPU"]
    assert names == [f"/job:localhost/replica:0/task:0/device:CPU:{i}" for i in range(4)]
    with tf.device("/cpu:5"):
        x = tf.constant(1.0) * 2.0
    with tf.Session(config=FOUR) as sess, pytest.raises(errors.InvalidArgumentError, match="CPU:3"):
        sess.run(x)


def test_two_devices_work_at_the_same_time(tier):
    # Each waits for the other: one after the other, they would wait for ever.
    meeting = threading.Barrier(2)

    def meet(number):
        return tf.py_func(lambda x: (meeting.wait(30), x + number)[1], [x], tf.float32)

    x = tf.placeholder(tf.float32, [2])
    towers = _towers(2, lambda number: meet(np.float32(number)))
    total = towers[0] + towers[1]
    with tf.Session(config=FOUR) as sess:
        for value in (1.0, 2.0, 3.0):
            assert sess.run(total, {x: [value, value]}).tolist() == [2 * value + 1] * 2


def test_compiled_stages_of_two_devices_meet_between():
    meeting = threading.Barrier(2)

    def tower(number):
        before = tf.reduce_sum(tf.matmul(x, x)) * (number + 1.0)
        between = tf.py_func(lambda y: (meeting.wait(30), y)[1], [before], tf.float32)
        return tf.square(between)

    x = tf.placeholder(tf.float32, [40, 40])
    towers = _towers(2, tower)
    value = np.random.default_rng(0).uniform(size=[40, 40]).astype(np.float32)
    wanted = (value @ value).sum() ** 2
    with tf.Session(config=FOUR) as sess:
        for _ in range(3):
            first, second = sess.run(towers, {x: value})
            np.testing.assert_allclose([first, second], [wanted, 4 * wanted], rtol=1e-4)
        stages = sess.explain(towers, [x]).staged.stages
    assert len({(one.device, one.place) for one in stages}) >= 4


def test_averaged_gradients_of_towers(tier):
    x = tf.placeholder(tf.float32, [8, 3])
    with tf.device("/cpu:0"):
        w = tf.get_variable("w", [3, 1], initializer=tf.ones_initializer())
    parts = tf.split(x, 4)
    optimizer = tf.train.GradientDescentOptimizer(0.1)

    def tower(number):
        loss = tf.reduce_mean(tf.square(tf.matmul(parts[number], w)))
        return optimizer.compute_gradients(loss)[0][0]

    gradients = _towers(4, tower)
    train = optimizer.apply_gradients([(tf.add_n(gradients) / 4.0, w)])
    value = np.random.default_rng(0).normal(size=[8, 3]).astype(np.float32)
    expected = np.ones([3, 1], np.float32)
    with tf.Session(config=FOUR) as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(3):
            sess.run(train, {x: value})
            expected -= 0.1 * 2 / 8 * value.T @ (value @ expected)
        np.testing.assert_allclose(sess.run(w), expected, rtol=1e-5)


def test_variables_on_several_devices(tier):
    variables = _towers(3, lambda number: tf.Variable(tf.fill([4], float(number)), name="v"))
    with tf.device("/cpu:3"):
        total = tf.add_n([v.read_value() for v in variables])
    with tf.control_dependencies([total]):
        update = [v.assign_add(total) for v in variables]
    with tf.Session(config=FOUR) as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(2):
            sess.run(update)
        assert [sess.run(v)[0] for v in variables] == [15.0, 16.0, 17.0]


def test_a_failure_on_one_device_is_the_runs(tier):
    def fail(x):
        raise ValueError("here")

    x = tf.placeholder(tf.float32, [])
    w = tf.Variable(1.0)
    with tf.device("/cpu:1"):
        bad = tf.py_func(fail, [x], tf.float32)
    with tf.device("/cpu:2"):
        good = tf.py_func(lambda x: x, [x], tf.float32)
    update = w.assign_add(bad + good)
    with tf.Session(config=FOUR) as sess:
        sess.run(w.initializer)
        with pytest.raises(errors.InvalidArgumentError, match="here"):
            sess.run(update, {x: 1.0})
        assert sess.run(w) == 1.0


def test_a_time_limit_holds_on_all_devices():
    queue = tf.FIFOQueue(1, tf.float32, [[]])
    x = tf.placeholder(tf.float32, [])
    with tf.device("/cpu:1"):
        y = tf.py_func(lambda x: x, [x], tf.float32)
    with tf.device("/cpu:2"):
        taken = queue.dequeue()
    with tf.Session(config=FOUR) as sess, pytest.raises(errors.DeadlineExceededError):
        sess.run(y + taken, {x: 1.0}, options=tf.RunOptions(timeout_in_ms=200))
