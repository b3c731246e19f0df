"""The nodes of a saver: those that write a checkpoint, and those that restore one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from penstock.core.devices import DeviceSpec, canonical_name
from penstock.formats.messages import SaverDef
from penstock.functions.arrays import placeholder_with_default
from penstock.functions.grouping import group, with_dependencies
from penstock.functions.strings import string_join
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.default import default_graph
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Node, Tensor
from penstock.train import saveables
from penstock.train.saveables import SaveableObject, SaveSpec, saveables_of

__all__ = ["BaseSaverBuilder", "BulkSaverBuilder"]

_ByDevice = list[tuple[str, list[SaveableObject]]]


class BaseSaverBuilder:
    """Builds the nodes of a saver; a subclass may save in another way.

    Args:
      write_version: the version of the checkpoints that are written, `SaverDef.V2` or `V1`.
    """

    SaveSpec = SaveSpec
    SaveableObject = SaveableObject
    VariableSaveable = saveables.ReferenceVariableSaveable
    ResourceVariableSaveable = saveables.ResourceVariableSaveable

    def __init__(self, write_version: int = SaverDef.V2) -> None:
        self._write_version = write_version

    def save_op(self, filename_tensor: Tensor, saveables: Sequence[SaveableObject]) -> Node:
        """Build the node that writes a checkpoint.

        Args:
          filename_tensor: the checkpoint's prefix.
          saveables: what is saved.
        """
        specs = [spec for saveable in saveables for spec in saveable.specs]
        names = [spec.name for spec in specs]
        parts = [spec.slice_spec for spec in specs]
        tensors = [spec.tensor for spec in specs]
        if self._write_version == SaverDef.V1:
            return raw.SaveSlices(filename_tensor, names, parts, tensors, name="save")
        return raw.SaveV2(filename_tensor, names, parts, tensors)

    def bulk_restore(
        self,
        filename_tensor: Tensor,
        saveables: Sequence[SaveableObject],
        preferred_shard: int,
        restore_sequentially: bool,
    ) -> list[Tensor]:
        """Build what reads the tensors of all saveables from a checkpoint.

        Args:
          filename_tensor: the checkpoint's prefix.
          saveables: what is restored.
          preferred_shard: taken for TensorFlow's sake.
          restore_sequentially: whether one node reads after the other.

        Returns:
          A tensor for each spec.
        """
        restored: list[Tensor] = []
        graph = default_graph()
        for saveable in saveables:
            after = [restored[-1]] if restore_sequentially and restored else []
            device = _on_host(saveable.device) if saveable.device else None
            with graph.device(device), graph.control_dependencies(after):
                restored.extend(self.restore_op(filename_tensor, saveable, preferred_shard))
        return restored

    def restore_op(
        self, filename_tensor: Tensor, saveable: SaveableObject, preferred_shard: int
    ) -> list[Tensor]:
        """Build what reads the tensors of one saveable; arguments as for `bulk_restore`."""
        return [
            raw.RestoreV2(filename_tensor, [spec.name], [spec.slice_spec], dtypes=[_dtype(spec)])[0]
            for spec in saveable.specs
        ]

    def sharded_filename(self, filename_tensor: Tensor, shard: int, num_shards: Any) -> Tensor:
        """Build the name of a shard's file."""
        return raw.ShardedFilename(filename_tensor, shard, num_shards)

    def _add_save_ops(self, filename_tensor: Tensor, found: Sequence[SaveableObject]) -> Tensor:
        return with_dependencies([self.save_op(filename_tensor, found)], filename_tensor)

    def _add_restore_ops(
        self,
        filename_tensor: Tensor,
        found: Sequence[SaveableObject],
        restore_sequentially: bool,
        reshape: bool,
        preferred_shard: int = -1,
        name: str = "restore_all",
    ) -> Node:
        restored = iter(
            self.bulk_restore(filename_tensor, found, preferred_shard, restore_sequentially)
        )
        assigned = []
        for saveable in found:
            shapes = [_shape(spec.tensor) for spec in saveable.specs] if reshape else None
            values = [next(restored) for _ in saveable.specs]
            assigned.append(saveable.restore(values, shapes))
        return group(*assigned, name=name)

    def _add_sharded_save_ops(self, filename_tensor: Tensor, by_device: _ByDevice) -> Tensor:
        if self._write_version == SaverDef.V1:
            return self._add_sharded_save_ops_of_v1(filename_tensor, by_device)
        graph = default_graph()
        folder = string_join([filename_tensor, f"_temp_{uuid.uuid4().hex}/part"])
        count = convert_to_tensor(len(by_device), name="num_shards")
        prefixes, saves = [], []
        for shard, (device, found) in enumerate(by_device):
            with graph.device(_on_host(device)):
                prefixes.append(self.sharded_filename(folder, shard, count))
                saves.append(self._add_save_ops(prefixes[-1], found))
        after = graph.control_dependencies([save.op for save in saves])
        with after, graph.device(_on_host(by_device[-1][0])):
            merged = raw.MergeV2Checkpoints(prefixes, filename_tensor, delete_old_dirs=True)
            with graph.control_dependencies([merged]):
                return raw.Identity(filename_tensor)

    def _add_sharded_save_ops_of_v1(self, filename_tensor: Tensor, by_device: _ByDevice) -> Tensor:
        graph = default_graph()
        count = convert_to_tensor(len(by_device), name="num_shards")
        saves = []
        for shard, (device, found) in enumerate(by_device):
            with graph.device(device):
                name = self.sharded_filename(filename_tensor, shard, count)
                saves.append(self._add_save_ops(name, found))
        with graph.control_dependencies([save.op for save in saves]):
            return raw.ShardedFilespec(filename_tensor, count)

    def _add_sharded_restore_ops(
        self, filename_tensor: Tensor, by_device: _ByDevice, restore_sequentially: bool,
        reshape: bool,
    ) -> Node:  # fmt: skip
        shards = []
        for shard, (device, found) in enumerate(by_device):
            with default_graph().device(device):
                shards.append(
                    self._add_restore_ops(
                        filename_tensor, found, restore_sequentially, reshape, shard,
                        name="restore_shard",
                    )
                )  # fmt: skip
        return group(*shards, name="restore_all")

    def build(
        self,
        names_to_saveables: Any,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        filename: str = "model",
    ) -> Any:
        """Build the nodes that save and restore.

        Args:
          names_to_saveables: what to save, by name; see `saveables.saveables_of`.
          reshape: whether restored values take the shape that the graph says.
          sharded: whether each device writes a file of its own.
          max_to_keep: how many checkpoints a saver keeps.
          keep_checkpoint_every_n_hours: how often it keeps one for good.
          name: the name scope of the nodes.
          restore_sequentially: whether one variable is restored after the other.
          filename: the prefix that is used if none is fed.

        Returns:
          A `SaverDef`.
        """
        found = saveables_of(names_to_saveables)
        with name_scope(name, "save", [saveable.op for saveable in found]):
            path = placeholder_with_default(filename or "model", shape=(), name="filename")
            path = placeholder_with_default(path, shape=(), name="Const")
            if sharded:
                by_device = _by_device(found)
                saved = self._add_sharded_save_ops(path, by_device)
                restored = self._add_sharded_restore_ops(
                    path, by_device, restore_sequentially, reshape
                )
            else:
                saved = self._add_save_ops(path, found)
                restored = self._add_restore_ops(path, found, restore_sequentially, reshape)
        return SaverDef(
            filename_tensor_name=path.name,
            save_tensor_name=saved.name,
            restore_op_name=restored.name,
            max_to_keep=max_to_keep or 0,
            sharded=sharded,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            version=self._write_version,
        )


