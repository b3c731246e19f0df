"""`tf.Session.reset` in this process, and what containers keep apart."""

from __future__ import annotations

import pytest

import penstock as tf
from penstock.core import errors


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


def test_containers_keep_state_of_one_name_apart():
    queues = []
    for container in ("", "a", "b"):
        with tf.container(container):
            queues.append(tf.FIFOQueue(3, tf.float32, shared_name="same", name=f"q{container}"))
            queues.append(tf.FIFOQueue(3, tf.float32, shared_name="same", name=f"r{container}"))
    assert queues[2].queue_ref.op.get_attr("container") == b"a"
    with tf.Session() as sess:
        sess.run([queues[0].enqueue(1.0), queues[2].enqueue(2.0), queues[3].enqueue(3.0)])
        assert sess.run([queue.size() for queue in queues]) == [1, 1, 2, 2, 0, 0]


def test_reset_ends_all_sessions_of_this_process():
    v = tf.Variable(1.0)
    first, second = tf.Session(), tf.Session()
    for sess in (first, second):
        sess.run(v.initializer)
    tf.Session.reset("", ["any"])
    for sess in (first, second):
        with pytest.raises(errors.CancelledError, match="reset"):
            sess.run(v)
        sess.close()
    with tf.Session() as sess:
        sess.run(v.initializer)
        assert sess.run(v) == 1.0
    with pytest.raises(TypeError, match="target"):
        tf.Session.reset(3)
