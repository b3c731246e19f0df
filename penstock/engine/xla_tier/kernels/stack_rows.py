"""Rows of stacks that are known: where all rows are one value, so is each."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["KERNELS"]


def _row(xp: Any, stack: Any, turn: Any) -> Any:
    if isinstance(stack, np.ndarray) and len(stack) and not stack.strides[0]:
        return stack[0]
    return xp.take(stack, stack.shape[0] - 1 - turn, axis=0)


KERNELS = {"_StackRow": _row}
