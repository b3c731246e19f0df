"""Helpers choose what a decoder feeds its cell: given inputs, or what was decoded before."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import DType, int32
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import shape as shape_of, size as size_of
from penstock.functions.arrays_filling import zeros_like
from penstock.functions.cond import cond
from penstock.functions.math_casts import cast
from penstock.functions.math_logic import equal
from penstock.functions.math_reductions import argmax, reduce_all
from penstock.functions.tensor_array import TensorArray
from penstock.graph.build import convert_to_tensor
from penstock.graph.name_scope import name_scope
from penstock.nn.recurrent.steps import transpose_batch_time

__all__ = ["CustomHelper", "Helper", "TrainingHelper", "array_of_steps"]


class Helper(ABC):
    """What a `BasicDecoder` samples of its cell's outputs, and feeds to it; the base of helpers."""

    @property
    @abstractmethod
    def batch_size(self) -> Any:
        """The number of sequences, an int32 scalar."""

    @property
    @abstractmethod
    def sample_ids_shape(self) -> Any:
        """The shape of a sample, without the batch's axis."""

    @property
    @abstractmethod
    def sample_ids_dtype(self) -> Any:
        """The dtype of samples."""

    @abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Build `finished`, bool [batch], and the first inputs."""

    @abstractmethod
    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Build samples of a step's outputs."""

    @abstractmethod
    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Build `finished`, the inputs of the step after `time`, and the state before it."""


class CustomHelper(Helper):
    """A helper of three functions.

    Args:
      initialize_fn: called without arguments; gives `finished` and the first inputs.
      sample_fn: called with `time`, `outputs` and `state`; gives samples.
      next_inputs_fn: called with `time`, `outputs`, `state` and `sample_ids`; gives `finished`,
        the next inputs and the next state.
      sample_ids_shape: the shape of a sample, without the batch's axis; a scalar by default.
      sample_ids_dtype: the dtype of samples; int32 by default.
    """

    def __init__(
        self,
        initialize_fn: Callable[[], tuple[Any, Any]],
        sample_fn: Callable[..., Any],
        next_inputs_fn: Callable[..., tuple[Any, Any, Any]],
        sample_ids_shape: Any = None,
        sample_ids_dtype: Any = None,
    ) -> None:
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size: Any = None
        self._sample_ids_shape = TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or int32

    @property
    def batch_size(self) -> Any:
        """The number of sequences; known once `initialize` has been called."""
        if self._batch_size is None:
            raise ValueError(
                "The batch's size is that of what initialize_fn gives, so it is known only after "
                "initialize() was called. tf.contrib.seq2seq.dynamic_decode does that."
            )
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of a sample, without the batch's axis."""
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> Any:
        """The dtype of samples."""
        return self._sample_ids_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Build `finished` and the first inputs."""
        with name_scope(name, "CustomHelperInitialize"):
            finished, inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = size_of(finished)
        return finished, inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Build samples of a step's outputs."""
        with name_scope(name, "CustomHelperSample", nest.flatten((time, outputs, state))):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Build `finished`, the next inputs and the next state."""
        with name_scope(name, "CustomHelperNextInputs", nest.flatten((time, outputs, state))):
            return self._next_inputs_fn(
                time=time, outputs=outputs, state=state, sample_ids=sample_ids
            )


def array_of_steps(steps: Any) -> TensorArray:
    """Put a tensor [time, ...] into a `TensorArray`, a step an element."""
    made = TensorArray(
        dtype=steps.dtype, size=shape_of(steps)[0], element_shape=steps.get_shape()[1:]
    )
    return made.unstack(steps)


class TrainingHelper(Helper):
    """Feeds given inputs, whatever is decoded; for training. Samples are the best classes.

    Args:
      inputs: a nest of tensors [batch, time, ...].
      sequence_length: int32 [batch]: how many steps of each sequence count.
      time_major: whether the inputs are [time, batch, ...].
      name: a name for what is built.

    Raises:
      ValueError: if `sequence_length` is no vector.
    """

    def __init__(
        self, inputs: Any, sequence_length: Any, time_major: bool = False, name: str | None = None
    ) -> None:
        with name_scope(name, "TrainingHelper", [*nest.flatten(inputs), sequence_length]):
            inputs = nest.map_structure(lambda one: convert_to_tensor(one, name="inputs"), inputs)
            self._inputs = inputs
            if not time_major:
                inputs = nest.map_structure(transpose_batch_time, inputs)
            self._input_tas = nest.map_structure(array_of_steps, inputs)
            self._sequence_length = convert_to_tensor(sequence_length, name="sequence_length")
            shape = self._sequence_length.get_shape()
            if shape.ndims != 1:
                raise ValueError(
                    f"sequence_length must be a vector, a number of steps for each sequence, but "
                    f"has shape {shape}."
                )
            self._zero_inputs = nest.map_structure(lambda one: zeros_like(one[0, :]), inputs)
            self._start_inputs = self._zero_inputs
            self._batch_size = size_of(sequence_length)

    @property
    def inputs(self) -> Any:
        """The inputs as they were given."""
        return self._inputs

    @property
    def sequence_length(self) -> Any:
        """How many steps of each sequence count, int32 [batch]."""
        return self._sequence_length

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
        """Build `finished` and the first inputs; zeros if all sequences are empty."""
        with name_scope(name, "TrainingHelperInitialize"):
            finished = equal(0, self._sequence_length)
            return finished, self._read_unless(finished, 0)

    def sample(self, time: Any, outputs: Any, name: str | None = None, **unused_kwargs: Any) -> Any:
        """Build the best class of each output."""
        with name_scope(name, "TrainingHelperSample", [time, outputs]):
            return cast(argmax(outputs, axis=-1), int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, name: str | None = None, **unused_kwargs: Any
    ) -> tuple[Any, Any, Any]:
        """Build `finished` and the inputs given for the next step; the state is as it is."""
        with name_scope(name, "TrainingHelperNextInputs", [time, outputs]):
            next_time = time + 1
            finished = next_time >= self._sequence_length
            return finished, self._read_unless(finished, next_time), state

    def _read_unless(self, finished: Any, time: Any) -> Any:
        """Read the inputs of a step, or give zeros if all sequences have ended."""
        return cond(
            reduce_all(finished),
            lambda: self._zero_inputs,
            lambda: nest.map_structure(lambda steps: steps.read(time), self._input_tas),
        )
