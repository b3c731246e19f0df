"""The graph of objects in a checkpoint of `tf.train.Checkpoint` or of TensorFlow 2.

Such a checkpoint names its tensors by the way to an object from the root, such as
``model/layers/0/kernel/.ATTRIBUTES/VARIABLE_VALUE``. A tensor of the checkpoint lists the objects,
their children by name, and for each value its key and the name that a variable had in its graph.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.message import DecodeError
from tensorboard.compat.proto.trackable_object_graph_pb2 import TrackableObjectGraph

from penstock.core.errors import DataLossError

__all__ = ["OBJECT_GRAPH_KEY", "TrackableObjectGraph", "keys_by_full_name", "read_object_graph"]

OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"


def read_object_graph(reader: Any) -> Any:
    """Give the graph of objects of an open checkpoint; None if it has none.

    Raises:
      DataLossError: if it is damaged.
    """
    if OBJECT_GRAPH_KEY not in reader.shapes:
        return None
    content = reader.read(OBJECT_GRAPH_KEY)
    try:
        return TrackableObjectGraph.FromString(content.item())
    except (DecodeError, TypeError, ValueError) as error:
        raise DataLossError(
            None, None, f"The graph of objects in {reader.prefix} is damaged: {error}."
        ) from None


def keys_by_full_name(reader: Any) -> dict[str, str]:
    """Give the keys of an open checkpoint's values by the names of the variables they were of."""
    graph = read_object_graph(reader)
    if graph is None:
        return {}
    values = (value for node in graph.nodes for value in node.attributes)
    return {value.full_name: value.checkpoint_key for value in values if value.full_name}
