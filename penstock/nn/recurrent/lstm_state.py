"""The state of cells of long short-term memory."""

from __future__ import annotations

from typing import Any, NamedTuple

from penstock.core.dtypes import DType

__all__ = ["LSTMStateTuple"]


class LSTMStateTuple(NamedTuple):
    """The state of an LSTM cell: the memory `c` and the output `h`."""

    c: Any
    h: Any

    @property
    def dtype(self) -> DType:
        """The dtype of both.

        Raises:
          TypeError: if they differ.
        """
        if self.c.dtype != self.h.dtype:
            raise TypeError(
                f"Both parts of an LSTM state must have one dtype, but c is {self.c.dtype!r} "
                f"and h is {self.h.dtype!r}."
            )
        dtype: DType = self.c.dtype
        return dtype
