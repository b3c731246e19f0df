"""Kernels that write checkpoints and read them. The formats load when the first one runs."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from penstock.core.dtypes import DType, as_dtype
from penstock.core.errors import InvalidArgumentError

__all__ = ["KERNELS"]


def _formats(module: str) -> Any:
    """Give a module of formats: they need protocol buffers, which few programs need at all."""
    return importlib.import_module(f"penstock.formats.{module}")


def _texts(values: Any) -> list[str]:
    return [text.decode(errors="surrogateescape") for text in np.asarray(values, object).ravel()]


def _text(value: Any, what: str) -> str:
    if np.size(value) != 1:
        raise InvalidArgumentError(
            None, None, f"{what} must be one string, but came with shape {np.shape(value)}."
        )
    return _texts(value)[0]


def _check_lengths(names: list[str], specs: list[str], count: int) -> None:
    if not len(names) == len(specs) == count:
        raise InvalidArgumentError(
            None, None, f"There must be a name and a slice for each tensor, but {len(names)} names "
            f"and {len(specs)} slices came for {count} tensors.",
        )  # fmt: skip


def _arrays(tensors: Sequence[Any]) -> list[np.ndarray]:
    return [np.asarray(tensor) for tensor in tensors]


def _save_v2(xp: Any, prefix: Any, names: Any, specs: Any, tensors: Sequence[Any]) -> None:
    names, specs = _texts(names), _texts(specs)
    _check_lengths(names, specs, len(tensors))
    write = _formats("bundle_writing").write_bundle
    write(_text(prefix, "A prefix"), names, specs, _arrays(tensors))


def _save_slices(xp: Any, filename: Any, names: Any, specs: Any, tensors: Sequence[Any]) -> None:
    names, specs = _texts(names), _texts(specs)
    _check_lengths(names, specs, len(tensors))
    write = _formats("first_checkpoint").write_first_checkpoint
    write(_text(filename, "A file's name"), names, specs, _arrays(tensors))


def _save(xp: Any, filename: Any, names: Any, tensors: Sequence[Any]) -> None:
    _save_slices(xp, filename, names, np.full(np.shape(names), b"", object), tensors)


def _merge(xp: Any, prefixes: Any, destination: Any, *, delete_old_dirs: bool) -> None:
    merge = _formats("bundle_writing").merge_bundles
    merge(_texts(prefixes), _text(destination, "A prefix"), delete_old_dirs)


def _read(reader: Any, name: str, spec: str, dtype: DType) -> np.ndarray:
    found = reader.dtypes.get(name)
    if found is not None and found is not dtype:
        raise InvalidArgumentError(
            None, None, f"{name!r} in {reader.prefix} is {found.name}, but {dtype.name} is to be "
            "restored. Restore it as it was saved, and convert it with tf.cast.",
        )  # fmt: skip
    if not spec:
        return reader.read(name)
    shape, extents = _formats("slices").parse_spec(spec)
    if found is not None and reader.shapes[name] != shape:
        raise InvalidArgumentError(
            None, None, f"{name!r} in {reader.prefix} has the shape {reader.shapes[name]}, but a "
            f"part of a tensor of shape {shape} is to be restored.",
        )  # fmt: skip
    return reader.read(name, extents)


def _restore_v2(
    xp: Any, prefix: Any, names: Any, specs: Any, *, dtypes: Sequence[DType]
) -> list[np.ndarray]:
    names, specs = _texts(names), _texts(specs)
    _check_lengths(names, specs, len(dtypes))
    reader = _formats("checkpoint").open_checkpoint(_text(prefix, "A prefix"))
    wanted = zip(names, specs, map(as_dtype, dtypes), strict=True)
    return [_read(reader, name, spec, dtype) for name, spec, dtype in wanted]


def _restore_slice(xp: Any, pattern: Any, name: Any, spec: Any, *, dt: DType) -> np.ndarray:
    reader = _formats("checkpoint").open_checkpoint(_text(pattern, "A pattern of files"))
    return _read(reader, _text(name, "A name"), _text(spec, "A slice"), as_dtype(dt))


def _restore(xp: Any, pattern: Any, name: Any, *, dt: DType) -> np.ndarray:
    return _restore_slice(xp, pattern, name, np.array(b"", object), dt=dt)


KERNELS = {
    "MergeV2Checkpoints": _merge,
    "Restore": _restore,
    "RestoreSlice": _restore_slice,
    "RestoreV2": _restore_v2,
    "Save": _save,
    "SaveSlices": _save_slices,
    "SaveV2": _save_v2,
}
