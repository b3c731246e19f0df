"""Dilation and erosion of images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.graph.build import raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.nn.arguments import first_given

__all__ = ["dilation2d", "erosion2d"]


def dilation2d(
    input: Any,  # noqa: A002
    filter: Any = None,  # noqa: A002
    strides: Sequence[int] | None = None,
    rates: Sequence[int] | None = None,
    padding: str | None = None,
    name: str | None = None,
    filters: Any = None,
    dilations: Sequence[int] | None = None,
) -> Tensor:
    """Build the largest sum of images and a filter under each step of a window.

    The output at [b, y, x, c] is the maximum over dy and dx of
    ``input[b, stride * y + rate * dy, stride * x + rate * dx, c] + filter[dy, dx, c]``.

    Args:
      input: images, [batch, height, width, channels].
      filter: [height, width, channels]; zeros make it max-pooling.
      strides: four steps of the window, one per axis.
      rates: four distances between the elements that the filter sees.
      padding: ``"SAME"`` or ``"VALID"``; what is padded does not count.
      name: the node's name.
      filters: the new name of `filter`.
      dilations: the new name of `rates`.

    Returns:
      [batch, height', width', channels].
    """
    return raw.Dilation2D(
        input,
        first_given("filter", filter, "filters", filters),
        strides=strides,
        rates=first_given("rates", rates, "dilations", dilations),
        padding=padding,
        name=name,
    )


def erosion2d(
    value: Any,
    kernel: Any,
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
    name: str | None = None,
) -> Tensor:
    """Build the smallest difference of images and a filter under each step of a window.

    It is the dilation of the negative by the filter turned by 180 degrees, made negative again.

    Args:
      value: images, [batch, height, width, channels].
      kernel: the filter, [height, width, channels].
      strides: four steps of the window, one per axis.
      rates: four distances between the elements that the filter sees.
      padding: ``"SAME"`` or ``"VALID"``; what is padded does not count.
      name: a name for what is built.

    Returns:
      [batch, height', width', channels].
    """
    with name_scope(name, "erosion2d", [value, kernel]) as scope:
        dilated = raw.Dilation2D(
            raw.Neg(value),
            raw.ReverseV2(kernel, [0, 1]),
            strides=strides,
            rates=rates,
            padding=padding,
            name=scope,
        )
        return raw.Neg(dilated)
