"""`freeze_graph`: constants in place of variables, by TensorFlow's names of arguments."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from absl import logging

from penstock.core.errors import InvalidArgumentError, NotFoundError
from penstock.formats.checkpoint import checkpoint_exists
from penstock.formats.freezing import convert_variables_to_constants
from penstock.formats.graph_files import read_message, write_message
from penstock.formats.import_graph_def import import_graph_def
from penstock.formats.messages import GraphDef, MetaGraphDef, SaverDef
from penstock.formats.stripping import clear_devices as clear_all_devices
from penstock.graph.build import raw
from penstock.graph.graph import Graph
from penstock.saved_model.loader import load as load_saved_model
from penstock.saved_model.model import Model
from penstock.saved_model.tag_constants import SERVING
from penstock.session.session import Session
from penstock.train.checkpoint_reading import NewCheckpointReader
from penstock.train.meta_graph import import_meta_graph
from penstock.train.saver import Saver

__all__ = ["freeze_graph", "freeze_graph_with_def_protos", "frozen_model"]

_VERSION_2 = SaverDef.V2


def frozen_model(model: Model) -> Any:
    """Give the GraphDef of a model's outputs, with constants in place of its variables."""
    names = list(dict.fromkeys(tensor.op.name for tensor in model.outputs.values()))
    return convert_variables_to_constants(model.session, model.graph.as_graph_def(), names)


def freeze_graph(
    input_graph: str,
    input_saver: str,
    input_binary: bool,
    input_checkpoint: str,
    output_node_names: str,
    restore_op_name: str | None,
    filename_tensor_name: str | None,
    output_graph: str,
    clear_devices: bool,
    initializer_nodes: str,
    variable_names_whitelist: str = "",
    variable_names_blacklist: str = "",
    input_meta_graph: str | None = None,
    input_saved_model_dir: str | None = None,
    saved_model_tags: str = SERVING,
    checkpoint_version: int = _VERSION_2,
) -> Any:
    """Freeze a graph in files: constants take the place of variables.

    Args:
      input_graph: a file with a GraphDef; or empty, if another argument tells the graph.
      input_saver: a file with the `SaverDef` by which the checkpoint was written; or empty.
      input_binary: not used: whether a file holds bytes or text is recognized.
      input_checkpoint: the checkpoint's prefix; not needed for a SavedModel.
      output_node_names: names of the nodes that are wanted, with commas.
      restore_op_name, filename_tensor_name: not used, as in TensorFlow 1.15.
      output_graph: the file to write; empty for none.
      clear_devices: whether nodes lose the devices that they ask for.
      initializer_nodes: names of nodes that are run before, with commas; or empty.
      variable_names_whitelist: names of the variables to convert, with commas; empty for all.
      variable_names_blacklist: likewise of those to leave.
      input_meta_graph: a file with a MetaGraphDef.
      input_saved_model_dir: a SavedModel's folder.
      saved_model_tags: the tags of its graph, with commas.
      checkpoint_version: not used: it is recognized.

    Returns:
      The frozen GraphDef.

    Raises:
      tf.errors.OpError: if a file is missing or damaged, or the checkpoint does not fit.
    """
    return freeze_graph_with_def_protos(
        read_message(GraphDef, input_graph) if input_graph else None,
        read_message(SaverDef, input_saver) if input_saver else None,
        input_checkpoint,
        output_node_names,
        restore_op_name,
        filename_tensor_name,
        output_graph,
        clear_devices,
        initializer_nodes,
        variable_names_whitelist,
        variable_names_blacklist,
        read_message(MetaGraphDef, input_meta_graph) if input_meta_graph else None,
        input_saved_model_dir,
        saved_model_tags.replace(" ", "").split(","),
        checkpoint_version,
    )


def freeze_graph_with_def_protos(
    input_graph_def: Any,
    input_saver_def: Any,
    input_checkpoint: str,
    output_node_names: str,
    restore_op_name: str | None,
    filename_tensor_name: str | None,
    output_graph: str,
    clear_devices: bool,
    initializer_nodes: str,
    variable_names_whitelist: str = "",
    variable_names_blacklist: str = "",
    input_meta_graph_def: Any = None,
    input_saved_model_dir: str | None = None,
    saved_model_tags: Iterable[str] | None = None,
    checkpoint_version: int = _VERSION_2,
) -> Any:
    """Freeze a graph that is in memory; see `freeze_graph`."""
    outputs = _names(output_node_names)
    if not outputs:
        raise InvalidArgumentError(
            None, None, "output_node_names must name one node at least: a frozen graph is what "
            "these need.",
        )  # fmt: skip
    if not input_saved_model_dir and not checkpoint_exists(input_checkpoint):
        raise NotFoundError(None, None, f"There is no checkpoint {input_checkpoint!r}.")
    with Graph().as_default() as graph, Session(graph=graph) as session:
        if input_saved_model_dir:
            load_saved_model(session, saved_model_tags or [SERVING], input_saved_model_dir)
        elif input_meta_graph_def is not None:
            saver = import_meta_graph(input_meta_graph_def, clear_devices=True)
            _checked(saver).restore(session, input_checkpoint)
        elif input_graph_def is not None:
            if clear_devices:
                clear_all_devices(input_graph_def)
            import_graph_def(input_graph_def, name="")
            _restore(session, input_saver_def, input_checkpoint)
        else:
            raise InvalidArgumentError(
                None, None, "No graph is given: name a GraphDef, a MetaGraphDef or a SavedModel."
            )
        if initializer_nodes:
            session.run(_names(initializer_nodes))
        frozen = convert_variables_to_constants(
            session,
            graph.as_graph_def(add_shapes=True) if input_graph_def is None else input_graph_def,
            outputs,
            _names(variable_names_whitelist) or None,
            _names(variable_names_blacklist) or None,
        )
    if clear_devices:
        clear_all_devices(frozen)
    if output_graph:
        write_message(frozen, output_graph)
        logging.info("%d ops in the frozen graph %s", len(frozen.node), output_graph)
    return frozen


def _checked(saver: Any) -> Any:
    if saver is None:
        raise InvalidArgumentError(
            None, None, "The MetaGraphDef has no variables, so there is nothing to restore."
        )
    return saver


def _restore(session: Session, saver_def: Any, checkpoint: str) -> None:
    """Give the variables of a graph that tells no saver their values: by their names."""
    if saver_def is not None:
        Saver(saver_def=saver_def).restore(session, checkpoint)
        return
    reader = NewCheckpointReader(os.fspath(checkpoint))
    nodes = session.graph.nodes
    found = [nodes[name] for name in reader.get_variable_to_shape_map() if name in nodes]
    references = {node.name: node.outputs[0] for node in found if node.type != "VarHandleOp"}
    if references:
        Saver(var_list=references).restore(session, checkpoint)
    for node in found:
        if node.type == "VarHandleOp":
            value = raw.Placeholder(dtype=node.attrs["dtype"])
            assign = raw.AssignVariableOp(node.outputs[0], value)
            session.run(assign, {value: reader.get_tensor(node.name)})


def _names(text: str) -> list[str]:
    return [name for name in text.replace(" ", "").split(",") if name]
