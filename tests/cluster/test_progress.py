"""What a task tells of its clients: their steps, and what they wait for."""

import threading
import time

import penstock as tf
from penstock.cluster.membership import find_task

WORKER = "/job:worker/replica:0/task:0"


def test_a_task_tells_how_far_its_clients_are(start):
    cluster = start(worker=1, ps=1)
    with tf.Graph().as_default():
        with tf.device("/job:ps/task:0"):
            step = tf.train.get_or_create_global_step()
            queue = tf.FIFOQueue(3, tf.float32, shared_name="tokens")
        count, take = tf.assign_add(step, 1), queue.dequeue()
        give = queue.enqueue(1.0)
        task = find_task(cluster.target("ps")).handle
        before = task.progress().clients.get(WORKER)
        with tf.Session(cluster.target()) as session:
            session.run(step.initializer)
            for _ in range(3):
                session.run(count)
            thread = threading.Thread(target=session.run, args=(take,))
            thread.start()
            limit = time.monotonic() + 20
            while not task.progress().clients[WORKER].waits and time.monotonic() < limit:
                time.sleep(0.01)
            progress = task.progress()
            session.run(give)
            thread.join()
    assert progress.global_step == 3
    assert progress.clients[WORKER].steps - (before.steps if before else 0) == 5
    assert progress.clients[WORKER].waits == ("fifo_queue",)
    assert task.progress().clients[WORKER].waits == ()
