"""Variables as messages: a VariableDef names the nodes of a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from penstock.functions.variable_settings import (
    SaveSliceInfo,
    VariableAggregation,
    VariableSynchronization,
)
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor

if TYPE_CHECKING:
    from penstock.functions.variable_base import VariableBase

__all__ = ["Parts", "find_parts", "variable_message"]


class Parts(NamedTuple):
    """What a VariableDef names, as it is found in the graph."""

    variable: Tensor
    initializer: Any
    snapshot: Tensor
    initial_value: Any
    trainable: bool
    synchronization: VariableSynchronization
    aggregation: VariableAggregation
    save_slice_info: SaveSliceInfo | None


def variable_message(
    variable: VariableBase, node: Tensor, snapshot: Tensor, export_scope: str | None
) -> Any:
    """Give the VariableDef of a variable.

    Args:
      variable: the variable.
      node: the tensor of its node.
      snapshot: the tensor of its value.
      export_scope: only for a variable in this name scope, which is left out of the names.

    Returns:
      A `VariableDef`; None if the variable is in another scope.
    """
    from penstock.formats.messages import VariableDef  # noqa: PLC0415

    start = f"{export_scope.rstrip('/')}/" if export_scope else ""
    if not node.name.startswith(start):
        return None
    message = VariableDef(
        variable_name=node.name.removeprefix(start),
        initializer_name=variable.initializer.name.removeprefix(start),
        snapshot_name=snapshot.name.removeprefix(start),
        trainable=bool(variable.trainable),
        synchronization=variable.synchronization.value,
        aggregation=variable.aggregation.value,
    )
    if variable.initial_value is not None:
        message.initial_value_name = variable.initial_value.name.removeprefix(start)
    part = variable._get_save_slice_info()
    if part is not None:
        found = message.save_slice_info_def
        found.full_name = part.full_name or ""
        found.full_shape.extend(part.full_shape or ())
        found.var_offset.extend(part.var_offset or ())
        found.var_shape.extend(part.var_shape or ())
    return message


def find_parts(variable_def: Any, import_scope: str | None) -> Parts:
    """Find what a VariableDef names in the default graph.

    Args:
      variable_def: the message.
      import_scope: the name scope that its nodes were put in.

    Raises:
      KeyError: if a node is not in the graph.
    """
    graph = default_graph()

    def find(name: str) -> Any:
        return graph.as_graph_element(f"{import_scope}/{name}" if import_scope else name)

    part = None
    if variable_def.HasField("save_slice_info_def"):
        found = variable_def.save_slice_info_def
        part = SaveSliceInfo(
            f"{import_scope}/{found.full_name}" if import_scope else found.full_name,
            list(found.full_shape),
            list(found.var_offset),
            list(found.var_shape),
        )
    first = variable_def.initial_value_name
    return Parts(
        find(variable_def.variable_name),
        find(variable_def.initializer_name),
        find(variable_def.snapshot_name),
        find(first) if first else None,
        variable_def.trainable,
        VariableSynchronization(variable_def.synchronization),
        VariableAggregation(variable_def.aggregation),
        part,
    )
