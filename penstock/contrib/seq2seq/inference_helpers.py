"""Helpers that feed what was decoded: the best class, a sampled one, or anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.contrib.seq2seq.helpers import Helper
from penstock.core.dtypes import DType, int32
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import reshape, shape as shape_of, size as size_of
from penstock.functions.arrays_filling import tile
from penstock.functions.cond import cond
from penstock.functions.math_logic import equal
from penstock.functions.math_reductions import argmax, reduce_all
from penstock.functions.random import multinomial
from penstock.graph.build import convert_to_tensor
from penstock.graph.node import Tensor
from penstock.nn.embedding import embedding_lookup

__all__ = [
    "GreedyEmbeddingHelper",
    "InferenceHelper",
    "SampleEmbeddingHelper",
    "embedding_function",
    "sample_classes",
    "start_and_end_tokens",
]


def embedding_function(embedding: Any) -> Callable[[Any], Any]:
    """Give the function from ids to inputs: `embedding` itself, or a look-up in it."""
    if callable(embedding):
        return embedding  # type: ignore[no-any-return]
    return lambda ids: embedding_lookup(embedding, ids)


def start_and_end_tokens(start_tokens: Any, end_token: Any) -> tuple[Tensor, Tensor]:
    """Turn the tokens that begin sequences, and the one that ends them, into tensors.

    Raises:
      ValueError: if `start_tokens` is no vector or `end_token` no scalar.
    """
    starts = convert_to_tensor(start_tokens, dtype=int32, name="start_tokens")
    end = convert_to_tensor(end_token, dtype=int32, name="end_token")
    if starts.get_shape().ndims != 1:
        raise ValueError(
            f"start_tokens must be a vector, a token for each sequence, but has shape "
            f"{starts.get_shape()}. Use tf.fill([batch_size], start_token)."
        )
    if end.get_shape().ndims != 0:
        raise ValueError(
            f"end_token must be a scalar, one for all sequences, but has shape {end.get_shape()}."
        )
    return starts, end


def sample_classes(logits: Any, seed: int | None) -> Tensor:
    """Draw a class from each row of scores [batch, classes], by their softmax: int32 [batch]."""
    drawn = multinomial(logits, 1, seed=seed, output_dtype=int32)
    return reshape(drawn, [-1])


class GreedyEmbeddingHelper(Helper):
    """Feeds the embedding of the class with the highest score.

    Args:
      embedding: a function from ids [batch] to inputs, or what `tf.nn.embedding_lookup` takes.
      start_tokens: int32 [batch]: the ids of the first inputs.
      end_token: int32 scalar: the id that ends a sequence.

    Raises:
      ValueError: if `start_tokens` is no vector or `end_token` no scalar.
    """

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any) -> None:
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens, self._end_token = start_and_end_tokens(start_tokens, end_token)
        self._batch_size = size_of(start_tokens)
        self._start_inputs = self._embedding_fn(self._start_tokens)

    @property
    def batch_size(self) -> Any:
        """The number of sequences, an int32 scalar."""
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of a sample: a scalar's."""
        return TensorShape([])

    @property
    def sample_ids_dtype(self) -> DType:
        """The dtype of samples, int32."""
        return int32

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Build `finished`, all False, and the embeddings of the start tokens."""
        return tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Build the best class of each output.

        Raises:
          TypeError: if the outputs are a nest, not one tensor.
        """
        _check_one_tensor(outputs)
        return argmax(outputs, axis=-1, output_type=int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Build `finished`, the embeddings of the samples, and the state as it is."""
        finished = equal(sample_ids, self._end_token)
        inputs = cond(
            reduce_all(finished),
            lambda: self._start_inputs,
            lambda: self._embedding_fn(sample_ids),
        )
        return finished, inputs, state


def _check_one_tensor(outputs: Any) -> None:
    if not isinstance(outputs, Tensor):
        raise TypeError(
            f"The decoder's outputs must be one tensor of scores, but are {outputs!r}. For a nest "
            "of outputs, write a tf.contrib.seq2seq.CustomHelper."
        )


class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """Feeds the embedding of a class that is drawn by the softmax of the scores.

    Args:
      embedding: a function from ids [batch] to inputs, or what `tf.nn.embedding_lookup` takes.
      start_tokens: int32 [batch]: the ids of the first inputs.
      end_token: int32 scalar: the id that ends a sequence.
      softmax_temperature: what the scores are divided by: above 1 for more variety, below 1 for
        less; 1 by default.
      seed: the seed of the op that draws.

    Raises:
      ValueError: if `start_tokens` is no vector or `end_token` no scalar.
    """

    def __init__(
        self,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        softmax_temperature: Any = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature = softmax_temperature
        self._seed = seed

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Draw a class from each output.

        Raises:
          TypeError: if the outputs are a nest, not one tensor.
        """
        _check_one_tensor(outputs)
        if self._softmax_temperature is not None:
            outputs = outputs / self._softmax_temperature
        return sample_classes(outputs, self._seed)


class InferenceHelper(Helper):
    """Feeds what a function of the user's samples; for outputs that are no classes.

    Args:
      sample_fn: from a step's outputs to samples.
      sample_shape: the shape of a sample, without the batch's axis.
      sample_dtype: the dtype of samples.
      start_inputs: the first inputs [batch, ...].
      end_fn: from samples to `finished`, bool [batch].
      next_inputs_fn: from samples to the next inputs; by default these are the samples.
    """

    def __init__(
        self,
        sample_fn: Callable[[Any], Any],
        sample_shape: Any,
        sample_dtype: Any,
        start_inputs: Any,
        end_fn: Callable[[Any], Any],
        next_inputs_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = TensorShape(sample_shape)
        self._sample_dtype = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = shape_of(start_inputs)[0]
        self._start_inputs = convert_to_tensor(start_inputs, name="start_inputs")

    @property
    def batch_size(self) -> Any:
        """The number of sequences, an int32 scalar."""
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of a sample, without the batch's axis."""
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> Any:
        """The dtype of samples."""
        return self._sample_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Build `finished`, all False, and the first inputs."""
        return tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Build samples of a step's outputs."""
        return self._sample_fn(outputs)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Build `finished`, the inputs made of the samples, and the state as it is."""
        inputs = sample_ids if self._next_inputs_fn is None else self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), inputs, state
