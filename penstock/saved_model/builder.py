"""`tf.saved_model.Builder`: writes a model into a folder."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from absl import logging

from penstock.core.file_errors import translated
from penstock.formats.graph_files import write_message
from penstock.formats.messages import SaverDef
from penstock.formats.saved_model import SavedModel, asset_message
from penstock.graph.collections import GraphKeys
from penstock.graph.constant_value import constant_value
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.graph.node import Node, Tensor
from penstock.saved_model import constants
from penstock.saved_model.signature_constants import DEFAULT_SERVING_SIGNATURE_DEF_KEY
from penstock.saved_model.signature_def_utils import predict_signature_def
from penstock.saved_model.tag_constants import SERVING
from penstock.train.saver import Saver

__all__ = ["Builder", "SavedModelBuilder", "simple_save"]


class SavedModelBuilder:
    """Writes a SavedModel: graphs with signatures, and the variables that they share.

        builder = tf.saved_model.Builder("export")
        signature = tf.saved_model.predict_signature_def({"x": x}, {"y": y})
        builder.add_meta_graph_and_variables(
            sess, [tf.saved_model.SERVING], {"serving_default": signature}
        )
        builder.save()

    Args:
      export_dir: the folder, which must be empty or not there yet.

    Raises:
      AssertionError: if it is not empty.
    """

    def __init__(self, export_dir: str) -> None:
        self._saved_model = SavedModel(
            saved_model_schema_version=constants.SAVED_MODEL_SCHEMA_VERSION
        )
        self._export_dir = os.fspath(export_dir)
        self._has_saved_variables = False
        if os.path.isdir(self._export_dir) and os.listdir(self._export_dir):
            raise AssertionError(
                "Export directory already exists, and isn't empty. Please choose a different "
                "export directory, or delete all the contents of the specified directory: "
                f"{self._export_dir}"
            )
        with translated(self._export_dir):
            os.makedirs(self._export_dir, exist_ok=True)

    def add_meta_graph_and_variables(
        self,
        sess: Any,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Sequence[Tensor] | None = None,
        legacy_init_op: Node | None = None,
        clear_devices: bool = False,
        main_op: Node | None = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Add the graph of a session, and write the variables; comes before `add_meta_graph`.

        Args:
          sess: the session.
          tags: what tells this graph from others that are added.
          signature_def_map: signatures by name.
          assets_collection: string tensors that hold the paths of files, which are copied.
          legacy_init_op: the older name of `main_op`.
          clear_devices: whether the nodes lose the devices that they ask for.
          main_op: what is run after a model is loaded.
          strip_default_attrs: whether attributes with default values are left out.
          saver: saves the variables; one for all variables if None.

        Raises:
          AssertionError: if that was done already, or a signature is not complete.
          TypeError: if `main_op` is no operation.
          ValueError: if the graph has a main op already.
          tf.errors.FailedPreconditionError: if a variable has no value.
        """
        if self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has already been saved. Please "
                "invoke `add_meta_graph()` instead."
            )
        _check_signatures(signature_def_map)
        with sess.graph.as_default():
            self._prepare(assets_collection, legacy_init_op, main_op)
            saver = _saver(saver)
            folder = os.path.join(self._export_dir, constants.VARIABLES_DIRECTORY)
            with translated(folder):
                os.makedirs(folder, exist_ok=True)
            path = os.path.join(folder, constants.VARIABLES_FILENAME)
            saver.save(sess, path, write_meta_graph=False, write_state=False)
            self._add(saver, tags, signature_def_map, clear_devices, strip_default_attrs)
        self._has_saved_variables = True

    def add_meta_graph(
        self,
        tags: Iterable[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Sequence[Tensor] | None = None,
        legacy_init_op: Node | None = None,
        clear_devices: bool = False,
        main_op: Node | None = None,
        strip_default_attrs: bool = False,
        saver: Saver | None = None,
    ) -> None:
        """Add the default graph, whose variables are among those that were written.

        Args: as those of `add_meta_graph_and_variables`.

        Raises:
          AssertionError: if no variables were written yet, or a signature is not complete.
        """
        if not self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has not been saved yet. Please "
                "invoke `add_meta_graph_and_variables()` first."
            )
        _check_signatures(signature_def_map)
        self._prepare(assets_collection, legacy_init_op, main_op)
        self._add(_saver(saver), tags, signature_def_map, clear_devices, strip_default_attrs)

    def _prepare(
        self,
        assets_collection: Sequence[Tensor] | None,
        legacy_init_op: Node | None,
        main_op: Node | None,
    ) -> None:
        graph = default_graph()
        self._add_assets(graph, assets_collection or ())
        if main_op is not None:
            _add_init_op(graph, constants.MAIN_OP_KEY, main_op)
        elif legacy_init_op is not None:
            _add_init_op(graph, constants.LEGACY_INIT_OP_KEY, legacy_init_op)

    def _add_assets(self, graph: Graph, assets: Sequence[Tensor]) -> None:
        """Copy files, each under a name of its own, and note which tensor holds which path."""
        names: dict[str, str] = {}
        folder = os.path.join(self._export_dir, constants.ASSETS_DIRECTORY)
        for tensor in assets:
            source = _path_of(tensor)
            name = names.get(source)
            if name is None:
                with translated(source):
                    name = names[source] = _asset_name(source, names)
                    os.makedirs(folder, exist_ok=True)
                    if not os.path.exists(os.path.join(folder, name)):
                        shutil.copy(source, os.path.join(folder, name))
            graph.add_to_collection(constants.ASSETS_KEY, asset_message(tensor.name, name))
        if assets:
            logging.info("Assets written to: %s", folder)

    def _add(
        self,
        saver: Saver,
        tags: Iterable[str],
        signatures: Mapping[str, Any] | None,
        clear_devices: bool,
        strip_default_attrs: bool,
    ) -> None:
        meta_graph = saver.export_meta_graph(
            clear_devices=clear_devices, strip_default_attrs=strip_default_attrs
        )
        meta_graph.meta_info_def.tags.extend(tags)
        for name, signature in (signatures or {}).items():
            meta_graph.signature_def[name].CopyFrom(signature)
        self._saved_model.meta_graphs.add().CopyFrom(meta_graph)

    def save(self, as_text: bool = False) -> bytes:
        """Write the graphs.

        Args:
          as_text: whether to write text, for people to read, or bytes.

        Returns:
          The file's path.

        Raises:
          ValueError: if the graphs take more than 2 GB.
        """
        name = (
            constants.SAVED_MODEL_FILENAME_PBTXT if as_text else constants.SAVED_MODEL_FILENAME_PB
        )
        path = os.path.join(self._export_dir, name)
        write_message(self._saved_model, path, as_text)
        logging.info("SavedModel written to: %s", path)
        return path.encode()


