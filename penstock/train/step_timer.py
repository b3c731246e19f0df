"""When something is due again: after so many steps or seconds."""

from __future__ import annotations

import time

__all__ = ["SecondOrStepTimer"]


class SecondOrStepTimer:
    """Tells whether something that happens every so many seconds or steps is due.

    Args:
      every_secs: seconds between two times.
      every_steps: steps between two times; exactly one of both is given.

    Raises:
      ValueError: if both or none are given.
    """

    def __init__(self, every_secs: float | None = None, every_steps: int | None = None) -> None:
        if (every_secs is None) == (every_steps is None):
            raise ValueError(
                "Exactly one of every_secs and every_steps must be given, but they are "
                f"{every_secs!r} and {every_steps!r}."
            )
        self._every_secs = every_secs
        self._every_steps = every_steps
        self.reset()

    def reset(self) -> None:
        """Forget when it last happened."""
        self._last_step: int | None = None
        self._last_time: float | None = None

    def should_trigger_for_step(self, step: int) -> bool:
        """Tell whether it is due at a step: at first always, and never twice at one."""
        if self._last_step is None or self._last_time is None:
            return True
        if step == self._last_step:
            return False
        if self._every_secs is not None:
            return time.monotonic() >= self._last_time + self._every_secs
        assert self._every_steps is not None
        return step >= self._last_step + self._every_steps

    def update_last_triggered_step(self, step: int) -> tuple[float | None, int | None]:
        """Note that it happens now.

        Returns:
          The seconds and the steps since the last time; None and None at first.
        """
        now = time.monotonic()
        since: tuple[float | None, int | None] = (None, None)
        if self._last_step is not None and self._last_time is not None:
            since = now - self._last_time, step - self._last_step
        self._last_step, self._last_time = step, now
        return since

    def last_triggered_step(self) -> int | None:
        """Give the step at which it last happened."""
        return self._last_step
