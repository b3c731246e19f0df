"""TensorFlow's messages by their names: what GraphDefs, MetaGraphDefs and SavedModels are made of.

They are protocol buffers: fields are set and read as attributes, `SerializeToString()` gives bytes,
`FromString(data)` reads them.
"""

from __future__ import annotations

from typing import Any

from google.protobuf.message import DecodeError
from tensorboard.compat.proto import (
    attr_value_pb2,
    function_pb2,
    graph_pb2,
    meta_graph_pb2,
    node_def_pb2,
    op_def_pb2,
    saver_pb2,
    tensor_pb2,
    tensor_shape_pb2,
    types_pb2,
    variable_pb2,
    versions_pb2,
)

__all__ = [
    "AssetFileDef",
    "AttrValue",
    "CollectionDef",
    "DataType",
    "FunctionDef",
    "FunctionDefLibrary",
    "GraphDef",
    "MetaGraphDef",
    "NameAttrList",
    "NodeDef",
    "OpDef",
    "OpList",
    "SaverDef",
    "SignatureDef",
    "TensorInfo",
    "TensorProto",
    "TensorShapeProto",
    "VariableDef",
    "VersionDef",
    "parsed",
]

AssetFileDef = meta_graph_pb2.AssetFileDef
AttrValue = attr_value_pb2.AttrValue
CollectionDef = meta_graph_pb2.CollectionDef
DataType = types_pb2.DataType
FunctionDef = function_pb2.FunctionDef
FunctionDefLibrary = function_pb2.FunctionDefLibrary
GraphDef = graph_pb2.GraphDef
MetaGraphDef = meta_graph_pb2.MetaGraphDef
NameAttrList = attr_value_pb2.NameAttrList
NodeDef = node_def_pb2.NodeDef
OpDef = op_def_pb2.OpDef
OpList = op_def_pb2.OpList
SaverDef = saver_pb2.SaverDef
SignatureDef = meta_graph_pb2.SignatureDef
TensorInfo = meta_graph_pb2.TensorInfo
TensorProto = tensor_pb2.TensorProto
TensorShapeProto = tensor_shape_pb2.TensorShapeProto
VariableDef = variable_pb2.VariableDef
VersionDef = versions_pb2.VersionDef


def parsed(kind: Any, content: bytes) -> Any:
    """Read a message that is part of another.

    Args:
      kind: its class.
      content: its bytes.

    Raises:
      ValueError: if they are no such message.
    """
    try:
        return kind.FromString(content)
    except DecodeError as error:
        raise ValueError(f"no {kind.__name__} can be read ({error})") from None
