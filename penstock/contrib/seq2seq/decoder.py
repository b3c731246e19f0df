"""Decoding: a network's output at one step decides its input at the next.

A `Decoder` tells how one step is made; `dynamic_decode` repeats it until all sequences have ended.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from penstock.core import nest
from penstock.core.dtypes import DType, int32
from penstock.core.shapes import TensorShape
from penstock.functions.arrays import constant, shape as shape_of
from penstock.functions.arrays_filling import fill, zeros_like
from penstock.functions.arrays_indexing import where
from penstock.functions.math_logic import logical_not, logical_or
from penstock.functions.math_reductions import reduce_all
from penstock.functions.tensor_array import TensorArray
from penstock.functions.variable_scope import variable_scope
from penstock.functions.while_loop import while_loop
from penstock.graph.build import convert_to_tensor
from penstock.graph.constant_value import constant_value
from penstock.graph.node import Tensor
from penstock.nn.recurrent.cell import zero_state_tensors
from penstock.nn.recurrent.steps import cache_variables, transpose_batch_time

__all__ = ["Decoder", "dynamic_decode", "zero_outputs"]


class Decoder(ABC):
    """How a sequence is decoded, step by step; the base of decoders.

    The words: `time` is the number of the step, an int32 scalar; `inputs` are what goes into the
    network at it; `state` is what the decoder keeps, such as the network's state; `outputs` is
    what it gives; `finished` tells of each sequence of the batch whether it has ended.
    """

    @property
    def batch_size(self) -> Any:
        """The number of sequences, an int32 scalar."""
        raise NotImplementedError(f"{type(self).__name__} must tell its batch_size.")

    @property
    def output_size(self) -> Any:
        """The sizes of the outputs of a step, without the batch's axis: a nest of numbers."""
        raise NotImplementedError(f"{type(self).__name__} must tell its output_size.")

    @property
    def output_dtype(self) -> Any:
        """The dtypes of the outputs of a step, in the nest of `output_size`."""
        raise NotImplementedError(f"{type(self).__name__} must tell its output_dtype.")

    @abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """Build what is there before the first step.

        Args:
          name: a name for what is built.

        Returns:
          `finished`, bool [batch]; the first `inputs`; the first `state`.
        """

    @abstractmethod
    def step(
        self, time: Any, inputs: Any, state: Any, name: str | None = None
    ) -> tuple[Any, Any, Any, Any]:
        """Build one step.

        Args:
          time: its number.
          inputs: what goes into the network.
          state: the state before it.
          name: a name for what is built.

        Returns:
          `outputs`, the next `state`, the next `inputs`, and `finished`.
        """

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """Build what is done when all sequences have ended; a decoder need not have it.

        Args:
          outputs: the outputs of all steps, [time, batch, ...].
          final_state: the state after the last.
          sequence_lengths: int32 [batch].

        Returns:
          The outputs and the state that `dynamic_decode` gives.
        """
        raise NotImplementedError(f"{type(self).__name__} does nothing at the end.")

    @property
    def tracks_own_finished(self) -> bool:
        """Whether a sequence that has ended may begin again, as when beams change places."""
        return False


