"""What programs lean on, over a cluster: savers, queue runners, control flow, tensor arrays."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


def test_a_sharded_saver_has_each_server_write_its_own(start, tmp_path):
    cluster = start(worker=1, ps=2)
    with tf.device(tf.train.replica_device_setter(ps_tasks=2)):
        first = tf.get_variable("first", [3], initializer=tf.ones_initializer())
        second = tf.get_variable("second", [2], initializer=tf.zeros_initializer())
    saver = tf.train.Saver(sharded=True)
    with tf.Session(cluster.target()) as session:
        session.run(tf.global_variables_initializer())
        path = saver.save(session, str(tmp_path / "model"))
        session.run([first.assign([7.0, 7.0, 7.0]), second.assign([8.0, 8.0])])
        saver.restore(session, path)
        found = session.run([first, second])
    np.testing.assert_array_equal(found[0], np.ones(3))
    np.testing.assert_array_equal(found[1], np.zeros(2))
    assert len(list(tmp_path.glob("model.data-*-of-00002"))) == 2


def test_queue_runners_feed_a_worker(start):
    cluster = start(worker=1, ps=1)
    with tf.device("/job:worker/task:0"):
        names = tf.train.string_input_producer(["x", "y", "z"], num_epochs=2, shuffle=False)
        batch = tf.train.batch([names.dequeue()], batch_size=2)
    found = []
    with tf.train.MonitoredTrainingSession(master=cluster.target()) as session:
        while not session.should_stop():
            found.append(session.run(batch).tolist())
    assert found == [[b"x", b"y"], [b"z", b"x"], [b"y", b"z"]]


def test_loops_and_branches_read_and_write_a_servers_variables(start):
    cluster = start(worker=1, ps=2)
    with tf.device("/job:ps/task:1"):
        kernel = tf.get_variable(
            "kernel", [2, 2], use_resource=True, initializer=tf.ones_initializer()
        )
        scale = tf.get_variable("scale", [], initializer=tf.ones_initializer())
    with tf.device("/job:worker/task:0"):
        _, y = tf.while_loop(
            lambda i, x: i < 3,
            lambda i, x: (i + 1, tf.matmul(x, kernel) * scale),
            [0, tf.ones([1, 2])],
        )
        chosen = tf.cond(tf.reduce_sum(y) > 1.0, lambda: scale * 2.0, lambda: scale * 3.0)
        gradient = tf.gradients(y, kernel)[0]
        update = tf.cond(scale > 0.0, lambda: scale.assign_add(1.0), lambda: scale.assign_sub(1.0))
        late = tf.Variable(scale.initialized_value() * 2.0)
    with tf.Session(cluster.target()) as session:
        session.run([kernel.initializer, scale.initializer])
        session.run(late.initializer)
        found = session.run([y, chosen, gradient, late])
        np.testing.assert_array_equal(found[0], [[8.0, 8.0]])
        assert found[1] == 2.0 and found[3] == 2.0
        np.testing.assert_array_equal(found[2], np.full([2, 2], 12.0))
        session.run(update)
        assert session.run(scale) == 2.0
        assert not session.run(tf.report_uninitialized_variables()).size


def test_a_recurrent_network_trains(start):
    cluster = start(worker=1, ps=2)
    with tf.device(tf.train.replica_device_setter(ps_tasks=2)):
        cell = tf.nn.rnn_cell.BasicLSTMCell(4)
        outputs, _ = tf.nn.dynamic_rnn(cell, tf.ones([2, 3, 5]), dtype=tf.float32)
        loss = tf.reduce_sum(outputs)
        train = tf.train.AdamOptimizer(0.1).minimize(loss)
    with tf.Session(cluster.target()) as session:
        session.run(tf.global_variables_initializer())
        losses = [session.run([loss, train])[0] for _ in range(5)]
    assert losses[-1] < losses[0]
