"""Sizes that many cells have: of a state that is the output, and of an LSTM's."""

from __future__ import annotations

from typing import Any

from penstock.nn.recurrent.lstm_state import LSTMStateTuple

__all__ = ["LSTMSizes", "OneSize"]


class OneSize:
    """The sizes of a cell whose state is its output, of `_num_units`."""

    _num_units: int

    @property
    def state_size(self) -> Any:
        """The number of units."""
        return self._num_units

    @property
    def output_size(self) -> Any:
        """The number of units."""
        return self._num_units


class LSTMSizes:
    """The sizes of an LSTM of `_num_units`, whose output may be projected to `_num_proj`.

    The state is one tensor if `_state_is_tuple` is False.
    """

    _num_units: int
    _num_proj: int | None = None
    _state_is_tuple: bool = True

    @property
    def state_size(self) -> Any:
        """The sizes of c and h, or their sum."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """The number of outputs."""
        return self._num_proj or self._num_units
