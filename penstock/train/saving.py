"""Write a checkpoint of a session's variables by the nodes of a saver."""

from __future__ import annotations

import os
from typing import Any

from penstock.core.errors import FailedPreconditionError, NotFoundError
from penstock.train.global_step import global_step as step_count

__all__ = ["numbered_path", "save"]


def numbered_path(sess: Any, path: str, global_step: Any, padded: bool) -> str:
    """Append the number of a step to a path.

    Args:
      sess: the session that knows the step.
      path: the path.
      global_step: the number, or a tensor or its name; None for no number.
      padded: whether it has eight digits at least.
    """
    if global_step is None:
        return path
    if not isinstance(global_step, int):
        global_step = step_count(sess, global_step)
    return f"{path}-{global_step:08d}" if padded else f"{path}-{global_step}"


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
