"""Strings put into buckets by a hash."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from penstock.core.fingerprints import fingerprint, murmur
from penstock.graph.spec import OpSpec, attr
from penstock.ops.strings import each_string, elementwise

__all__ = ["SPECS"]


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
)
