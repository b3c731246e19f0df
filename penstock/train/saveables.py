"""What a saver saves: the things of a graph that have values, as tensors under names.

A `SaveableObject` tells with a `SaveSpec` for each tensor what is saved under which name, and
builds the node that sets its value when a checkpoint is restored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from penstock.functions.partitioned_variable import PartitionedVariable
from penstock.functions.resource_variable_base import is_resource_variable
from penstock.functions.saveable_object import SaveableObject, SaveSpec
from penstock.functions.variable_base import VariableBase
from penstock.graph.build import raw
from penstock.graph.conversion import convert
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor

__all__ = [
    "ReferenceVariableSaveable",
    "ResourceVariableSaveable",
    "SaveSpec",
    "SaveableObject",
    "names_of",
    "saveables_of",
]

_REFERENCES = frozenset({"Variable", "VariableV2", "AutoReloadVariable"})


class ReferenceVariableSaveable(SaveableObject):
    """A variable in reference form."""

    def __init__(self, var: Any, slice_spec: str, name: str) -> None:
        super().__init__(var, [SaveSpec(var, slice_spec, name)], name)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Any) -> Any:
        """Build the assignment."""
        value = restored_tensors[0]
        if restored_shapes is not None:
            value = raw.Reshape(value, restored_shapes[0])
        validate = restored_shapes is None and self.op.get_shape().is_fully_defined()
        reference = self.op if isinstance(self.op, Tensor) else self.op._ref()
        return raw.Assign(reference, value, validate_shape=validate)


class ResourceVariableSaveable(SaveableObject):
    """A variable in resource form, or the tensor that reads one."""

    def __init__(self, var: Any, slice_spec: str, name: str) -> None:
        self._device = var.device
        if isinstance(var, Tensor):
            self.handle_op = var.op.inputs[0]
            spec = SaveSpec(var, slice_spec, name)
        elif is_resource_variable(var):
            self.handle_op = var.handle
            spec = SaveSpec(_reading(var), slice_spec, name, var.dtype, var.device)
        else:
            raise ValueError(f"A resource variable or a read of one is saved so, not {var!r}.")
        super().__init__(var, [spec], name)

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Any) -> Any:
        """Build the assignment."""
        value = restored_tensors[0]
        if restored_shapes is not None:
            value = raw.Reshape(value, restored_shapes[0])
        with default_graph().device(self._device):
            value = raw.Identity(value)
            return raw.AssignVariableOp(self.handle_op, value)


def _reading(variable: Any) -> Callable[[], Tensor]:
    def read() -> Tensor:
        graph = default_graph()
        with graph.device(variable.device):
            value = variable.read_value()
            with graph.device("/device:CPU:0"):
                return raw.Identity(value)

    return read


def _as_element(variable: Any) -> Tensor:
    """Give the tensor by which a variable is saved: its reference, or the read of its handle."""
    if is_resource_variable(variable):
        return variable._graph_element
    tensor = convert(default_graph(), variable, as_ref=True)
    if tensor.op.type in _REFERENCES or tensor.op.type == "ReadVariableOp":
        return tensor
    raise TypeError(f"Variable to save is not a Variable: {variable!r}. Leave it out.")


def names_of(var_list: Any) -> dict[str, Any]:
    """Give what is to be saved by the names that it will have in checkpoints.

    Args:
      var_list: a dict of them, or a list of variables and `SaveableObject`s, which have names.

    Raises:
      TypeError: if it is neither, or something in it cannot be saved.
      ValueError: if two of a list have one name.
    """
    if isinstance(var_list, Mapping):
        return dict(var_list)
    if not isinstance(var_list, (list, tuple, set)):
        raise TypeError(
            f"Variables to save should be passed in a dict or a list: {var_list!r}. For one "
            "variable v, pass [v]."
        )
    named: dict[str, Any] = {}
    for variable in sorted(var_list, key=lambda item: item.name):
        _add_named(named, variable)
    return named


def _add_named(named: dict[str, Any], variable: Any) -> None:
    part = variable._get_save_slice_info() if isinstance(variable, VariableBase) else None
    if part is not None:
        parts = named.setdefault(part.full_name, [])
        if not isinstance(parts, list):
            raise _twice(part.full_name)
        parts.append(variable)
        return
    if isinstance(variable, (SaveableObject, PartitionedVariable)):
        name, saved = variable.name, variable
    elif _is_trackable(variable):
        named.update(names_of([_made(item) for item in _saveables_in(variable).values()]))
        return
    else:
        saved = _as_element(variable)
        name = (saved.op.inputs[0].op if saved.op.type == "ReadVariableOp" else saved.op).name
    if name in named:
        raise _twice(name)
    named[name] = saved


def _twice(name: str) -> ValueError:
    return ValueError(
        f"At least two variables have the same name: {name}. Save them under names of your own "
        "by a dict: tf.train.Saver({'name': variable, ...})."
    )


def _is_trackable(item: Any) -> bool:
    """Tell whether something other than a variable says itself what of it is saved: a table."""
    return hasattr(item, "_gather_saveables_for_checkpoint") and not isinstance(item, VariableBase)


def _saveables_in(item: Any) -> dict[str, Any]:
    found: dict[str, Any] = item._gather_saveables_for_checkpoint()
    return found


def _made(saveable: Any, *name: str) -> Any:
    return saveable(*name) if callable(saveable) else saveable


def saveables_of(named: Mapping[str, Any]) -> list[SaveableObject]:
    """Give the saveables for what is to be saved, sorted by name.

    Args:
      named: names to variables, tensors that are references to or reads of variables, partitioned
        variables, lists of parts, `SaveableObject`s, or tables.

    Raises:
      TypeError: if one is nothing that can be saved, or a name is no string.
      ValueError: if one comes under two names, or parts do not belong together.
    """
    for name in named:
        if not isinstance(name, str):
            raise TypeError(
                "names_to_saveables must be a dict mapping string names to trackable operations. "
                f"Name is not a string: {name!r}."
            )
    found: list[SaveableObject] = []
    seen: set[int] = set()
    for name, item in sorted(named.items()):
        for saveable in _saveables_for(name, item):
            if id(saveable.op) in seen:
                raise ValueError(
                    f"The same saveable will be restored with two names: {saveable.name}. A "
                    "variable is saved once; save a second copy with a second Saver."
                )
            seen.add(id(saveable.op))
            found.append(saveable)
    return found


def _saveables_for(name: str, item: Any) -> Iterator[SaveableObject]:
    if isinstance(item, SaveableObject):
        yield item
    elif isinstance(item, (list, tuple, PartitionedVariable)):
        yield from _saveables_of_parts(name, list(item))
    elif _is_trackable(item):
        for key, saveable in _saveables_in(item).items():
            made = _made(saveable, f"{name}_{key}")
            yield from _saveables_for(f"{name}_{key}", made)
    else:
        variable = _as_element(item)
        kind = _kind(variable)
        yield kind(variable, "", name)


def _kind(variable: Any) -> type[SaveableObject]:
    is_reference = variable.op.type in _REFERENCES
    return ReferenceVariableSaveable if is_reference else ResourceVariableSaveable


def _saveables_of_parts(name: str, parts: list[Any]) -> Iterator[SaveableObject]:
    whole = None
    for part in parts:
        if not isinstance(part, VariableBase):
            raise ValueError(f"Slices must all be Variables: {part!r} is none.")
        info = part._get_save_slice_info()
        if info is None:
            raise ValueError(f"Slices must all be slices: {part!r} is a whole variable.")
        if whole is not None and whole != info.full_name:
            raise ValueError(
                f"Slices must all be from the same tensor: {whole} != {info.full_name}."
            )
        whole = info.full_name
        yield _kind(part)(part, info.spec, name)
