"""What of `tf.contrib.framework` gives variables the values of checkpoints or of arrays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from absl import logging

from penstock.functions.arrays import placeholder
from penstock.functions.grouping import group
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.train.checkpoint_reading import load_checkpoint
from penstock.train.messages import SaverDef
from penstock.train.saver import Saver

__all__ = [
    "assign_from_checkpoint",
    "assign_from_checkpoint_fn",
    "assign_from_values",
    "assign_from_values_fn",
    "filter_variables",
    "get_variable_full_name",
    "get_variables_to_restore",
]


def get_variable_full_name(var: Any) -> str:
    """Give the name of a variable in checkpoints; for a part, that of the whole."""
    part = var._get_save_slice_info()
    name: str = var.op.name if part is None else part.full_name
    return name


def filter_variables(
    var_list: Sequence[Any],
    include_patterns: Sequence[str] | None = None,
    exclude_patterns: Sequence[str] | None = None,
    reg_search: bool = True,
) -> list[Any]:
    """Choose variables by regular expressions on their names.

    Args:
      var_list: the variables.
      include_patterns: a variable is kept if one of these is found in its name; all if None.
      exclude_patterns: a variable is left out if one of these is found in its name.
      reg_search: whether a pattern may be found anywhere, or must fit from the start.
    """
    found = re.search if reg_search else re.match

    def fits(name: str, patterns: Sequence[str]) -> bool:
        return any(found(pattern, name) for pattern in patterns)

    return [
        var
        for var in var_list
        if (not include_patterns or fits(var.op.name, include_patterns))
        and not (exclude_patterns and fits(var.op.name, exclude_patterns))
    ]


def get_variables_to_restore(
    include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
) -> list[Any]:
    """List the global variables of some scopes, without those of others.

    Args:
      include: scopes or starts of names; all if None.
      exclude: scopes or starts of names.

    Raises:
      TypeError: if one of them is no list.
    """
    for given, what in ((include, "include"), (exclude, "exclude")):
        if given is not None and not isinstance(given, (list, tuple)):
            raise TypeError(f"{what} must be a list or a tuple, not {given!r}.")

    def among(scopes: Sequence[str | None]) -> list[Any]:
        found = [
            default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope) for scope in scopes
        ]
        return [variable for several in found for variable in several]

    left_out = {id(variable) for variable in among(exclude or ())}
    return [item for item in among(include or [None]) if id(item) not in left_out]


def assign_from_values(var_names_to_values: Mapping[str, Any]) -> tuple[Any, dict[Any, Any]]:
    """Build a node that sets variables to arrays.

    Args:
      var_names_to_values: arrays by the variables' names.

    Returns:
      The node, and what must be fed when it runs.

    Raises:
      ValueError: if there is no such variable, or more than one.
    """
    feeds: dict[Any, Any] = {}
    assigned = []
    variables = default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES)
    for name, value in var_names_to_values.items():
        found = [variable for variable in variables if variable.op.name == name]
        if len(found) != 1:
            raise ValueError(f"Variable {name} wasn't found, or is not the only one of that name.")
        array = np.asarray(value)
        fed = placeholder(found[0].dtype.base_dtype, array.shape, f"placeholder/{name}")
        assigned.append(found[0].assign(fed))
        feeds[fed] = array
    return group(*assigned), feeds


def assign_from_values_fn(var_names_to_values: Mapping[str, Any]) -> Callable[[Any], None]:
    """Give a function that sets variables of a session to arrays; see `assign_from_values`."""
    node, feeds = assign_from_values(var_names_to_values)

    def assign(session: Any) -> None:
        session.run(node, feeds)

    return assign


def assign_from_checkpoint(
    model_path: str, var_list: Any, ignore_missing_vars: bool = False
) -> tuple[Any, dict[Any, Any]]:
    """Build a node that sets variables to values of a checkpoint, which are read at once.

    Args:
      model_path: the checkpoint's prefix, or a folder, whose newest one is taken.
      var_list: variables, or a dict from names in the checkpoint to variables or lists of parts.
      ignore_missing_vars: whether to leave out, with a warning, what the checkpoint lacks.

    Returns:
      The node, and what must be fed when it runs.

    Raises:
      ValueError: if the checkpoint lacks a variable, or it has another shape there.
    """
    reader = load_checkpoint(model_path)
    feeds: dict[Any, Any] = {}
    assigned = []
    for name, variables in _grouped(var_list).items():
        if not reader.has_tensor(name):
            message = f"Checkpoint is missing variable [{name}]"
            if not ignore_missing_vars:
                raise ValueError(f"{message}. Pass ignore_missing_vars=True to leave it as it is.")
            logging.warning(message)
            continue
        value = np.asarray(reader.get_tensor(name))
        for variable in variables:
            wanted = _value_for(variable, value)
            fed = placeholder(
                variable.dtype.base_dtype, variable.get_shape(), f"placeholder/{variable.op.name}"
            )
            assigned.append(variable.assign(fed))
            feeds[fed] = wanted
    return group(*assigned), feeds


def _grouped(var_list: Any) -> dict[str, list[Any]]:
    if isinstance(var_list, Mapping):
        return {
            name: list(found) if isinstance(found, (list, tuple)) else [found]
            for name, found in var_list.items()
        }
    named: dict[str, list[Any]] = {}
    for variable in var_list:
        named.setdefault(get_variable_full_name(variable), []).append(variable)
    return named


def _value_for(variable: Any, value: np.ndarray) -> np.ndarray:
    """Take what a variable wants of a tensor: all, or the part that it is."""
    part = variable._get_save_slice_info()
    if part is not None:
        extents = zip(part.var_offset, part.var_shape, strict=True)
        value = value[tuple(slice(start, start + size) for start, size in extents)]
    shape = tuple(variable.get_shape().as_list())
    if value.size != np.prod(shape, dtype=np.int64):
        raise ValueError(
            f"Total size of new array must be unchanged for {variable.op.name} lh_shape: "
            f"[{value.shape}], rh_shape: [{shape}]. Restore another checkpoint, or leave it out."
        )
    return value.reshape(shape)


def assign_from_checkpoint_fn(
    model_path: str,
    var_list: Any,
    ignore_missing_vars: bool = False,
    reshape_variables: bool = False,
) -> Callable[[Any], None] | None:
    """Give a function that restores variables of a session from a checkpoint.

    Args:
      model_path: the checkpoint's prefix.
      var_list: variables, or a dict from names in the checkpoint to variables.
      ignore_missing_vars: whether to leave out, with a warning, what the checkpoint lacks.
      reshape_variables: whether values are brought to the variables' shapes.

    Returns:
      The function, which takes a session; None if nothing is left to restore.

    Raises:
      ValueError: if `var_list` is empty.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty: name the variables to restore.")
    if ignore_missing_vars:
        var_list = _without_missing(model_path, var_list)
    if not var_list:
        logging.warning("No Variables to restore")
        return None
    saver = Saver(var_list, reshape=reshape_variables, write_version=SaverDef.V1)

    def restore(session: Any) -> None:
        saver.restore(session, model_path)

    return restore


def _without_missing(model_path: str, var_list: Any) -> dict[str, Any]:
    reader = load_checkpoint(model_path)
    named = (
        dict(var_list)
        if isinstance(var_list, Mapping)
        else {variable.op.name: variable for variable in var_list}
    )
    found = {name: variable for name, variable in named.items() if reader.has_tensor(name)}
    for name in named.keys() - found.keys():
        logging.warning("Variable %s missing in checkpoint %s", name, model_path)
    return found
