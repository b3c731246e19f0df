"""The file ``checkpoint`` that names a folder's checkpoints, the newest among them."""

from __future__ import annotations

import os
from typing import Any

from google.protobuf import text_format

from penstock.core.file_errors import translated
from penstock.formats.checkpoint_messages import CheckpointState
from penstock.formats.replacement import write_file

__all__ = ["STATE_FILE", "CheckpointState", "read_state", "write_state"]

STATE_FILE = "checkpoint"


def read_state(folder: str, name: str = STATE_FILE) -> Any:
    """Read the state file of a folder; paths in it that are relative are made relative to here.

    Returns:
      A `CheckpointState`; None if there is no such file, or it names no checkpoint.

    Raises:
      ValueError: if the file is not one.
    """
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        return None
    with translated(path), open(path, encoding="utf-8", errors="backslashreplace") as file:
        text = file.read()
    state = CheckpointState()
    try:
        text_format.Merge(text, state)
    except text_format.ParseError as error:
        raise ValueError(f"{path} is no state file of checkpoints: {error}") from None
    if not state.model_checkpoint_path:
        return None
    state.model_checkpoint_path = _absolute(folder, state.model_checkpoint_path)
    paths = [_absolute(folder, item) for item in state.all_model_checkpoint_paths]
    state.all_model_checkpoint_paths[:] = paths
    return state


def _absolute(folder: str, path: str) -> str:
    return path if os.path.isabs(path) else os.path.join(folder, path)


def write_state(folder: str, name: str, state: Any) -> None:
    """Write the state file of a folder, as a whole or not at all."""
    write_file(os.path.join(folder, name), text_format.MessageToString(state).encode())
