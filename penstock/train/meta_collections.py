"""The collections of a graph, from the messages of a MetaGraphDef."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from penstock.formats.control_flow_messages import CondContextDef, WhileContextDef
from penstock.formats.messages import SaverDef, VariableDef, parsed
from penstock.formats.queue_messages import QueueRunnerDef
from penstock.functions.control_flow_contexts import CondContext, WhileContext
from penstock.functions.variables import Variable
from penstock.graph.collections import GraphKeys
from penstock.graph.graph import Graph
from penstock.train.queue_runner import QueueRunner
from penstock.train.saver import Saver

__all__ = ["add_collections"]


class _Kind(NamedTuple):
    """A kind of object that has a message: its class, and how the object is made of one."""

    message: Any
    make: Callable[..., Any]


_VARIABLE = _Kind(VariableDef, Variable.from_proto)
_KINDS = {
    GraphKeys.GLOBAL_VARIABLES: _VARIABLE,
    GraphKeys.TRAINABLE_VARIABLES: _VARIABLE,
    GraphKeys.MOVING_AVERAGE_VARIABLES: _VARIABLE,
    GraphKeys.LOCAL_VARIABLES: _VARIABLE,
    GraphKeys.MODEL_VARIABLES: _VARIABLE,
    GraphKeys.METRIC_VARIABLES: _VARIABLE,
    GraphKeys.GLOBAL_STEP: _VARIABLE,
    GraphKeys.QUEUE_RUNNERS: _Kind(QueueRunnerDef, QueueRunner.from_proto),
    GraphKeys.SAVERS: _Kind(SaverDef, Saver.from_proto),
    GraphKeys.COND_CONTEXT: _Kind(CondContextDef, CondContext.from_proto),
    GraphKeys.WHILE_CONTEXT: _Kind(WhileContextDef, WhileContext.from_proto),
}


def add_collections(graph: Graph, collections: Any, import_scope: str | None) -> None:
    """Add what the collections of a MetaGraphDef hold to those of a graph.

    Args:
      graph: the default graph, which has the nodes.
      collections: the messages by name.
      import_scope: the name scope that the nodes were put in.

    Raises:
      ValueError: if a member is damaged, or names a node that is not there; nothing is added then.
    """
    made: dict[bytes, Any] = {}
    found = {}
    for key in sorted(collections):
        try:
            found[key] = list(_members(graph, key, collections[key], import_scope, made))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"The collection {key!r} of the MetaGraphDef is damaged: {error}."
            ) from error
    for key, members in found.items():
        for member in members:
            graph.add_to_collection(key, member)


def _members(
    graph: Graph, key: str, message: Any, import_scope: str | None, made: dict[bytes, Any]
) -> Iterator[Any]:
    field = message.WhichOneof("kind")
    if key in _KINDS:
        kind = _KINDS[key]
        for value in message.bytes_list.value:
            if value not in made:
                made[value] = kind.make(parsed(kind.message, value), import_scope)
            yield made[value]
    elif field == "node_list":
        for name in message.node_list.value:
            yield graph.as_graph_element(f"{import_scope}/{name}" if import_scope else name)
    elif field is not None:
        yield from getattr(message, field).value