class BulkSaverBuilder(BaseSaverBuilder):
    """A builder whose one node reads all tensors of a checkpoint."""

    def bulk_restore(
        self,
        filename_tensor: Tensor,
        saveables: Sequence[SaveableObject],
        preferred_shard: int,
        restore_sequentially: bool,
    ) -> list[Tensor]:
        """Build what reads the tensors of all saveables from a checkpoint; see the base class."""
        specs = [spec for saveable in saveables for spec in saveable.specs]
        names = [spec.name for spec in specs]
        parts = [spec.slice_spec for spec in specs]
        with default_graph().device("/cpu:0"):
            restored: list[Tensor] = raw.RestoreV2(
                filename_tensor, names, parts, dtypes=[_dtype(spec) for spec in specs]
            )
        return restored


def _dtype(spec: SaveSpec) -> Any:
    return spec.dtype.base_dtype


def _shape(tensor: Any) -> Any:
    shape = tensor.get_shape()
    return shape if shape.is_fully_defined() else raw.Shape(tensor)


def _on_host(device: str) -> str:
    """Give the first processor of the task that a device belongs to."""
    return DeviceSpec.from_string(device).replace(device_type="CPU", device_index=0).to_string()


def _by_device(found: Sequence[SaveableObject]) -> _ByDevice:
    groups: dict[str, list[SaveableObject]] = {}
    for saveable in found:
        devices = {canonical_name(spec.device) for spec in saveable.specs}
        if len(devices) != 1:
            raise ValueError(
                f"All tensors of {saveable.name!r} must be on one device, but they are on "
                f"{sorted(devices)}."
            )
        groups.setdefault(devices.pop(), []).append(saveable)
    return sorted(groups.items())
