"""What static and dynamic networks share: one step where sequences end early, sizes, reversal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from penstock.core import nest
from penstock.core.shapes import TensorShape, describe, unknown_shape
from penstock.functions.arrays_indexing import where
from penstock.functions.arrays_joining import concat, stack, unstack
from penstock.functions.arrays_ordering import reverse_sequence
from penstock.functions.cond import cond
from penstock.functions.graph_scopes import colocate_with
from penstock.functions.math_sequences import range as range_of
from penstock.functions.variable_scope_object import VariableScope
from penstock.graph.constant_value import constant_value
from penstock.graph.default import default_graph
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "Lengths",
    "best_effort_input_batch_size",
    "cache_variables",
    "check_lengths",
    "first_state",
    "known_shape",
    "reverse_steps",
    "state_dtype",
    "transpose_batch_time",
]


class Lengths:
    """The lengths of a batch's sequences, and how a step treats those that have ended.

    Args:
      lengths: an int32 vector [batch].

    Attributes:
      lengths: the same.
      shortest: the least of them.
      longest: the greatest.
    """

    def __init__(self, lengths: Tensor, shortest: Tensor, longest: Tensor) -> None:
        self.lengths = lengths
        self.shortest = shortest
        self.longest = longest

    def step(
        self,
        time: Any,
        zeros: Any,
        state: Any,
        call_cell: Callable[[], tuple[Any, Any]],
        with_branches: bool,
    ) -> tuple[Any, Any]:
        """Build one step; ended sequences give zeros, and keep their state.

        Args:
          time: the step's number.
          zeros: the output where a sequence has ended.
          state: the state before.
          call_cell: builds the cell's output and next state.
          with_branches: whether the cell is to be run only if a sequence goes on, and the choice
            between old and new made only if one has ended.
        """
        before = [*nest.flatten(zeros), *nest.flatten(state)]
        ended = time >= self.lengths

        def step() -> list[Any]:
            output, after = call_cell()
            nest.assert_same_structure(zeros, output)
            nest.assert_same_structure(state, after)
            return [*nest.flatten(output), *nest.flatten(after)]

        def chosen(after: Sequence[Any]) -> list[Any]:
            return [_choose(ended, *pair) for pair in zip(before, after, strict=True)]

        def some() -> Any:
            after = step()
            return cond(time < self.shortest, lambda: after, lambda: chosen(after), strict=True)

        if with_branches:
            results = cond(time >= self.longest, lambda: before, some, strict=True)
        else:
            results = chosen(step())
        for one, other in zip(results, before, strict=True):
            if isinstance(one, Tensor):
                one.set_shape(other.get_shape())
        count = len(nest.flatten(zeros))
        return (
            nest.pack_sequence_as(zeros, results[:count]),
            nest.pack_sequence_as(state, results[count:]),
        )


def _choose(ended: Tensor, before: Any, after: Any) -> Any:
    if not isinstance(before, Tensor) or before.static_shape == ():
        return after
    with colocate_with(after):
        return where(ended, before, after)


def check_lengths(lengths: Tensor) -> None:
    """Check that lengths are a vector, as far as the graph knows.

    Raises:
      ValueError: if they are not.
    """
    if lengths.static_shape is not None and len(lengths.static_shape) != 1:
        raise ValueError(
            "sequence_length must be a vector [batch], but "
            f"{lengths.name!r} has shape {describe(lengths.static_shape)}."
        )


def first_state(cell: Any, initial_state: Any, batch_size: Any, dtype: Any) -> Any:
    """Give the state that a network starts with.

    Raises:
      ValueError: if there is neither a state nor a dtype to make one of.
    """
    if initial_state is not None:
        return initial_state
    if not dtype:
        raise ValueError(
            "A recurrent network needs an initial_state, or a dtype to make one of zeros; "
            "neither is given."
        )
    if getattr(cell, "get_initial_state", None) is not None:
        return cell.get_initial_state(inputs=None, batch_size=batch_size, dtype=dtype)
    return cell.zero_state(batch_size, dtype)


def state_dtype(explicit: Any, state: Any) -> Any:
    """Give the dtype of outputs: the explicit one, else that of all parts of the state.

    Raises:
      ValueError: if there is none, or there are several.
    """
    if explicit is not None:
        return explicit
    kinds = [part.dtype for part in nest.flatten(state)]
    if not kinds or any(kind != kinds[0] for kind in kinds):
        raise ValueError(
            "The dtype of the outputs is that of the state, but the state's parts have the "
            f"dtypes {[kind.name for kind in kinds]}. Say which by dtype=..."
        )
    return kinds[0]


def cache_variables(scope: VariableScope) -> None:
    """Let variables made in a network's scope be read once a run, where they are used."""
    if scope.caching_device is None and not default_graph().building_function:
        scope.set_caching_device(lambda op: op.device)


def transpose_batch_time(x: Tensor) -> Tensor:
    """Build `x` with its first two axes changed.

    Raises:
      ValueError: if it is known to have fewer.
    """
    shape = x.static_shape
    if shape is not None and len(shape) < 2:
        raise ValueError(
            "Inputs must have an axis for the batch and one for time, but "
            f"{x.name!r} has shape {describe(shape)}."
        )
    order = concat(([1, 0], range_of(2, composed.rank(x))), axis=0)
    result: Tensor = composed.transpose(x, order)
    if shape is not None:
        result.set_shape((shape[1], shape[0], *shape[2:]))
    return result


def best_effort_input_batch_size(flat_input: Sequence[Tensor]) -> Any:
    """Give the batch's size: a number if the graph knows it, else a tensor.

    Args:
      flat_input: tensors [time, batch, ...].

    Raises:
      ValueError: if one has fewer axes.
    """
    for one in flat_input:
        shape = one.static_shape
        if shape is None:
            continue
        if len(shape) < 2:
            raise ValueError(
                "Inputs must have an axis for time and one for the batch, but "
                f"{one.name!r} has shape {describe(shape)}."
            )
        if shape[1] is not None:
            return shape[1]
    return composed.shape(flat_input[0])[1]


def known_shape(size: Any) -> TensorShape:
    """Give what is known of sizes: those of a tensor are its value."""
    return TensorShape(constant_value(size) if isinstance(size, Tensor) else size)


def reverse_steps(steps: Sequence[Any], lengths: Any) -> list[Any]:
    """Build a list of steps backwards, each sequence up to its length.

    Args:
      steps: nests of tensors [batch, ...].
      lengths: a vector [batch]; None for full lengths.
    """
    if lengths is None:
        return list(reversed(steps))
    flat_steps = [nest.flatten(step) for step in steps]
    reversed_leaves = [_reversed(list(leaves), lengths) for leaves in zip(*flat_steps, strict=True)]
    return [
        nest.pack_sequence_as(step, list(leaves))
        for step, leaves in zip(steps, zip(*reversed_leaves, strict=True), strict=True)
    ]


def _reversed(tensors: list[Tensor], lengths: Any) -> list[Tensor]:
    rank = None if tensors[0].static_shape is None else len(tensors[0].static_shape)
    shape = unknown_shape(rank)
    for tensor in tensors:
        tensor.set_shape(shape)
    results = unstack(reverse_sequence(stack(tensors), lengths, 0, 1))
    for result in results:
        result.set_shape(shape)
    return list(results)
