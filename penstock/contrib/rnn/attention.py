"""A cell around a cell that attends to its own last states."""

from __future__ import annotations

from typing import Any

from absl import logging

from penstock.contrib.rnn.linear import Linear
from penstock.core import nest
from penstock.functions.arrays import expand_dims, reshape
from penstock.functions.arrays_indexing import slice as slice_of
from penstock.functions.arrays_joining import concat
from penstock.functions.get_variable import get_variable
from penstock.functions.math_elementwise import tanh
from penstock.functions.math_reductions import reduce_sum
from penstock.functions.variable_scope import variable_scope
from penstock.nn.convolutions import conv2d
from penstock.nn.recurrent.cell import RNNCell, assert_like_rnncell
from penstock.nn.softmaxes import softmax

__all__ = ["AttentionCellWrapper"]


class AttentionCellWrapper(RNNCell):
    """A cell that attends to a window of its own last outputs.

    Args:
      cell: the cell inside.
      attn_length: the size of the window.
      attn_size: the size of what is attended to; the cell's output size by default.
      attn_vec_size: the size of the features that decide; `attn_size` by default.
      input_size: the size that inputs and attention are projected to; the inputs' by default.
      state_is_tuple: whether the state is a tuple: the cell's, attention, window; else it is one
        tensor.
      reuse: whether the variables are there already in the scope.

    Raises:
      TypeError: if `cell` is none.
      ValueError: if its state is a tuple though this one's is not, or the window is empty.

    Source: Cheng et al., "Long short-term memory-networks for machine reading", 2016.
    """

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if nest.is_sequence(cell.state_size) and not state_is_tuple:
            raise ValueError(
                "The cell's state must be a single tensor where state_is_tuple is False, but its "
                f"size is {cell.state_size}. Leave state_is_tuple=True."
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length must be positive, but is {attn_length}.")
        if not state_is_tuple:
            logging.warning("%s: state_is_tuple=False makes steps slower.", self)
        self._cell = cell
        self._attn_length = attn_length
        self._attn_size = cell.output_size if attn_size is None else attn_size
        self._attn_vec_size = self._attn_size if attn_vec_size is None else attn_vec_size
        self._input_size = input_size
        self._state_is_tuple = state_is_tuple
        self._linear1: Linear | None = None
        self._linear2: Linear | None = None
        self._linear3: Linear | None = None

    @property
    def state_size(self) -> Any:
        """The sizes of the cell's state, the attention and the window, or their sum."""
        sizes = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        """The size of what is attended to."""
        return self._attn_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """Build one step."""
        state, attention, window = state if self._state_is_tuple else self._parts(state)
        window = reshape(window, [-1, self._attn_length, self._attn_size])
        size = self._input_size
        if size is None:
            size = inputs.get_shape().as_list()[1]
        if self._linear1 is None:
            self._linear1 = Linear([inputs, attention], size, True)
        inputs = self._linear1([inputs, attention])
        output, state = self._cell(inputs, state)
        query = concat(nest.flatten(state), 1) if self._state_is_tuple else state
        attention, window = self._attend(query, window)
        with variable_scope("attn_output_projection"):
            if self._linear2 is None:
                self._linear2 = Linear([output, attention], self._attn_size, True)
            output = self._linear2([output, attention])
        window = concat([window, expand_dims(output, 1)], 1)
        window = reshape(window, [-1, self._attn_length * self._attn_size])
        parts = (state, attention, window)
        return output, parts if self._state_is_tuple else concat(list(parts), 1)

    def _parts(self, state: Any) -> list[Any]:
        sizes = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        starts = (0, sizes[0], sizes[0] + sizes[1])
        return [
            slice_of(state, [0, start], [-1, size])
            for start, size in zip(starts, sizes, strict=True)
        ]

    def _attend(self, query: Any, window: Any) -> tuple[Any, Any]:
        """Build the mean of the window, weighted by how it fits the query; and its tail."""
        with variable_scope("attention"):
            k = get_variable("attn_w", [1, 1, self._attn_size, self._attn_vec_size])
            v = get_variable("attn_v", [self._attn_vec_size])
            hidden = reshape(window, [-1, self._attn_length, 1, self._attn_size])
            features = conv2d(hidden, k, [1, 1, 1, 1], "SAME")
            if self._linear3 is None:
                self._linear3 = Linear(query, self._attn_vec_size, True)
            y = reshape(self._linear3(query), [-1, 1, 1, self._attn_vec_size])
            weights = softmax(reduce_sum(v * tanh(features + y), [2, 3]))
            weights = reshape(weights, [-1, self._attn_length, 1, 1])
            mean = reduce_sum(weights * hidden, [1, 2])
            attention = reshape(mean, [-1, self._attn_size])
            return attention, slice_of(window, [0, 1, 0], [-1, -1, -1])
