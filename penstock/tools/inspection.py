"""`inspect`: what a file is, and what is in it."""

from __future__ import annotations

import os
from collections.abc import Callable

from penstock.tools.arrays import inspect_arrays
from penstock.tools.files import Kind, kind_of
from penstock.tools.graph_inspection import (
    inspect_graph,
    inspect_meta_graph,
    inspect_saved_model,
)
from penstock.tools.record_inspection import inspect_events, inspect_records
from penstock.tools.report import Report

__all__ = ["inspect"]

_INSPECTORS: dict[Kind, Callable[[str, bool], Report]] = {
    Kind.CHECKPOINT: inspect_arrays,
    Kind.NPZ: inspect_arrays,
    Kind.SAFETENSORS: inspect_arrays,
    Kind.GRAPH: inspect_graph,
    Kind.META_GRAPH: inspect_meta_graph,
    Kind.SAVED_MODEL: inspect_saved_model,
    Kind.EVENTS: inspect_events,
    Kind.RECORDS: inspect_records,
}


def inspect(path: str | os.PathLike[str], values: bool = False) -> Report:
    """Tell what a file is, and what is in it.

    Args:
      path: a checkpoint (its prefix, one of its files, or its folder), a graph (``.pb``,
        ``.pbtxt``), a MetaGraph (``.meta``), a SavedModel's folder, an event file, a TFRecord file,
        or named arrays (``.npz``, ``.safetensors``).
      values: whether to read the values, too, and tell their sizes, bounds, and how many are NaN.

    Returns:
      A `Report`, which prints as text.

    Raises:
      tf.errors.NotFoundError: if there is no such file.
      tf.errors.DataLossError: if it is damaged.
      tf.errors.InvalidArgumentError: if it holds nothing of these kinds.
    """
    path = os.fspath(path)
    return _INSPECTORS[kind_of(path)](path, values)
