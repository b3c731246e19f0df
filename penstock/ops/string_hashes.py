"""Strings put into buckets by a hash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.fingerprints import fingerprint, keyed, murmur
from penstock.graph.spec import OpSpec, attr
from penstock.ops.arrays_common import require
from penstock.ops.strings import each_string, elementwise

__all__ = ["SPECS"]


def _strong(xp: Any, x: Any, *, num_buckets: int, key: list[int]) -> np.ndarray:
    require(len(key) == 2, f"key must be two numbers, but is {key}.")
    pair = key[0], key[1]
    return each_string(lambda text: keyed(text, pair) % num_buckets, x, dtype=np.int64)


def _bucket_op(name: str, argument: str, doc: str, hashed: Callable[[bytes], int]) -> OpSpec:
    return elementwise(
        name,
        doc,
        lambda xp, x, *, num_buckets: each_string(
            lambda text: hashed(text) % num_buckets, x, dtype=np.int64
        ),
        attrs={"num_buckets": attr("int", minimum=1)},
        inputs=[argument],
        outputs="output: int64",
    )


SPECS = (
    _bucket_op(
        "StringToHashBucketFast",
        "input",
        "The number of each string's bucket, by its FarmHash fingerprint.",
        fingerprint,
    ),
    _bucket_op(
        "StringToHashBucket",
        "string_tensor",
        "The number of each string's bucket, by an older hash.",
        murmur,
    ),
    elementwise(
        "StringToHashBucketStrong",
        "The number of each string's bucket, by a hash that only those with the key can foresee.",
        _strong,
        attrs={"num_buckets": attr("int", minimum=1), "key": attr("list(int)")},
        outputs="output: int64",
    ),
)
