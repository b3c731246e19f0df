"""Resources that are no variables, in collections: what makes them, what tells they are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from penstock.functions.grouping import group, no_op
from penstock.functions.variable_collections import names_where_not
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor

__all__ = [
    "initialize_resources",
    "local_resources",
    "register_resource",
    "report_uninitialized_resources",
    "shared_resources",
]


class _Resource(NamedTuple):
    handle: Any
    create: Node
    is_initialized: Tensor


def register_resource(
    handle: Any, create_op: Node, is_initialized_op: Tensor, is_shared: bool = True
) -> None:
    """Have a resource initialized with the others, by `initialize_resources`.

    Args:
      handle: its handle.
      create_op: the operation that makes it.
      is_initialized_op: a boolean scalar: whether it is there.
      is_shared: whether it is one for all workers, and not local to each.
    """
    key = GraphKeys.RESOURCES if is_shared else GraphKeys.LOCAL_RESOURCES
    resource = _Resource(handle, create_op, is_initialized_op)
    default_graph().add_to_collection(key, resource)


def shared_resources() -> list[Any]:
    """List the registered resources that all workers share."""
    return default_graph().get_collection(GraphKeys.RESOURCES)


def local_resources() -> list[Any]:
    """List the registered resources of this worker alone."""
    return default_graph().get_collection(GraphKeys.LOCAL_RESOURCES)


def initialize_resources(resource_list: Sequence[Any], name: str = "init") -> Node:
    """Build an operation that makes resources.

    Args:
      resource_list: registered resources.
      name: the node's name.
    """
    if resource_list:
        return group(*[resource.create for resource in resource_list], name=name)
    return no_op(name)


def report_uninitialized_resources(
    resource_list: Sequence[Any] | None = None, name: str = "report_uninitialized_resources"
) -> Tensor:
    """Build a list of the names of resources that are not there yet.

    Args:
      resource_list: registered resources; all if None.
      name: name scope of what is built.

    Returns:
      A string tensor [n].
    """
    if resource_list is None:
        resource_list = shared_resources() + local_resources()
    with name_scope(name):
        return names_where_not(
            [resource.is_initialized for resource in resource_list],
            [resource.handle.name for resource in resource_list],
        )
