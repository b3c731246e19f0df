"""The values of an array in a few numbers: bounds, mean, and how many are not finite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Statistics", "statistics_of"]


@dataclass(frozen=True)
class Statistics:
    """The values of an array in a few numbers.

    Attributes:
      minimum, maximum, mean: of those values that are finite; None if there are none.
      nans: how many are NaN.
      infinities: how many are infinite.
    """

    COLUMNS = ("minimum", "maximum", "mean", "NaN", "infinite")

    minimum: float | None
    maximum: float | None
    mean: float | None
    nans: int
    infinities: int

    @property
    def cells(self) -> tuple[str, ...]:
        """The numbers as a row of a table under `COLUMNS`."""
        bounds = (self.minimum, self.maximum, self.mean)
        return (
            *("-" if bound is None else f"{bound:.6g}" for bound in bounds),
            str(self.nans),
            str(self.infinities),
        )


def statistics_of(array: np.ndarray) -> Statistics | None:
    """Tell bounds and mean of an array's finite values; None if it holds no real numbers.

    Args:
      array: numbers or truth values, of any shape; complex numbers and strings have no order.

    >>> statistics_of(np.array([1.0, np.nan, 3.0, np.inf]))
    Statistics(minimum=1.0, maximum=3.0, mean=2.0, nans=1, infinities=1)
    """
    if array.dtype.kind in "OSUc" or (array.dtype.kind == "V" and not _is_number(array.dtype)):
        return None
    if array.dtype.kind in "biu":
        finite, nans, infinities = array, 0, 0
    else:
        numbers = array.astype(np.float64)
        is_finite = np.isfinite(numbers)
        finite, nans = numbers[is_finite], int(np.isnan(numbers).sum())
        infinities = int(numbers.size - is_finite.sum()) - nans
    if not finite.size:
        return Statistics(None, None, None, nans, infinities)
    return Statistics(
        float(finite.min()), float(finite.max()), float(finite.mean(dtype=np.float64)),
        nans, infinities,
    )  # fmt: skip


def _is_number(dtype: np.dtype) -> bool:
    """Tell whether a type that NumPy does not know itself, such as bfloat16, is a number's."""
    return dtype.names is None and np.can_cast(dtype, np.float64)
