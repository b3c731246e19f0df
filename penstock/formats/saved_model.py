"""SavedModels: folders with the graphs of a model, its variables, and the files that it needs."""

from __future__ import annotations

import os
from typing import Any

from google.protobuf import any_pb2
from tensorboard.compat.proto import meta_graph_pb2

from penstock.core.errors import DataLossError, InvalidArgumentError
from penstock.formats.declare import declare
from penstock.formats.graph_files import read_message
from penstock.formats.messages import AssetFileDef

__all__ = [
    "SavedModel",
    "asset_message",
    "assets_of",
    "find_saved_model",
    "read_saved_model",
]

SavedModel = declare(
    "saved_model",
    [meta_graph_pb2],
    {
        "SavedModel": [
            "int64 saved_model_schema_version = 1",
            "repeated tensorboard.MetaGraphDef meta_graphs = 2",
        ]
    },
)["SavedModel"]

_FILES = ("saved_model.pb", "saved_model.pbtxt")
_ASSETS, _COLLECTION = "assets", "saved_model_assets"
_ASSET_TYPE = "type.googleapis.com/tensorflow.AssetFileDef"


def find_saved_model(export_dir: str) -> str | None:
    """Give the path of the file with a SavedModel's graphs; None if the folder has none."""
    for name in _FILES:
        path = os.path.join(export_dir, name)
        if os.path.isfile(path):
            return path
    return None


def read_saved_model(export_dir: str) -> Any:
    """Read the graphs of a SavedModel.

    Args:
      export_dir: its folder.

    Returns:
      A `SavedModel` message.

    Raises:
      OSError: if the folder has none, or the file is damaged.
    """
    path = find_saved_model(export_dir)
    if path is None:
        raise OSError(
            f"SavedModel file does not exist at: {export_dir}/{{{'|'.join(reversed(_FILES))}}}"
        )
    try:
        return read_message(SavedModel, path)
    except DataLossError as error:
        raise OSError(f"Cannot parse file {path}: {error.message}") from error


def asset_message(tensor_name: str, filename: str) -> Any:
    """Say which file a tensor holds the path of, as a member of a collection.

    Args:
      tensor_name: the tensor.
      filename: the file's name in the folder of assets.
    """
    asset = AssetFileDef(filename=filename)
    asset.tensor_info.name = tensor_name
    return any_pb2.Any(type_url=_ASSET_TYPE, value=asset.SerializeToString())


def assets_of(meta_graph: Any, export_dir: str) -> dict[str, str]:
    """Give the paths of a graph's files by the names of the tensors that hold them.

    Args:
      meta_graph: the MetaGraphDef.
      export_dir: the SavedModel's folder.

    Raises:
      InvalidArgumentError: if a file would be outside of the folder.
    """
    assets = list(meta_graph.asset_file_def)
    if not assets and _COLLECTION in meta_graph.collection_def:
        members = meta_graph.collection_def[_COLLECTION].any_list.value
        assets = [AssetFileDef.FromString(member.value) for member in members]
    folder = os.path.join(export_dir, _ASSETS)
    paths = {}
    for asset in assets:
        path = os.path.join(folder, asset.filename)
        inside = os.path.realpath(folder) + os.sep
        if not os.path.realpath(path).startswith(inside):
            raise InvalidArgumentError(
                None,
                None,
                f"The asset of {asset.tensor_info.name!r} is {asset.filename!r}, which is outside "
                f"of the model's folder {folder!r}. The model is damaged or not to be trusted.",
            )
        paths[asset.tensor_info.name] = path
    return paths
