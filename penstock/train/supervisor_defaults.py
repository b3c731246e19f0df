"""What a `Supervisor` takes where nothing is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.functions.grouping import group
from penstock.functions.variable_collections import (
    global_variables,
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
    tables_initializer,
)
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.node import Node
from penstock.summary.summary_nodes import merge_all
from penstock.train.saver import Saver

__all__ = ["USE_DEFAULT", "check_devices", "given_or_made"]

# Stands for "not given", where None means none.
USE_DEFAULT = 0
_ON_REPLICAS = ("Variable", "VariableV2")


def given_or_made(value: Any, name: str) -> Any:
    """Give an argument, or its default: what is in a collection, else what is made for it.

    Args:
      value: the argument.
      name: its name.
    """
    if not (isinstance(value, int) and value == USE_DEFAULT):
        return value
    graph = default_graph()
    key, make = _DEFAULTS[name]
    found = graph.get_collection(key)
    if found:
        return found[0]
    made = make()
    if made is not None:
        graph.add_to_collection(key, made)
    return made


def _make_local_init_op() -> Node:
    return group(local_variables_initializer(), tables_initializer())


def _make_saver() -> Saver | None:
    return Saver() if global_variables() else None


# For each argument the collection it may be in, and what makes it.
_DEFAULTS: dict[str, tuple[str, Callable[[], Any]]] = {
    "ready_op": (GraphKeys.READY_OP, report_uninitialized_variables),
    "ready_for_local_init_op": (GraphKeys.READY_FOR_LOCAL_INIT_OP, lambda: None),
    "init_op": (GraphKeys.INIT_OP, global_variables_initializer),
    "local_init_op": (GraphKeys.LOCAL_INIT_OP, _make_local_init_op),
    "saver": (GraphKeys.SAVERS, _make_saver),
    "summary_op": (GraphKeys.SUMMARY_OP, merge_all),
}


def check_devices(graph: Graph) -> None:
    """Check that all variables have a device, as they must where several processes share them.

    Raises:
      ValueError: if one has none.
    """
    for node in graph.get_operations():
        if node.type in _ON_REPLICAS and not node.device:
            raise ValueError(
                f"When using replicas, all variables must have their device set, but "
                f"{node.name!r}, made at {node.line}, has none. Make variables under "
                "tf.device(tf.train.replica_device_setter(...))."
            )
