"""Decoders that are unrolled over a list of steps, and look at the encoder's outputs.

(Vinyals et al., "Grammar as a Foreign Language", 2015.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.contrib.legacy_seq2seq.decoders import feed_loop_function, previous_embedder
from penstock.contrib.rnn.linear import Linear
from penstock.core import nest
from penstock.core.dtypes import float32
from penstock.functions.arrays import reshape, shape as shape_of
from penstock.functions.arrays_filling import zeros
from penstock.functions.arrays_joining import concat, stack
from penstock.functions.get_variable import get_variable
from penstock.functions.math_casts import cast
from penstock.functions.math_elementwise import tanh
from penstock.functions.math_reductions import reduce_sum
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.build import convert_to_tensor
from penstock.graph.node import Tensor
from penstock.nn.convolutions import conv2d
from penstock.nn.embedding import embedding_lookup
from penstock.nn.softmaxes import softmax

__all__ = ["attention_decoder", "embedding_attention_decoder"]


class _Heads:
    """The memory, and the heads that read it.

    Args:
      memory: [batch, places, depth].
      count: the number of heads.
      dtype: of their variables.
    """

    def __init__(self, memory: Tensor, count: int, dtype: Any) -> None:
        _, self._places, depth = memory.get_shape().as_list()
        self.depth: int = depth
        self._units = depth
        self._dtype = dtype
        if self._places is None:
            self._places = shape_of(memory)[1]
        # As a picture of one column, the memory is multiplied by a convolution.
        self._memory = reshape(memory, [-1, self._places, 1, depth])
        self._features: list[Tensor] = []
        self._weights: list[Any] = []
        for number in range(count):
            kernel = get_variable(f"AttnW_{number}", [1, 1, depth, self._units], dtype=dtype)
            self._features.append(conv2d(self._memory, kernel, [1, 1, 1, 1], "SAME"))
            self._weights.append(get_variable(f"AttnV_{number}", [self._units], dtype=dtype))

    def read(self, query: Any) -> list[Tensor]:
        """Build what each head reads for a query, a nest of [batch, depth]: [batch, depth]."""
        if nest.is_sequence(query):
            query = concat([_matrix(part) for part in nest.flatten(query)], 1)
        found = []
        for number, (features, v) in enumerate(zip(self._features, self._weights, strict=True)):
            with variable_scope(f"Attention_{number}"):
                y = Linear(query, self._units, True)(query)
                y = cast(reshape(y, [-1, 1, 1, self._units]), self._dtype)
                score = reduce_sum(v * tanh(features + y), [2, 3])
                shares = cast(softmax(cast(score, float32)), self._dtype)
                shares = reshape(shares, [-1, self._places, 1, 1])
                context = reduce_sum(shares * self._memory, [1, 2])
                found.append(reshape(context, [-1, self.depth]))
        return found

    def read_again(self, query: Any) -> list[Tensor]:
        """Build the same with variables that are there already."""
        with variable_scope(get_variable_scope(), reuse=True):
            return self.read(query)


def _matrix(part: Tensor) -> Tensor:
    rank = part.get_shape().ndims
    if rank is not None and rank != 2:
        raise ValueError(
            f"Each part of the state must be [batch, depth], but {part.name!r} has shape "
            f"{part.get_shape()}."
        )
    return part


def attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: Callable[[Any, int], Any] | None = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """Build a decoder that is unrolled over its inputs, with attention.

    In each step, the input and what was read last are mapped to the cell's input; the cell's
    state is the query of what is read next; output and what was read are mapped to the output.

    Args:
      decoder_inputs: the steps, tensors [batch, depth].
      initial_state: the first state of the cell.
      attention_states: what is read, [batch, places, depth].
      cell: an `RNNCell`.
      output_size: the depth of the outputs; that of the cell by default.
      num_heads: how many times to read in each step.
      loop_function: from the last output and the number of the step to the step's input, which it
        replaces from the second on; None to feed the inputs as they are.
      dtype: of the variables; the first state's by default.
      scope: the variable scope; "attention_decoder" by default.
      initial_state_attention: whether to read for the first state, before the first step.

    Returns:
      The outputs, a list [batch, output_size] as long as the inputs; and the last state.

    Raises:
      ValueError: if there are no inputs or no heads, or a depth is not known.
    """
    _check(decoder_inputs, num_heads, attention_states)
    size = cell.output_size if output_size is None else output_size
    with variable_scope(scope or "attention_decoder", dtype=dtype) as varscope:
        batch_size = shape_of(decoder_inputs[0])[0]
        heads = _Heads(attention_states, num_heads, varscope.dtype)
        state, outputs, before = initial_state, [], None
        contexts = _no_contexts(batch_size, heads.depth, num_heads, varscope.dtype)
        if initial_state_attention:
            contexts = heads.read(initial_state)
        for number, given in enumerate(decoder_inputs):
            if number > 0:
                get_variable_scope().reuse_variables()
            step = feed_loop_function(loop_function, before, number, given)
            inputs = [cast(_known_depth(step), varscope.dtype), *contexts]
            output, state = cell(Linear(inputs, _depth(step), True)(inputs), state)
            read_before = number == 0 and initial_state_attention
            contexts = heads.read_again(state) if read_before else heads.read(state)
            with variable_scope("AttnOutputProjection"):
                joined = [cast(output, varscope.dtype), *contexts]
                output = Linear(joined, size, True)(joined)
            before = output
            outputs.append(output)
    return outputs, state


def _no_contexts(batch_size: Any, depth: int, count: int, dtype: Any) -> list[Tensor]:
    shape = stack([batch_size, depth])
    contexts = [zeros(shape, dtype=dtype) for _ in range(count)]
    for context in contexts:
        context.set_shape([None, depth])
    return contexts


def _depth(step: Tensor) -> int:
    return step.get_shape().as_list()[1]  # type: ignore[no-any-return]


def _known_depth(step: Tensor) -> Tensor:
    if step.get_shape().with_rank(2).as_list()[1] is None:
        raise ValueError(
            f"The depth of each input must be known, but {step.name!r} has shape "
            f"{step.get_shape()}. Set it by set_shape."
        )
    return step


def _check(decoder_inputs: Sequence[Any], num_heads: int, attention_states: Any) -> None:
    if not decoder_inputs:
        raise ValueError("An attention decoder needs one input at least, but decoder_inputs is [].")
    if num_heads < 1:
        raise ValueError(
            f"num_heads must be 1 at least, but is {num_heads}. A decoder that reads nothing is "
            "rnn_decoder."
        )
    shape = attention_states.get_shape()
    if shape.as_list()[2] is None:
        raise ValueError(
            f"The last size of attention_states must be known, but its shape is {shape}. Set it by "
            "set_shape."
        )


def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """Build a decoder of symbols, with attention.

    Args:
      decoder_inputs: the steps, int32 [batch] numbers of symbols.
      initial_state: the first state of the cell.
      attention_states: what is read, [batch, places, depth].
      cell: an `RNNCell`.
      num_symbols: the number of symbols.
      embedding_size: the depth of their embedding.
      num_heads: how many times to read in each step.
      output_size: the depth of the outputs; that of the cell by default.
      output_projection: as that of `embedding_rnn_decoder`.
      feed_previous: whether to feed the best symbol of the last output from the second step on.
      update_embedding_for_previous: whether gradients then flow back to the embedding.
      dtype: of the variables.
      scope: the variable scope; "embedding_attention_decoder" by default.
      initial_state_attention: whether to read for the first state, before the first step.

    Returns:
      The outputs, a list [batch, output_size]; and the last state.

    Raises:
      ValueError: if the projection's biases are not for as many symbols.
    """
    if output_projection is not None:
        biases = convert_to_tensor(output_projection[1], dtype=dtype)
        biases.get_shape().assert_is_compatible_with([num_symbols])
    with variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = previous_embedder(
                embedding, output_projection, update_embedding_for_previous
            )
        return attention_decoder(
            [embedding_lookup(embedding, step) for step in decoder_inputs],
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop_function,
            initial_state_attention=initial_state_attention,
        )
