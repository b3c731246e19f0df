"""Graphs with what belongs to them, in files: `export_meta_graph` and `import_meta_graph`.

A MetaGraphDef holds a GraphDef, the graph's collections, and how its variables are saved. From one
that was written beside a checkpoint, a program that knows nothing of the model can go on training.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from penstock.core.errors import DataLossError, NotFoundError
from penstock.formats.graph_files import read_message, write_graph
from penstock.formats.import_graph_def import import_graph_def
from penstock.formats.messages import MetaGraphDef
from penstock.formats.scoped_graphs import UNBOUND_INPUTS, bind_inputs
from penstock.formats.stripping import clear_devices as remove_devices
from penstock.graph.collections import GraphKeys
from penstock.graph.default import default_graph
from penstock.train.meta_collections import add_collections
from penstock.train.meta_writing import export_meta_graph
from penstock.train.saver import Saver

__all__ = ["export_meta_graph", "import_meta_graph", "write_graph"]


def import_meta_graph(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Iterable[str] | None = None,
    restore_collections: bool = True,
) -> Any:
    """Add a graph from a MetaGraphDef to the default graph, with its collections.

        saver = tf.train.import_meta_graph("model.ckpt-100.meta")
        saver.restore(sess, "model.ckpt-100")

    Args:
      meta_graph_or_file: a `tf.MetaGraphDef`, or the path of a file that holds one.
      clear_devices: whether the nodes lose the devices that they ask for.
      import_scope: a name scope for the nodes.
      input_map: as for `tf.import_graph_def`; must map the inputs that a graph which was exported
        by `export_scope` left open.
      return_elements: as for `tf.import_graph_def`.
      restore_collections: whether the collections are taken too.

    Returns:
      A `Saver` for the graph's variables, or None if it has none; with `return_elements` the pair
      of that and the list of elements.

    Raises:
      OSError: if there is no such file, or it is damaged.
      ValueError: if the graph is damaged, or an open input is not mapped.
      tf.errors.NotFoundError: if there are ops that the graph's library does not have.
    """
    message = _read(meta_graph_or_file)
    graph_def = message.graph_def
    if clear_devices:
        graph_def = type(graph_def).FromString(graph_def.SerializeToString())
        remove_devices(graph_def)
    graph = default_graph()
    scope = graph.unique_name(import_scope, mark_as_used=False) if import_scope else ""
    producer_ops = message.meta_info_def.stripped_op_list
    open_inputs = message.collection_def[UNBOUND_INPUTS].bytes_list.value
    before = len(graph.nodes)
    elements = import_graph_def(
        graph_def,
        bind_inputs(input_map, open_inputs),
        list(return_elements) if return_elements is not None else None,
        name=scope,
        producer_op_list=producer_ops if producer_ops.op else None,
    )
    if restore_collections:
        collections = {
            key: value for key, value in message.collection_def.items() if key != UNBOUND_INPUTS
        }
        try:
            add_collections(graph, collections, scope)
        except ValueError:
            for name in list(graph.nodes)[before:]:
                del graph.nodes[name]
            raise
    saver = _saver(message, scope)
    return saver if elements is None else (saver, elements)


def _read(meta_graph_or_file: Any) -> Any:
    if isinstance(meta_graph_or_file, MetaGraphDef):
        return meta_graph_or_file
    if not isinstance(meta_graph_or_file, (str, bytes, os.PathLike)):
        raise TypeError(
            "meta_graph_or_file must be a MetaGraphDef or the path of a file, but is "
            f"{meta_graph_or_file!r}."
        )
    path = os.fsdecode(meta_graph_or_file)
    try:
        return read_message(MetaGraphDef, path)
    except NotFoundError:
        raise OSError(f"File {path} does not exist.") from None
    except DataLossError as error:
        raise OSError(f"Cannot parse file {path}: {error.message}") from error


def _saver(message: Any, scope: str) -> Saver | None:
    if message.HasField("saver_def"):
        return Saver.from_proto(message.saver_def, scope or None)
    if default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope or None):
        return Saver()
    return None
