"""What a checkpoint holds for objects, and how it comes into a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from penstock.core.errors import DataLossError, InvalidArgumentError
from penstock.core.shapes import as_static, describe, is_compatible
from penstock.formats.checkpoint import open_checkpoint, prefix_of
from penstock.formats.object_graph import read_object_graph
from penstock.functions.variable_base import VariableBase
from penstock.graph.default import default_session
from penstock.train.object_tracking import Match, ObjectGraph

__all__ = ["CheckpointLoadStatus", "session_or_default"]


def session_or_default(session: Any) -> Any:
    """Give the session, or the default one.

    Raises:
      RuntimeError: if there is neither.
    """
    found = default_session() if session is None else session
    if found is None:
        raise RuntimeError(
            "A checkpoint is saved from a session and restored to one: pass session=..., or call "
            "this inside `with tf.Session():`."
        )
    return found


class CheckpointLoadStatus:
    """What a checkpoint holds for objects; looked up anew at each call, so objects may be added.

    Args:
      root: the objects.
      save_path: the checkpoint's prefix or folder, or None.
    """

    def __init__(self, root: Any, save_path: str | None) -> None:
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
        match = self._match()
        unbound += [] if match is None else match.tables_unbound
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
        match = self._match()
        tables = {} if match is None else match.tables
        _load(session_or_default(session), values, *self._root._table_nodes.loading(reader, tables))

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
        session = session_or_default(session)
        restored = {} if self._reader is None else self._checked()
        others = [
            one.initializer
            for one in ObjectGraph(self._root).keys.values()
            if not any(one is other for other in restored)
        ]
        others += ObjectGraph(self._root).table_initializers()
        if others:
            session.run(others)
        if restored:
            self.run_restore_ops(session)


def _load(
    session: Any,
    values: Mapping[VariableBase, np.ndarray],
    targets: Sequence[Any] = (),
    feeds: Mapping[Any, np.ndarray] = MappingProxyType({}),
) -> None:
    """Run the variables' initializers with values in place of their own, and more, all at once."""
    fed, run = dict(feeds), list(targets)
    later: dict[VariableBase, np.ndarray] = {}
    for variable, value in values.items():
        tensor = variable.initializer.inputs[1]
        if tensor in fed:
            later[variable] = value  # it shares its initial value with another one
            continue
        fed[tensor] = value
        run.append(variable.initializer)
    if run:
        session.run(run, fed)
    if later:
        _load(session, later)
