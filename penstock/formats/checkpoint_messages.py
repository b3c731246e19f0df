"""The messages of checkpoints that the tensorboard package lacks."""

from __future__ import annotations

from typing import Any

from tensorboard.compat.proto import tensor_pb2, tensor_shape_pb2, types_pb2, versions_pb2

from penstock.formats.declare import declare

__all__ = [
    "BundleEntry",
    "BundleHeader",
    "CheckpointState",
    "SavedTensorSlices",
    "TensorSlice",
]

_MESSAGES = declare(
    "checkpoint",
    [tensor_pb2, tensor_shape_pb2, types_pb2, versions_pb2],
    {
        "TensorSliceProto": ["repeated TensorSliceProto.Extent extent = 1"],
        # TensorFlow has a oneof here, to tell a length of 0 from the length of the whole.
        "TensorSliceProto.Extent": ["int64 start = 1", "oneof has_length int64 length = 2"],
        "BundleHeaderProto": [
            "int32 num_shards = 1",
            "int32 endianness = 2",  # 0 is little-endian, 1 big-endian
            "tensorboard.VersionDef version = 3",
        ],
        "BundleEntryProto": [
            "enum_tensorboard.DataType dtype = 1",
            "tensorboard.TensorShapeProto shape = 2",
            "int32 shard_id = 3",
            "int64 offset = 4",
            "int64 size = 5",
            "fixed32 crc32c = 6",
            "repeated TensorSliceProto slices = 7",
        ],
        "SavedSliceMeta": [
            "string name = 1",
            "tensorboard.TensorShapeProto shape = 2",
            "enum_tensorboard.DataType type = 3",
            "repeated TensorSliceProto slice = 4",
        ],
        "SavedTensorSliceMeta": [
            "repeated SavedSliceMeta tensor = 1",
            "tensorboard.VersionDef versions = 2",
        ],
        "SavedSlice": [
            "string name = 1",
            "TensorSliceProto slice = 2",
            "tensorboard.TensorProto data = 3",
        ],
        "SavedTensorSlices": ["SavedTensorSliceMeta meta = 1", "SavedSlice data = 2"],
        "CheckpointState": [
            "string model_checkpoint_path = 1",
            "repeated string all_model_checkpoint_paths = 2",
            "repeated double all_model_checkpoint_timestamps = 3",
            "double last_preserved_timestamp = 4",
        ],
    },
)

TensorSlice: Any = _MESSAGES["TensorSliceProto"]
BundleHeader: Any = _MESSAGES["BundleHeaderProto"]
BundleEntry: Any = _MESSAGES["BundleEntryProto"]
SavedTensorSlices: Any = _MESSAGES["SavedTensorSlices"]
CheckpointState: Any = _MESSAGES["CheckpointState"]
