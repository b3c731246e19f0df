"""The collections of a graph, from the messages of a MetaGraphDef."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from penstock.formats.control_flow_messages import CondContextDef, WhileContextDef
from penstock.formats.messages import SaverDef, VariableDef
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
    """
    made: dict[bytes, Any] = {}
    for key in sorted(collections):
        message = collections[key]
        field = message.WhichOneof("kind")
        if key in _KINDS:
            kind = _KINDS[key]
            for value in message.bytes_list.value:
                if value not in made:
                    made[value] = kind.make(kind.message.FromString(value), import_scope)
                graph.add_to_collection(key, made[value])
        elif field == "node_list":
            for name in message.node_list.value:
                full = f"{import_scope}/{name}" if import_scope else name
                graph.add_to_collection(key, graph.as_graph_element(full))
        elif field is not None:
            for value in getattr(message, field).value:
                graph.add_to_collection(key, value)
