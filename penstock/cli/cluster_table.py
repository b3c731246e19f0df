"""How a job of several processes is shown: its output, line by line, and a table that lives."""

import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

from rich.box import SIMPLE
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from penstock.cluster.job import Job, Standing
from penstock.cluster.roles import Role
from penstock.cluster.watching import RoleProgress
from penstock.train.checkpoint_files import latest_checkpoint

__all__ = ["Display", "rows_of", "standing_of", "table"]

_HEADINGS = ("role", "state", "step", "steps/s", "waits for")
_COLORS = ("cyan", "green", "yellow", "magenta", "blue", "red")

Row = tuple[str, ...]


def rows_of(
    roles: Sequence[Role],
    standings: Mapping[Role, Standing],
    found: Mapping[Role, RoleProgress],
) -> list[Row]:
    """Give the table's rows: a role's name, state, step, steps per second, and what it waits for.

    Args:
      roles: the roles.
      standings: how their processes stand, where that is known.
      found: how far they are, where they have told.
    """
    rows = []
    for role in roles:
        progress = found.get(role, RoleProgress(None, None, ()))
        state = str(standings[role]) if role in standings else "serves" if role in found else "?"
        rows.append((
            str(role),
            state,
            "" if progress.step is None else f"{progress.step:,}",
            "" if progress.rate is None else f"{progress.rate:.3g}",
            ", ".join(progress.waits),
        ))  # fmt: skip
    return rows


def table(title: str, rows: Sequence[Row]) -> str:
    """Give a table as plain text."""
    lines = [_HEADINGS, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return "\n".join([title, *texts])


def standing_of(job: Job) -> str:
    """Say in a sentence's first half how a job ended."""
    if job.status == 0:
        return f"The job is done: {len(job.standings)} processes"
    if job.culprit is None:
        return "The job was ended from outside"
    return f"The job ended because {job.culprit} {job.standings[job.culprit]}"


class Display:
    """Shows a job in a `with` block: on a terminal with a live table, otherwise as lines.

    Args:
      checkpoints: the folder of the job's checkpoints, if the last one is to be shown.
    """

    def __init__(self, checkpoints: str | None) -> None:
        self._checkpoints = checkpoints
        self._console = Console(highlight=False)
        self._live = Live(console=self._console, refresh_per_second=4, transient=True)
        self._lock = threading.Lock()
        self._colors: dict[Role, str] = {}

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            self._live.start()
        return self

    def __exit__(self, *error: Any) -> None:
        self._live.stop()

    def line(self, role: Role, text: str) -> None:
        """Show a line of a role's output."""
        with self._lock:
            color = self._colors.setdefault(role, _COLORS[len(self._colors) % len(_COLORS)])
        if sys.stdout.isatty():
            self._console.print(Text.assemble((f"{role} | ", color), text))
        else:
            print(f"{role} | {text}", flush=True)

    def progress(self, job: Job, found: Mapping[Role, RoleProgress]) -> None:
        """Show how far the roles are."""
        if not sys.stdout.isatty():
            return
        shown = Table(*_HEADINGS, box=SIMPLE, caption=self._last_checkpoint())
        for row in rows_of(list(job.standings), job.standings, found):
            shown.add_row(*map(Text, row))
        self._live.update(shown)

    def _last_checkpoint(self) -> str | None:
        if self._checkpoints is None:
            return None
        return f"last checkpoint: {latest_checkpoint(self._checkpoints) or 'none yet'}"
