"""Workers that make steps together, over a cluster: gradients meet on the parameter servers."""

import threading
import time

import numpy as np

import penstock as tf

STEPS = 3


def _work(cluster, index, together, made, failed):
    """One worker of two, with a graph and a session of its own."""
    setter = tf.train.replica_device_setter(
        cluster=cluster.spec, worker_device=f"/job:worker/task:{index}"
    )
    try:
        with tf.Graph().as_default():
            with tf.device(setter):
                step = tf.train.get_or_create_global_step()
                x = tf.placeholder(tf.float32, [3])
                w = tf.get_variable("w", [3], initializer=tf.zeros_initializer())
                table = tf.get_variable("table", [4, 2], initializer=tf.zeros_initializer())
                rows = tf.gather(table, [index, index + 1])
                optimizer = tf.train.SyncReplicasOptimizer(
                    tf.train.GradientDescentOptimizer(0.5), 2
                )
                train = optimizer.minimize(tf.reduce_sum(w * x) + tf.reduce_sum(rows), step)
            hook = optimizer.make_session_run_hook(index == 0, num_tokens=0)
            creator = tf.train.ChiefSessionCreator if index == 0 else tf.train.WorkerSessionCreator
            if index:
                together.wait(60)  # the chief has initialized the variables
            session_creator = creator(master=cluster.target(index=index))
            with tf.train.MonitoredSession(session_creator, [hook]) as session:
                if not index:
                    together.wait(60)
                for _ in range(STEPS):
                    together.wait(60)  # so that each step is made of a gradient of either
                    session.run(train, {x: [1.0 + 2 * index] * 3})
                made[index] = session.run([step, w, table])
                together.wait(60)  # the chief makes the steps until both are done
    except BaseException as error:
        failed.append(error)
        together.abort()


def test_a_step_is_made_of_the_gradients_of_both_workers(start):
    cluster = start(worker=2, ps=2)
    together, made, failed = threading.Barrier(2), {}, []
    threads = [
        threading.Thread(target=_work, args=(cluster, index, together, made, failed), daemon=True)
        for index in range(2)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert not failed, failed
    assert time.monotonic() - begun < 60  # the chief's thread waits no longer when it is to stop
    for index in range(2):
        step, w, table = made[index]
        assert step == STEPS
        np.testing.assert_allclose(w, np.full(3, -STEPS * 0.5 * 2.0))
        np.testing.assert_allclose(table[:, 0], -STEPS * 0.5 * np.array([1, 1, 1, 0]))
