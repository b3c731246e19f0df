"""Static shape rules that many ops share: plain functions from a `ShapeContext` to shapes.

A rule gives one shape for an op with one output and a list of shapes otherwise. A shape is a
tuple with None for an unknown size, or None for an unknown rank. Makers such as `same_as` take
what varies and give the rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext

__all__ = [
    "broadcast",
    "fixed",
    "from_attr",
    "merged",
    "no_outputs",
    "same",
    "same_as",
    "scalar",
    "unknown",
    "with_rank",
]

Rule = Callable[[ShapeContext], Any]


def same(c: ShapeContext) -> Shape:
    """The shape of the first input."""
    return c.inputs[0].static_shape


def same_as(name: str) -> Rule:
    """Make the rule: the shape of the input `name`."""
    return lambda c: c.shape(name)


def scalar(c: ShapeContext) -> Shape:
    """No axes."""
    return ()


def unknown(c: ShapeContext) -> Shape:
    """Only a run can tell."""
    return None


def no_outputs(c: ShapeContext) -> list[Shape]:
    """An op that gives nothing."""
    return []


def fixed(shape: Shape) -> Rule:
    """Make the rule: always `shape`."""
    return lambda c: shape


def from_attr(name: str) -> Rule:
    """Make the rule: the shape that an attr holds."""
    return lambda c: c.attrs[name]


def broadcast(c: ShapeContext) -> Shape:
    """The shape that the first two inputs are stretched to, as NumPy stretches them."""
    a, b = c.inputs[0].static_shape, c.inputs[1].static_shape
    if a == b and a is not None and None not in a:
        return a
    try:
        return shapes.broadcast(a, b)
    except ValueError:
        raise c.mismatch("shapes that broadcast: sizes equal, or one of them 1") from None


def merged(*names: str) -> Rule:
    """Make the rule: the inputs `names` all have one shape, which is the output's."""

    def rule(c: ShapeContext) -> Shape:
        shape = None
        for name in names:
            try:
                shape = shapes.merge(shape, c.shape(name))
            except ValueError:
                raise c.mismatch(f"{' and '.join(names)} of one shape") from None
        return shape

    return rule


def with_rank(c: ShapeContext, name: str, rank: int) -> tuple[int | None, ...]:
    """Give the shape of the input `name`, which must have `rank` axes."""
    shape = c.shape(name)
    if shape is None:
        return (None,) * rank
    if len(shape) != rank:
        raise c.mismatch(f"{name} of rank {rank}")
    return shape
