"""What NumPy 2 took from programs of TensorFlow 1's time, given back to them.

`penstock run` starts programs that were written for NumPy 1.1x. Names that are gone come back
where nothing else has taken their place, and lists of rows of unequal lengths become arrays of
objects again, with a warning. What NumPy itself answers stays its own.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

__all__ = ["restore"]

# Names that were other names of built-in types.
_BUILT_IN = {
    "complex": complex,
    "float": float,
    "int": int,
    "object": object,
    "str": str,
    "unicode": str,
}
# Names that were renamed.
_RENAMED = {
    "Inf": "inf",
    "Infinity": "inf",
    "NAN": "nan",
    "NaN": "nan",
    "PINF": "inf",
    "alltrue": "all",
    "complex_": "complex128",
    "cumproduct": "cumprod",
    "float_": "float64",
    "in1d": "isin",
    "int0": "intp",
    "product": "prod",
    "rank": "ndim",
    "round_": "round",
    "row_stack": "vstack",
    "sometrue": "any",
    "string_": "bytes_",
    "trapz": "trapezoid",
    "uint0": "uintp",
    "unicode_": "str_",
}


def restore(numpy: ModuleType) -> None:
    """Give a program the NumPy of its time, as far as it lacks it.

    Args:
      numpy: the module `numpy`.
    """
    present = vars(numpy)
    for name, kind in _BUILT_IN.items():
        if name not in present:
            setattr(numpy, name, kind)
    for name, new_name in _RENAMED.items():
        if name not in present:
            setattr(numpy, name, getattr(numpy, new_name))
    if "asscalar" not in present:
        numpy.asscalar = lambda a: a.item()  # type: ignore[attr-defined]
    for name in ("array", "asarray", "asanyarray"):
        setattr(numpy, name, _taking_ragged(present[name]))


def _taking_ragged(make: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function that makes an array: rows of unequal lengths become objects."""
    if hasattr(make, "__wrapped__"):
        return make

    @functools.wraps(make)
    def take(object: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return make(object, dtype, *args, **kwargs)
        except ValueError as error:
            if dtype is not None or "inhomogeneous" not in str(error):
                raise
        warnings.warn(
            "An array is made of rows of unequal lengths. It becomes an array of objects, as in "
            "NumPy 1; say dtype=object to have that in any NumPy.",
            stacklevel=2,
        )
        return make(object, "O", *args, **kwargs)

    return take
