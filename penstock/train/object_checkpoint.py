"""`tf.train.Checkpoint`: saves the variables of objects by the way to them, not by their names."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from penstock.core.dtypes import int64, string
from penstock.formats.object_graph import OBJECT_GRAPH_KEY
from penstock.functions.arrays import placeholder
from penstock.functions.resource_variable import ResourceVariable
from penstock.functions.variable_base import VariableBase
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.train.checkpoint_files import update_checkpoint_state
from penstock.train.load_status import CheckpointLoadStatus, session_or_default
from penstock.train.object_tracking import ObjectGraph, Tracked, is_trackable
from penstock.train.table_values import TableNodes, specs_of_tables

__all__ = ["Checkpoint"]


class Checkpoint(Tracked):
    """Objects whose variables are saved together.

        checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
        path = checkpoint.save("logs/ckpt", session=sess)
        checkpoint.restore(path).run_restore_ops(sess)

    A value is found again by the names on the way to it (``model/layers/0/kernel``), so a model
    can be restored though its variables have other names. The files are as TensorFlow writes them.

    Args:
      **kwargs: variables, layers, optimizers, other checkpoints, or lists and dicts of such, by
        the names that the file has for them.

    Raises:
      ValueError: if one of them holds no variables.
    """

    def __init__(self, **kwargs: Any) -> None:
        for name, value in sorted(kwargs.items()):
            if not is_trackable(value):
                raise ValueError(
                    "`Checkpoint` was expecting a trackable object: a variable, a layer, an "
                    f"optimizer, a Checkpoint, or a list or dict of such; {name!r} is {value!r}."
                )
            setattr(self, name, value)
        self._counter: VariableBase | None = None
        self._nodes: dict[Any, tuple[Any, Any, Any]] = {}
        self._table_nodes = TableNodes()

    def _tracked_children(self) -> Any:
        held = super()._tracked_children()
        yield from ((name, value) for name, value in held if name != "_counter")
        if self._counter is not None:
            yield "save_counter", self._counter

    @property
    def save_counter(self) -> VariableBase:
        """How often `save` was called: an int64 variable, which numbers the checkpoints."""
        if self._counter is None:
            with default_graph().device("/cpu:0"), default_graph().control_dependencies(None):
                self._counter = ResourceVariable(
                    np.int64(0), trainable=False, name="save_counter", dtype=int64
                )
        return self._counter

    def write(self, file_prefix: str, session: Any = None) -> str:
        """Save the variables under a prefix, without a number.

        Args:
          file_prefix: what the files' paths begin with.
          session: the session that holds them; the default session if None.

        Returns:
          The prefix.
        """
        graph = ObjectGraph(self)
        path, described, node = self._save_nodes(graph)
        prefix = os.fspath(file_prefix)
        session_or_default(session).run(node, {path: prefix, described: graph.message()})
        return prefix

    def _save_nodes(self, graph: ObjectGraph) -> tuple[Any, Any, Any]:
        """Give what takes the prefix, what takes the objects' graph, and the node that saves."""
        variables = [graph.keys[key] for key in sorted(graph.keys)]
        held = {**graph.keys, **graph.tables}
        known = tuple((key, id(held[key])) for key in sorted(held))
        if known not in self._nodes:
            with variables[0].graph.as_default(), name_scope("save"):
                path = placeholder(string, [], "prefix")
                described = placeholder(string, [], "objects")
                entries = specs_of_tables(graph.tables)
                names = [OBJECT_GRAPH_KEY, *sorted(graph.keys), *(spec.name for spec in entries)]
                tensors = [described, *(one._as_graph_element() for one in variables)]
                tensors += [spec.tensor for spec in entries]
                node = raw.SaveV2(path, names, [""] * len(names), tensors)
            self._nodes[known] = path, described, node
        return self._nodes[known]

    def save(self, file_prefix: str, session: Any = None) -> str:
        """Save the variables under a numbered prefix, and note it as the folder's newest.

        Args:
          file_prefix: what the files' paths begin with; the number is appended.
          session: the session that holds them; the default session if None.

        Returns:
          The prefix with the number.
        """
        session = session_or_default(session)
        is_new = self._counter is None
        with session.graph.as_default():
            counter = self.save_counter
            if is_new:
                session.run(counter.initializer)
            number = int(session.run(counter._as_graph_element())) + 1
            counter.load(np.int64(number), session)
        path = self.write(f"{os.fspath(file_prefix)}-{number}", session)
        update_checkpoint_state(os.path.dirname(path), path, [path], save_relative_paths=True)
        return path

    def restore(self, save_path: str | None) -> CheckpointLoadStatus:
        """Make ready to restore a checkpoint; `run_restore_ops` of what is returned does it.

        Args:
          save_path: its prefix or folder; None for a status that only initializes.

        Returns:
          What the checkpoint and these objects have in common.

        Raises:
          NotFoundError: if there is no such checkpoint.
          DataLossError: if it is damaged.
        """
        if save_path is not None:
            self.save_counter  # noqa: B018  it is restored with the rest
        return CheckpointLoadStatus(self, save_path)
