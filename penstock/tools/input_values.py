"""Values for a model's inputs, as one writes them on a command line."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from penstock.core.errors import InvalidArgumentError, NotFoundError
from penstock.tools.npz_files import NpzFile, telling_damage

__all__ = ["parse_inputs", "read_array", "read_npz"]

_MEMBER = re.compile(r"(?P<path>.+\.npz)\[(?P<name>[^\]]+)\]")


def parse_inputs(texts: Iterable[str]) -> dict[str, Any]:
    """Read values for inputs.

    Args:
      texts: ``name=file.npy``, ``name=file.npz[member]``, ``name=JSON``, or ``file.npz``, which
        gives all its members by their names.

    Raises:
      InvalidArgumentError: if a text is of none of these forms.
      NotFoundError: if there is no such file, or no such member in it.
      DataLossError: if a file is damaged.

    >>> parse_inputs(["x=[[1, 2]]", "rate=0.5"])
    {'x': [[1, 2]], 'rate': 0.5}
    """
    values: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals and text.endswith(".npz"):
            values.update(read_npz(text))
        elif not equals or not name:
            raise InvalidArgumentError(
                None, None, f"An input is given as name=file.npy, name=file.npz[member] or "
                f"name=JSON, but there is {text!r}.",
            )  # fmt: skip
        else:
            values[name] = _value(name, value)
    return values


def _value(name: str, text: str) -> Any:
    if text.endswith((".npy", ".npz")) or _MEMBER.fullmatch(text):
        return read_array(text)
    try:
        return json.loads(text)
    except ValueError as error:
        advice = " There is a file of that name, but only .npy and .npz are read."
        raise InvalidArgumentError(
            None, None, f"The value of {name!r} is neither a .npy or .npz file nor JSON: {text!r} "
            f"({error}).{advice if os.path.exists(text) else ''}",
        ) from None  # fmt: skip


def read_array(text: str) -> np.ndarray:
    """Read an array: ``file.npy``, ``file.npz[member]``, or ``file.npz`` with one member.

    Raises:
      NotFoundError: if there is no such file or member.
      DataLossError: if the file is damaged.
    """
    found = _MEMBER.fullmatch(text)
    if found is None and not text.endswith(".npz"):
        with telling_damage(text), open(text, "rb") as file:
            return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
    arrays = read_npz(text if found is None else found["path"])
    name = found["name"] if found else next(iter(arrays), "")
    if name not in arrays or (found is None and len(arrays) > 1):
        raise NotFoundError(
            None, None, f"{text!r} names no array: the file holds {sorted(arrays)}. Write "
            "file.npz[name].",
        )  # fmt: skip
    return arrays[name]


def read_npz(path: str) -> dict[str, np.ndarray]:
    """Read all arrays of an npz file, by name.

    Raises:
      NotFoundError: if there is no such file.
      DataLossError: if it is damaged, or holds objects.
    """
    file = NpzFile(path)
    return {name: file.read(name) for name in file.shapes}
