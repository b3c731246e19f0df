"""Cells one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from absl import logging

from penstock.core import nest
from penstock.functions.arrays_indexing import slice as slice_of
from penstock.functions.arrays_joining import concat
from penstock.functions.layer import Layer
from penstock.functions.variable_scope import variable_scope
from penstock.graph.name_scope import name_scope
from penstock.nn.recurrent.cell import RNNCell

__all__ = ["MultiRNNCell"]


class MultiRNNCell(RNNCell):
    """Several cells as one: each takes the output of the one before.

    Args:
      cells: the cells, the first one takes the inputs.
      state_is_tuple: whether the state is a tuple of the cells' states; else these are one tensor.

    Raises:
      ValueError: if there are no cells, or a cell's state is a tuple though this one's is not.
      TypeError: if `cells` is no sequence.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not cells:
            raise ValueError(f"MultiRNNCell needs at least one cell, but cells is {cells!r}.")
        if not nest.is_sequence(cells):
            raise TypeError(f"cells must be a list or tuple of cells, but is {cells!r}.")
        if len({id(cell) for cell in cells}) < len(cells):
            logging.log_first_n(
                logging.WARNING,
                "Two cells of a MultiRNNCell are one object: they share weights.",
                1,
            )
        self._cells = cells
        self._state_is_tuple = state_is_tuple
        sizes = [cell.state_size for cell in cells]
        if not state_is_tuple and any(nest.is_sequence(size) for size in sizes):
            raise ValueError(
                "The cells' states must be single tensors where state_is_tuple is False, but "
                f"their sizes are {sizes}. Leave state_is_tuple=True."
            )

    @property
    def state_size(self) -> Any:
        """The cells' state sizes, as a tuple, or their sum."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """The last cell's."""
        return self._cells[-1].output_size

    @property
    def trainable_weights(self) -> list[Any]:
        """Those of the cells."""
        if not self.trainable:
            return []
        return [weight for cell in self._layers() for weight in cell.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Any]:
        """Those of the cells."""
        fixed = [weight for cell in self._layers() for weight in cell.non_trainable_weights]
        if self.trainable:
            return fixed
        return [weight for cell in self._layers() for weight in cell.trainable_weights] + fixed

    def _layers(self) -> list[Layer]:
        return [cell for cell in self._cells if isinstance(cell, Layer)]

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Build a state of zeros; see `RNNCell`."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step of all cells."""
        if self._state_is_tuple and not nest.is_sequence(state):
            raise ValueError(
                f"The state must be a tuple of {len(self._cells)} states, one for each cell, but "
                f"is {state!r}. Use that of zero_state."
            )
        states = []
        position = 0
        for index, cell in enumerate(self._cells):
            with variable_scope(f"cell_{index}"):
                if self._state_is_tuple:
                    before = state[index]
                else:
                    before = slice_of(state, [0, position], [-1, cell.state_size])
                    position += cell.state_size
                inputs, after = cell(inputs, before)
                states.append(after)
        return inputs, tuple(states) if self._state_is_tuple else concat(states, 1)
