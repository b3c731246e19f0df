"""Names of nodes: unique within their graph, prefixed by the scopes they are made in."""

from __future__ import annotations

import threading
from types import TracebackType

from penstock.core.names import check_op_name, check_scope_name

__all__ = ["Naming", "ScopeEntry"]


class Naming(threading.local):
    """The names a graph has given out, and the name scope it is in.

    Case does not make names different: a node called ``foo`` takes ``Foo`` as well, since names
    become files and folders for the tools that show a graph. Each thread has a scope of its own,
    as in TensorFlow, though devices and control dependencies are common to all.

    Args:
      used: how often each name was given out, in lower case; all threads share it.
      scope: the name scope that a thread is in at first.
    """

    def __init__(self, used: dict[str, int], scope: str = "") -> None:
        self.scope = scope
        self._used = used

    def unique(self, name: str, mark: bool = True) -> str:
        """Give `name` within the current scope, with ``_1``, ``_2``… where it is taken.

        Args:
          name: the name without the scope's prefix.
          mark: whether the name that is given is taken from now on.
        """
        if self.scope:
            name = f"{self.scope}/{name}"
        used = self._used
        key = name.lower()
        count = used.get(key, 0)
        if mark:
            used[key] = count + 1
        if not count:
            return name
        base = key
        while key in used:
            key = f"{base}_{count}"
            count += 1
        if mark:
            used[key] = 1
        return f"{name}_{count - 1}"

    def reserve(self, full_name: str) -> str:
        """Take a full name for a node from elsewhere; where it is taken, with a number."""
        name = full_name
        count = 0
        while name.lower() in self._used:
            count += 1
            name = f"{full_name}_{count}"
        self._used[name.lower()] = 1
        return name

    def for_node(self, name: str) -> str:
        """Give the full name of a new node; one that ends in a slash is taken as it stands."""
        if name[-1:] == "/":
            check_op_name(name[:-1])
            return name[:-1]
        check_op_name(name, self.scope)
        return self.unique(name)

    def enter(self, name: str | None) -> ScopeEntry:
        """Make the context of a name scope: its value is the scope's prefix with a slash."""
        if not name:
            return ScopeEntry(self, "")
        check_scope_name(name, self.scope)
        return ScopeEntry(self, name[:-1] if name[-1] == "/" else self.unique(name))


class ScopeEntry:
    """The context of one name scope; leaving it goes back to the scope from before."""

    __slots__ = ("_before", "_naming", "_scope")

    def __init__(self, naming: Naming, scope: str) -> None:
        self._naming = naming
        self._scope = scope
        self._before = ""

    def __enter__(self) -> str:
        self._before = self._naming.scope
        self._naming.scope = self._scope
        return f"{self._scope}/" if self._scope else ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._naming.scope = self._before
