"""The state of cells of long short-term memory."""

from __future__ import annotations

from typing import Any, NamedTuple

from penstock.core import nest
from penstock.core.dtypes import DType
from penstock.functions.layer import Layer

__all__ = ["LSTMStateTuple", "pair_of"]


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


def pair_of(cell: Layer, state: Any) -> tuple[Any, Any]:
    """Give memory and output of a state that must be a pair.

    Raises:
      TypeError: if it is one tensor.
      ValueError: if it has another number of parts.
    """
    if not nest.is_sequence(state):
        raise TypeError(
            f"The state of the cell {cell.name!r} must be a pair of memory and output, such as an "
            f"LSTMStateTuple, but is {state!r}. Use that of zero_state, or state_is_tuple=False."
        )
    if len(state) != 2:
        raise ValueError(
            f"The state of the cell {cell.name!r} must have two parts, memory and output, but has "
            f"{len(state)}: {state!r}."
        )
    return state[0], state[1]
