"""From a graph to its MetaGraphDef."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.formats.graph_files import write_message
from penstock.formats.graph_writing import TENSORFLOW_VERSION
from penstock.formats.messages import MetaGraphDef
from penstock.formats.scoped_graphs import UNBOUND_INPUTS, part_in_scope
from penstock.formats.stripping import (
    clear_devices as remove_devices,
    ops_used,
    strip_default_attrs as strip,
)
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph
from penstock.train.collection_messages import collection_message

__all__ = ["export_meta_graph", "make_meta_graph"]


def export_meta_graph(
    filename: str | None = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Iterable[str] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
) -> Any:
    """Write a graph, its collections, and how its variables are saved, as a MetaGraphDef.

    Args:
      filename: a file to write it to; None to write none.
      meta_info_def: a `MetaInfoDef` to start from.
      graph_def: the `tf.GraphDef` to take; that of `graph` if None.
      saver_def: the `SaverDef` of the saver whose nodes are in the graph.
      collection_list: names of the collections to write; all if None.
      as_text: whether the file is text, for people to read.
      graph: the graph; the default graph if None.
      export_scope: only what is in this name scope is written, without the scope's name. Inputs
        from elsewhere are left open, to be mapped when it is imported.
      clear_devices: whether the nodes lose the devices that they ask for.
      clear_extraneous_savers: whether the nodes of savers other than that of `saver_def` are left
        out.
      strip_default_attrs: whether attributes with default values are left out, so that older
        readers can read it.
      save_debug_info: taken for TensorFlow's sake.

    Returns:
      The `tf.MetaGraphDef`.

    Raises:
      ValueError: if the graph takes more than the 2 GB that a file can hold.
    """
    graph = default_graph() if graph is None else graph
    message = make_meta_graph(
        graph, graph_def, meta_info_def, saver_def, collection_list, export_scope,
        clear_extraneous_savers,
    )  # fmt: skip
    if clear_devices:
        remove_devices(message.graph_def)
    if strip_default_attrs:
        strip(message.graph_def, graph.library)
        message.meta_info_def.stripped_default_attrs = True
    if filename:
        write_message(message, filename, as_text)
    return message


def make_meta_graph(
    graph: Graph,
    graph_def: Any = None,
    meta_info_def: Any = None,
    saver_def: Any = None,
    collection_list: Iterable[str] | None = None,
    export_scope: str | None = None,
    clear_extraneous_savers: bool = False,
) -> Any:
    """Make the MetaGraphDef of a graph; for the arguments see `export_meta_graph`."""
    message = MetaGraphDef()
    if meta_info_def is not None:
        message.meta_info_def.CopyFrom(meta_info_def)
    info = message.meta_info_def
    if graph_def is None:
        graph_def = graph.as_graph_def(add_shapes=True)
    keys = list(graph.get_all_collection_keys() if collection_list is None else collection_list)
    if export_scope:
        graph_def, open_inputs = part_in_scope(graph_def, export_scope)
        if open_inputs:
            message.collection_def[UNBOUND_INPUTS].bytes_list.value.extend(
                text.encode() for text in open_inputs
            )
    message.graph_def.CopyFrom(graph_def)
    if clear_extraneous_savers:
        _remove_savers(message.graph_def, graph, saver_def)
        keys = [key for key in keys if key != "savers"]
    info.stripped_op_list.CopyFrom(ops_used(message.graph_def, graph.library))
    info.tensorflow_version = TENSORFLOW_VERSION
    info.tensorflow_git_version = "penstock"
    for key in keys:
        made = collection_message(key, graph.get_collection(key), export_scope)
        if made is not None:
            message.collection_def[key].CopyFrom(made)
    if saver_def is not None:
        message.saver_def.MergeFrom(saver_def)
    return message


def _remove_savers(graph_def: Any, graph: Graph, saver_def: Any) -> None:
    """Take the nodes of savers out of a graph, except those of one."""
    kept = None if saver_def is None else _scope_of(saver_def.restore_op_name)
    scopes = {
        _scope_of(node.name)
        for node in graph.get_operations()
        if node.type in ("SaveV2", "Save") and _scope_of(node.name)
    }
    scopes.discard(kept or "")
    left = [
        node
        for node in graph_def.node
        if not any(node.name.startswith(f"{scope}/") for scope in scopes)
    ]
    del graph_def.node[:]
    graph_def.node.extend(left)


def _scope_of(name: str) -> str:
    return name.rpartition("/")[0]
