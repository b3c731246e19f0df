"""Look into a checkpoint without a graph: names, shapes, dtypes and values."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core.dtypes import DType
from penstock.core.errors import NotFoundError
from penstock.formats.checkpoint import open_checkpoint, prefix_of
from penstock.formats.messages import DataType

__all__ = [
    "CheckpointReader",
    "NewCheckpointReader",
    "list_variables",
    "load_checkpoint",
    "load_variable",
]


class CheckpointReader:
    """A checkpoint that is open for reading; `tf.train.load_checkpoint` gives one.

    Args:
      prefix: the checkpoint's prefix.
    """

    def __init__(self, prefix: str) -> None:
        self._reader = open_checkpoint(prefix)

    def has_tensor(self, name: str | bytes) -> bool:
        """Tell whether there is a tensor of that name."""
        return _text(name) in self._reader.shapes

    def get_tensor(self, name: str | bytes) -> Any:
        """Read a tensor.

        Returns:
          A NumPy array; for a scalar its value; strings as bytes.

        Raises:
          NotFoundError: if there is no such tensor.
          DataLossError: if it is damaged.
        """
        name = _text(name)
        if name not in self._reader.shapes:
            raise NotFoundError(None, None, f"Key {name} not found in checkpoint.")
        value = self._reader.read(name)
        return value if value.ndim else value[()]

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """Give the shapes of all tensors by name."""
        return {name: list(shape) for name, shape in self._reader.shapes.items()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """Give the dtypes of all tensors by name."""
        return dict(self._reader.dtypes)

    def debug_string(self) -> bytes:
        """List the tensors, one a line: name, dtype, shape."""
        rows = [
            f"{name} ({DataType.Name(self._reader.dtypes[name].as_datatype_enum)}) "
            f"[{','.join(map(str, shape))}]\n"
            for name, shape in sorted(self._reader.shapes.items())
        ]
        return "".join(rows).encode()

    def parts_of(self, name: str) -> list[Any]:
        """List the parts a tensor was saved in, as (start, length) an axis; empty if whole."""
        return self._reader.parts_of(name)


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name


def NewCheckpointReader(filepattern: str) -> CheckpointReader:  # noqa: N802  TensorFlow's name
    """Open a checkpoint by its prefix.

    Args:
      filepattern: the prefix, or for old checkpoints a path or pattern.

    Raises:
      NotFoundError: if there is none.
      DataLossError: if it is damaged.
    """
    return CheckpointReader(_text(filepattern))


def load_checkpoint(ckpt_dir_or_file: str) -> CheckpointReader:
    """Open a checkpoint.

    Args:
      ckpt_dir_or_file: its prefix, one of its files, or a folder, whose newest one is taken.

    Raises:
      ValueError: if the folder holds none.
      NotFoundError: if there is no such checkpoint.
      DataLossError: if it is damaged.
    """
    return CheckpointReader(_prefix(ckpt_dir_or_file))


def _prefix(path: str) -> str:
    try:
        return prefix_of(path)
    except NotFoundError as error:
        raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints: {error}") from None


def load_variable(ckpt_dir_or_file: str, name: str) -> np.ndarray:
    """Read one tensor of a checkpoint.

    Args:
      ckpt_dir_or_file: as for `load_checkpoint`.
      name: the tensor's name; a ``:0`` at its end is left out.

    Raises:
      NotFoundError: if there is no such checkpoint, or no such tensor in it.
    """
    value: np.ndarray = load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))
    return value


def list_variables(ckpt_dir_or_file: str) -> list[tuple[str, list[int]]]:
    """List names and shapes of all tensors of a checkpoint, sorted by name.

    Args:
      ckpt_dir_or_file: as for `load_checkpoint`.
    """
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())
