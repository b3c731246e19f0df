"""`export_meta_graph`: from a graph to its MetaGraphDef, and to a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from penstock.formats.graph_files import write_message
from penstock.formats.meta_graphs import make_meta_graph
from penstock.formats.stripping import (
    clear_devices as remove_devices,
    strip_default_attrs as strip,
)
from penstock.graph.default import default_graph
from penstock.graph.graph import Graph

__all__ = ["export_meta_graph"]


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
