"""Additive and multiplicative attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.contrib.seq2seq.memory_attention import MemoryAttention
from penstock.contrib.seq2seq.scores import (
    bahdanau_score,
    bahdanau_weights,
    luong_scale,
    luong_score,
)
from penstock.core import dtypes
from penstock.functions.variable_scope import variable_scope
from penstock.graph.node import Tensor
from penstock.layers.core import Dense
from penstock.nn.softmaxes import softmax

__all__ = ["BahdanauAttention", "LuongAttention"]


def _of_scores(function: Callable[[Tensor], Tensor] | None) -> Callable[..., Tensor]:
    """Give the function from scores and state to alignments of one of scores alone."""
    chosen = softmax if function is None else function
    return lambda score, _: chosen(score)


class BahdanauAttention(MemoryAttention):
    """Additive attention: scores are v · tanh(W query + U memory).

    (Bahdanau et al., "Neural Machine Translation by Jointly Learning to Align and Translate",
    2015.)

    Args:
      num_units: the depth of what query and memory are multiplied to.
      memory: floats [batch, places, depth], such as an encoder's outputs.
      memory_sequence_length: int32 [batch], all above 0: how many places count.
      normalize: whether to normalize weights, with a scale and a bias (Salimans and Kingma,
        "Weight Normalization", 2016).
      probability_fn: from scores [batch, places] to alignments; softmax by default. `hardmax` is
        another.
      score_mask_value: the score of places that do not count; minus infinity by default.
      dtype: of the weights; float32 by default.
      custom_key_value_fn: from keys and values to the keys and values to use.
      name: a name for what is built.

    Raises:
      ValueError: if the memory's depth is not known.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Callable[[Tensor], Tensor] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[..., Any] | None = None,
        name: str = "BahdanauAttention",
    ) -> None:
        dtype = dtype or dtypes.float32
        super().__init__(
            query_layer=Dense(num_units, name="query_layer", use_bias=False, dtype=dtype),
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            memory=memory,
            probability_fn=_of_scores(probability_fn),
            custom_key_value_fn=custom_key_value_fn,
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize
        self._name = name

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Any]:
        """Build the alignments [batch, places] for a query [batch, depth], and the next state."""
        with variable_scope(None, "bahdanau_attention", [query]):
            processed = self.query_layer(query)
            weights = bahdanau_weights(self._num_units, self._normalize, query.dtype)
            score = bahdanau_score(processed, self._keys, *weights)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


class LuongAttention(MemoryAttention):
    """Multiplicative attention: scores are query · W memory.

    (Luong et al., "Effective Approaches to Attention-based Neural Machine Translation", 2015.)

    Args:
      num_units: the depth of the query, to which the memory is multiplied.
      memory: floats [batch, places, depth], such as an encoder's outputs.
      memory_sequence_length: int32 [batch], all above 0: how many places count.
      scale: whether scores are multiplied by a weight.
      probability_fn: from scores [batch, places] to alignments; softmax by default.
      score_mask_value: the score of places that do not count; minus infinity by default.
      dtype: of the weights; float32 by default.
      custom_key_value_fn: from keys and values to the keys and values to use.
      name: a name for what is built.

    Raises:
      ValueError: if the memory's depth is not known.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Callable[[Tensor], Tensor] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[..., Any] | None = None,
        name: str = "LuongAttention",
    ) -> None:
        dtype = dtype or dtypes.float32
        super().__init__(
            query_layer=None,
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            memory=memory,
            probability_fn=_of_scores(probability_fn),
            custom_key_value_fn=custom_key_value_fn,
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale
        self._name = name

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Any]:
        """Build the alignments [batch, places] for a query [batch, num_units], and the next state.

        Raises:
          ValueError: if the query is not as deep as the keys.
        """
        with variable_scope(None, "luong_attention", [query]):
            score = luong_score(query, self._keys, luong_scale(self._scale, query.dtype))
        alignments = self._probability_fn(score, state)
        return alignments, alignments
