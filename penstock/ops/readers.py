"""Readers: files whose names come from a queue, record by record.

Each op is there twice, as in TensorFlow: the newer one, whose name ends in V2, knows its reader by
a resource handle, the older one by a reference to a string.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.graph.node import Node
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.reader_kinds import (
    FixedLengthReader,
    IdentityReader,
    RecordReader,
    TextLineReader,
    WholeFileReader,
)
from penstock.ops.reader_objects import Reader

__all__ = ["SPECS"]

_HANDLES = (("", "Ref(string)"), ("V2", "resource"))
_SHARED = {"container": "", "shared_name": ""}


def _made(
    name: str,
    make: Callable[[Node], Reader],
    doc: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> list[OpSpec]:
    """Declare the op that stands for a kind of reader, its attrs around the common ones."""
    specs = []
    for version, handle in _HANDLES:
        attrs = {**(before or {}), **_SHARED, **(after or {})}
        if name == "FixedLengthRecordReader" and version:
            attrs["encoding"] = ""
        specs.append(
            OpSpec(
                name + version,
                outputs=[f"reader_handle: {handle}"],
                attrs=attrs,
                doc=doc,
                shape=rules.scalar if version else lambda c: (2,),
                makes=make,
                stateful=True,
            )
        )
    return specs


def _make_fixed(node: Node) -> FixedLengthReader:
    attrs = node.attrs
    sizes = (attrs[f"{part}_bytes"] for part in ("header", "record", "footer", "hop"))
    return FixedLengthReader(node.name, *sizes, attrs.get("encoding", ""))


def _on(name: str, inputs: list[str], outputs: list[str], **fields: Any) -> list[OpSpec]:
    """Declare an op on a reader; a queue comes to it the way the reader does."""
    return [
        OpSpec(
            name + version,
            inputs=[
                f"reader_handle: {handle}",
                *[text.replace("HANDLE", handle) for text in inputs],
            ],
            outputs=outputs,
            objects=["reader_handle", *["queue_handle"] * ("queue_handle: HANDLE" in inputs)],
            host=True,
            stateful=bool(version),
            **fields,
        )
        for version, handle in _HANDLES
    ]


def _reset(xp: Any, reader_handle: Reader) -> tuple[()]:
    reader_handle.reset()
    return ()


def _restore(xp: Any, reader_handle: Reader, state: Any) -> tuple[()]:
    reader_handle.restore(np.asarray(state, object).item())
    return ()


SPECS = (
    *_made("IdentityReader", lambda node: IdentityReader(node.name), "Gives names of files."),
    *_made("WholeFileReader", lambda node: WholeFileReader(node.name), "Gives whole files."),
    *_made(
        "TextLineReader",
        lambda node: TextLineReader(node.name, node.attrs["skip_header_lines"]),
        "Gives the lines of text files.",
        before={"skip_header_lines": 0},
    ),
    *_made(
        "FixedLengthRecordReader",
        _make_fixed,
        "Gives records of one length.",
        before={
            "header_bytes": 0,
            "record_bytes": attr("int"),
            "footer_bytes": 0,
            "hop_bytes": 0,
        },
    ),
    *_made(
        "TFRecordReader",
        lambda node: RecordReader(node.name, node.attrs["compression_type"]),
        "Gives the records of TFRecord files.",
        after={"compression_type": ""},
    ),
    *_on(
        "ReaderRead",
        ["queue_handle: HANDLE"],
        ["key: string", "value: string"],
        shape=lambda c: [(), ()],
        blocks=True,
        doc="Gives the next record, waiting for a file if there is none.",
    ),
    *_on(
        "ReaderReadUpTo",
        ["queue_handle: HANDLE", "num_records: int64"],
        ["keys: string", "values: string"],
        shape=lambda c: [(None,), (None,)],
        blocks=True,
        doc="Gives the next records, up to so many, waiting for a file if there is none.",
    ),
    *_on(
        "ReaderNumRecordsProduced",
        [],
        ["records_produced: int64"],
        shape=rules.scalar,
        kernel=lambda xp, reader_handle: np.int64(reader_handle.produced),
        doc="How many records a reader has given.",
    ),
    *_on(
        "ReaderNumWorkUnitsCompleted",
        [],
        ["units_completed: int64"],
        shape=rules.scalar,
        kernel=lambda xp, reader_handle: np.int64(reader_handle.finished),
        doc="How many files a reader has read to their end.",
    ),
    *_on(
        "ReaderSerializeState",
        [],
        ["state: string"],
        shape=rules.scalar,
        kernel=lambda xp, reader_handle: np.array(reader_handle.serialize(), object),
        doc="The state of a reader as a string.",
    ),
    *_on(
        "ReaderRestoreState",
        ["state: string"],
        [],
        shape=lambda c: [],
        kernel=_restore,
        blocks=True,
        doc="Gives a reader a state that was made a string.",
    ),
    *_on(
        "ReaderReset",
        [],
        [],
        shape=lambda c: [],
        kernel=_reset,
        blocks=True,
        doc="Lets a reader begin anew.",
    ),
)
