"""`tf.train.CheckpointManager`: keeps the newest checkpoints of a folder."""

from __future__ import annotations

import os
import time
from typing import Any

from penstock.graph.default import default_session
from penstock.train.checkpoint_files import (
    get_checkpoint_mtimes,
    get_checkpoint_state,
    remove_checkpoint,
    update_checkpoint_state,
)
from penstock.train.object_checkpoint import Checkpoint

__all__ = ["CheckpointManager"]

_SECONDS_PER_HOUR = 3600


class CheckpointManager:
    """Saves a `Checkpoint` again and again, and removes what is too old.

        manager = tf.train.CheckpointManager(checkpoint, "logs", max_to_keep=5)
        checkpoint.restore(manager.latest_checkpoint).initialize_or_restore(sess)
        manager.save()

    Args:
      checkpoint: what to save.
      directory: the folder.
      max_to_keep: how many checkpoints stay; None for all.
      keep_checkpoint_every_n_hours: how often one is kept for good; None for never.
      checkpoint_name: what the files' names begin with.

    Raises:
      ValueError: if `max_to_keep` is less than 1.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: str,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(
                f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}."
            )
        self._checkpoint = checkpoint
        self._directory = os.fspath(directory)
        self._max_to_keep = max_to_keep
        self._interval = (
            None
            if keep_checkpoint_every_n_hours is None
            else keep_checkpoint_every_n_hours * _SECONDS_PER_HOUR
        )
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._kept: dict[str, float] = {}
        self._last_preserved = time.time()
        state = get_checkpoint_state(self._directory)
        if state is not None:
            self._recover(state)

    def _recover(self, state: Any) -> None:
        paths = list(state.all_model_checkpoint_paths)
        times = list(state.all_model_checkpoint_timestamps)
        if len(times) != len(paths):
            times = [time.time()] * len(paths)
        if state.last_preserved_timestamp:
            self._last_preserved = min(state.last_preserved_timestamp, self._last_preserved)
        for path, written in zip(paths, times, strict=True):
            if get_checkpoint_mtimes([path]):
                self._kept[path] = written

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that are kept, oldest first."""
        return list(self._kept)

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the newest one; None if there is none."""
        return next(reversed(self._kept), None)

    def save(self, checkpoint_number: int | None = None, session: Any = None) -> str:
        """Save the checkpoint, and remove those that are too many.

        Args:
          checkpoint_number: the number in the name; that of the save if None.
          session: the session that holds the variables; the default session if None.

        Returns:
          The prefix.
        """
        session = default_session() if session is None else session
        if checkpoint_number is None:
            path = self._checkpoint.save(self._prefix, session)
        else:
            path = self._checkpoint.write(f"{self._prefix}-{int(checkpoint_number)}", session)
        self._kept.pop(path, None)
        self._kept[path] = time.time()
        removed = self._too_many()
        # The state file is written first: it never names what is not there.
        update_checkpoint_state(
            self._directory,
            path,
            self.checkpoints,
            all_model_checkpoint_timestamps=list(self._kept.values()),
            last_preserved_timestamp=self._last_preserved,
            save_relative_paths=True,
        )
        for old in removed:
            remove_checkpoint(old)
        return path

    def _too_many(self) -> list[str]:
        """Take the oldest ones out of the list; gives those that are to be removed."""
        removed = []
        while self._max_to_keep is not None and len(self._kept) > self._max_to_keep:
            path, written = next(iter(self._kept.items()))
            del self._kept[path]
            if self._interval is not None and written - self._interval >= self._last_preserved:
                self._last_preserved = written
            else:
                removed.append(path)
        return removed
