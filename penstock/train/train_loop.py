"""`tf.train.basic_train_loop`: steps of a supervised training, also after a recovery."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from penstock.core.errors import AbortedError
from penstock.train.supervisor import Supervisor

__all__ = ["basic_train_loop"]


def basic_train_loop(
    supervisor: Supervisor,
    train_step_fn: Callable[..., Any],
    args: Sequence[Any] | None = None,
    kwargs: Mapping[str, Any] | None = None,
    master: str = "",
) -> None:
    """Call a function that does a step until the supervisor says stop.

    If a step fails with `AbortedError`, since a task was lost, a new session is made, and the
    training goes on from the last checkpoint.

    Args:
      supervisor: a `tf.train.Supervisor`.
      train_step_fn: called with the session, and with `args` and `kwargs`.
      args, kwargs: further arguments.
      master: the target of the session.
    """
    while True:
        try:
            with supervisor.managed_session(master) as sess:
                while not supervisor.should_stop():
                    train_step_fn(sess, *(args or ()), **(kwargs or {}))
            return
        except AbortedError:
            continue
