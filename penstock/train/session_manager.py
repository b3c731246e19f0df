"""How a session gets ready to train: from a checkpoint, by initialization, or by waiting."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.errors import DeadlineExceededError, FailedPreconditionError
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.session.session import Session
from penstock.train.checkpoint_files import get_checkpoint_state

__all__ = ["SessionManager"]

_log = logging.getLogger("tensorflow")


class SessionManager:
    """Makes sessions that are ready to train.

    A session is ready when `ready_op` gives nothing: no name of an uninitialized variable.

    Args:
      local_init_op: runs in each new session once it is ready for it, also after a restore.
      ready_op: gives the names of what is not ready.
      ready_for_local_init_op: gives the names of what `local_init_op` still waits for.
      graph: the graph; the default graph if None.
      recovery_wait_secs: seconds between two looks at whether others have got ready.
      local_init_run_options: `RunOptions` of `local_init_op`.
    """

    def __init__(
        self,
        local_init_op: Node | None = None,
        ready_op: Tensor | None = None,
        ready_for_local_init_op: Tensor | None = None,
        graph: Graph | None = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: Any = None,
    ) -> None:
        self._graph = default_graph() if graph is None else graph
        self._local_init_op = local_init_op
        self._ready_op = ready_op
        self._ready_for_local_init_op = ready_for_local_init_op
        self._wait_secs = recovery_wait_secs
        self._local_init_options = local_init_run_options
        if ready_for_local_init_op is not None and local_init_op is None:
            raise ValueError(
                "ready_for_local_init_op says when local_init_op can run, so both must be given, "
                "but local_init_op is None."
            )

    def prepare_session(
        self,
        master: str,
        init_op: Any = None,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
        init_feed_dict: Any = None,
        init_fn: Callable[[Any], Any] | None = None,
    ) -> Session:
        """Make a session that is ready: restored if there is a checkpoint, else initialized.

        Args:
          master: the session's target.
          init_op: initializes the variables; runs if nothing was restored.
          saver: restores the newest checkpoint of `checkpoint_dir`, or the given one.
          checkpoint_dir, checkpoint_filename_with_path: where a checkpoint may be.
          wait_for_checkpoint: whether to wait for a checkpoint.
          max_wait_secs: how many seconds at most.
          config: a `ConfigProto`.
          init_feed_dict: what is fed to `init_op`.
          init_fn: called with the session after `init_op`.

        Raises:
          RuntimeError: if nothing can initialize the variables, or some are not afterwards.
          ValueError: if both places of a checkpoint are given.
        """
        session, is_restored = self._restored(
            master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint,
            max_wait_secs, config,
        )  # fmt: skip
        if not is_restored:
            if init_op is None and init_fn is None and self._local_init_op is None:
                raise RuntimeError(
                    "The model is not initialized, no checkpoint was found, and no init_op, "
                    "init_fn or local_init_op was given that could initialize it."
                )
            if init_op is not None:
                session.run(init_op, feed_dict=init_feed_dict)
            if init_fn is not None:
                init_fn(session)
        missing = self._try_local_init(session) or self._missing(session, self._ready_op)
        if missing:
            raise RuntimeError(
                f"Init operations did not make the model ready: {missing}. init_op is "
                f"{_name(init_op)}, init_fn is {init_fn!r}, local_init_op is "
                f"{_name(self._local_init_op)}. Let one of them initialize what is missing."
            )
        return session

    def recover_session(
        self,
        master: str,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
    ) -> tuple[Session, bool]:
        """Make a session from a checkpoint, if there is one.

        Args:
          master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint,
            max_wait_secs, config: as for `prepare_session`.

        Returns:
          The session, and whether it is ready.
        """
        session, is_restored = self._restored(
            master, saver, checkpoint_dir, checkpoint_filename_with_path, wait_for_checkpoint,
            max_wait_secs, config,
        )  # fmt: skip
        if not is_restored:
            return session, False
        missing = self._try_local_init(session) or self._missing(session, self._ready_op)
        if missing:
            _log.info("Restoring did not make the model ready: %s", missing)
            return session, False
        return session, True

    def wait_for_session(
        self, master: str, config: Any = None, max_wait_secs: float = float("inf")
    ) -> Session:
        """Make a session, and wait until another one, such as the chief's, has made it ready.

        Args:
          master: the session's target.
          config: a `ConfigProto`.
          max_wait_secs: how many seconds at most.

        Raises:
          DeadlineExceededError: if it takes longer.
        """
        deadline = time.monotonic() + (float("inf") if max_wait_secs is None else max_wait_secs)
        while True:
            session = Session(master, graph=self._graph, config=config)
            missing = self._try_local_init(session) or self._missing(session, self._ready_op)
            if not missing:
                return session
            session.close()
            if time.monotonic() + self._wait_secs > deadline:
                raise DeadlineExceededError(
                    None,
                    None,
                    f"The session was not ready after waiting {max_wait_secs} seconds: {missing}. "
                    "Is the chief running, and does it initialize all variables?",
                )
            _log.info("Waiting for the model to be ready: %s", missing)
            time.sleep(self._wait_secs)

    def _restored(
        self,
        master: str,
        saver: Any,
        directory: str | None,
        path: str | None,
        wait: bool,
        most_seconds: float,
        config: Any,
    ) -> tuple[Session, bool]:
        """Make a session and restore the newest checkpoint, if there is any."""
        if directory and path:
            raise ValueError(
                "Give checkpoint_dir or checkpoint_filename_with_path, not both: they are "
                f"{directory!r} and {path!r}."
            )
        session = Session(master, graph=self._graph, config=config)
        if saver is not None and path:
            saver.restore(session, path)
            return session, True
        if saver is None or not directory:
            return session, False
        deadline = time.monotonic() + most_seconds
        state = get_checkpoint_state(directory)
        while state is None or not state.model_checkpoint_path:
            if not wait or time.monotonic() + self._wait_secs > deadline:
                return session, False
            _log.info("Waiting for a checkpoint in %s.", directory)
            time.sleep(self._wait_secs)
            state = get_checkpoint_state(directory)
        saver.restore(session, state.model_checkpoint_path)
        saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
        return session, True

    def _try_local_init(self, session: Session) -> str | None:
        """Run `local_init_op` if it can; gives what it waits for, if it cannot."""
        if self._local_init_op is None:
            return None
        missing = self._missing(session, self._ready_for_local_init_op)
        if missing is None:
            _log.info("Running local_init_op.")
            session.run(self._local_init_op, options=self._local_init_options)
            _log.info("Done running local_init_op.")
        return missing

    @staticmethod
    def _missing(session: Session, ready_op: Tensor | None) -> str | None:
        """Say what is not ready, if anything."""
        if ready_op is None:
            return None
        try:
            names = session.run(ready_op)
        except FailedPreconditionError as error:
            return str(error)
        if names is None or np.size(names) == 0:
            return None
        listed = ", ".join(
            name.decode() if isinstance(name, bytes) else str(name) for name in np.ravel(names)
        )
        return f"variables not initialized: {listed}"


def _name(element: Any) -> str:
    return str(getattr(element, "name", element))
