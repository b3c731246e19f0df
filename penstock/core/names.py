"""Which names nodes and name scopes may have.

A name is made of letters, digits, `_`, `.`, `-` and `/`; a full name begins with a letter, a digit
or a dot, so that it differs from a control input (`^name`) and from internal names (`_name`). The
part of a name that stands after a scope's prefix may begin with any of those characters.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["INNER_NAME", "OP_NAME", "check_op_name", "check_scope_name"]

OP_NAME: Final = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\-/]*")
INNER_NAME: Final = re.compile(r"[A-Za-z0-9_.\-/]*")


def check_op_name(name: str, scope: str = "") -> None:
    """Raises ValueError unless a node in `scope` may be called `name`.

    Args:
        name: the node's name without the scope's prefix.
        scope: the name scope it is made in; empty at the top of the graph.

    Raises:
        TypeError: if `name` is not a string.
        ValueError: if it is empty, or has a character that it may not have there.
    """
    _check(name, scope, "node")
    if not name:
        raise ValueError("A node's name must have at least one character; got ''.")


def check_scope_name(name: str, scope: str = "") -> None:
    """Raises ValueError unless a name scope within `scope` may be called `name`.

    Args:
        name: the new scope's name without the outer scope's prefix.
        scope: the outer scope; empty at the top of the graph.

    Raises:
        TypeError: if `name` is not a string.
        ValueError: if it has a character that it may not have there.
    """
    _check(name, scope, "name scope")


def _check(name: str, scope: str, noun: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"The name of a {noun} is a string; got {name!r} ({type(name).__name__}).")
    if _is_valid(name, bool(scope)) or not name:
        return
    raise ValueError(
        f"{name!r} is not a valid {noun} name: it may have letters, digits, '_', '.', '-' and '/'"
        + ("." if scope else ", and begins with a letter, a digit or '.'.")
    )


@lru_cache(maxsize=1024)  # most names are an op's type, again and again
def _is_valid(name: str, inner: bool) -> bool:
    return (INNER_NAME if inner else OP_NAME).fullmatch(name) is not None
