"""Files in a graph: `tf.read_file`, `tf.write_file`, `tf.matching_files`."""

from __future__ import annotations

from typing import Any

from penstock.graph.build import raw
from penstock.graph.node import Node, Tensor

__all__ = ["matching_files", "read_file", "write_file"]


def read_file(filename: Any, name: str | None = None) -> Tensor:
    """Read all of a file when the node runs.

    Args:
      filename: a scalar string: its path.
      name: the node's name.

    Returns:
      A scalar string tensor. A file that is not there is a NotFoundError of the run.
    """
    return raw.ReadFile(filename, name=name)


def write_file(filename: Any, contents: Any, name: str | None = None) -> Node:
    """Write a file when the node runs; folders above it are made.

    Args:
      filename: a scalar string: its path.
      contents: a scalar string: what is to be in it.
      name: the node's name.

    Returns:
      The node.
    """
    return raw.WriteFile(filename, contents, name=name)


def matching_files(pattern: Any, name: str | None = None) -> Tensor:
    """Find the paths that fit a pattern when the node runs.

    Args:
      pattern: a string such as ``"logs/*.txt"``, or a vector of them.
      name: the node's name.

    Returns:
      A string vector, sorted. A folder that is not there is a NotFoundError of the run.
    """
    return raw.MatchingFiles(pattern, name=name)
