"""A `SaverDef` names the nodes of a saver; here names are checked, and moved between scopes."""

from __future__ import annotations

from typing import Any

from penstock.formats.messages import SaverDef

__all__ = ["check_saver_def", "move_into_scope", "moved_out_of_scope"]

_NAMES = ("filename_tensor_name", "save_tensor_name", "restore_op_name")


def check_saver_def(saver_def: Any) -> None:
    """Check that a `SaverDef` names the nodes that save and restore.

    Raises:
      ValueError: if it is none, or leaves one out.
    """
    if not isinstance(saver_def, SaverDef):
        raise ValueError(f"saver_def must be a SaverDef: got {saver_def!r}.")
    for field in _NAMES[1:]:
        if not getattr(saver_def, field):
            raise ValueError(f"saver_def must specify the {field}: {saver_def}")


def move_into_scope(saver_def: Any, scope: str) -> None:
    """Put a name scope before the names of the nodes."""
    for field in _NAMES:
        setattr(saver_def, field, f"{scope}/{getattr(saver_def, field)}")


def moved_out_of_scope(saver_def: Any, scope: str | None) -> Any:
    """Give the `SaverDef` without a name scope; None if the nodes are in another one."""
    if scope is None:
        return saver_def
    start = scope.rstrip("/") + "/"
    moved = SaverDef.FromString(saver_def.SerializeToString())
    for field in _NAMES:
        name = getattr(moved, field)
        if not name.startswith(start):
            return None
        setattr(moved, field, name.removeprefix(start))
    return moved
