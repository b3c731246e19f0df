"""The operations and the saver that a training needs, made where they are not given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.arrays_joining import concat
from penstock.functions.grouping import group
from penstock.functions.resource_collections import (
    initialize_resources,
    local_resources,
    report_uninitialized_resources,
    shared_resources,
)
from penstock.functions.variable_collections import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
    tables_initializer,
)
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.node import Node, Tensor
from penstock.summary.summary_nodes import merge_all
from penstock.train.saver import Saver

__all__ = ["Scaffold"]


class Scaffold:
    """What a training needs beside its own nodes.

    Until `finalize` an attribute is what was given, or None; then what was not given is taken from
    the graph's collections, or made.

    Args:
      init_op: initializes the variables; `tf.global_variables_initializer()` by default.
      init_feed_dict: what is fed to it.
      init_fn: called with the scaffold and the session after `init_op`.
      ready_op: gives what is not ready yet; the names of uninitialized variables by default.
      ready_for_local_init_op: gives what `local_init_op` still waits for; the names of
        uninitialized global variables by default.
      local_init_op: initializes local variables and tables, also after a restore.
      summary_op: gives all summaries in one; `tf.summary.merge_all()` by default.
      saver: saves and restores the variables.
      copy_from_scaffold: a scaffold for what is not given.

    Raises:
      TypeError: if `copy_from_scaffold` is no scaffold.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Any = None,
        init_fn: Callable[[Scaffold, Any], Any] | None = None,
        ready_op: Tensor | None = None,
        ready_for_local_init_op: Tensor | None = None,
        local_init_op: Node | None = None,
        summary_op: Tensor | None = None,
        saver: Saver | None = None,
        copy_from_scaffold: Scaffold | None = None,
    ) -> None:
        given = {
            "init_op": init_op,
            "init_feed_dict": init_feed_dict,
            "ready_op": ready_op,
            "ready_for_local_init_op": ready_for_local_init_op,
            "local_init_op": local_init_op,
            "summary_op": summary_op,
            "saver": saver,
        }
        called = None if init_fn is None else lambda session: init_fn(self, session)
        if copy_from_scaffold is not None:
            if not isinstance(copy_from_scaffold, Scaffold):
                raise TypeError(
                    f"copy_from_scaffold must be a Scaffold, not {copy_from_scaffold!r}."
                )
            for name, value in given.items():
                if value is None:
                    given[name] = getattr(copy_from_scaffold, name)
            called = called or copy_from_scaffold.init_fn
        self._given: dict[str, Any] = given
        self._init_fn: Callable[[Any], Any] | None = called

    @property
    def init_op(self) -> Any:
        """The operation that initializes the variables."""
        return self._given["init_op"]

    @property
    def init_feed_dict(self) -> Any:
        """What is fed to `init_op`."""
        return self._given["init_feed_dict"]

    @property
    def init_fn(self) -> Callable[[Any], Any] | None:
        """A function of the session, called after `init_op`."""
        return self._init_fn

    @property
    def ready_op(self) -> Any:
        """The tensor that is empty when all is ready."""
        return self._given["ready_op"]

    @property
    def ready_for_local_init_op(self) -> Any:
        """The tensor that is empty when `local_init_op` can run."""
        return self._given["ready_for_local_init_op"]

    @property
    def local_init_op(self) -> Any:
        """The operation that initializes local variables and tables."""
        return self._given["local_init_op"]

    @property
    def summary_op(self) -> Any:
        """The tensor with all summaries; None if there are none."""
        return self._given["summary_op"]

    @property
    def saver(self) -> Any:
        """What saves and restores the variables."""
        return self._given["saver"]

    def finalize(self) -> Scaffold:
        """Make what is missing, and finalize the default graph.

        Raises:
          RuntimeError: if a collection offers several of what there can be one of.
        """
        for name, key, make in (
            ("init_op", GraphKeys.INIT_OP, _make_init_op),
            ("ready_op", GraphKeys.READY_OP, _make_ready_op),
            (
                "ready_for_local_init_op",
                GraphKeys.READY_FOR_LOCAL_INIT_OP,
                _make_ready_for_local_init_op,
            ),
            ("local_init_op", GraphKeys.LOCAL_INIT_OP, Scaffold.default_local_init_op),
            ("summary_op", GraphKeys.SUMMARY_OP, merge_all),
            ("saver", GraphKeys.SAVERS, _make_saver),
        ):
            if self._given[name] is None:
                self._given[name] = Scaffold.get_or_default(name, key, make)
        self.saver.build()
        default_graph().finalize()
        return self

    @staticmethod
    def get_or_default(
        arg_name: str, collection_key: str, default_constructor: Callable[[], Any]
    ) -> Any:
        """Give the one element of a collection; if there is none, make it and put it there.

        Args:
          arg_name: the scaffold's argument, for messages.
          collection_key: the collection of the default graph.
          default_constructor: makes it.

        Raises:
          RuntimeError: if there are several.
        """
        elements = default_graph().get_collection(collection_key)
        if len(elements) > 1:
            raise RuntimeError(
                f"The collection {collection_key!r} must have one element at most, but has "
                f"{len(elements)}. Say which to use with the argument {arg_name!r} of tf.train."
                "Scaffold."
            )
        if elements:
            return elements[0]
        made = default_constructor()
        if made is not None:
            default_graph().add_to_collection(collection_key, made)
        return made

    @staticmethod
    def default_local_init_op() -> Node:
        """Build the operation that initializes local variables, tables and local resources."""
        return group(
            local_variables_initializer(),
            tables_initializer(),
            initialize_resources(local_resources()),
        )


def _make_init_op() -> Node:
    return group(global_variables_initializer(), initialize_resources(shared_resources()))


def _make_ready_op() -> Tensor:
    return concat([report_uninitialized_variables(), report_uninitialized_resources()], 0)


def _make_ready_for_local_init_op() -> Tensor:
    return concat(
        [
            report_uninitialized_variables(global_variables()),
            report_uninitialized_resources(shared_resources()),
        ],
        0,
    )


def _make_saver() -> Saver:
    return Saver(sharded=True, allow_empty=True)
