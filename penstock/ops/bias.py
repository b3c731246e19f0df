"""Adding one number per channel, and its gradient."""

from __future__ import annotations

from typing import Any

from penstock.core import shapes
from penstock.core.dtypes import NUMBERS
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import composed

__all__ = ["SPECS"]

_DATA_FORMAT = attr("string", "NHWC", allowed={"NHWC", "NCHW"})


def _channel_axis(data_format: str) -> int:
    """The axis of the channels: the last one, or the second for NCHW."""
    return 1 if data_format == "NCHW" else -1


def _check_rank(c: ShapeContext, shape: tuple[int | None, ...], data_format: str) -> None:
    least = 3 if data_format == "NCHW" else 2
    if len(shape) < least:
        raise c.mismatch(f"for {data_format} at least {least} axes, one of which is the channels'")


def _bias_add_shape(c: ShapeContext) -> Shape:
    value, bias = c.shape("value"), c.shape("bias")
    if bias is not None and len(bias) != 1:
        raise c.mismatch("a bias of one axis")
    if value is None:
        return None
    data_format = c.attrs.get("data_format", "NHWC")
    axis = _channel_axis(data_format)
    _check_rank(c, value, data_format)
    try:
        known = shapes.merge((value[axis],), bias)
    except ValueError:
        raise c.mismatch("as many biases as channels") from None
    assert known is not None
    sizes = list(value)
    sizes[axis] = known[0]
    return tuple(sizes)


def _along_channels(bias: Any, rank: int, data_format: str) -> Any:
    """Shape a bias so that it broadcasts against a value of that rank."""
    if data_format == "NCHW":
        return bias.reshape(bias.shape + (1,) * (rank - 2))
    return bias


def _bias_add(xp: Any, value: Any, bias: Any, *, data_format: str = "NHWC") -> Any:
    return value + _along_channels(bias, value.ndim, data_format)


def _bias_add_grad(xp: Any, out_backprop: Any, *, data_format: str) -> Any:
    channel = _channel_axis(data_format) % out_backprop.ndim
    others = tuple(axis for axis in range(out_backprop.ndim) if axis != channel)
    return xp.sum(out_backprop, axis=others, dtype=out_backprop.dtype)


def _bias_add_grad_shape(c: ShapeContext) -> Shape:
    shape = c.shape("out_backprop")
    if shape is None:
        return (None,)
    data_format = c.attrs["data_format"]
    _check_rank(c, shape, data_format)
    return (shape[_channel_axis(data_format)],)


def _bias_add_gradients(ops: Any, node: Any, dy: Any) -> list[Any]:
    return [dy, ops.BiasAddGrad(dy, data_format=node.attrs["data_format"])]


def _bias_add_second(ops: Any, node: Any, dy: Any) -> list[Any]:
    """Give every element of a channel that channel's gradient, by a reshape and a tile."""
    shape, channels = composed.shape(node.inputs[0]), composed.shape(dy)
    if node.attrs["data_format"] == "NCHW":
        stretched = [composed.ones_like(shape[:1]), channels, composed.ones_like(shape[2:])]
        one_per_channel = ops.ConcatV2(stretched, 0, name="concat")
        repeats = ops.ConcatV2([shape[:1], [1], shape[2:]], 0, name="concat")
    else:
        stretched = [composed.ones_like(shape[:-1]), channels]
        one_per_channel = ops.ConcatV2(stretched, 0, name="concat")
        repeats = ops.ConcatV2([shape[:-1], [1]], 0, name="concat")
    return [ops.Tile(ops.Reshape(dy, one_per_channel), repeats)]


def _bias_add_v1_gradients(ops: Any, node: Any, dy: Any) -> list[Any]:
    all_but_last = composed.range_of(composed.rank(dy) - 1)
    return [dy, ops.Sum(dy, all_but_last)]


BIAS_ADD = OpSpec(
    "BiasAdd",
    inputs=["value: T", "bias: T"],
    outputs=["output: T"],
    attrs={"T": NUMBERS, "data_format": _DATA_FORMAT},
    doc="`value` with `bias` added along its channels, the last axis or for NCHW the second.",
    shape=_bias_add_shape,
    kernel=_bias_add,
    grad=_bias_add_gradients,
)

BIAS_ADD_GRAD = OpSpec(
    "BiasAddGrad",
    inputs=["out_backprop: T"],
    outputs=["output: T"],
    attrs={"T": NUMBERS, "data_format": _DATA_FORMAT},
    doc="The sum over all axes but the channels'.",
    shape=_bias_add_grad_shape,
    kernel=_bias_add_grad,
    grad=_bias_add_second,
)

BIAS_ADD_V1 = OpSpec(
    "BiasAddV1",
    inputs=["value: T", "bias: T"],
    outputs=["output: T"],
    attrs={"T": NUMBERS},
    doc="`value` with `bias` added along its last axis: the older form of BiasAdd.",
    shape=_bias_add_shape,
    kernel=_bias_add,
    grad=_bias_add_v1_gradients,
)

SPECS = (BIAS_ADD, BIAS_ADD_GRAD, BIAS_ADD_V1)
