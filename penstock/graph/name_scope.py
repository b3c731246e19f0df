"""`tf.name_scope`: a name for what a function builds, in the graph that its inputs live in."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

from penstock.graph.build import graph_of
from penstock.graph.default import Default, graphs

__all__ = ["name_scope"]


class name_scope:  # noqa: N801
    """Group what is built in a `with` block under one name.

    Args:
      name: the scope's name as a caller gave it, or None.
      default_name: the name to use when `name` is None.
      values: the inputs of what is built; the scope is opened in their graph, which is also the
        default graph inside the block.

    The block's value is the full name with a slash at its end. Passed on as the `name` of a node
    or a scope, it is taken as it stands:

        with tf.name_scope(name, "my_function", [x, y]) as scope:
            return tf.add(x, y, name=scope)      # RIGHT: the node is called my_function
            return tf.add(x, y, name=name)       # WRONG: my_function/Add

    Raises:
      ValueError: if `values` are given, but neither `name` nor `default_name`; or if the values
        come from different graphs.
    """

    __slots__ = ("_default", "_entry", "_name", "_values")

    def __init__(
        self,
        name: str | None,
        default_name: str | None = None,
        values: Iterable[Any] | None = None,
    ) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name_scope takes a name, a string, not {name!r}.")
        if name is None and default_name is None and values is not None:
            raise ValueError("name_scope(None, values=...) needs a default_name.")
        self._name = default_name if name is None else name
        self._values = () if values is None else values

    @property
    def name(self) -> str | None:
        """The name as it was given."""
        return self._name

    def __enter__(self) -> str:
        graph = graph_of(self._values)
        self._default = Default(graphs, graph)
        self._default.__enter__()
        try:
            self._entry = graph.name_scope(self._name)
            return self._entry.__enter__()
        except BaseException:
            self._default.__exit__(None, None, None)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._entry.__exit__(kind, error, traceback)
        self._default.__exit__(kind, error, traceback)
