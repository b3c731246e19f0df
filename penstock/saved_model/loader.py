"""`tf.saved_model.load`: a model from a folder, in a session."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from absl import logging

from penstock.formats.checkpoint import checkpoint_exists
from penstock.formats.saved_model import assets_of, find_saved_model, read_saved_model
from penstock.graph.graph import Graph
from penstock.saved_model import constants
from penstock.train.meta_graph import import_meta_graph

__all__ = ["SavedModelLoader", "contains_saved_model", "load", "maybe_saved_model_directory"]


def maybe_saved_model_directory(export_dir: str) -> bool:
    """Tell whether a folder holds a SavedModel."""
    return find_saved_model(os.fspath(export_dir)) is not None


def contains_saved_model(export_dir: str) -> bool:
    """Tell whether a folder holds a SavedModel."""
    return maybe_saved_model_directory(export_dir)


def load(
    sess: Any,
    tags: Iterable[str],
    export_dir: str,
    import_scope: str | None = None,
    **saver_kwargs: Any,
) -> Any:
    """Bring a model into a session: its graph, the values of its variables, what it runs first.

    Args:
      sess: the session; the graph is added to its graph.
      tags: the tags of the graph that is wanted, all of them.
      export_dir: the model's folder.
      import_scope: a name scope for the nodes.
      **saver_kwargs: further arguments of `tf.train.import_meta_graph`.

    Returns:
      The graph's `MetaGraphDef`, with its signatures.

    Raises:
      OSError: if there is no SavedModel, or it is damaged.
      RuntimeError: if it has no graph with these tags.
      tf.errors.NotFoundError: if there are ops that the graph's library does not have.
    """
    return SavedModelLoader(export_dir).load(sess, tags, import_scope, **saver_kwargs)


class SavedModelLoader:
    """Loads the graphs of a SavedModel, step by step if one likes.

    Args:
      export_dir: the model's folder.

    Raises:
      OSError: if there is no SavedModel, or it is damaged.
    """

    def __init__(self, export_dir: str) -> None:
        self._export_dir = os.fspath(export_dir)
        self._saved_model = read_saved_model(self._export_dir)

    @property
    def export_dir(self) -> str:
        """The model's folder."""
        return self._export_dir

    @property
    def variables_path(self) -> str:
        """The prefix of the checkpoint with the variables."""
        return os.path.join(
            self._export_dir, constants.VARIABLES_DIRECTORY, constants.VARIABLES_FILENAME
        )

    @property
    def saved_model(self) -> Any:
        """The `SavedModel` message."""
        return self._saved_model

    def get_meta_graph_def_from_tags(self, tags: Iterable[str]) -> Any:
        """Give the graph that has just these tags.

        Raises:
          RuntimeError: if there is none.
        """
        wanted = set(tags)
        graphs = self._saved_model.meta_graphs
        for meta_graph in graphs:
            if set(meta_graph.meta_info_def.tags) == wanted:
                return meta_graph
        available = [sorted(meta_graph.meta_info_def.tags) for meta_graph in graphs]
        raise RuntimeError(
            f"MetaGraphDef associated with tags {sorted(wanted)} could not be found in SavedModel "
            f"{self._export_dir}. available_tags: {available}"
        )

    def load_graph(
        self, graph: Graph, tags: Iterable[str], import_scope: str | None = None, **kwargs: Any
    ) -> tuple[Any, list[Any]]:
        """Add a graph of the model to `graph`.

        Returns:
          Its saver, or None, and the elements that `return_elements` asks for.
        """
        meta_graph = self.get_meta_graph_def_from_tags(tags)
        kwargs.setdefault("return_elements", [])
        with graph.as_default():
            saver, elements = import_meta_graph(meta_graph, import_scope=import_scope, **kwargs)
        return saver, elements

    def restore_variables(self, sess: Any, saver: Any, import_scope: str | None = None) -> None:
        """Give the variables their values."""
        if saver is None or not checkpoint_exists(self.variables_path):
            logging.info("The specified SavedModel has no variables; no checkpoints were restored.")
            return
        with sess.graph.as_default():
            saver.restore(sess, self.variables_path)

    def run_init_ops(self, sess: Any, tags: Iterable[str], import_scope: str | None = None) -> None:
        """Run what the model runs first; tensors with paths of its files get those."""
        meta_graph = self.get_meta_graph_def_from_tags(tags)
        start = f"{import_scope}/" if import_scope else ""
        paths = assets_of(meta_graph, self._export_dir)
        feeds = {start + name: path for name, path in paths.items()}
        name = _init_op(meta_graph)
        if name is not None:
            sess.run(sess.graph.get_operation_by_name(start + name), feeds)

    def load(
        self, sess: Any, tags: Iterable[str], import_scope: str | None = None, **kwargs: Any
    ) -> Any:
        """Do it all; see `tf.saved_model.load`."""
        tags = set(tags)
        assets_of(self.get_meta_graph_def_from_tags(tags), self._export_dir)  # before any change
        saver, _ = self.load_graph(sess.graph, tags, import_scope, **kwargs)
        self.restore_variables(sess, saver, import_scope)
        self.run_init_ops(sess, tags, import_scope)
        return self.get_meta_graph_def_from_tags(tags)


def _init_op(meta_graph: Any) -> str | None:
    """Give the name of the operation that a model runs first, if it has one."""
    signatures: Mapping[str, Any] = meta_graph.signature_def
    if constants.INIT_OP_SIGNATURE_KEY in signatures:
        outputs = signatures[constants.INIT_OP_SIGNATURE_KEY].outputs
        name: str = outputs[constants.INIT_OP_SIGNATURE_KEY].name
        return name.partition(":")[0]
    for key in (constants.MAIN_OP_KEY, constants.LEGACY_INIT_OP_KEY):
        if key in meta_graph.collection_def:
            names = meta_graph.collection_def[key].node_list.value
            if len(names) != 1:
                raise RuntimeError(
                    f"The collection {key!r} of a SavedModel must have one operation, but has "
                    f"{list(names)}."
                )
            return str(names[0])
    return None
