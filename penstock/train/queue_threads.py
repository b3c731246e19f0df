"""Starting the threads that fill a graph's queues."""

from __future__ import annotations

import logging
import threading

from penstock.functions.graph_scopes import get_default_session
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.session.base_session import BaseSession
from penstock.train.coordinator import Coordinator
from penstock.train.queue_filling import QueueRunner

__all__ = ["add_queue_runner", "start_queue_runners"]

_log = logging.getLogger("tensorflow")


def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Add a queue runner to a collection of the default graph, for `start_queue_runners`."""
    default_graph().add_to_collection(collection, qr)


def start_queue_runners(
    sess: BaseSession | None = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """Start all queue runners of a session's graph.

    Args:
      sess: the session; the default session if None.
      coord: the coordinator that stops them.
      daemon: whether the threads end with the program.
      start: whether they are started.
      collection: where the queue runners are.

    Returns:
      All threads.

    Raises:
      ValueError: if there is no session.
      TypeError: if `sess` is no session.
    """
    sess = get_default_session() if sess is None else sess
    if sess is None:
        raise ValueError(
            "start_queue_runners needs a session, and there is no default one. Give it `sess`, or "
            "call it in a `with tf.Session():` block."
        )
    if not isinstance(sess, BaseSession):
        raise TypeError(f"`sess` must be a tf.Session, not {type(sess).__name__}.")
    runners = sess.graph.get_collection(collection)
    if not runners:
        _log.warning(
            "tf.train.start_queue_runners() found no queue runners in the collection %r: there is "
            "nothing to start.",
            collection,
        )
    return [
        thread
        for runner in runners
        for thread in runner.create_threads(sess, coord=coord, daemon=daemon, start=start)
    ]
