"""What commands share: how results are shown, and how errors are told."""

import os
import sys
from collections.abc import Callable

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from penstock.core.errors import OpError
from penstock.tools.report import Report

__all__ = ["FAILED", "guarded", "names_in", "show"]

FAILED = 1

_EXPECTED = (OpError, OSError, ValueError, TypeError, RuntimeError, AssertionError, KeyError)


def show(report: Report) -> None:
    """Print a report: with rich's tables on a terminal, as plain text otherwise."""
    if not sys.stdout.isatty():
        print(report)
        return
    console = Console(highlight=False)
    console.print(Text(report.heading, style="bold"))
    for key, fact in report.facts.items():
        console.print(Text.assemble(f"  {key}: ", (fact, "cyan")))
    for table in report.tables:
        if table.rows:
            shown = RichTable(*table.columns, title=Text(table.title), box=SIMPLE)
            shown.title_justify = "left"
            for row in table.rows:
                shown.add_row(*map(Text, row))
            console.print(shown)


def guarded(command: str, work: Callable[[], int], failed: int = FAILED) -> int:
    """Do a command's work; what goes wrong becomes one line on the standard error.

    Args:
      command: the command's name.
      work: does it, and gives the exit status.
      failed: the exit status if it fails.

    With ``PENSTOCK_ERRORS=long`` in the environment the error comes with its traceback.
    """
    try:
        return work()
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return failed
    except _EXPECTED as error:
        if os.environ.get("PENSTOCK_ERRORS") == "long":
            raise
        print(f"penstock {command}: {_sentence(error)}", file=sys.stderr)
        return failed


def _sentence(error: Exception) -> str:
    if isinstance(error, OpError):
        text = error.message
    elif isinstance(error, KeyError) and error.args:
        text = str(error.args[0])
    else:
        text = str(error)
    return " ".join(text.split()) or type(error).__name__


def names_in(text: str | None) -> list[str] | None:
    """Give the names in a list with commas; None if there is no list.

    >>> names_in("a, b"), names_in(None)
    (['a', 'b'], None)
    """
    if text is None:
        return None
    return [name.strip() for name in text.split(",") if name.strip()]
