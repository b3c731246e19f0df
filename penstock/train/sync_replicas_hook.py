"""What gets a session ready for training by several workers together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from penstock.train.session_run_hook import SessionRunHook

if TYPE_CHECKING:
    from penstock.train.sync_replicas import SyncReplicasOptimizer

__all__ = ["SyncReplicasHook"]


class SyncReplicasHook(SessionRunHook):
    """Begins the steps of a `SyncReplicasOptimizer` in each new session.

    Args:
      sync_optimizer: the optimizer.
      is_chief: whether this is the chief's session, whose thread makes the steps.
      num_tokens: how many tokens the chief gives out at first; -1 for one for each gradient.
    """

    def __init__(
        self, sync_optimizer: SyncReplicasOptimizer, is_chief: bool, num_tokens: int
    ) -> None:
        self._optimizer = sync_optimizer
        self._is_chief = is_chief
        self._num_tokens = num_tokens

    def begin(self) -> None:
        """Find the nodes to run.

        Raises:
          ValueError: if the optimizer's `apply_gradients` was not called yet.
        """
        optimizer = self._optimizer
        self._ready_op = optimizer.ready_for_local_init_op
        self._queue_runner = optimizer.get_chief_queue_runner() if self._is_chief else None
        if self._is_chief:
            self._init_op: Any = optimizer.chief_init_op
            self._tokens_op: Any = optimizer.get_init_tokens_op(self._num_tokens)
        else:
            self._init_op = optimizer.local_step_init_op
            self._tokens_op = None

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Run them, and start the chief's thread.

        Raises:
          RuntimeError: if variables are not initialized yet.
        """
        missing = [name.decode() for name in session.run(self._ready_op)]
        if missing:
            raise RuntimeError(
                "SyncReplicasOptimizer begins its local step at the global step, so all global "
                f"variables must be initialized before, but these are not: {', '.join(missing)}. "
                "Initialize or restore them in the Scaffold's init_op or saver."
            )
        session.run(self._init_op)
        if self._tokens_op is not None:
            session.run(self._tokens_op)
        if self._queue_runner is not None:
            self._queue_runner.create_threads(session, coord=coord, daemon=True, start=True)
