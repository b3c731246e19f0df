"""A graph with its collections, as a MetaGraphDef."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.formats.collection_messages import collection_message
from penstock.formats.graph_writing import TENSORFLOW_VERSION
from penstock.formats.messages import MetaGraphDef
from penstock.formats.scoped_graphs import UNBOUND_INPUTS, part_in_scope
from penstock.formats.stripping import ops_used
from penstock.graph.graph import Graph

__all__ = ["make_meta_graph"]


def make_meta_graph(
    graph: Graph,
    graph_def: Any = None,
    meta_info_def: Any = None,
    saver_def: Any = None,
    collection_list: Iterable[str] | None = None,
    export_scope: str | None = None,
    clear_extraneous_savers: bool = False,
) -> Any:
    """Make the MetaGraphDef of a graph; for the arguments see `tf.train.export_meta_graph`."""
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
