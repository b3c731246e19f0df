"""Stacks of what all turns of a loop give, where only a run tells how many turns there are.

A `Stack` has room for more rows than there are. The loop backwards takes row by row of it, which
needs no more. What needs its size gets it from another stage, once the number of rows is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from penstock.engine.contract import NeedsTrimmed, Step
from penstock.engine.stacked_rows import stacked
from penstock.engine.xla_tier.checks import KNOWN
from penstock.ops.array_values import CompoundValue

__all__ = ["Same", "Stack", "of_stack", "piled", "piles", "stack_of"]


@dataclass(frozen=True)
class Same:
    """Rows that are all one known value, such as a size."""

    content: bytes
    dtype: np.dtype[Any]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, value: Any) -> Same:
        """Give rows that are all `value`."""
        array = np.asarray(value)
        return cls(array.tobytes(), array.dtype, array.shape)

    @cached_property
    def row(self) -> Any:
        """The value of each row."""
        return np.frombuffer(self.content, self.dtype).reshape(self.sizes)


class Stack(CompoundValue):
    """All turns' values, one beside the other.

    Args:
      rows: the values along a new first axis, an array or a stack of stacks' parts; or `Same`.
      count: how many there are; the axis may be longer.
    """

    def __init__(self, rows: Any, count: Any) -> None:
        self.rows = rows
        self.count = count

    def row(self, index: Any) -> Any:
        """Give one turn's value."""
        if isinstance(self.rows, Same):
            return self.rows.row
        return jax.tree.map(lambda part: _row(part, index), self.rows)

    def parts(self) -> Any:
        """What a compiled program for such a value depends on beside the numbers."""
        leaves, tree = jax.tree.flatten(self)
        return (tree, *[(leaf.shape, leaf.dtype) for leaf in leaves])

    def described(self) -> str:
        """Say what it is, in a few words."""
        if isinstance(self.rows, Same):
            return "rows that are all the same"
        return f"a stack with room for {jax.tree.leaves(self.rows)[0].shape[0]} rows"

    def trimmed(self) -> Any:
        """Give the rows that there are as the interpreter has them."""
        return self.on_host()

    def on_host(self) -> Any:
        """Give the rows that there are: an array, or an array of arrays of different sizes."""
        count = int(self.count)
        if isinstance(self.rows, Same):
            return np.broadcast_to(self.rows.row, (count, *self.rows.sizes))
        parts = jax.tree.map(np.asarray, self.rows)
        if not isinstance(parts, Stack):
            return parts[:count]
        if not count:
            return np.zeros(0, object)
        return stacked([_at(parts, index).on_host() for index in range(count)])

    def __repr__(self) -> str:
        return f"<{self.count} rows of {self.rows!r}>"


def _row(part: Any, index: Any) -> Any:
    if not part.shape[0]:  # of a loop that turned no time: nobody will look at it
        return jnp.zeros(part.shape[1:], part.dtype)
    return jax.lax.dynamic_index_in_dim(part, index, keepdims=False)


def _at(parts: Stack, index: int) -> Any:
    return jax.tree.map(lambda part: part[index], parts)


def _flatten(stack: Stack) -> Any:
    if isinstance(stack.rows, Same):
        return (stack.count,), stack.rows
    return (stack.rows, stack.count), None


def _unflatten(same: Same | None, parts: Sequence[Any]) -> Stack:
    return Stack(*parts) if same is None else Stack(same, *parts)


jax.tree_util.register_pytree_node(Stack, _flatten, _unflatten)


def of_stack(step: Step, inputs: Sequence[Any]) -> Sequence[Any]:
    """Run a step that is given a stack: it can take a row.

    Raises:
      NeedsTrimmed: if it does anything else.
    """
    position = next(at for at, value in enumerate(inputs) if isinstance(value, Stack))
    stack = inputs[position]
    if step.node.type == "Identity":
        return [stack]
    if step.node.type == "GatherV2" and not position:
        _, index, axis = inputs
        if not np.shape(index) and isinstance(axis, KNOWN) and not axis:
            return [stack.row(index)]
    raise NeedsTrimmed(step.sources[position], step)


def stack_of(rows: Sequence[Any]) -> Any:
    """Give traced rows of one form one beside the other."""
    made = jax.tree.map(lambda *parts: jnp.stack(parts), *rows)
    return Stack(made, np.int32(len(rows))) if isinstance(made, Stack) else made


def piles(rows: Any, size: int) -> Any:
    """Give zeros with room for so many of `rows`, a tree of shapes and dtypes."""
    return jax.tree.map(lambda row: jnp.zeros((size, *row.shape), row.dtype), rows)


def piled(these: Any, rows: Any, index: Any) -> Any:
    """Give piles with `rows` at `index`, if there is room."""
    return jax.tree.map(
        lambda pile, row: jax.lax.dynamic_update_index_in_dim(pile, row, index, 0), these, rows
    )