def dynamic_decode(
    decoder: Decoder,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
    **kwargs: Any,
) -> tuple[Any, Any, Any]:
    """Build a loop over the steps of a decoder, which ends when all sequences have.

    Args:
      decoder: a `Decoder`.
      output_time_major: whether the outputs are [time, batch, ...] instead of [batch, time, ...].
      impute_finished: whether outputs after a sequence's end are zeros, and its state stays. Set
        it for exact final states and gradients; without it a step is a little faster.
      maximum_iterations: the most steps, an int32 scalar; no limit by default.
      parallel_iterations: accepted; steps follow each other.
      swap_memory: accepted.
      scope: the variable scope; "decoder" by default.
      **kwargs: given to `decoder.initialize`.

    Returns:
      The outputs of all steps, in the decoder's nest; the final state; and the lengths of the
      sequences, int32 [batch].

    Raises:
      TypeError: if `decoder` is no `Decoder`.
      ValueError: if `maximum_iterations` is no scalar.

    Example:
        helper = tf.contrib.seq2seq.TrainingHelper(embedded, lengths)
        decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, encoder_state, tf.layers.Dense(n))
        outputs, state, lengths = tf.contrib.seq2seq.dynamic_decode(decoder)
        outputs.rnn_output  # [batch, time, n]
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(
            f"decoder must be a tf.contrib.seq2seq.Decoder, but is {decoder!r}. Put the cell into "
            "a BasicDecoder."
        )
    with variable_scope(scope, "decoder") as varscope:
        cache_variables(varscope)
        limit = _limit(maximum_iterations)
        finished, inputs, state = decoder.initialize(**kwargs)
        options = {"parallel_iterations": parallel_iterations, "swap_memory": swap_memory}
        first = (inputs, state, finished)
        arrays, state, lengths = _repeat(decoder, first, impute_finished, limit, options)
        outputs = nest.map_structure(lambda array: array.stack(), arrays)
        with suppress(NotImplementedError):  # a decoder may leave outputs and state as they are
            outputs, state = decoder.finalize(outputs, state, lengths)
        if not output_time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
    return outputs, state, lengths


def _repeat(
    decoder: Decoder, first: Any, impute_finished: bool, limit: Any, options: dict[str, Any]
) -> tuple[Any, Any, Any]:
    """Build the loop: arrays of all steps' outputs, the last state, and the lengths."""
    inputs, state, finished = first
    zeros = zero_outputs(decoder.output_size, decoder.output_dtype, decoder.batch_size)
    if limit is not None:
        finished = logical_or(finished, limit <= 0)
    lengths = zeros_like(finished, dtype=int32)
    time = constant(0, dtype=int32)
    arrays = nest.map_structure(
        _array_maker(decoder.batch_size), decoder.output_size, decoder.output_dtype
    )
    _, arrays, state, _, _, lengths = while_loop(
        lambda time, arrays, state, inputs, finished, lengths: logical_not(reduce_all(finished)),
        _body(decoder, zeros if impute_finished else None),
        (time, arrays, state, inputs, finished, lengths),
        maximum_iterations=limit,
        **options,
    )
    return arrays, state, lengths


def _limit(maximum_iterations: Any) -> Tensor | None:
    if maximum_iterations is None:
        return None
    limit = convert_to_tensor(maximum_iterations, dtype=int32, name="maximum_iterations")
    if limit.static_shape not in (None, ()):
        raise ValueError(
            f"maximum_iterations must be a scalar, but has shape {limit.get_shape()}. It holds for "
            "all sequences; give each its own length by the helper."
        )
    return limit


def zero_outputs(size: Any, dtype: Any, batch_size: Any) -> Any:
    """Build a step's outputs of zeros, of nests of sizes and dtypes."""
    return nest.map_structure(
        lambda one, kind: zero_state_tensors(one, batch_size, kind), size, dtype
    )


def _array_maker(batch_size: Any) -> Callable[[Any, DType], TensorArray]:
    known = constant_value(batch_size) if isinstance(batch_size, Tensor) else batch_size
    batch = None if known is None else int(known)

    def make(size: Any, dtype: Any) -> TensorArray:
        shape = TensorShape([batch]).concatenate(size) if _is_shape(size) else None
        return TensorArray(dtype=dtype, size=0, dynamic_size=True, element_shape=shape)

    return make


def _is_shape(size: Any) -> bool:
    return not isinstance(size, TensorShape) or size.ndims is not None


def _body(decoder: Decoder, zeros: Any) -> Callable[..., Any]:
    """Make the body of the loop; with `zeros`, sequences that have ended give these."""

    def body(
        time: Any, arrays: Any, state: Any, inputs: Any, finished: Any, lengths: Any
    ) -> tuple[Any, ...]:
        outputs, next_state, next_inputs, ended = decoder.step(time, inputs, state)
        if not decoder.tracks_own_finished:
            ended = logical_or(ended, finished)
        next_lengths = where(logical_not(finished), fill(shape_of(lengths), time + 1), lengths)
        nest.assert_same_structure(state, next_state)
        nest.assert_same_structure(arrays, outputs)
        nest.assert_same_structure(inputs, next_inputs)
        if zeros is not None:
            outputs = nest.map_structure(
                lambda new, zero: where(finished, zero, new), outputs, zeros
            )
            next_state = nest.map_structure(_keeper(finished), next_state, state)
        written = nest.map_structure(lambda array, value: array.write(time, value), arrays, outputs)
        return time + 1, written, next_state, next_inputs, ended, next_lengths

    return body


def _keeper(finished: Any) -> Callable[[Any, Any], Any]:
    """Make what chooses between the next and the last state, for each sequence of the batch."""

    def keep(new: Any, old: Any) -> Any:
        if isinstance(old, TensorArray):
            return new
        new.set_shape(old.get_shape())
        return new if new.get_shape().ndims == 0 else where(finished, old, new)

    return keep
