"""A `SaverDef` names the nodes of a saver; here names are checked, and moved between scopes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.formats.messages import SaverDef
from penstock.train.meta_writing import export_meta_graph

__all__ = ["DefinedSaver", "check_saver_def", "move_into_scope"]

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


def _moved_out_of_scope(saver_def: Any, scope: str | None) -> Any:
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


class DefinedSaver:
    """The part of `Saver` that stands in messages."""

    saver_def: Any

    def export_meta_graph(
        self, filename: str | None = None, collection_list: Iterable[str] | None = None,
        as_text: bool = False, export_scope: str | None = None, clear_devices: bool = False,
        clear_extraneous_savers: bool = False, strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> Any:  # fmt: skip
        """Write the default graph with this saver; see `tf.train.export_meta_graph`."""
        saver_def = None if self.saver_def is None else self.to_proto(export_scope)
        return export_meta_graph(
            filename, saver_def=saver_def, collection_list=collection_list, as_text=as_text,
            export_scope=export_scope, clear_devices=clear_devices,
            clear_extraneous_savers=clear_extraneous_savers,
            strip_default_attrs=strip_default_attrs,
        )  # fmt: skip

    def as_saver_def(self) -> Any:
        """Give the `SaverDef` that describes the saver."""
        return self.saver_def

    def to_proto(self, export_scope: str | None = None) -> Any:
        """Give a `SaverDef` for a MetaGraphDef.

        Args:
          export_scope: only for a saver whose nodes are in this name scope, which is left out of
            the names.

        Returns:
          A `SaverDef`; None if the saver is in another scope.
        """
        return _moved_out_of_scope(self.saver_def, export_scope)

    @classmethod
    def from_proto(cls, saver_def: Any, import_scope: str | None = None) -> Any:
        """Make a saver from a `SaverDef`, whose nodes are in the graph.

        Args:
          saver_def: the message.
          import_scope: the name scope that the nodes were put in.
        """
        return cls(saver_def=saver_def, name=import_scope)  # type: ignore[call-arg]
