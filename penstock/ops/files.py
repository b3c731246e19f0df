"""Ops on files, which only the host has: read one, write one, find those that fit a pattern."""

from __future__ import annotations

import glob
import os
from typing import Any

import numpy as np

from penstock.core.errors import NotFoundError
from penstock.core.file_errors import translated
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec
from penstock.ops import shape_rules as rules

__all__ = ["SPECS"]


def _path(value: Any) -> str:
    return os.fsdecode(np.asarray(value, object).item())


def _read_file(xp: Any, filename: Any) -> Any:
    path = _path(filename)
    with translated(path), open(path, "rb") as file:
        return np.array(file.read(), object)


READ_FILE = OpSpec(
    "ReadFile",
    inputs=["filename: string"],
    outputs=["contents: string"],
    doc="All bytes of a file.",
    shape=lambda c: rules.with_rank(c, "filename", 0),
    kernel=_read_file,
    host=True,
)


def _write_file(xp: Any, filename: Any, contents: Any) -> None:
    path = _path(filename)
    with translated(path):
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(np.asarray(contents, object).item())


def _no_outputs(c: ShapeContext) -> Shape:
    for name in ("filename", "contents"):
        rules.with_rank(c, name, 0)
    return rules.no_outputs(c)


WRITE_FILE = OpSpec(
    "WriteFile",
    inputs=["filename: string", "contents: string"],
    doc="Writes a file, and makes the folders above it.",
    shape=_no_outputs,
    kernel=_write_file,
    host=True,
    stateful=True,
)


def _matching(xp: Any, pattern: Any) -> Any:
    found: set[str] = set()
    for text in np.asarray(pattern, object).flat:
        path = os.fsdecode(text)
        folder = os.path.dirname(path) or "."
        if not glob.has_magic(folder) and not os.path.isdir(folder):
            raise NotFoundError(
                None, None, f"{folder}; No such file or directory, so nothing can fit {path!r}."
            )
        found.update(glob.glob(path))
    return np.array([os.fsencode(path) for path in sorted(found)], object)


MATCHING_FILES = OpSpec(
    "MatchingFiles",
    inputs=["pattern: string"],
    outputs=["filenames: string"],
    doc="The paths that fit a pattern, or any of several, sorted.",
    shape=lambda c: (None,),
    kernel=_matching,
    host=True,
)

SPECS = (READ_FILE, WRITE_FILE, MATCHING_FILES)
