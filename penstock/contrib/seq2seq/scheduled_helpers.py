"""Helpers for training that now and then feed what was decoded instead of what was given.

So a network learns to go on from its own mistakes. (Bengio et al., "Scheduled Sampling for
Sequence Prediction with Recurrent Neural Networks", 2015.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.contrib.seq2seq.helpers import TrainingHelper, array_of_steps
from penstock.contrib.seq2seq.inference_helpers import embedding_function, sample_classes
from penstock.core import nest
from penstock.core.dtypes import bool as bool_type, int32
from penstock.functions.arrays import expand_dims
from penstock.functions.arrays_filling import fill
from penstock.functions.arrays_indexing import where
from penstock.functions.arrays_joining import concat
from penstock.functions.cond import cond
from penstock.functions.math import maximum
from penstock.functions.math_casts import cast
from penstock.functions.math_logic import logical_not, logical_or
from penstock.functions.math_reductions import reduce_all, reduce_any
from penstock.functions.random import random_uniform
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.recurrent.steps import transpose_batch_time

__all__ = ["ScheduledEmbeddingTrainingHelper", "ScheduledOutputTrainingHelper"]


def _probability(value: Any) -> Tensor:
    """Turn the probability of feeding what was decoded into a tensor.

    Raises:
      ValueError: if it is neither a scalar nor a vector.
    """
    made = convert_to_tensor(value, name="sampling_probability")
    if made.get_shape().ndims not in (0, 1):
        raise ValueError(
            "sampling_probability must be a scalar, or a vector with a number for each sequence, "
            f"but has shape {made.get_shape()}."
        )
    return made


def _chance(probability: Tensor, batch_size: Any, seed: int | None) -> Tensor:
    """Draw for each sequence whether what was decoded is fed: bool [batch]."""
    drawn = random_uniform(expand_dims(batch_size, 0), dtype=probability.dtype, seed=seed)
    return drawn < probability


def _mixed(is_sampled: Tensor, sampled: Any, given: Any) -> Any:
    return nest.map_structure(lambda new, old: where(is_sampled, new, old), sampled, given)


class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """Feeds given inputs, or by chance the embedding of a class drawn from the last output.

    Samples are -1 where the given input was fed.

    Args:
      inputs: a nest of tensors [batch, time, ...].
      sequence_length: int32 [batch]: how many steps of each sequence count.
      embedding: a function from ids [batch] to inputs, or what `tf.nn.embedding_lookup` takes.
      sampling_probability: a float: how often what was decoded is fed.
      time_major: whether the inputs are [time, batch, ...].
      seed: the seed of the op that draws classes.
      scheduling_seed: the seed of the op that decides whether to sample.
      name: a name for what is built.

    Raises:
      ValueError: if `sampling_probability` is neither a scalar nor a vector.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        embedding: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        scheduling_seed: int | None = None,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "ScheduledEmbeddingSamplingWrapper", [sampling_probability]):
            self._embedding_fn = embedding_function(embedding)
            self._sampling_probability = _probability(sampling_probability)
            self._seed = seed
            self._scheduling_seed = scheduling_seed
            super().__init__(inputs, sequence_length, time_major=time_major, name=name)

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Build `finished` and the first inputs, which are the given ones."""
        return super().initialize(name=name)

    def sample(  # type: ignore[override]
        self, time: Any, outputs: Any, state: Any, name: str | None = None
    ) -> Any:
        """Build a drawn class for some sequences, by chance, and -1 for the others."""
        with name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs]):
            chosen = _chance(self._sampling_probability, self._batch_size, self._scheduling_seed)
            drawn = sample_classes(outputs, self._seed)
            return where(chosen, drawn, fill(expand_dims(self._batch_size, 0), -1))

    def next_inputs(  # type: ignore[override]
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Build `finished`, the next inputs, mixed of both kinds, and the state as it is."""
        with name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs", [time, outputs]):
            finished, given, state = super().next_inputs(time, outputs, state, name=name)
            inputs = cond(
                reduce_all(finished),
                lambda: given,
                lambda: _mixed(sample_ids > -1, self._embedding_fn(maximum(sample_ids, 0)), given),
            )
            return finished, inputs, state


class ScheduledOutputTrainingHelper(TrainingHelper):
    """Feeds given inputs, or by chance the last output itself; for outputs that are no classes.

    Samples tell whether the output was fed: 1 if so, else 0.

    Args:
      inputs: a nest of tensors [batch, time, ...].
      sequence_length: int32 [batch]: how many steps of each sequence count.
      sampling_probability: a float: how often the output is fed.
      time_major: whether the inputs are [time, batch, ...].
      seed: the seed of the op that decides whether to sample.
      next_inputs_fn: from outputs to inputs; by default the outputs are the inputs.
      auxiliary_inputs: a nest of tensors [batch, time, ...] that are joined to the end of every
        input, given or sampled.
      name: a name for what is built.

    Raises:
      ValueError: if `sampling_probability` is neither a scalar nor a vector.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        next_inputs_fn: Callable[[Any], Any] | None = None,
        auxiliary_inputs: Any = None,
        name: str | None = None,
    ) -> None:
        scope_values = [*nest.flatten(inputs), sampling_probability]
        with name_scope(name, "ScheduledOutputTrainingHelper", scope_values):
            self._sampling_probability = _probability(sampling_probability)
            self._auxiliary_tas = None
            if auxiliary_inputs is not None:
                extra = nest.map_structure(convert_to_tensor, auxiliary_inputs)
                inputs = _joined(nest.map_structure(convert_to_tensor, inputs), extra)
                if not time_major:
                    extra = nest.map_structure(transpose_batch_time, extra)
                self._auxiliary_tas = nest.map_structure(array_of_steps, extra)
            self._seed = seed
            self._next_inputs_fn = next_inputs_fn
            super().__init__(inputs, sequence_length, time_major=time_major, name=name)

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Build `finished` and the first inputs, which are the given ones."""
        return super().initialize(name=name)

    def sample(  # type: ignore[override]
        self, time: Any, outputs: Any, state: Any, name: str | None = None
    ) -> Any:
        """Build for each sequence whether its output is fed: 1 or 0."""
        with name_scope(name, "ScheduledOutputTrainingHelperSample", [time]):
            chosen = _chance(self._sampling_probability, self._batch_size, self._seed)
            return cast(chosen, int32)

    def next_inputs(  # type: ignore[override]
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Build `finished`, the next inputs, mixed of both kinds, and the state as it is."""
        with name_scope(name, "ScheduledOutputTrainingHelperNextInputs", [time]):
            finished, given, state = super().next_inputs(time, outputs, state, name=name)
            chosen = cast(sample_ids, bool_type)
            inputs = cond(
                logical_or(reduce_all(finished), logical_not(reduce_any(chosen))),
                lambda: given,
                lambda: _mixed(chosen, self._sampled(time, outputs), given),
            )
            return finished, inputs, state

    def _sampled(self, time: Any, outputs: Any) -> Any:
        made = outputs if self._next_inputs_fn is None else self._next_inputs_fn(outputs)
        if self._auxiliary_tas is None:
            return made
        extra = nest.map_structure(lambda steps: steps.read(time + 1), self._auxiliary_tas)
        return _joined(made, extra)


def _joined(inputs: Any, extra: Any) -> Any:
    return nest.map_structure(lambda one, other: concat((one, other), -1), inputs, extra)
