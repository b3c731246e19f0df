"""Static shapes of convolutions and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import shapes
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.ops import shape_rules as rules
from penstock.ops.windows import channels_first, output_size, spatial

__all__ = ["convolution_shape", "depthwise_shape", "sizes_given"]


def _check_settings(c: ShapeContext, rank: int) -> None:
    for name in ("strides", "dilations"):
        values = c.attrs[name]
        if len(values) != rank or min(values) < 1:
            raise c.mismatch(f"{name} = {values} to be {rank} numbers of at least 1")
    explicit = list(c.attrs.get("explicit_paddings", ()))
    if c.attrs["padding"] != "EXPLICIT":
        if explicit:
            raise c.mismatch("no explicit_paddings unless the padding is EXPLICIT")
        return
    if len(explicit) != 2 * rank or min(explicit) < 0:
        raise c.mismatch(f"explicit_paddings = {explicit} to be {2 * rank} numbers from 0")
    inner = [explicit[2 * axis : 2 * axis + 2] for axis in range(rank)]
    if sum(explicit) != sum(sum(pair) for pair in spatial(inner, c.attrs["data_format"])):
        raise c.mismatch("explicit_paddings of 0 for the batch and the channels")


def _steps(c: ShapeContext, image: Shape, filters: Shape, rank: int) -> list[int | None]:
    """Count the steps along the spatial axes."""
    assert image is not None and filters is not None
    data_format, padding = c.attrs["data_format"], c.attrs["padding"]
    explicit = c.attrs.get("explicit_paddings") or (0,) * (2 * rank)
    pairs = [tuple(explicit[2 * axis : 2 * axis + 2]) for axis in range(rank)]
    steps = []
    for size, taps, stride, dilation, pair in zip(
        spatial(image, data_format),
        filters[:-2],
        spatial(c.attrs["strides"], data_format),
        spatial(c.attrs["dilations"], data_format),
        spatial(pairs, data_format),
        strict=True,
    ):
        count = output_size(size, taps, stride, padding, dilation, pair)
        if count is not None and count < 0:
            raise c.mismatch("an input no smaller than the filter, for the padding is not SAME")
        steps.append(count)
    return steps


def _in_format(c: ShapeContext, batch: Any, steps: list[int | None], channels: Any) -> Shape:
    if channels_first(c.attrs["data_format"]):
        return (batch, channels, *steps)
    return (batch, *steps, channels)


def convolution_shape(rank: int) -> Callable[[ShapeContext], Shape]:
    def rule(c: ShapeContext) -> Shape:
        image, filters = rules.with_rank(c, "input", rank), rules.with_rank(c, "filter", rank)
        assert image is not None and filters is not None
        _check_settings(c, rank)
        depth, own = image[1 if channels_first(c.attrs["data_format"]) else -1], filters[-2]
        if depth is not None and own and depth % own:
            raise c.mismatch(
                f"an input whose {depth} channels are a multiple of the filter's {own}"
            )
        return _in_format(c, image[0], _steps(c, image, filters, rank), filters[-1])

    return rule


def depthwise_shape(c: ShapeContext) -> Shape:
    image, filters = rules.with_rank(c, "input", 4), rules.with_rank(c, "filter", 4)
    assert image is not None and filters is not None
    _check_settings(c, 4)
    place = 1 if channels_first(c.attrs["data_format"]) else 3
    try:
        channels = shapes.merge((image[place],), (filters[2],))
    except ValueError:
        raise c.mismatch("as many channels in the input as in the filter") from None
    assert channels is not None
    known = channels[0] is not None and filters[3] is not None
    depth = channels[0] * filters[3] if known else None  # type: ignore[operator]
    return _in_format(c, image[0], _steps(c, image, filters, 4), depth)


def sizes_given(name: str, rank: int) -> Callable[[ShapeContext], Shape]:
    """Make the rule: the shape whose sizes are the input `name`."""

    def rule(c: ShapeContext) -> Shape:
        _check_settings(c, rank)
        shape = c.shape_value(name)
        if shape is None:
            return (None,) * rank
        if len(shape) != rank:
            raise c.mismatch(f"{name} to hold {rank} sizes")
        return shape

    return rule
