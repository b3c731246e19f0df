"""Checkpoints of either version: which files belong to one, and how to open it."""

from __future__ import annotations

import glob
import os
import re

from penstock.core.errors import NotFoundError
from penstock.formats.bundle_index import index_path
from penstock.formats.bundle_reading import Bundle
from penstock.formats.checkpoint_state import STATE_FILE, read_state
from penstock.formats.first_checkpoint import FirstCheckpoint

__all__ = ["checkpoint_exists", "modification_time", "open_checkpoint", "prefix_of"]

_MEMBER = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")


def checkpoint_exists(prefix: str | bytes | os.PathLike[str]) -> bool:
    """Tell whether there is a checkpoint of that prefix, or any that a pattern fits."""
    prefix = os.fsdecode(prefix)
    return bool(glob.glob(index_path(prefix)) or glob.glob(prefix) or os.path.isfile(prefix))


def modification_time(prefix: str) -> float | None:
    """Tell when a checkpoint was written, in seconds since 1970; None if there is none."""
    for path in (*glob.glob(index_path(prefix)), *glob.glob(prefix)):
        return os.stat(path).st_mtime
    return None


def prefix_of(path: str | bytes | os.PathLike[str]) -> str:
    """Find the prefix of the checkpoint that a path means.

    Args:
      path: the prefix itself; one of the files (``.index``, ``.data-…``, ``.meta``); or a folder,
        which means the newest checkpoint in it.

    Raises:
      NotFoundError: if it is a folder without checkpoints.
    """
    path = os.fsdecode(path)
    if os.path.isdir(path) and not os.path.exists(index_path(path)):
        return _newest_in(path)
    shortened = _MEMBER.sub("", path)
    if shortened != path and not os.path.exists(index_path(path)):
        return shortened
    return path


def _newest_in(folder: str) -> str:
    state = read_state(folder, STATE_FILE)
    if state is not None and checkpoint_exists(state.model_checkpoint_path):
        newest: str = state.model_checkpoint_path
        return newest
    indexes = glob.glob(os.path.join(glob.escape(folder), "*.index"))
    if not indexes:
        raise NotFoundError(
            None, None, f"There is no checkpoint in the folder {folder!r}: neither a file "
            f"{STATE_FILE!r} that names one, nor an index.",
        )  # fmt: skip
    return max(indexes, key=os.path.getmtime).removesuffix(".index")


def open_checkpoint(prefix: str) -> Bundle | FirstCheckpoint:
    """Open a checkpoint for reading.

    Args:
      prefix: what its files' paths begin with; for the first version its path, or a pattern.

    Raises:
      NotFoundError: if there is none.
      DataLossError: if it is damaged.
    """
    if os.path.exists(index_path(prefix)):
        return Bundle(prefix)
    if os.path.isfile(prefix) or glob.glob(prefix):
        return FirstCheckpoint(prefix)
    raise NotFoundError(None, None, f"There is no checkpoint {prefix!r}.{_nearby(prefix)}")


def _nearby(prefix: str) -> str:
    folder = os.path.dirname(prefix) or "."
    if not os.path.isdir(folder):
        return f" There is no folder {folder!r} either."
    found = sorted(
        path.removesuffix(".index") for path in glob.glob(os.path.join(folder, "*.index"))
    )
    if not found:
        return f" The folder {folder!r} holds no checkpoints."
    return f" The folder holds {', '.join(map(repr, found[-5:]))}."
