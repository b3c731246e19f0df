"""SavedModels without a session: their messages, by TensorFlow's names."""

from __future__ import annotations

from typing import Any

from penstock.formats.saved_model import read_saved_model

__all__ = ["get_meta_graph_def", "get_saved_model_tag_sets", "read_saved_model"]


def get_saved_model_tag_sets(saved_model_dir: str) -> list[list[str]]:
    """List the tags of each graph of a SavedModel, sorted.

    Args:
      saved_model_dir: the model's folder.

    Raises:
      OSError: if there is no SavedModel, or it is damaged.
    """
    graphs = read_saved_model(saved_model_dir).meta_graphs
    return sorted(sorted(graph.meta_info_def.tags) for graph in graphs)


def get_meta_graph_def(saved_model_dir: str, tag_set: str) -> Any:
    """Give the graph with some tags.

    Args:
      saved_model_dir: the model's folder.
      tag_set: the tags, with commas.

    Raises:
      RuntimeError: if there is none.
      OSError: if there is no SavedModel, or it is damaged.
    """
    for graph in read_saved_model(saved_model_dir).meta_graphs:
        if set(graph.meta_info_def.tags) == set(tag_set.split(",")):
            return graph
    raise RuntimeError(
        f"MetaGraphDef associated with tag-set {tag_set} could not be found in SavedModel; there "
        f"are {get_saved_model_tag_sets(saved_model_dir)}."
    )
