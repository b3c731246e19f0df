"""Safetensors files, by the package of that name, which need not be installed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from penstock.core.errors import DataLossError, UnimplementedError
from penstock.core.file_errors import translated
from penstock.formats.replacement import write_file

try:
    from safetensors import SafetensorError, numpy as library
except ImportError:
    library = None

__all__ = ["read_safetensors", "write_safetensors"]


def read_safetensors(path: str) -> dict[str, np.ndarray]:
    """Read the arrays of a file.

    Raises:
      DataLossError: if it is damaged.
      UnimplementedError: if the package is not installed.
    """
    _check_installed()
    try:
        with translated(path):
            arrays: dict[str, np.ndarray] = library.load_file(path)
    except (ValueError, KeyError, SafetensorError) as error:
        raise DataLossError(
            None, None, f"{path!r} is no safetensors file, or damaged: {error}."
        ) from None
    return arrays


def write_safetensors(path: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays to a file.

    Raises:
      UnimplementedError: if the package is not installed.
      OpError: if the file cannot be written.
    """
    _check_installed()
    write_file(path, library.save(dict(arrays)))


def _check_installed() -> None:
    if library is None:
        raise UnimplementedError(
            None, None, "safetensors files need the package safetensors: "
            "pip install 'penstock[safetensors]'.",
        )  # fmt: skip
