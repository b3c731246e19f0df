"""Read event files again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from penstock.formats.events import read_events

__all__ = ["summary_iterator"]


def summary_iterator(path: str) -> Iterator[Any]:
    """Go through the events of a file that a `FileWriter` wrote.

    Args:
      path: the file.

    Yields:
      `Event` messages; their `summary.value` holds what was summarized.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if it is damaged.
    """
    return read_events(os.fspath(path))
