"""Let variables begin with the values of a checkpoint, in place of their own initializers.

tf.train.init_from_checkpoint("old/model.ckpt", {"encoder/": "model/encoder/"})
sess.run(tf.global_variables_initializer())
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from absl import logging

from penstock.core.shapes import TensorShape
from penstock.formats.checkpoint import prefix_of
from penstock.functions.variable_base import VariableBase
from penstock.functions.variable_store import VariableStore, variable_store
from penstock.graph.build import raw
from penstock.graph.default import default_graph
from penstock.graph.initializers import note_initializer
from penstock.train.checkpoint_reading import load_checkpoint
from penstock.train.saveables import names_of, saveables_of

__all__ = ["init_from_checkpoint"]

_PART = re.compile(r"/part_\d+$")


def init_from_checkpoint(ckpt_dir_or_file: str, assignment_map: Mapping[str, Any]) -> None:
    """Let variables begin with values of a checkpoint.

    Initializing the variables then reads the checkpoint, which must still be there.

    Args:
      ckpt_dir_or_file: the checkpoint's prefix, or a folder, whose newest one is taken.
      assignment_map: from names in the checkpoint to variables, lists of a variable's parts, or
        names of variables of `tf.get_variable`. ``"there/": "here/"`` means all variables of a
        scope, and ``"/"`` the scope of all.

    Raises:
      ValueError: if the checkpoint lacks a tensor, a tensor has another shape, or there is no such
        variable.
    """
    path = prefix_of(ckpt_dir_or_file)
    shapes = load_checkpoint(path).get_variable_to_shape_map()
    store = variable_store(default_graph())
    for there, here in sorted(assignment_map.items()):
        variable = _variable(here, store)
        if variable is not None:
            _check(there, variable, path, shapes)
            _begin_with(variable, path, there)
        else:
            _begin_scope(there, here, path, shapes, store)


def _is_part_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, VariableBase) for part in value)


def _variable(here: Any, store: VariableStore) -> Any:
    """Give the variable, or the parts of one, that is meant; None for a scope."""
    if isinstance(here, VariableBase) or _is_part_list(here):
        return here
    if hasattr(here, "_get_variable_list"):
        return here._get_variable_list()
    if here in store._vars:
        return store._vars[here]
    whole = store._partitioned_vars.get(here)
    return None if whole is None else whole._get_variable_list()


def _check(there: str, variable: Any, path: str, shapes: Mapping[str, list[int]]) -> None:
    name = variable[0].name if isinstance(variable, list) else variable.name
    if there not in shapes:
        near = [found for found in sorted(shapes) if found.endswith(there.rpartition("/")[2])]
        raise ValueError(
            f"Tensor {there} is not found in {path} checkpoint, but {name} is to begin with it. "
            f"There are {(near or sorted(shapes))[:8]}."
        )
    if isinstance(variable, list):
        return
    if not variable.shape.is_compatible_with(TensorShape(shapes[there])):
        raise ValueError(
            f"Shape of variable {name} ({variable.shape}) doesn't match with shape of tensor "
            f"{there} ({shapes[there]}) from checkpoint reader."
        )


def _begin_scope(
    there: str, here: str, path: str, shapes: Mapping[str, list[int]], store: VariableStore
) -> None:
    """Let all variables of a scope begin with those of a scope in the checkpoint."""
    if not there.endswith("/"):
        raise ValueError(
            f"Assignment map with scope only name {here} should map to scope only {there}. Should "
            "be 'scope/': 'other_scope/'; or there is no variable of that name."
        )
    scope = here.rpartition("/")[0]
    start = f"{scope}/" if scope else ""
    inside = {_PART.sub("", name) for name in store._vars if name.startswith(start)}
    for name in sorted(inside):
        rest = name.removeprefix(scope).removeprefix("/")
        wanted = (rest if there == "/" else there + rest).removesuffix("/")
        variable = _variable(name, store)
        if wanted not in shapes:
            raise ValueError(
                f"Tensor {wanted} ({rest} in {there}) is not found in {path} checkpoint, but "
                f"{name} is to begin with it."
            )
        _check(wanted, variable, path, shapes)
        _begin_with(variable, path, wanted)


def _begin_with(variable: Any, path: str, there: str) -> None:
    if not isinstance(variable, list):
        _set_initializer(variable, path, there, "")
        return
    whole = None
    for part in variable:
        info = part._get_save_slice_info()
        if whole is not None and info.full_name != whole:
            raise ValueError(
                f"Slices must all be from the same tensor: {whole} != {info.full_name}."
            )
        whole = info.full_name
        _set_initializer(part, path, there, info.spec)


def _set_initializer(variable: Any, path: str, there: str, spec: str) -> None:
    graph = default_graph()
    with graph.device(variable.device), graph.device("/cpu:0"):
        value = raw.RestoreV2(
            path, [there], [spec], dtypes=[variable.dtype.base_dtype],
            name="checkpoint_initializer",
        )[0]  # fmt: skip
    (saveable,) = saveables_of(names_of([variable]))
    initializer = saveable.restore([value], None)
    variable._initializer_op = getattr(initializer, "op", initializer)
    note_initializer(variable._initializer_op)
    value.set_shape(variable.shape)
    variable._initial_value = value
    logging.info("Initialize variable %s from checkpoint %s with %s", variable.name, path, there)
