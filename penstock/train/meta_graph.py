"""Graphs and what belongs to them in files: `tf.train.export_meta_graph`, `import_meta_graph`."""

from __future__ import annotations

from penstock.formats.graph_files import write_graph

__all__ = ["write_graph"]
