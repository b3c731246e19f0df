"""What the environment says, read once.

`PENSTOCK_ERRORS=long` tells more in error messages, `PENSTOCK_TIER=numpy` or `xla` has one tier
run everything, `PENSTOCK_CACHE_DIR` is where compiled programs are kept, `PENSTOCK_REPLICAS` is
over how many devices sessions spread their programs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Settings", "current"]


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    Attributes:
        long_errors: whether messages tell all they know.
        tier: `"numpy"`, `"xla"`, or None where the choice is free.
        cache_dir: where XLA's compiled programs are kept.
        replicas: over how many devices sessions spread their programs; None for one.
    """

    long_errors: bool = False
    tier: str | None = None
    cache_dir: Path = Path("~/.cache/penstock")
    replicas: int | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the settings from environment variables.

        Raises:
            ValueError: if a variable has a value that it can't have.
        """
        caches = environment.get("XDG_CACHE_HOME") or "~/.cache"
        folder = environment.get("PENSTOCK_CACHE_DIR") or os.path.join(caches, "penstock")
        return cls(
            long_errors=_choice(environment, "PENSTOCK_ERRORS", ("short", "long")) == "long",
            tier=_choice(environment, "PENSTOCK_TIER", ("numpy", "xla")),
            cache_dir=Path(folder).expanduser(),
            replicas=_count(environment, "PENSTOCK_REPLICAS"),
        )


def _count(environment: Mapping[str, str], name: str) -> int | None:
    value = environment.get(name, "")
    if value and (not value.isdecimal() or not int(value)):
        raise ValueError(f"{name} is a number from 1 on, or not set; it is {value!r}.")
    return int(value) if value else None


def _choice(environment: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    value = environment.get(name, "").lower()
    if value and value not in choices:
        raise ValueError(f"{name} is {' or '.join(choices)}, or not set; it is {value!r}.")
    return value or None


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process; `current.cache_clear()` has them read again."""
    return Settings.of(os.environ)
