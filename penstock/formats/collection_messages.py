"""The collections of a graph as messages.

Variables, savers, queue runners and contexts of control flow have messages of their own; of nodes
and tensors the names are written, of numbers and text the values.
"""

from __future__ import annotations

import logging
import numbers
from typing import Any

from penstock.formats.messages import CollectionDef
from penstock.graph.collections import GraphKeys

__all__ = ["collection_message"]

_log = logging.getLogger("penstock")

# The collections whose members have messages.
_WITH_MESSAGES = frozenset(
    {
        GraphKeys.GLOBAL_VARIABLES,
        GraphKeys.TRAINABLE_VARIABLES,
        GraphKeys.MOVING_AVERAGE_VARIABLES,
        GraphKeys.LOCAL_VARIABLES,
        GraphKeys.MODEL_VARIABLES,
        GraphKeys.METRIC_VARIABLES,
        GraphKeys.GLOBAL_STEP,
        GraphKeys.QUEUE_RUNNERS,
        GraphKeys.SAVERS,
        GraphKeys.COND_CONTEXT,
        GraphKeys.WHILE_CONTEXT,
    }
)


def collection_message(key: str, items: list[Any], export_scope: str | None) -> Any:
    """Write a collection.

    Args:
      key: its name.
      items: its members.
      export_scope: only for members in this name scope, which is left out of their names.

    Returns:
      A `CollectionDef`; None if a member cannot be written, or there is none.
    """
    if not items:
        return None
    message = CollectionDef()
    try:
        if key in _WITH_MESSAGES:
            protos = [item.to_proto(export_scope) for item in items]
            message.bytes_list.value.extend(
                proto.SerializeToString() for proto in protos if proto is not None
            )
        else:
            _write_plain(message, items, export_scope)
    except (AttributeError, TypeError, ValueError) as error:
        _log.warning("The collection %r is not written, since it cannot be: %s", key, error)
        return None
    return message if message.WhichOneof("kind") else None


def _write_plain(message: Any, items: list[Any], export_scope: str | None) -> None:
    if all(isinstance(item, (str, bytes)) for item in items):
        message.bytes_list.value.extend(
            item.encode() if isinstance(item, str) else item for item in items
        )
    elif all(isinstance(item, numbers.Integral) for item in items):
        message.int64_list.value.extend(int(item) for item in items)
    elif all(isinstance(item, numbers.Real) for item in items):
        message.float_list.value.extend(float(item) for item in items)
    elif all(hasattr(item, "type_url") for item in items):
        message.any_list.value.extend(items)
    else:
        start = f"{export_scope.rstrip('/')}/" if export_scope else ""
        names = [item.name for item in items]
        if not all(isinstance(name, str) for name in names):
            raise TypeError(f"its members have no names: {items[:3]}")
        message.node_list.value.extend(
            name.removeprefix(start) for name in names if name.startswith(start)
        )
