"""Monotonic attention: alignments that only move on through the memory.

(Raffel et al., "Online and Linear-Time Attention by Enforcing Monotonic Alignments", 2017.)
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from penstock.contrib.seq2seq.memory_attention import MemoryAttention
from penstock.contrib.seq2seq.scores import (
    bahdanau_score,
    bahdanau_weights,
    luong_scale,
    luong_score,
)
from penstock.core import dtypes
from penstock.core.dtypes import int32
from penstock.functions.arrays import reshape, shape as shape_of, transpose
from penstock.functions.arrays_filling import one_hot, ones, zeros
from penstock.functions.arrays_joining import concat
from penstock.functions.clipping import clip_by_value
from penstock.functions.folds import scan
from penstock.functions.get_variable import get_variable
from penstock.functions.math_casts import cast
from penstock.functions.math_elementwise import exp, log, sigmoid
from penstock.functions.math_sequences import cumprod, cumsum
from penstock.functions.random import random_normal
from penstock.functions.variable_scope import variable_scope
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.layers.core import Dense

__all__ = [
    "BahdanauMonotonicAttention",
    "LuongMonotonicAttention",
    "MonotonicAttention",
    "monotonic_attention",
    "monotonic_probabilities",
    "safe_cumprod",
]


def safe_cumprod(x: Any, *args: Any, **kwargs: Any) -> Tensor:
    """Build the running product of numbers from 0 to 1, through logarithms, so that none is 0.

    Args:
      x: floats; they are held between the least positive number of their dtype and 1.
      *args: as those of `tf.cumsum`.
      **kwargs: the same.

    Returns:
      A tensor of the shape of `x`.
    """
    with name_scope(None, "SafeCumprod", [x]):
        x = convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        return exp(cumsum(log(clip_by_value(x, tiny, 1)), *args, **kwargs))


def monotonic_attention(p_choose_i: Any, previous_attention: Any, mode: str) -> Tensor:
    """Build the distribution of where a search ends that starts where the last one ended.

    The search goes through the memory from the last place on, and ends at place i with the
    probability `p_choose_i`.

    Args:
      p_choose_i: floats [batch, places] from 0 to 1.
      previous_attention: [batch, places]: the distribution of where the last search ended.
      mode: "recursive", exact, place after place; "parallel", the same by running products, less
        exact where probabilities are 1; "hard", for probabilities that are 0 or 1.

    Returns:
      floats [batch, places]; they sum to less than 1 if the search may come to the end.

    Raises:
      ValueError: if there is no such mode.
    """
    p = convert_to_tensor(p_choose_i, name="p_choose_i")
    previous = convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        return _recursive(p, previous)
    if mode == "parallel":
        passed = safe_cumprod(1 - p, axis=1, exclusive=True)
        return p * passed * cumsum(previous / clip_by_value(passed, 1e-10, 1.0), axis=1)
    if mode == "hard":
        p *= cumsum(previous, axis=1)
        return p * cumprod(1 - p, axis=1, exclusive=True)
    raise ValueError(f"mode must be 'recursive', 'parallel' or 'hard', but is {mode!r}.")


def _recursive(p: Tensor, previous: Tensor) -> Tensor:
    """Carry the probability that a search is still going on from place to place."""
    known = p.get_shape().as_list()[0]
    batch_size = shape_of(p)[0] if known is None else known
    first = ones((batch_size, 1), dtype=p.dtype)
    passed = concat([first, 1 - p[:, :-1]], 1)
    arriving = scan(
        lambda going, row: reshape(row[0] * going + row[1], (batch_size,)),
        [transpose(passed), transpose(previous)],
        zeros((batch_size,), dtype=p.dtype),
    )
    return p * transpose(arriving)


def monotonic_probabilities(
    score: Tensor,
    previous_alignments: Tensor,
    sigmoid_noise: float,
    mode: str,
    seed: int | None = None,
) -> Tensor:
    """Build alignments of scores and the last alignments; noise makes training choose hard."""
    if sigmoid_noise > 0:
        noise = random_normal(shape_of(score), dtype=score.dtype, seed=seed)
        score = score + sigmoid_noise * noise
    p = cast(score > 0, score.dtype) if mode == "hard" else sigmoid(score)
    return monotonic_attention(p, previous_alignments, mode)


class MonotonicAttention(MemoryAttention):
    """What the mechanisms of this module share: the first search starts at the first place."""

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Tensor:
        """Build the alignments before the first step: all at the first place."""
        return one_hot(zeros((batch_size,), dtype=int32), self._alignments_size, dtype=dtype)


class BahdanauMonotonicAttention(MonotonicAttention):
    """Monotonic attention with additive scores, as in `BahdanauAttention`, plus a bias.

    Args:
      num_units: the depth of what query and memory are multiplied to.
      memory: floats [batch, places, depth], such as an encoder's outputs.
      memory_sequence_length: int32 [batch], all above 0: how many places count.
      normalize: whether to normalize weights.
      score_mask_value: the score of places that do not count; minus infinity by default.
      sigmoid_noise: the standard deviation of noise that is added to scores, so that in training
        they become large, and probabilities near 0 or 1.
      sigmoid_noise_seed: the seed of the op that draws it.
      score_bias_init: the first value of the bias; choose it below 0 for a long memory.
      mode: as that of `monotonic_attention`. Train with "parallel", decode with "hard".
      dtype: of the weights; float32 by default.
      name: a name for what is built.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "BahdanauMonotonicAttention",
    ) -> None:
        dtype = dtype or dtypes.float32
        super().__init__(
            query_layer=Dense(num_units, name="query_layer", use_bias=False, dtype=dtype),
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            memory=memory,
            probability_fn=partial(
                monotonic_probabilities,
                sigmoid_noise=sigmoid_noise,
                mode=mode,
                seed=sigmoid_noise_seed,
            ),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize
        self._name = name
        self._score_bias_init = score_bias_init

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Any]:
        """Build the alignments [batch, places] for a query [batch, depth], and the next state."""
        with variable_scope(None, "bahdanau_monotonic_attention", [query]):
            processed = self.query_layer(query)
            weights = bahdanau_weights(self._num_units, self._normalize, query.dtype)
            score = bahdanau_score(processed, self._keys, *weights)
            score += _score_bias(self._score_bias_init, query.dtype)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


