"""`tf.raw_ops`: each op of the library as a function of its inputs and attributes.

    tf.raw_ops.MatMul(a=x, b=y, transpose_a=True, name="product")

The names of ops, inputs and attributes are TensorFlow's; inputs may also be given by position.
"""

from collections.abc import Callable
from typing import Any

from penstock.graph.build import raw as _raw
from penstock.ops.library import LIBRARY as _LIBRARY

__all__ = sorted(_LIBRARY)


def __getattr__(name: str) -> Callable[..., Any]:
    if name not in _LIBRARY:
        raise AttributeError(f"There is no op {name!r}; `dir(tf.raw_ops)` lists the ops there are.")
    return getattr(_raw, name)


def __dir__() -> list[str]:
    return __all__.copy()
