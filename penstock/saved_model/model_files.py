"""Where a model is: what a path that a user gives leads to."""

from __future__ import annotations

import os

from penstock.core.errors import InvalidArgumentError, NotFoundError
from penstock.formats.checkpoint import checkpoint_exists, prefix_of
from penstock.formats.saved_model import find_saved_model

__all__ = ["is_saved_model", "model_file"]


def is_saved_model(path: str) -> bool:
    """Tell whether a path is a SavedModel's folder, or the file in it."""
    if os.path.isdir(path):
        return find_saved_model(path) is not None
    return os.path.basename(path).startswith("saved_model.pb")


def model_file(path: str) -> str:
    """Give the file or folder that a model is read from.

    Args:
      path: it itself; or a checkpoint, by its prefix, index or folder: then its graph's file.

    Raises:
      NotFoundError: if there is none.
      InvalidArgumentError: if it is a folder with neither a SavedModel nor a checkpoint.
    """
    if os.path.isdir(path) and is_saved_model(path):
        return path
    if os.path.isfile(path) and not path.endswith(".index"):
        return path
    try:
        prefix = prefix_of(path)
    except NotFoundError:
        raise InvalidArgumentError(
            None, None, f"The folder {path!r} holds no model: no saved_model.pb, and no checkpoint."
        ) from None
    if checkpoint_exists(prefix):
        return _graph_of(prefix)
    raise NotFoundError(None, None, f"There is no model at {path!r}: no such file or folder.")


def _graph_of(prefix: str) -> str:
    path = f"{prefix}.meta"
    if os.path.exists(path):
        return path
    raise NotFoundError(
        None, None, f"{prefix!r} is a checkpoint: it holds values, and the file of its graph, "
        f"{path!r}, is missing. A graph in a file of its own is joined to it by `penstock "
        "freeze-graph`.",
    )  # fmt: skip
