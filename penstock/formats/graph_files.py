"""GraphDefs in files, as bytes or as text."""

from __future__ import annotations

import os
from typing import Any

from google.protobuf import message as protobuf_message, text_format

from penstock.core.errors import DataLossError
from penstock.core.file_errors import translated
from penstock.formats.messages import GraphDef
from penstock.formats.replacement import write_file

__all__ = ["parse_message", "read_message", "write_graph", "write_message"]

_LARGEST = (1 << 31) - 1
_TEXT_ENDINGS = (".pbtxt", ".txt", ".prototxt")


def write_graph(graph_or_graph_def: Any, logdir: str, name: str, as_text: bool = True) -> str:
    """Write a graph to a file.

    Args:
      graph_or_graph_def: a `tf.Graph` or `tf.GraphDef`.
      logdir: the file's folder, which is made if it is not there.
      name: the file's name.
      as_text: whether to write text, for people to read, or bytes.

    Returns:
      The file's path.

    Raises:
      ValueError: if the graph takes more than the 2 GB that such a file can hold.
    """
    proto = graph_or_graph_def
    if not isinstance(proto, GraphDef):
        proto = proto.as_graph_def()
    with translated(logdir):
        os.makedirs(logdir, exist_ok=True)
    path = os.path.join(logdir, name)
    write_message(proto, path, as_text)
    return path


def write_message(proto: Any, path: str, as_text: bool = False) -> None:
    """Write a message to a file, as bytes or as text.

    Raises:
      ValueError: if it takes more than 2 GB.
      OpError: if the file cannot be written.
    """
    if as_text:
        content = text_format.MessageToString(proto, as_utf8=True).encode()
    else:
        content = _as_bytes(proto)
    write_file(path, content)


def _as_bytes(proto: Any) -> bytes:
    try:
        size = proto.ByteSize()
        content = b"" if size > _LARGEST else proto.SerializeToString(deterministic=True)
        takes = f"{size:,} bytes"
    except protobuf_message.EncodeError:  # a message in it is too large already
        size, content, takes = _LARGEST + 1, b"", "more"
    if size > _LARGEST:
        raise ValueError(
            f"A {type(proto).__name__} cannot be larger than 2 GB in a file, and this one takes "
            f"{takes}. Keep large values in variables, and save those in a checkpoint."
        )
    return content


def read_message(kind: Any, path: str) -> Any:
    """Read a message from a file, whether it holds bytes or text.

    Args:
      kind: the class of the message.
      path: the file.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if it holds no such message.
    """
    with translated(path), open(path, "rb") as file:
        content = file.read()
    return parse_message(kind, content, path)


def parse_message(kind: Any, content: bytes, path: str) -> Any:
    """Make a message of a file's content; see `read_message`."""
    as_bytes, as_text = kind.FromString, lambda data: text_format.Parse(data.decode(), kind())
    forms = [as_text, as_bytes] if path.endswith(_TEXT_ENDINGS) else [as_bytes, as_text]
    failures: list[Exception] = []
    for form in forms:
        try:
            return form(content)
        except (text_format.ParseError, protobuf_message.DecodeError, UnicodeDecodeError) as error:
            failures.append(error)
        except RecursionError:  # text may be nested without end; bytes have a limit of their own
            failures.append(ValueError("its messages are nested too deeply"))
    raise DataLossError(
        None,
        None,
        f"{path!r} does not hold a {kind.__name__}: {failures[0]}. The file is damaged, cut "
        "short, or of another kind.",
    ) from failures[0]
