"""Who makes the sessions of a training: the chief initializes, workers wait for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from penstock.graph.default import default_graph
from penstock.session.session import Session
from penstock.train.scaffold import Scaffold
from penstock.train.session_manager import SessionManager

__all__ = ["ChiefSessionCreator", "SessionCreator", "WorkerSessionCreator"]


class SessionCreator(ABC):
    """Makes a session that is ready to train, at the beginning and after a failure."""

    @abstractmethod
    def create_session(self) -> Any:
        """Make one."""


class _WithScaffold(SessionCreator):
    """Finalizes a scaffold, and makes sessions by a session manager."""

    def __init__(self, scaffold: Scaffold | None, master: str, config: Any) -> None:
        self._scaffold = scaffold or Scaffold()
        self._master = master
        self._config = config
        self._manager: SessionManager | None = None

    def _ready_manager(self) -> SessionManager:
        self._scaffold.finalize()
        if self._manager is None:
            self._manager = SessionManager(
                local_init_op=self._scaffold.local_init_op,
                ready_op=self._scaffold.ready_op,
                ready_for_local_init_op=self._scaffold.ready_for_local_init_op,
                graph=default_graph(),
            )
        return self._manager


class ChiefSessionCreator(_WithScaffold):
    """Makes sessions that are restored or initialized.

    Args:
      scaffold: what initializes, restores and tells that all is ready.
      master: the session's target.
      config: a `ConfigProto`.
      checkpoint_dir: where the newest checkpoint is looked for.
      checkpoint_filename_with_path: one checkpoint, in place of a directory.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        super().__init__(scaffold, master, config)
        self._directory = checkpoint_dir
        self._path = checkpoint_filename_with_path

    def create_session(self) -> Session:
        """Make one.

        Raises:
          RuntimeError: if variables stay uninitialized.
        """
        manager = self._ready_manager()
        return manager.prepare_session(
            self._master,
            saver=self._scaffold.saver,
            checkpoint_dir=self._directory,
            checkpoint_filename_with_path=self._path,
            config=self._config,
            init_op=self._scaffold.init_op,
            init_feed_dict=self._scaffold.init_feed_dict,
            init_fn=self._scaffold.init_fn,
        )


class WorkerSessionCreator(_WithScaffold):
    """Makes sessions that wait until the chief has initialized the variables.

    Args:
      scaffold: what tells that all is ready.
      master: the session's target.
      config: a `ConfigProto`.
      max_wait_secs: how many seconds to wait at most.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        max_wait_secs: float = 30 * 60,
    ) -> None:
        super().__init__(scaffold, master, config)
        self._max_wait_secs = max_wait_secs

    def create_session(self) -> Session:
        """Make one.

        Raises:
          DeadlineExceededError: if the chief does not get ready in time.
        """
        manager = self._ready_manager()
        return manager.wait_for_session(
            self._master, config=self._config, max_wait_secs=self._max_wait_secs
        )