Builder = SavedModelBuilder  # TensorFlow's name for it in tf.saved_model


def _saver(saver: Saver | None) -> Saver:
    if saver is not None:
        return saver
    return Saver(sharded=True, write_version=SaverDef.V2, allow_empty=True)


def _path_of(tensor: Tensor) -> str:
    if not isinstance(tensor, Tensor) or constant_value(tensor) is None:
        raise TypeError(
            f"The path of an asset must be a constant string tensor, but is {tensor!r}."
        )
    path: bytes = constant_value(tensor).item()
    if not path:
        raise ValueError(f"The asset's path in {tensor.name!r} is empty.")
    return path.decode()


def _asset_name(source: str, names: Mapping[str, str]) -> str:
    """Give a file a name in the model; files of one name have one if they are the same."""
    plain = os.path.basename(source)
    for other, taken in names.items():
        if os.path.basename(other) == plain and filecmp.cmp(source, other, shallow=False):
            return taken
    name, count = plain, 0
    while name in names.values():
        count += 1
        name = f"{plain}_{count}"
    return name


def _add_init_op(graph: Graph, key: str, op: Any) -> None:
    if not isinstance(op, Node):
        raise TypeError(f"{key} needs to be an Operation, but is {op!r}.")
    if any(
        graph.get_collection(each) for each in (constants.MAIN_OP_KEY, constants.LEGACY_INIT_OP_KEY)
    ):
        raise ValueError(
            f"Graph already contains one or more main ops; {op.name!r} cannot be another."
        )
    graph.add_to_collection(key, op)


def _check_signatures(signatures: Mapping[str, Any] | None) -> None:
    for name, signature in (signatures or {}).items():
        if name == constants.INIT_OP_SIGNATURE_KEY:
            raise KeyError(f"The name {name!r} is kept for a signature of TensorFlow's own.")
        infos = [*signature.inputs.values(), *signature.outputs.values()]
        if any(info.WhichOneof("encoding") is None or not info.dtype for info in infos):
            raise AssertionError(
                f"All TensorInfo protos in the signature {name!r} must have the name and dtype "
                "set. Make them with tf.saved_model.build_tensor_info(tensor)."
            )


def simple_save(
    session: Any,
    export_dir: str,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    legacy_init_op: Node | None = None,
) -> None:
    """Write the graph of a session, and its variables, as a model that can be served.

    Args:
      session: the session.
      export_dir: the folder, which must be empty or not there yet.
      inputs: tensors by the name of an input.
      outputs: tensors by the name of an output.
      legacy_init_op: what is run after the model is loaded.
    """
    builder = SavedModelBuilder(export_dir)
    builder.add_meta_graph_and_variables(
        session,
        [SERVING],
        {DEFAULT_SERVING_SIGNATURE_DEF_KEY: predict_signature_def(inputs, outputs)},
        assets_collection=session.graph.get_collection(GraphKeys.ASSET_FILEPATHS),
        main_op=legacy_init_op,
        clear_devices=True,
    )
    builder.save()
