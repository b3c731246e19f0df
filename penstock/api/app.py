"""`tf.app`: start a program that reads its command line into flags."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from absl import app as absl_app

from penstock.api import flags
from penstock.core.surface import lacking as _lacking

__all__ = ["flags", "run"]


def run(
    main: Callable[[list[str]], Any] | None = None, argv: Sequence[str] | None = None
) -> NoReturn:
    """Parses the flags, calls `main` with what is left, and exits with what it returns.

    Flags that the program does not define stay among the arguments of `main`.

    Args:
      main: A function of the list of remaining arguments, the program's name first.  By default
        the function `main` of the script.
      argv: The command line, the program's name first.  By default `sys.argv`.

    Raises:
      SystemExit: always; its code is what `main` returned.
    """
    absl_app.run(
        main or sys.modules["__main__"].main,
        argv=sys.argv if argv is None else list(argv),
        flags_parser=_parse_known,
    )
    raise AssertionError("absl.app.run exits")


def _parse_known(arguments: Sequence[str]) -> list[str]:
    """Sets the flags that are defined, and returns the other arguments."""
    return flags.FLAGS(arguments, known_only=True)


__getattr__ = _lacking(__name__, __all__)
