"""Threads that fill queues: `tf.train.QueueRunner`."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from penstock.core.errors import (
    CancelledError,
    OutOfRangeError,
    error_code_from_exception_type,
    exception_type_from_error_code,
)
from penstock.core.waiting import Ending, cancelled_by
from penstock.formats.queue_messages import QueueRunnerDef
from penstock.functions.queues import QueueBase
from penstock.graph.default import default_graph
from penstock.graph.node import Node
from penstock.session.base_session import BaseSession
from penstock.train.coordinator import Coordinator

__all__ = ["QueueRunner"]

_log = logging.getLogger("tensorflow")


class QueueRunner:
    """Keeps a queue filled from threads of its own, one for each enqueue operation.

    When an operation raises one of `queue_closed_exception_types`, its thread ends; when all have,
    the queue is closed. When a coordinator asks to stop, or a thread fails, the queue is closed and
    pending enqueues are cancelled.

    Args:
      queue: the queue.
      enqueue_ops: operations that put something in; the same one may be there several times.
      close_op, cancel_op: operations that close the queue, the second with cancellation of pending
        enqueues; made here if None.
      queue_closed_exception_types: exceptions that mean there is nothing more to put in;
        `OutOfRangeError` if None.
      queue_runner_def: a `QueueRunnerDef` in place of all these; its nodes are in the graph.
      import_scope: the name scope that its nodes were put in.

    Raises:
      ValueError: if there is no queue or no operation.
      TypeError: if `queue_closed_exception_types` is no tuple of exception types.
    """

    def __init__(
        self,
        queue: QueueBase | None = None,
        enqueue_ops: Sequence[Node] | None = None,
        close_op: Node | None = None,
        cancel_op: Node | None = None,
        queue_closed_exception_types: tuple[type[Exception], ...] | None = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if queue_runner_def is not None:
            if queue is not None or enqueue_ops:
                raise ValueError("Give a queue and its operations, or a QueueRunnerDef, not both.")
            graph = default_graph()

            def found(name: str) -> Any:
                return graph.as_graph_element(f"{import_scope}/{name}" if import_scope else name)

            queue, enqueue_ops, close_op, cancel_op, queue_closed_exception_types = _read(
                queue_runner_def, found
            )
        if queue is None or not enqueue_ops:
            raise ValueError(
                "A QueueRunner needs a queue and the operations that fill it, but was given "
                f"queue={queue!r} and enqueue_ops={enqueue_ops!r}."
            )
        types = (
            (OutOfRangeError,)
            if queue_closed_exception_types is None
            else queue_closed_exception_types
        )
        if not isinstance(types, tuple) or not all(isinstance(one, type) for one in types):
            raise TypeError(
                f"`queue_closed_exception_types` must be a tuple of exception types, not {types!r}."
            )
        self._queue = queue
        self._enqueue_ops = list(enqueue_ops)
        self._close_op = queue.close() if close_op is None else close_op
        self._cancel_op = (
            queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op
        )
        self._closed_types = types
        self._lock = threading.Lock()
        self._running: weakref.WeakKeyDictionary[BaseSession, int] = weakref.WeakKeyDictionary()
        self._errors: list[BaseException] = []

    @property
    def queue(self) -> QueueBase:
        """The queue that is filled."""
        return self._queue

    @property
    def enqueue_ops(self) -> list[Node]:
        """The operations that fill it."""
        return self._enqueue_ops

    @property
    def close_op(self) -> Node:
        """The operation that closes the queue."""
        return self._close_op

    @property
    def cancel_op(self) -> Node:
        """The operation that closes the queue and cancels pending enqueues."""
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type[Exception], ...]:
        """The exceptions that mean there is nothing more to put in."""
        return self._closed_types

    @property
    def exceptions_raised(self) -> list[BaseException]:
        """What threads failed with that had no coordinator to tell."""
        return self._errors

    @property
    def name(self) -> str:
        """The name of the queue's node."""
        return self._queue.queue_ref.op.name

    def create_threads(
        self,
        sess: BaseSession,
        coord: Coordinator | None = None,
        daemon: bool = False,
        start: bool = False,
    ) -> list[threading.Thread]:
        """Make the threads that fill the queue in a session.

        Args:
          sess: the session.
          coord: the coordinator that stops them, and is told of errors.
          daemon: whether they end with the program.
          start: whether they are started.

        Returns:
          One thread for each operation, and one that waits for the coordinator's request; none if
          they run already.
        """
        with self._lock:
            if self._running.get(sess):
                return []
            self._running[sess] = len(self._enqueue_ops)
            self._errors = []
        stopping = Ending()
        threads = [
            threading.Thread(
                target=self._fill,
                args=(sess, op, coord, stopping),
                name=f"QueueRunnerThread-{self.name}-{op.name}",
                daemon=daemon,
            )
            for op in self._enqueue_ops
        ]
        if coord is not None:
            threads.append(
                threading.Thread(
                    target=self._close_on_stop,
                    args=(sess, coord, stopping),
                    name=f"QueueRunnerThread-{self.name}-close_on_stop",
                    daemon=daemon,
                )
            )
            for thread in threads:
                coord.register_thread(thread)
        if start:
            for thread in threads:
                thread.start()
        return threads

    def _fill(
        self,
        sess: BaseSession,
        op: Node,
        coord: Coordinator | None,
        stopping: Ending,
    ) -> None:
        """Run an operation until there is nothing more to put in, or a stop is asked for."""
        try:
            enqueue = sess.make_callable(op)
            while coord is None or not coord.should_stop():
                try:
                    with cancelled_by(stopping):
                        enqueue()
                except self._closed_types:
                    self._end_one(sess)
                    return
        except Exception as error:
            if stopping.is_set():
                return
            if coord is not None:
                coord.request_stop(error)
                return
            _log.error("A thread that fills the queue %r failed: %s", self.name, error)
            with self._lock:
                self._errors.append(error)
            raise
        finally:
            with self._lock:
                left = self._running.get(sess, 0)
                if left:
                    self._running[sess] = left - 1

    def _end_one(self, sess: BaseSession) -> None:
        """Close the queue if this thread is the last that filled it."""
        with self._lock:
            if self._running.get(sess) != 1:
                return
        try:
            sess.run(self._close_op)
        except (CancelledError, RuntimeError) as error:
            # The session is gone, and the queue with it.
            _log.debug("The queue %r could not be closed: %s", self.name, error)

    def _close_on_stop(self, sess: BaseSession, coord: Coordinator, stopping: Ending) -> None:
        """Close the queue when a stop is asked for, and wait no longer for what fills it."""
        coord.wait_for_stop()
        try:
            sess.run(self._cancel_op)
        except (CancelledError, RuntimeError) as error:
            _log.debug("The queue %r could not be cancelled: %s", self.name, error)
        stopping.set()

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Give a `QueueRunnerDef` for a MetaGraphDef.

        Args:
          export_scope: only for a queue in this name scope, which is left out of the names.

        Returns:
          A `QueueRunnerDef`; None if the queue is in another scope.
        """
        start = f"{export_scope.rstrip('/')}/" if export_scope else ""
        queue_name: str = self._queue.queue_ref.op.name
        if not queue_name.startswith(start):
            return None
        return QueueRunnerDef(
            queue_name=queue_name.removeprefix(start),
            enqueue_op_name=[op.name.removeprefix(start) for op in self._enqueue_ops],
            close_op_name=self._close_op.name.removeprefix(start),
            cancel_op_name=self._cancel_op.name.removeprefix(start),
            queue_closed_exception_types=[
                error_code_from_exception_type(one) for one in self._closed_types
            ],
        )

    @staticmethod
    def from_proto(queue_runner_def: Any, import_scope: str | None = None) -> QueueRunner:
        """Make a queue runner from a `QueueRunnerDef`, whose nodes are in the default graph.

        Args:
          queue_runner_def: the message.
          import_scope: the name scope that the nodes were put in.
        """
        return QueueRunner(queue_runner_def=queue_runner_def, import_scope=import_scope)


def _read(message: Any, found: Callable[[str], Any]) -> tuple[Any, ...]:
    """Give the queue, its operations and exception types that a `QueueRunnerDef` is about.

    Args:
      message: the `QueueRunnerDef`.
      found: from a name in it to the element of the graph.
    """
    named = found(message.queue_name)
    handle = named.outputs[0] if isinstance(named, Node) else named
    kinds = handle.op.get_attr("component_types")
    codes = message.queue_closed_exception_types
    return (
        QueueBase(kinds, None, None, handle),
        [found(name) for name in message.enqueue_op_name],
        found(message.close_op_name),
        found(message.cancel_op_name),
        tuple(map(exception_type_from_error_code, codes)) if codes else None,
    )
