"""The table of results."""

import sys

from rich.console import Console
from rich.table import Table

WIDTH = 140  # columns, where the output goes to a file

MARKS = {True: "[green]kept[/]", False: "[red]missed[/]", None: "[dim]not judged[/]"}


def duration(seconds):
    """Seconds in the unit that reads best."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def show(results, promises, memory=None):
    """Prints the results of all cases.

    Args:
      results: By case: `seconds` by side, `times_tensorflow`, `of_jax`.
      promises: By case: a `Promise`.
      memory: What `memory_growth` found, in bytes, and over how many steps; or None.
    """
    table = Table(title="Penstock's speed (medians; ratios within rounds)")
    for heading in ("case", "Penstock", "JAX", "TensorFlow", "× TF", "of JAX", "promise", ""):
        table.add_column(heading, justify="left" if heading in ("case", "promise") else "right")
    for case, result in results.items():
        promise = promises[case]
        times = [result["seconds"].get(side) for side in ("penstock", "jax", "tensorflow")]
        ratios = [result.get("times_tensorflow"), result.get("of_jax")]
        table.add_row(
            promise.about,
            *("" if time is None else duration(time) for time in times),
            *("" if ratio is None else f"{ratio:.2f}" for ratio in ratios),
            str(promise),
            MARKS[promise.judge(result)],
        )
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(table)
    if memory is not None:
        growth, steps = memory
        console.print(f"Memory over {steps:,} training steps: {growth / 2**20:+.1f} MiB")
