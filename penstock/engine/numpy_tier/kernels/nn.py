"""Neural network ops of which NumPy's form writes in place, or checks what XLA cannot."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.ops.index_range import check_range
from penstock.ops.softmax import sparse_cross_entropy

__all__ = ["KERNELS"]


def _put_at(xp: Any, input: Any, grad: Any, argmax: Any, *, include_batch_in_index: bool) -> Any:
    rows = (1, -1) if include_batch_in_index else (len(input), -1)
    flat = np.zeros(input.shape, grad.dtype).reshape(rows)
    places = argmax.reshape(rows)
    np.add.at(flat, (np.arange(len(flat))[:, None], places), grad.reshape(rows))
    return flat.reshape(input.shape)


def _checked_sparse_cross_entropy(xp: Any, features: Any, labels: Any) -> tuple[Any, Any]:
    classes = features.shape[-1]
    check_range(labels, classes, "the classes", "labels")
    return sparse_cross_entropy(xp, features, labels)


KERNELS = {
    "MaxPoolGradWithArgmax": _put_at,
    "SparseSoftmaxCrossEntropyWithLogits": _checked_sparse_cross_entropy,
}
