"""Write a checkpoint of a session's variables by the nodes of a saver."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from penstock.core.errors import FailedPreconditionError, NotFoundError
from penstock.train.global_step import global_step as step_count

__all__ = ["check_state_name", "numbered_path", "save"]


def numbered_path(sess: Any, path: str, global_step: Any, padded: bool) -> str:
    """Append the number of a step to a path.

    Args:
      sess: the session that knows the step.
      path: the path.
      global_step: the number, or a tensor or its name; None for no number.
      padded: whether it has eight digits at least.
    """
    path = os.fspath(path)
    if global_step is None:
        return path
    if not isinstance(global_step, (int, np.integer)):
        global_step = step_count(sess, global_step)
    return f"{path}-{global_step:08d}" if padded else f"{path}-{global_step}"


def check_state_name(name: str, given: str, path: str) -> None:
    """Check that the state file can have a name.

    Args:
      name: the name.
      given: the prefix that the user gave.
      path: the checkpoint's prefix, perhaps with the number of a step.

    Raises:
      ValueError: if it is a path, or the checkpoint's own.
    """
    if os.path.split(name)[0]:
        raise ValueError(f"'latest_filename' must not contain path components: {name!r}.")
    if path == given and os.path.basename(path) == name:
        raise ValueError(
            f"'latest_filename' collides with 'save_path': '{name}' and '{given}'. Name the "
            "checkpoint otherwise, such as model.ckpt."
        )


def save(sess: Any, saver_def: Any, path: str) -> str:
    """Run the node that saves.

    Args:
      sess: the session.
      saver_def: names the node.
      path: the checkpoint's prefix.

    Returns:
      The prefix that restores it.

    Raises:
      ValueError: if its folder is missing.
    """
    try:
        saved = sess.run(saver_def.save_tensor_name, {saver_def.filename_tensor_name: path})
    except (FailedPreconditionError, NotFoundError) as error:
        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            raise ValueError(
                f"Parent directory of {path} doesn't exist, can't save. Make it with "
                f"tf.gfile.MakeDirs({folder!r})."
            ) from error
        raise
    return saved.decode() if isinstance(saved, bytes) else str(saved)
