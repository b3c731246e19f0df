"""`tf.contrib.checkpoint`: holders of objects, and looking into checkpoints of them."""

from __future__ import annotations

from typing import Any

from penstock.core.surface import lacking as _lacking
from penstock.formats.checkpoint import open_checkpoint, prefix_of
from penstock.formats.object_graph import (
    TrackableObjectGraph as CheckpointableObjectGraph,
    read_object_graph,
)
from penstock.train.checkpoint_manager import CheckpointManager
from penstock.train.object_tracking import (
    NoDependency,
    ObjectGraph,
    Tracked as Checkpointable,
    is_trackable,
)

__all__ = [
    "CheckpointManager",
    "Checkpointable",
    "CheckpointableBase",
    "CheckpointableObjectGraph",
    "List",
    "Mapping",
    "NoDependency",
    "UniqueNameTracker",
    "dot_graph_from_checkpoint",
    "list_objects",
    "object_metadata",
]

CheckpointableBase = Checkpointable


class List(list[Any]):
    """A list of objects that are saved under their places in it."""


class Mapping(dict[str, Any]):
    """A dict of objects that are saved under their keys; a key is set once.

    Raises:
      ValueError: if a key is no string, or is set to another object.
    """

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str) or self.get(key, value) is not value:
            raise ValueError(
                f"A key is a string that is set once, since checkpoints know the object by it; got "
                f"{key!r}, where there are {sorted(self)}."
            )
        super().__setitem__(key, value)


class UniqueNameTracker(Checkpointable):
    """Holds objects under names that it makes unique."""

    def track(self, trackable: Any, base_name: str) -> Any:
        """Hold an object.

        Args:
          trackable: the object.
          base_name: its name, which gets a number if it is taken.

        Returns:
          The object.

        Raises:
          ValueError: if it holds no variables.
        """
        if not is_trackable(trackable):
            raise ValueError(f"{trackable!r} holds no variables, so nothing of it can be saved.")
        name, number = base_name, 0
        while name in vars(self):
            number += 1
            name = f"{base_name}_{number}"
        setattr(self, name, trackable)
        return trackable


def list_objects(root_trackable: Any) -> list[Any]:
    """List the objects that can be reached from one, itself first."""
    return list(ObjectGraph(root_trackable).objects)


def object_metadata(save_path: str) -> Any:
    """Give the graph of objects of a checkpoint.

    Args:
      save_path: its prefix or folder.

    Returns:
      A `CheckpointableObjectGraph` message.

    Raises:
      ValueError: if it is a checkpoint of names, such as `tf.train.Saver` writes.
      NotFoundError: if there is none.
    """
    message = read_object_graph(open_checkpoint(prefix_of(save_path)))
    if message is None:
        raise ValueError(
            f"The checkpoint {save_path!r} holds values by the names of variables, and no objects. "
            "Read it with tf.train.load_checkpoint."
        )
    return message


def dot_graph_from_checkpoint(save_path: str) -> str:
    """Draw the objects of a checkpoint, in the language of Graphviz.

    Args:
      save_path: its prefix or folder.

    Returns:
      The text of a directed graph: objects as points, values as boxes.
    """
    message = object_metadata(save_path)
    lines = ["digraph {"]
    for number, node in enumerate(message.nodes):
        if node.attributes:
            names = ", ".join(value.full_name or value.checkpoint_key for value in node.attributes)
            lines.append(f'  N_{number} [label="{_quoted(names)}" shape=box];')
        else:
            lines.append(f'  N_{number} [label="{"root" if number == 0 else ""}" shape=point];')
        lines += [
            f'  N_{number} -> N_{child.node_id} [label="{_quoted(child.local_name)}"];'
            for child in node.children
        ]
        lines += [
            f"  N_{slot.original_variable_node_id} -> N_{slot.slot_variable_node_id} "
            f'[label="{_quoted(slot.slot_name)}" style=dotted];'
            for slot in node.slot_variables
        ]
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


__getattr__ = _lacking(__name__, __all__)