class LuongMonotonicAttention(MonotonicAttention):
    """Monotonic attention with multiplicative scores, as in `LuongAttention`, plus a bias.

    Args:
      num_units: the depth of the query, to which the memory is multiplied.
      memory: floats [batch, places, depth], such as an encoder's outputs.
      memory_sequence_length: int32 [batch], all above 0: how many places count.
      scale: whether scores are multiplied by a weight.
      score_mask_value: the score of places that do not count; minus infinity by default.
      sigmoid_noise: the standard deviation of noise that is added to scores.
      sigmoid_noise_seed: the seed of the op that draws it.
      score_bias_init: the first value of the bias.
      mode: as that of `monotonic_attention`.
      dtype: of the weights; float32 by default.
      name: a name for what is built.
    """

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "LuongMonotonicAttention",
    ) -> None:
        dtype = dtype or dtypes.float32
        super().__init__(
            query_layer=None,
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            memory=memory,
            probability_fn=partial(
                monotonic_probabilities,
                sigmoid_noise=sigmoid_noise,
                mode=mode,
                seed=sigmoid_noise_seed,
            ),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale
        self._name = name
        self._score_bias_init = score_bias_init

    def __call__(self, query: Any, state: Any) -> tuple[Tensor, Any]:
        """Build the alignments [batch, places] for a query [batch, num_units], and the next state.

        Raises:
          ValueError: if the query is not as deep as the keys.
        """
        with variable_scope(None, "luong_monotonic_attention", [query]):
            score = luong_score(query, self._keys, luong_scale(self._scale, query.dtype))
            score += _score_bias(self._score_bias_init, query.dtype)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


def _score_bias(start: float, dtype: Any) -> Any:
    return get_variable("attention_score_bias", dtype=dtype, initializer=start)
