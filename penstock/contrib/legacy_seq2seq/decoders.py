"""Decoders that are unrolled over a list of steps, without attention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from penstock.functions.arrays import stop_gradient
from penstock.functions.get_variable import get_variable
from penstock.functions.math_reductions import argmax
from penstock.functions.variable_scope import variable_scope
from penstock.functions.variable_scope_object import get_variable_scope
from penstock.graph.build import convert_to_tensor
from penstock.graph.node import Tensor
from penstock.nn.activations import xw_plus_b
from penstock.nn.embedding import embedding_lookup

__all__ = [
    "check_projection",
    "embedding_rnn_decoder",
    "feed_loop_function",
    "previous_embedder",
    "rnn_decoder",
]


def feed_loop_function(loop_function: Any, before: Any, number: int, given: Any) -> Any:
    """Give a step's input: what `loop_function` makes of the last output, or what is given."""
    if loop_function is None or before is None:
        return given
    with variable_scope("loop_function", reuse=True):
        return loop_function(before, number)


def rnn_decoder(
    decoder_inputs: Iterable[Any],
    initial_state: Any,
    cell: Any,
    loop_function: Callable[[Any, int], Any] | None = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build a decoder that is unrolled over its inputs.

    Args:
      decoder_inputs: the steps, tensors [batch, depth].
      initial_state: the first state of the cell.
      cell: an `RNNCell`.
      loop_function: from the last output and the number of the step to the step's input, which it
        replaces from the second on; None to feed the inputs as they are.
      scope: the variable scope; "rnn_decoder" by default.

    Returns:
      The outputs, a list [batch, output size] as long as the inputs; and the last state.
    """
    with variable_scope(scope or "rnn_decoder"):
        state, outputs, before = initial_state, [], None
        for number, given in enumerate(decoder_inputs):
            step = feed_loop_function(loop_function, before, number, given)
            if number > 0:
                get_variable_scope().reuse_variables()
            output, state = cell(step, state)
            outputs.append(output)
            before = output
    return outputs, state


def previous_embedder(
    embedding: Any, output_projection: Any = None, update_embedding: bool = True
) -> Callable[[Any, int], Tensor]:
    """Make the loop function that feeds the embedding of the last output's best symbol.

    Args:
      embedding: the embedding, [symbols, depth].
      output_projection: a pair of weights and biases that make scores of an output, or None.
      update_embedding: whether gradients flow back to the embedding.
    """

    def embed(before: Any, _: int) -> Tensor:
        if output_projection is not None:
            before = xw_plus_b(before, output_projection[0], output_projection[1])
        found = embedding_lookup(embedding, argmax(before, 1))
        return found if update_embedding else stop_gradient(found)

    return embed


def check_projection(output_projection: Any, dtype: Any, num_symbols: int) -> None:
    """Check that a projection gives scores of as many symbols as there are.

    Raises:
      ValueError: if its weights or biases are of another size.
    """
    if output_projection is None:
        return
    weights = convert_to_tensor(output_projection[0], dtype=dtype)
    weights.get_shape().assert_is_compatible_with([None, num_symbols])
    biases = convert_to_tensor(output_projection[1], dtype=dtype)
    biases.get_shape().assert_is_compatible_with([num_symbols])


def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Build a decoder of symbols.

    Args:
      decoder_inputs: the steps, int32 [batch] numbers of symbols.
      initial_state: the first state of the cell.
      cell: an `RNNCell`.
      num_symbols: the number of symbols.
      embedding_size: the depth of their embedding.
      output_projection: a pair (weights [output size, symbols], biases [symbols]) that makes
        scores of an output; used to choose what is fed, and not applied to the outputs. None if
        outputs are scores.
      feed_previous: whether to feed the best symbol of the last output from the second step on,
        instead of the inputs.
      update_embedding_for_previous: whether gradients then flow back to the embedding.
      scope: the variable scope; "embedding_rnn_decoder" by default.

    Returns:
      The outputs, a list [batch, output size]; and the last state.

    Raises:
      ValueError: if the projection is not for as many symbols.
    """
    with variable_scope(scope or "embedding_rnn_decoder") as varscope:
        check_projection(output_projection, varscope.dtype, num_symbols)
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = previous_embedder(
                embedding, output_projection, update_embedding_for_previous
            )
        embedded = (embedding_lookup(embedding, step) for step in decoder_inputs)
        return rnn_decoder(embedded, initial_state, cell, loop_function=loop_function)
