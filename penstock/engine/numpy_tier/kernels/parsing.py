"""Kernels that take examples apart. The formats load when the first one runs."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["KERNELS"]


def _parse(
    serialized: Sequence[bytes],
    names: Sequence[bytes],
    sparse: tuple[Sequence[str], Any],
    dense: tuple[Sequence[str], Any, Any, Sequence[Any]],
) -> Any:
    formats: Any = importlib.import_module("penstock.formats.example_parsing")
    keys, dtypes, shapes, defaults = dense
    return formats.parse_examples(
        serialized,
        names,
        [formats.SparseFeature(*each) for each in zip(*sparse, strict=True)],
        [
            formats.DenseFeature(key, dtype, shape, np.asarray(default))
            for key, dtype, shape, default in zip(keys, dtypes, shapes, defaults, strict=True)
        ],
    )


def _texts(values: Any) -> list[bytes]:
    return list(np.asarray(values, object).reshape(-1))


def _several(
    xp: Any, serialized: Any, names: Any, sparse_keys: Any, dense_keys: Any, dense_defaults: Any,
    *, sparse_types: Any, Tdense: Any, dense_shapes: Any,
) -> Any:  # fmt: skip
    sparse = [_texts(key)[0].decode() for key in sparse_keys]
    dense = [_texts(key)[0].decode() for key in dense_keys]
    return _parse(
        _texts(serialized), _texts(names), (sparse, sparse_types),
        (dense, Tdense, dense_shapes, dense_defaults),
    )  # fmt: skip


def _one(
    xp: Any, serialized: Any, dense_defaults: Any,
    *, sparse_keys: Any, dense_keys: Any, sparse_types: Any, Tdense: Any, dense_shapes: Any,
) -> Any:  # fmt: skip
    sparse, dense = ([_text(key) for key in keys] for keys in (sparse_keys, dense_keys))
    indices, values, shapes, found = _parse(
        _texts(serialized), [], (sparse, sparse_types),
        (dense, Tdense, dense_shapes, dense_defaults),
    )  # fmt: skip
    return (
        [each[:, 1:] for each in indices],
        values,
        [each[1:] for each in shapes],
        [each[0] for each in found],
    )


def _text(key: str | bytes) -> str:
    return key.decode() if isinstance(key, bytes) else key


KERNELS = {"ParseExample": _several, "ParseSingleExample": _one}
