"""The checkpoints of a folder: which there are, which is the newest, and the file that says so."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from absl import logging

from penstock.formats import checkpoint, checkpoint_state
from penstock.formats.checkpoint_state import STATE_FILE, CheckpointState
from penstock.formats.messages import SaverDef
from penstock.formats.replacement import PENDING, remove_file

__all__ = [
    "checkpoint_exists",
    "checkpoints_iterator",
    "generate_checkpoint_state_proto",
    "get_checkpoint_mtimes",
    "get_checkpoint_state",
    "latest_checkpoint",
    "meta_graph_filename",
    "remove_checkpoint",
    "update_checkpoint_state",
]


def checkpoint_exists(checkpoint_prefix: str) -> bool:
    """Tell whether there is a checkpoint.

    Args:
      checkpoint_prefix: what its files' paths begin with, as `Saver.save` returns it.
    """
    return checkpoint.checkpoint_exists(os.fspath(checkpoint_prefix))


def get_checkpoint_mtimes(checkpoint_prefixes: Iterable[str]) -> list[float]:
    """List when checkpoints were written, in seconds since 1970; what is not there is left out."""
    times = map(checkpoint.modification_time, checkpoint_prefixes)
    return [found for found in times if found is not None]


def remove_checkpoint(
    checkpoint_prefix: str,
    checkpoint_format_version: int = SaverDef.V2,
    meta_graph_suffix: str = "meta",
) -> None:
    """Remove the files of a checkpoint; it is no error if there are none.

    Args:
      checkpoint_prefix: what their paths begin with.
      checkpoint_format_version: the version it was written in, `SaverDef.V2` or `V1`.
      meta_graph_suffix: how the path of its MetaGraphDef ends.
    """
    remove_file(meta_graph_filename(checkpoint_prefix, meta_graph_suffix))
    if checkpoint_format_version == SaverDef.V2:
        # Without its index, what is left is no checkpoint any more.
        remove_file(f"{checkpoint_prefix}.index{PENDING}")
        remove_file(f"{checkpoint_prefix}.index")
        for path in glob.glob(f"{checkpoint_prefix}.data-?????-of-?????"):
            remove_file(path)
    else:
        for path in glob.glob(checkpoint_prefix):
            remove_file(path)


def meta_graph_filename(checkpoint_filename: str, meta_graph_suffix: str = "meta") -> str:
    """Give the path of the MetaGraphDef that belongs to a checkpoint."""
    basename = checkpoint_filename
    if "-?????-of-" in checkpoint_filename:
        basename = checkpoint_filename.partition("-?????-of-")[0]
    return f"{basename}.{meta_graph_suffix}"


def generate_checkpoint_state_proto(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> Any:
    """Make the message that the state file of a folder holds.

    Args:
      save_dir: the folder.
      model_checkpoint_path: the prefix of the newest checkpoint.
      all_model_checkpoint_paths: the prefixes of all, oldest first.
      all_model_checkpoint_timestamps: when they were written, in seconds since 1970.
      last_preserved_timestamp: when the last one was written that is kept for good.

    Returns:
      A `CheckpointState`. Unless `save_dir` is an absolute path, its paths are relative to it.

    Raises:
      ValueError: if there are not as many timestamps as paths.
    """
    paths = list(all_model_checkpoint_paths or [])
    if not paths or paths[-1] != model_checkpoint_path:
        paths.append(model_checkpoint_path)
    times = all_model_checkpoint_timestamps
    if times and len(times) != len(paths):
        raise ValueError(
            "Checkpoint timestamps, if provided, must match checkpoint paths (got paths "
            f"{paths} and timestamps {list(times)})."
        )
    if not os.path.isabs(save_dir):
        paths = [_relative(path, save_dir) for path in paths]
        model_checkpoint_path = _relative(model_checkpoint_path, save_dir)
    return CheckpointState(
        model_checkpoint_path=model_checkpoint_path,
        all_model_checkpoint_paths=paths,
        all_model_checkpoint_timestamps=times,
        last_preserved_timestamp=last_preserved_timestamp,
    )


def _relative(path: str, folder: str) -> str:
    if os.path.isabs(path) or not folder:
        return path
    shortened = os.path.relpath(path, folder)
    return f"{shortened}/" if path.endswith("/") else shortened


def update_checkpoint_state(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
    save_relative_paths: bool = False,
) -> None:
    """Write the state file of a folder; whoever reads it sees the old one or the new one.

    Args:
      save_dir: the folder.
      model_checkpoint_path: the prefix of the newest checkpoint.
      all_model_checkpoint_paths: the prefixes of all, oldest first.
      latest_filename: the name of the state file; ``"checkpoint"`` if None.
      all_model_checkpoint_timestamps: when they were written, in seconds since 1970.
      last_preserved_timestamp: when the last one was written that is kept for good.
      save_relative_paths: whether paths are written relative to `save_dir`, so that the folder can
        be moved.

    Raises:
      RuntimeError: if the state file has the path of the checkpoint.
    """
    name = latest_filename or STATE_FILE
    paths = list(all_model_checkpoint_paths or [])
    if save_relative_paths:
        folder = os.path.abspath(save_dir)
        model_checkpoint_path = os.path.relpath(os.path.abspath(model_checkpoint_path), folder)
        paths = [os.path.relpath(os.path.abspath(path), folder) for path in paths]
        state = generate_checkpoint_state_proto(
            folder, model_checkpoint_path, paths, all_model_checkpoint_timestamps,
            last_preserved_timestamp,
        )  # fmt: skip
    else:
        state = generate_checkpoint_state_proto(
            save_dir, model_checkpoint_path, paths, all_model_checkpoint_timestamps,
            last_preserved_timestamp,
        )  # fmt: skip
    path = os.path.join(save_dir, name)
    if path == model_checkpoint_path:
        raise RuntimeError(
            f"Save path '{model_checkpoint_path}' conflicts with path used for checkpoint state. "
            "Please use a different save path."
        )
    checkpoint_state.write_state(save_dir, name, state)


def get_checkpoint_state(checkpoint_dir: str, latest_filename: str | None = None) -> Any:
    """Read the state file of a folder.

    Args:
      checkpoint_dir: the folder.
      latest_filename: the name of the state file; ``"checkpoint"`` if None.

    Returns:
      A `CheckpointState`, its paths as seen from the current folder; None if there is no such
      file, or it cannot be read.
    """
    name = latest_filename or STATE_FILE
    try:
        return checkpoint_state.read_state(os.fspath(checkpoint_dir), name)
    except ValueError as error:
        logging.warning("%s; the file is ignored.", error)
        return None


def latest_checkpoint(checkpoint_dir: str, latest_filename: str | None = None) -> str | None:
    """Find the newest checkpoint of a folder.

    Args:
      checkpoint_dir: the folder.
      latest_filename: the name of the state file; ``"checkpoint"`` if None.

    Returns:
      The prefix that `Saver.restore` takes; None if the state file names none that is there.
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    newest: str = state.model_checkpoint_path
    if checkpoint.checkpoint_exists(newest):
        return newest
    logging.error("Couldn't match files for checkpoint %s", newest)
    return None


def checkpoints_iterator(
    checkpoint_dir: str,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """Give each new checkpoint of a folder as it appears.

    Args:
      checkpoint_dir: the folder.
      min_interval_secs: the least time between two, in seconds.
      timeout: how long to wait for the next one, in seconds; None for ever.
      timeout_fn: called when that time is over; the iterator ends if it returns True.

    Yields:
      Prefixes of checkpoints.
    """
    last = None
    while True:
        found = _next_checkpoint(checkpoint_dir, last, timeout)
        if found is None:
            if timeout_fn is None or timeout_fn():
                return
            continue
        last, start = found, time.time()
        yield found
        time.sleep(max(0.0, start + min_interval_secs - time.time()))


def _next_checkpoint(folder: str, last: str | None, timeout: float | None) -> str | None:
    end = None if timeout is None else time.time() + timeout
    while True:
        found = latest_checkpoint(folder)
        if found is not None and found != last:
            return found
        if end is not None and time.time() + 1 > end:
            return None
        time.sleep(1)
