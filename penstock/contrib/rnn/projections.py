"""Cells around a cell that embed or project what goes in or comes out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from absl import logging

from penstock.contrib.rnn.linear import Linear
from penstock.functions.arrays import reshape
from penstock.functions.get_variable import get_variable
from penstock.functions.graph_scopes import device
from penstock.functions.initializers import RandomUniform
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.name_scope import name_scope
from penstock.nn.embedding import embedding_lookup
from penstock.nn.recurrent.cell import RNNCell, assert_like_rnncell

__all__ = [
    "EmbeddingWrapper",
    "InputProjectionWrapper",
    "InnerCell",
    "OutputProjectionWrapper",
]


class InnerCell(RNNCell):
    """A cell around `_cell`, with its sizes and its first state."""

    _cell: Any

    @property
    def state_size(self) -> Any:
        """That of the cell inside."""
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the cell inside."""
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Build a state of zeros; see `RNNCell`."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return self._cell.zero_state(batch_size, dtype)


class EmbeddingWrapper(InnerCell):
    """A cell that takes numbers of symbols, and looks their vectors up.

    Args:
      cell: the cell that takes the vectors.
      embedding_classes: the number of symbols.
      embedding_size: the size of a vector.
      initializer: of the table; by default the scope's, else uniform numbers of variance 1.
      reuse: whether the table is there already in the scope.

    Raises:
      TypeError: if `cell` is none.
      ValueError: if a size is not positive.
    """

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                "embedding_classes and embedding_size must be positive, but are "
                f"{embedding_classes} and {embedding_size}."
            )
        self._cell = cell
        self._shape = [embedding_classes, embedding_size]
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> Any:
        """Build one step."""
        with device("/cpu:0"):
            initializer = self._initializer or get_variable_scope().initializer
            if not initializer:
                initializer = RandomUniform(-math.sqrt(3), math.sqrt(3))
            dtype = state[0].dtype if isinstance(state, tuple) else state.dtype
            table = get_variable("embedding", self._shape, initializer=initializer, dtype=dtype)
            return self._cell(embedding_lookup(table, reshape(inputs, [-1])), state)


class InputProjectionWrapper(InnerCell):
    """A cell whose inputs are projected.

    Args:
      cell: the cell that takes the projected inputs.
      num_proj: their number.
      activation: applied to them; None for none.
      input_size: of no use.
      reuse: whether the variables are there already in the scope.

    Raises:
      TypeError: if `cell` is none.
    """

    def __init__(
        self,
        cell: Any,
        num_proj: int,
        activation: Callable[[Any], Any] | None = None,
        input_size: Any = None,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if input_size is not None:
            logging.warning("%s: input_size is of no use.", self)
        assert_like_rnncell("cell", cell)
        self._cell = cell
        self._num_proj = num_proj
        self._activation = activation
        self._linear: Linear | None = None

    def call(self, inputs: Any, state: Any) -> Any:
        """Build one step."""
        if self._linear is None:
            self._linear = Linear(inputs, self._num_proj, True)
        projected = self._linear(inputs)
        return self._cell(self._activation(projected) if self._activation else projected, state)


class OutputProjectionWrapper(InnerCell):
    """A cell whose outputs are projected.

    Args:
      cell: the cell.
      output_size: the number of projected outputs.
      activation: applied to them; None for none.
      reuse: whether the variables are there already in the scope.

    Raises:
      TypeError: if `cell` is none.
      ValueError: if `output_size` is not positive.
    """

    def __init__(
        self,
        cell: Any,
        output_size: int,
        activation: Callable[[Any], Any] | None = None,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if output_size < 1:
            raise ValueError(f"output_size must be positive, but is {output_size}.")
        self._cell = cell
        self._output_size = output_size
        self._activation = activation
        self._linear: Linear | None = None

    @property
    def output_size(self) -> int:
        """The number of projected outputs."""
        return self._output_size

    def call(self, inputs: Any, state: Any) -> Any:
        """Build one step."""
        output, state = self._cell(inputs, state)
        if self._linear is None:
            self._linear = Linear(output, self._output_size, True)
        projected = self._linear(output)
        return (self._activation(projected) if self._activation else projected), state
