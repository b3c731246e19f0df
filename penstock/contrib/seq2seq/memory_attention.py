"""Attention: how much each place of a memory matters to a query.

A mechanism holds a *memory* [batch, places, depth], such as an encoder's outputs. What it makes of
the memory once are *keys*; what is read at last are *values*. Called with a query [batch, depth],
it scores the keys against it, and gives *alignments*: the share of each place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.contrib.seq2seq.memory import mask_scores, prepare_memory
from penstock.core import dtypes
from penstock.core.dtypes import as_dtype
from penstock.functions.arrays import shape as shape_of
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.recurrent.cell import zero_state_tensors

__all__ = ["AttentionMechanism", "MemoryAttention"]


class AttentionMechanism:
    """The base of attention mechanisms, for an `AttentionWrapper`.

    A mechanism of one's own has the attributes `values`, `batch_size`, `alignments_size` and
    `state_size`, the methods `initial_alignments(batch_size, dtype)` and
    `initial_state(batch_size, dtype)`, and is called with a query and a state, to give alignments
    [batch, places] and the next state.
    """

    @property
    def alignments_size(self) -> Any:
        """The number of places in the memory."""
        raise NotImplementedError(f"{type(self).__name__} must tell its alignments_size.")

    @property
    def state_size(self) -> Any:
        """The size of the state, without the batch's axis."""
        raise NotImplementedError(f"{type(self).__name__} must tell its state_size.")


class MemoryAttention(AttentionMechanism):
    """What the mechanisms of this module share: memory, keys, alignments, a first state.

    Args:
      query_layer: from a query to what is scored; None to score the query itself.
      memory: a nest of tensors [batch, places, ...].
      probability_fn: from scores and the state to alignments.
      memory_sequence_length: int32 [batch]: how many places count.
      memory_layer: from the memory to the keys; None for the memory itself.
      check_inner_dims_defined: whether the memory's depth must be known.
      score_mask_value: the score of places that do not count; minus infinity by default.
      custom_key_value_fn: from keys and values to the keys and values to use.
      name: a name for what is built.

    Raises:
      TypeError: if a layer is none.
      ValueError: if the memory's depth is not known.
    """

    def __init__(
        self,
        query_layer: Any,
        memory: Any,
        probability_fn: Callable[[Tensor, Tensor], Tensor],
        memory_sequence_length: Any = None,
        memory_layer: Any = None,
        check_inner_dims_defined: bool = True,
        score_mask_value: Any = None,
        custom_key_value_fn: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> None:
        _check_layer("query_layer", query_layer)
        _check_layer("memory_layer", memory_layer)
        self._query_layer = query_layer
        self._memory_layer = memory_layer
        self.dtype = dtypes.float32 if memory_layer is None else as_dtype(memory_layer.dtype)
        if score_mask_value is None:
            score_mask_value = self.dtype.as_numpy_dtype(-np.inf)
        self._probability_fn = lambda score, state: probability_fn(
            mask_scores(score, lengths, score_mask_value), state
        )
        with name_scope(name, "BaseAttentionMechanismInit", [memory]):
            lengths = memory_sequence_length
            if lengths is not None:
                lengths = convert_to_tensor(lengths, name="memory_sequence_length")
            self._values = prepare_memory(memory, lengths, check_inner_dims_defined)
            self._keys = self._values if memory_layer is None else memory_layer(self._values)
            if custom_key_value_fn is not None:
                self._keys, self._values = custom_key_value_fn(self._keys, self._values)
            self._batch_size = _size(self._keys, 0)
            self._alignments_size = _size(self._keys, 1)

    @property
    def memory_layer(self) -> Any:
        """The layer from the memory to the keys."""
        return self._memory_layer

    @property
    def query_layer(self) -> Any:
        """The layer that queries go through."""
        return self._query_layer

    @property
    def values(self) -> Any:
        """What is read: the memory, zeros where it does not count."""
        return self._values

    @property
    def keys(self) -> Any:
        """What queries are held against, [batch, places, units]."""
        return self._keys

    @property
    def batch_size(self) -> Any:
        """The number of examples: a number, or a tensor if it is not known."""
        return self._batch_size

    @property
    def alignments_size(self) -> Any:
        """The number of places: a number, or a tensor if it is not known."""
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        """The size of the state, which is the last alignments."""
        return self._alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Tensor:
        """Build the alignments before the first step, zeros [batch, places]."""
        made: Tensor = zero_state_tensors(self._alignments_size, batch_size, dtype)
        return made

    def initial_state(self, batch_size: Any, dtype: Any) -> Any:
        """Build the state before the first step, which is the first alignments."""
        return self.initial_alignments(batch_size, dtype)


def _check_layer(role: str, layer: Any) -> None:
    if layer is not None and not (callable(layer) and hasattr(layer, "dtype")):
        raise TypeError(f"{role} must be a layer such as tf.layers.Dense(n), but is {layer!r}.")


def _size(x: Tensor, axis: int) -> Any:
    known = x.get_shape().as_list()[axis]
    return shape_of(x)[axis] if known is None else known
