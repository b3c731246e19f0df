"""`tf.train.Checkpoint`: saves the variables of objects by the way to them, not by their names."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from penstock.core.dtypes import int64, string
from penstock.core.errors import DataLossError, InvalidArgumentError
from penstock.core.shapes import as_static, describe, is_compatible
from penstock.formats.checkpoint import open_checkpoint, prefix_of
from penstock.formats.object_graph import OBJECT_GRAPH_KEY, read_object_graph
from penstock.functions.arrays import placeholder
from penstock.functions.resource_variable import ResourceVariable
from penstock.functions.variable_base import VariableBase
from penstock.graph.build import raw
from penstock.graph.default import default_graph, default_session
from penstock.graph.name_scope import name_scope
from penstock.train.checkpoint_files import update_checkpoint_state
from penstock.train.object_tracking import Match, ObjectGraph, Tracked, is_trackable

__all__ = ["Checkpoint", "CheckpointLoadStatus"]


def _session(session: Any) -> Any:
    found = default_session() if session is None else session
    if found is None:
        raise RuntimeError(
            "A checkpoint is saved from a session and restored to one: pass session=..., or call "
            "this inside `with tf.Session():`."
        )
    return found


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

    def _tracked_children(self) -> Any:
        held = dict(vars(self))
        counter = held.pop("_counter", None)
        yield from ((name, value) for name, value in held.items() if is_trackable(value))
        if counter is not None:
            yield "save_counter", counter

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
        _session(session).run(node, {path: prefix, described: graph.message()})
        return prefix

    def _save_nodes(self, graph: ObjectGraph) -> tuple[Any, Any, Any]:
        """Give what takes the prefix, what takes the objects' graph, and the node that saves."""
        variables = [graph.keys[key] for key in sorted(graph.keys)]
        known = tuple((key, id(graph.keys[key])) for key in sorted(graph.keys))
        if known not in self._nodes:
            with variables[0].graph.as_default(), name_scope("save"):
                path = placeholder(string, [], "prefix")
                described = placeholder(string, [], "objects")
                names = [OBJECT_GRAPH_KEY, *sorted(graph.keys)]
                tensors = [described, *(one._as_graph_element() for one in variables)]
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
        session = _session(session)
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


class CheckpointLoadStatus:
    """What a checkpoint holds for objects; looked up anew at each call, so objects may be added.

    Args:
      root: the objects.
      save_path: the checkpoint's prefix or folder, or None.
    """

    def __init__(self, root: Checkpoint, save_path: str | None) -> None:
        self._root = root
        self._reader = None if save_path is None else open_checkpoint(prefix_of(save_path))
        self._message = None if self._reader is None else read_object_graph(self._reader)

    def _match(self) -> Match | None:
        return None if self._message is None else ObjectGraph(self._root).match(self._message)

    def _values(self) -> dict[VariableBase, str]:
        """Give the key of each variable that is to be restored; by its name in old checkpoints."""
        if self._reader is None:
            raise AssertionError("No checkpoint specified, so nothing can be restored.")
        match = self._match()
        if match is not None:
            return match.keys
        variables = ObjectGraph(self._root).keys.values()
        return {one: one.op.name for one in variables if one.op.name in self._reader.shapes}

    def assert_consumed(self) -> CheckpointLoadStatus:
        """Check that all values of the checkpoint are for variables here, and the reverse.

        Raises:
          AssertionError: if not.
        """
        self.assert_existing_objects_matched()
        match = self._match()
        if match is not None and match.unused:
            raise AssertionError(
                f"Unresolved object in checkpoint: {match.unused[:8]} are for no object here."
            )
        return self

    def assert_existing_objects_matched(self) -> CheckpointLoadStatus:
        """Check that all variables here have values in the checkpoint.

        Raises:
          AssertionError: if not.
        """
        keys = self._values()
        known = {id(variable) for variable in keys}
        unbound = [
            variable
            for variable in ObjectGraph(self._root).keys.values()
            if id(variable) not in known and variable is not self._root._counter
        ]
        if unbound:
            raise AssertionError(
                "Some Python objects were not bound to checkpointed values, likely due to changes "
                f"in the Python program: {unbound[:8]}."
            )
        return self

    def assert_nontrivial_match(self) -> CheckpointLoadStatus:
        """Check that the checkpoint has a value for a variable other than the counter of saves.

        Raises:
          AssertionError: if not.
        """
        if not [one for one in self._values() if one is not self._root._counter]:
            raise AssertionError("Nothing except the root object matched a checkpointed value.")
        return self

    def expect_partial(self) -> CheckpointLoadStatus:
        """Say that the checkpoint may hold more; nothing is told of that here in any case."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Give the variables the values of the checkpoint.

        Args:
          session: the session that holds them; the default session if None.

        Raises:
          AssertionError: if there is no checkpoint.
          InvalidArgumentError: if a value has another shape or dtype; nothing is changed then.
          DataLossError: if a value is damaged or missing; likewise.
        """
        keys, reader = self._checked(), self._reader
        assert reader is not None
        values = {one: reader.read(key) for one, key in keys.items()}
        _load(_session(session), values)

    def _checked(self) -> dict[VariableBase, str]:
        keys, reader = self._values(), self._reader
        assert reader is not None
        for variable, key in keys.items():
            if key not in reader.shapes:
                raise DataLossError(
                    None, None, f"The checkpoint {reader.prefix!r} is damaged: by its graph of "
                    f"objects the value of {variable.name!r} is {key!r}, which it does not hold.",
                )  # fmt: skip
            shape, dtype = reader.shapes[key], reader.dtypes[key]
            declared = as_static(variable.shape)
            if not is_compatible(declared, shape) or variable.dtype.base_dtype is not dtype:
                raise InvalidArgumentError(
                    None, None, f"{variable.name!r} is {variable.dtype.base_dtype.name} of shape "
                    f"{describe(declared)}, but its value {key!r} in the checkpoint is "
                    f"{dtype.name} of shape {describe(shape)}. Nothing was restored.",
                )  # fmt: skip
        return keys

    def initialize_or_restore(self, session: Any = None) -> None:
        """Restore what the checkpoint has values for, and initialize the other variables.

        Args:
          session: the session that holds them; the default session if None.
        """
        session = _session(session)
        restored = {} if self._reader is None else self._checked()
        others = [
            one.initializer
            for one in ObjectGraph(self._root).keys.values()
            if not any(one is other for other in restored)
        ]
        if others:
            session.run(others)
        if restored:
            self.run_restore_ops(session)


def _load(session: Any, values: dict[VariableBase, np.ndarray]) -> None:
    """Run the variables' initializers with values in place of their own, all at once."""
    feeds: dict[Any, np.ndarray] = {}
    later: dict[VariableBase, np.ndarray] = {}
    targets = []
    for variable, value in values.items():
        tensor = variable.initializer.inputs[1]
        if tensor in feeds:
            later[variable] = value  # it shares its initial value with another one
            continue
        feeds[tensor] = value
        targets.append(variable.initializer)
    if targets:
        session.run(targets, feeds)
    if later:
        _load(session, later)
