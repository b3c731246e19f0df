"""Python functions that nodes call when they run, found by the token that the node keeps.

A graph holds the functions of its nodes: they go with it. The table by which a token leads to a
function holds none of them itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from penstock.graph.graph import Graph

__all__ = ["PythonFunction", "find_function", "keep_function"]


class PythonFunction:
    """A function that nodes call.

    Attributes:
      call: the function.
    """

    __slots__ = ("__weakref__", "call")

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    @property
    def place(self) -> str:
        """Its name, and the line that it begins at where that is known."""
        name = getattr(self.call, "__qualname__", None) or type(self.call).__name__
        code = getattr(self.call, "__code__", None)
        return name if code is None else f"{name} ({code.co_filename}:{code.co_firstlineno})"


_count = itertools.count()
_functions: WeakValueDictionary[str, PythonFunction] = WeakValueDictionary()


def keep_function(graph: Graph, call: Callable[..., Any]) -> str:
    """Let a graph hold a function; gives its token."""
    token = f"pyfunc_{next(_count)}"
    _functions[token] = kept = PythonFunction(call)
    graph.extras.setdefault(PythonFunction, []).append(kept)
    return token


def find_function(token: str) -> PythonFunction | None:
    """Give the function of a token; None if there is none in this process any more."""
    return _functions.get(token)
