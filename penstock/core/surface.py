"""What a namespace says of a name that it lacks: names near it, and whether TensorFlow's has it.

`tensorflow_names.txt` lists the public names of TensorFlow 1.15, a line a module; it is read when
a name is missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import lazy_loader

__all__ = ["attach", "lacking", "missing"]

_TABLE = Path(__file__).with_name("tensorflow_names.txt")


def attach(module: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], Any]:
    """Attach the names of a package's ``__init__.pyi`` lazily.

    Args:
      module: the package's name.
      file: its ``__file__``.

    Returns:
      Its ``__getattr__``, ``__dir__`` and ``__all__``.
    """
    get, list_names, names = lazy_loader.attach_stub(module, file)
    offered = frozenset(names)

    def get_or_tell(name: str) -> Any:
        if name not in offered:
            raise AttributeError(missing(module, name, names))
        return get(name)

    return get_or_tell, list_names, names


def lacking(module: str, names: Iterable[str]) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a plain module that has these public names."""

    def tell(name: str) -> Any:
        raise AttributeError(missing(module, name, names))

    return tell


def missing(module: str, name: str, names: Iterable[str]) -> str:
    """Give the sentence for a name that a namespace does not have.

    Args:
      module: the namespace's module.
      name: the name.
      names: the names that it has.
    """
    if name.startswith("_"):
        return f"module {module!r} has no attribute {name!r}"
    path = _path(module)
    full = f"tf.{path}" if path else "tf"
    here, theirs = set(names), _tensorflow_names().get(path, frozenset())
    near = [
        other if other in here else f"{other} (not here yet)"
        for other in difflib.get_close_matches(name, sorted(here | theirs - {name}), 3)
    ]
    hint = f" Near it: {', '.join(near)}." if near else f" `dir({full})` lists what there is."
    if name in theirs:
        return f"TensorFlow 1.15 has {full}.{name}, but Penstock does not have it yet.{hint}"
    return f"{full} has no {name!r}, and TensorFlow 1.15 has none either.{hint}"


def _path(module: str) -> str:
    """Give the path below `tf` of a module: empty for the root."""
    parts = module.split(".")[1:]
    return ".".join(parts[1:] if parts[:1] == ["api"] else parts)


@cache
def _tensorflow_names() -> dict[str, frozenset[str]]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split(":", 1) for line in lines)
    return {path: frozenset(names.split()) for path, names in pairs}
