"""Threads that stop together: `tf.train.Coordinator`."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from penstock.core.errors import OutOfRangeError

__all__ = ["Coordinator", "LooperThread"]

# How often threads that still run are looked at.
_LOOK_SECONDS = 0.05

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Coordinator:
    """Lets threads stop together, and hands the first one's error on to who waits for them.

    Args:
      clean_stop_exception_types: exceptions that mean a regular end; `OutOfRangeError`, the end of
        the data, if None.

    Example:
        coord = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coord)
        try:
            while not coord.should_stop():
                sess.run(train_op)
        except tf.errors.OutOfRangeError:
            coord.request_stop()
        coord.join(threads)
    """

    def __init__(
        self, clean_stop_exception_types: tuple[type[BaseException], ...] | None = None
    ) -> None:
        if clean_stop_exception_types is None:
            clean_stop_exception_types = (OutOfRangeError,)
        self._clean_types = tuple(clean_stop_exception_types)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._joined = False
        self._threads: set[threading.Thread] = set()

    @property
    def joined(self) -> bool:
        """Whether `join` is done."""
        return self._joined

    def request_stop(self, ex: BaseException | ExcInfo | None = None) -> None:
        """Ask all threads to stop.

        Args:
          ex: the exception that made it necessary, or what `sys.exc_info()` gives of it. `join`
            raises the first one, unless it means a regular end.

        Raises:
          TypeError: if `ex` is something else.
        """
        error = ex[1] if isinstance(ex, tuple) and len(ex) == 3 else ex
        if error is not None and not isinstance(error, BaseException):
            raise TypeError(f"`ex` must be an exception or what sys.exc_info() gives, not {ex!r}.")
        with self._lock:
            if error is not None and self._joined:
                raise error
            if self._stop.is_set():
                return
            if error is not None and not isinstance(error, self._clean_types):
                self._error = error
            self._stop.set()

    def clear_stop(self) -> None:
        """Forget that a stop was asked for, and why."""
        with self._lock:
            self._joined = False
            self._error = None
            self._stop.clear()

    def should_stop(self) -> bool:
        """Tell whether a stop was asked for."""
        return self._stop.is_set()

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Wait until a stop is asked for.

        Args:
          timeout: seconds to wait at most, or None.

        Returns:
          Whether it was.
        """
        return self._stop.wait(timeout)

    @contextlib.contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """Ask for a stop if the `with` block raises, with what it raised."""
        try:
            yield
        except Exception as error:
            self.request_stop(error)

    def register_thread(self, thread: threading.Thread) -> None:
        """Have `join` wait for a thread."""
        with self._lock:
            self._threads.add(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Wait until the threads have ended.

        Args:
          threads: threads to wait for, beside the registered ones.
          stop_grace_period_secs: seconds they have to end once a stop was asked for.
          ignore_live_threads: whether those that do not are no error.

        Raises:
          RuntimeError: if threads still run after that time.
          Exception: the one that `request_stop` was given first.
        """
        with self._lock:
            waited = self._threads.union(threads or ())
        while any(thread.is_alive() for thread in waited) and not self.wait_for_stop(_LOOK_SECONDS):
            pass
        deadline = time.monotonic() + stop_grace_period_secs
        for thread in waited:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        alive = [thread.name for thread in waited if thread.is_alive()]
        with self._lock:
            self._joined = True
            self._threads = set()
            if self._error is not None:
                raise self._error
            if alive and not ignore_live_threads:
                raise RuntimeError(
                    f"Coordinator stopped with threads still running: {' '.join(alive)}. They have "
                    f"not ended within {stop_grace_period_secs} seconds of the request; let them "
                    "look at coord.should_stop(), or close what they wait for."
                )

    def raise_requested_exception(self) -> None:
        """Raise the exception that a stop was asked for with, if any."""
        with self._lock:
            if self._error is not None:
                raise self._error


class LooperThread(threading.Thread):
    """A thread that calls a function again and again until a coordinator asks to stop.

    Args:
      coord: the coordinator; it stops if the function raises.
      timer_interval_secs: seconds from one call to the next; None to call without a pause.
      target: the function; `run_loop` of a subclass if None.
      args, kwargs: its arguments.

    Raises:
      ValueError: if `coord` is no coordinator, or there are arguments and no function.
    """

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any] | None = None,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(coord, Coordinator):
            raise ValueError(f"`coord` must be a Coordinator, not {coord!r}.")
        if target is None and (args or kwargs):
            raise ValueError("`args` and `kwargs` are for `target`, but there is none.")
        super().__init__(daemon=True)
        self._coord = coord
        self._interval = timer_interval_secs
        self._call = target
        self._arguments = tuple(args or ())
        self._keywords = dict(kwargs or {})
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> LooperThread:
        """Make such a thread and start it."""
        thread = LooperThread(coord, timer_interval_secs, target, args, kwargs)
        thread.start()
        return thread

    def run(self) -> None:
        """Call the function until a stop is asked for."""
        with self._coord.stop_on_exception():
            self.start_loop()
            next_time = time.monotonic()
            while not self._coord.wait_for_stop(max(0.0, next_time - time.monotonic())):
                self.run_loop()
                next_time = max(next_time + (self._interval or 0.0), time.monotonic())
            self.stop_loop()

    def start_loop(self) -> None:
        """Called in the thread before the first turn."""

    def run_loop(self) -> None:
        """Called at each turn: calls the target."""
        if self._call is not None:
            self._call(*self._arguments, **self._keywords)

    def stop_loop(self) -> None:
        """Called in the thread when a stop was asked for."""
