"""What a path leads to, found out by what is in the file rather than by its name alone."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Iterator
from enum import Enum
from typing import Any

from penstock.core.errors import DataLossError, InvalidArgumentError, NotFoundError, OpError
from penstock.core.file_errors import translated
from penstock.formats.checkpoint import checkpoint_exists, prefix_of
from penstock.formats.checkpoint_state import STATE_FILE
from penstock.formats.events import read_events
from penstock.formats.graph_files import parse_message
from penstock.formats.messages import GraphDef, MetaGraphDef
from penstock.formats.records import read_records
from penstock.formats.saved_model import find_saved_model, read_saved_model
from penstock.saved_model.model_files import model_file

__all__ = [
    "Kind",
    "event_file_of",
    "kind_of",
    "missing",
    "read_graph_def",
    "read_meta_graph",
    "records_of",
    "saved_meta_graphs",
]

_TABLE_MAGIC = 0xDB4775248B80FB57.to_bytes(8, "little")
_EVENT_FILES = "*.tfevents.*"
_TEXT_ENDINGS = (".pbtxt", ".txt", ".prototxt")


class Kind(Enum):
    """What is at a path."""

    CHECKPOINT = "checkpoint"
    GRAPH = "graph"
    META_GRAPH = "MetaGraph"
    SAVED_MODEL = "SavedModel"
    EVENTS = "event file"
    RECORDS = "TFRecord file"
    NPZ = "npz file"
    SAFETENSORS = "safetensors file"

    @property
    def phrase(self) -> str:
        """Its name with an article."""
        article = "an" if self in (Kind.EVENTS, Kind.NPZ) else "a"
        return f"{article} {self.value}"


def kind_of(path: str) -> Kind:
    """Find out what is at a path.

    Args:
      path: a file, a folder, or the prefix of a checkpoint.

    Raises:
      NotFoundError: if there is nothing; it names what is near.
      DataLossError: if it is of no kind that is known, or damaged.
      InvalidArgumentError: if it is a folder with nothing of the kind in it.
    """
    if os.path.isdir(path):
        return _kind_of_folder(path)
    name = os.path.basename(path)
    if path.endswith((".index", ".data-00000-of-00001")) or name == STATE_FILE:
        return Kind.CHECKPOINT
    if not os.path.exists(path):
        if checkpoint_exists(prefix_of(path)):
            return Kind.CHECKPOINT
        raise missing(path)
    if name.startswith("saved_model.pb"):
        return Kind.SAVED_MODEL
    if path.endswith(".safetensors"):
        return Kind.SAFETENSORS
    return _kind_of_content(path)


def _kind_of_folder(path: str) -> Kind:
    if find_saved_model(path) is not None:
        return Kind.SAVED_MODEL
    if glob.glob(os.path.join(glob.escape(path), _EVENT_FILES)):
        has_checkpoint = glob.glob(os.path.join(glob.escape(path), "*.index"))
        return Kind.CHECKPOINT if has_checkpoint else Kind.EVENTS
    try:
        prefix_of(path)
    except NotFoundError:
        names = sorted(os.listdir(path))[:5]
        raise InvalidArgumentError(
            None, None, f"The folder {path!r} holds no SavedModel, no checkpoint and no event "
            f"file; it holds {names or 'nothing'}. Name a file.",
        ) from None  # fmt: skip
    return Kind.CHECKPOINT


def _kind_of_content(path: str) -> Kind:
    with translated(path), open(path, "rb") as file:
        start = file.read(4)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        end = file.read(8)
    if not size:
        raise DataLossError(None, None, f"{path!r} is empty. It was not written to its end.")
    if start == b"PK\3\4" and path.endswith(".npz"):
        return Kind.NPZ
    if end == _TABLE_MAGIC:
        return Kind.CHECKPOINT
    if not path.endswith((".pb", ".meta", *_TEXT_ENDINGS)):
        kind = _kind_of_records(path)
        if kind is not None:
            return kind
    return _graph_in(path)[0]


def _kind_of_records(path: str) -> Kind | None:
    try:
        first = next(iter(records_of(path)), None)
    except OpError:
        looks = ".tfevents." in path or ".tfrecord" in os.path.basename(path)
        if looks:
            raise
        return None
    if first is None:
        return None
    try:
        event = next(read_events(path))
    except DataLossError:
        return Kind.RECORDS
    return Kind.EVENTS if event.file_version.startswith("brain.Event") else Kind.RECORDS


def records_of(path: str) -> Iterator[bytes]:
    """Go through the records of a file, which may be compressed.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if it is damaged.
    """
    with translated(path), open(path, "rb") as file:
        start = file.read(12)
    compression = ""
    if start[:2] == b"\x1f\x8b":
        compression = "GZIP"
    elif start[:1] == b"\x78" and int.from_bytes(start[:2], "big") % 31 == 0:
        compression = "ZLIB"
    if len(start) < 12:
        raise DataLossError(
            None, None, f"{path!r} is no file of records: it has {len(start)} bytes only."
        )
    yield from read_records(path, compression)


def missing(path: str) -> NotFoundError:
    """Say that there is nothing at a path, and what is near it."""
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        return NotFoundError(None, None, f"There is no {path!r}: the folder {folder!r} is missing.")
    names = os.listdir(folder)
    stems = {name.removesuffix(".index") for name in names}
    near = difflib.get_close_matches(os.path.basename(path), sorted({*names, *stems}), 3)
    advice = f" Near it is {', '.join(near)}." if near else ""
    return NotFoundError(None, None, f"There is no file or checkpoint {path!r}.{advice}")


def event_file_of(path: str) -> str:
    """Give the event file that a path means: itself, or the newest in a folder."""
    if not os.path.isdir(path):
        return path
    return max(glob.glob(os.path.join(glob.escape(path), _EVENT_FILES)), key=os.path.getmtime)


def read_graph_def(path: str, tags: set[str] | None = None) -> Any:
    """Read the GraphDef in a file: a graph's own, a MetaGraph's, or a SavedModel's.

    Args:
      path: the file, the SavedModel's folder, or a checkpoint with its MetaGraph beside it.
      tags: which graph of a SavedModel; the first if None.

    Raises:
      NotFoundError: if there is no such file.
      InvalidArgumentError: if it is a file of another kind, or has no graph with these tags.
      DataLossError: if it is damaged.
    """
    kind = kind_of(path)
    if kind is Kind.CHECKPOINT:
        path, kind = model_file(path), Kind.META_GRAPH
    if kind is Kind.SAVED_MODEL:
        graphs = saved_meta_graphs(path)
        for meta_graph in graphs:
            if tags is None or set(meta_graph.meta_info_def.tags) == tags:
                return meta_graph.graph_def
        available = [sorted(graph.meta_info_def.tags) for graph in graphs]
        raise InvalidArgumentError(
            None, None, f"{path!r} has no graph with the tags {sorted(tags or ())}; there are "
            f"{available}.",
        )  # fmt: skip
    if kind in (Kind.GRAPH, Kind.META_GRAPH):
        message = _graph_in(path)[1]
        return message if kind is Kind.GRAPH else message.graph_def
    raise InvalidArgumentError(
        None, None, f"{path!r} is {kind.phrase}, but a graph is needed: a .pb, .pbtxt or .meta "
        "file, or the folder of a SavedModel.",
    )  # fmt: skip


def read_meta_graph(path: str) -> Any:
    """Read the MetaGraphDef in a file."""
    return _graph_in(path)[1]


def saved_meta_graphs(path: str) -> list[Any]:
    """List the MetaGraphDefs of a SavedModel.

    Raises:
      NotFoundError: if there is none.
      DataLossError: if it is damaged.
    """
    if not os.path.exists(path):
        raise missing(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path) or "."
    try:
        graphs = list(read_saved_model(folder).meta_graphs)
    except OSError as error:
        raise DataLossError(None, None, str(error)) from None
    if not graphs:
        raise DataLossError(None, None, f"The SavedModel in {folder!r} has no graph.")
    return graphs


def _graph_in(path: str) -> tuple[Kind, Any]:
    """Give the graph in a file, told from a MetaGraph by which of them it makes sense as."""
    with translated(path), open(path, "rb") as file:
        content = file.read()
    kinds = [(Kind.GRAPH, GraphDef), (Kind.META_GRAPH, MetaGraphDef)]
    if path.endswith((".meta", ".meta.pbtxt")):
        kinds.reverse()
    failure: DataLossError | None = None
    for kind, message_class in kinds:
        try:
            message = parse_message(message_class, content, path)
        except DataLossError as error:
            failure = failure or error
            continue
        nodes = message.node if kind is Kind.GRAPH else message.graph_def.node
        if nodes and all(node.name and node.op for node in nodes):
            return kind, message
    if failure is not None and path.endswith((".pb", ".meta", *_TEXT_ENDINGS)):
        raise failure
    raise DataLossError(
        None, None, f"{path!r} is of no known kind: neither a graph nor a checkpoint, an event "
        "file or a file of records. It may be damaged.",
    )  # fmt: skip
