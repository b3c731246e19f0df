"""Which checkpoints a saver keeps, and which it removes when there are too many."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from absl import logging

from penstock.core.errors import OpError
from penstock.train.checkpoint_files import get_checkpoint_mtimes, remove_checkpoint

__all__ = ["KeptCheckpoints"]

_SECONDS_PER_HOUR = 3600


class KeptCheckpoints:
    """The part of `Saver` that knows the checkpoints it has written."""

    saver_def: Any

    def __init__(self) -> None:
        self._last_checkpoints: list[tuple[str, float]] = []
        self._checkpoints_to_be_deleted: list[tuple[str, float]] = []
        self._next_checkpoint_time = float("inf")

    @property
    def last_checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that are kept, oldest first."""
        return [path for path, _ in self._last_checkpoints]

    def set_last_checkpoints(self, last_checkpoints: list[str]) -> None:
        """Set the list of checkpoints, oldest first; when they were written counts as unknown."""
        self._last_checkpoints = [(path, float("inf")) for path in _checked(last_checkpoints)]

    def set_last_checkpoints_with_time(
        self, last_checkpoints_with_time: list[tuple[str, float]]
    ) -> None:
        """Set the list of checkpoints, oldest first, each with its time in seconds since 1970."""
        self._last_checkpoints = _checked(last_checkpoints_with_time)

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Take checkpoints of an earlier process into the list, those that are there.

        Args:
          checkpoint_paths: their prefixes, oldest first, as in a `CheckpointState`.
        """
        timed = [(path, get_checkpoint_mtimes([path])) for path in checkpoint_paths]
        self.set_last_checkpoints_with_time([(path, found[0]) for path, found in timed if found])

    def _begin_keeping(self) -> None:
        """Count the time from now after which a checkpoint is kept for good."""
        self._next_checkpoint_time = time.time() + self._interval()

    def _interval(self) -> float:
        seconds: float = self.saver_def.keep_checkpoint_every_n_hours * _SECONDS_PER_HOUR
        return seconds

    def _record(self, path: str) -> None:
        """Put a checkpoint at the end of the list, and one that is too many on its way out."""
        if self.saver_def.max_to_keep <= 0:
            return
        kept = [item for item in self._last_checkpoints if item[0] != path]
        self._last_checkpoints = [*kept, (path, time.time())]
        if len(self._last_checkpoints) > self.saver_def.max_to_keep:
            self._checkpoints_to_be_deleted.append(self._last_checkpoints.pop(0))

    def _remove_old(self, meta_graph_suffix: str) -> None:
        if not self._checkpoints_to_be_deleted:
            return
        path, written = self._checkpoints_to_be_deleted.pop(0)
        if written > self._next_checkpoint_time:
            self._next_checkpoint_time += self._interval()
            return
        try:
            remove_checkpoint(path, self.saver_def.version, meta_graph_suffix)
        except OpError as error:
            logging.warning("An old checkpoint was not removed: %s", error)


def _checked(items: Any) -> list[Any]:
    if not isinstance(items, list):
        raise AssertionError(f"A list of checkpoints is wanted, not {items!r}.")
    return list(items)
