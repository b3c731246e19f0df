"""Fused batch normalization: each channel of a batch of images brought to mean 0 and variance 1.

Ioffe and Szegedy, "Batch normalization", 2015. In training the moments are the batch's; otherwise
they are given. There are three versions, of which the later ones take 16-bit images (V2) and have
an output more, which means nothing here (V3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes, shapes
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.batch_normalization_second import second_order
from penstock.ops.windows import channels_first

__all__ = ["SPECS"]

_VERSIONS = ("", "V2", "V3")


def _settings(node: Any) -> dict[str, Any]:
    return {name: node.attrs[name] for name in ("epsilon", "data_format", "is_training")}


# Static shapes.


def _channels(c: ShapeContext, images: tuple[str, ...], vectors: tuple[str, ...]) -> Shape:
    """Merge what images and vectors say of the channels, as a shape of one axis."""
    place = 1 if channels_first(c.attrs["data_format"]) else 3
    known: Shape = (None,)
    try:
        for name in images:
            shape = rules.with_rank(c, name, 4)
            assert shape is not None
            known = shapes.merge(known, (shape[place],))
        for name in vectors:
            known = shapes.merge(known, rules.with_rank(c, name, 1))
    except ValueError:
        raise c.mismatch("as many channels in the images as in the vectors") from None
    return known


def _with_channels(c: ShapeContext, name: str, channels: Shape) -> Shape:
    sizes = list(rules.with_rank(c, name, 4) or ())
    assert channels is not None
    sizes[1 if channels_first(c.attrs["data_format"]) else 3] = channels[0]
    return tuple(sizes)


def _forward_shape(c: ShapeContext) -> list[Shape]:
    given = () if c.attrs["is_training"] else ("mean", "variance")
    channels = _channels(c, ("x",), ("scale", "offset", *given))
    found = [_with_channels(c, "x", channels), *[channels] * 4]
    return found if len(c.spec.outputs) == 5 else [*found, None]


def _grad_shape(c: ShapeContext) -> list[Shape]:
    vectors = ("scale", "reserve_space_1", "reserve_space_2")
    channels = _channels(c, ("y_backprop", "x"), vectors)
    unused: Shape = (0,) if c.attrs["is_training"] else channels
    return [_with_channels(c, "y_backprop", channels), channels, channels, unused, unused]


# Kernels. Moments and statistics are float32 whatever the images are.


def _along(data_format: str) -> tuple[tuple[int, int, int], Callable[[Any], Any]]:
    """Give the axes of an image's pixels, and what shapes a vector of channels to broadcast."""
    if channels_first(data_format):
        return (0, 2, 3), lambda vector: vector[:, None, None]
    return (0, 1, 2), lambda vector: vector


def _mean(xp: Any, x: Any, axes: tuple[int, ...]) -> Any:
    return xp.mean(x, axis=axes, dtype=x.dtype)


def _forward(
    xp: Any, x: Any, scale: Any, offset: Any, mean: Any, variance: Any,
    *, epsilon: float, data_format: str, is_training: bool,
) -> tuple[Any, ...]:  # fmt: skip
    axes, spread = _along(data_format)
    image = x.astype(xp.float32)
    reported = variance
    if is_training:
        mean = _mean(xp, image, axes)
        deviation = image - spread(mean)
        variance = _mean(xp, deviation * deviation, axes)
        count = x.size // max(x.shape[1 if channels_first(data_format) else 3], 1)
        # What is reported, for moving averages, is the unbiased estimate.
        reported = variance * xp.float32(count / max(count - 1, 1))
    else:
        deviation = image - spread(mean)
    inverse = scale / xp.sqrt(variance + xp.float32(epsilon))
    y = deviation * spread(inverse) + spread(offset)
    return y.astype(x.dtype), mean, reported, mean, variance


def _forward_v3(
    xp: Any, x: Any, scale: Any, offset: Any, mean: Any, variance: Any,
    *, epsilon: float, data_format: str, is_training: bool,
) -> tuple[Any, ...]:  # fmt: skip
    found = _forward(
        xp, x, scale, offset, mean, variance,
        epsilon=epsilon, data_format=data_format, is_training=is_training,
    )  # fmt: skip
    return *found, xp.zeros((), xp.float32)


def _backward(
    xp: Any, y_backprop: Any, x: Any, scale: Any, mean: Any, variance: Any, *_: Any,
    epsilon: float, data_format: str, is_training: bool,
) -> tuple[Any, ...]:  # fmt: skip
    axes, spread = _along(data_format)
    dy, image = y_backprop.astype(xp.float32), x.astype(xp.float32)
    root = 1 / xp.sqrt(variance + xp.float32(epsilon))
    normal = (image - spread(mean)) * spread(root)
    dscale = xp.sum(dy * normal, axis=axes, dtype=xp.float32)
    doffset = xp.sum(dy, axis=axes, dtype=xp.float32)
    if is_training:
        count = xp.float32(max(x.size // max(len(scale), 1), 1))
        dy = dy - spread(doffset / count) - normal * spread(dscale / count)
    dx = dy * spread(scale * root)
    unused = xp.zeros((0,) if is_training else scale.shape, xp.float32)
    return dx.astype(x.dtype), dscale, doffset, unused, unused


def _backward_v3(
    xp: Any, y_backprop: Any, x: Any, scale: Any, mean: Any, variance: Any, reserved: Any,
    *, epsilon: float, data_format: str, is_training: bool,
) -> tuple[Any, ...]:  # fmt: skip
    return _backward(
        xp, y_backprop, x, scale, mean, variance,
        epsilon=epsilon, data_format=data_format, is_training=is_training,
    )  # fmt: skip


# Gradients.


def _gradient(version: str) -> Callable[..., Any]:
    def grad(ops: Any, node: Any, dy: Any, *_: Any) -> list[Any]:
        build = getattr(ops, f"FusedBatchNormGrad{version}")
        x, scale = node.inputs[0], node.inputs[1]
        settings, reserved = _settings(node), list(node.outputs[3:])
        if settings["is_training"]:
            return list(build(dy, x, scale, *reserved, **settings))
        # The given moments take the place of the batch's, and the images have their channels last.
        reserved[:2] = node.inputs[3:5]
        first = channels_first(settings["data_format"])
        if first:
            x, dy = (
                ops.Transpose(x, [0, 2, 3, 1], name="transpose"),
                ops.Transpose(dy, [0, 2, 3, 1], name="transpose"),
            )
            settings["data_format"] = "NHWC"
        dx, dscale, doffset = build(dy, x, scale, *reserved, **settings)[:3]
        if first:
            dx = ops.Transpose(dx, [0, 3, 1, 2], name="transpose")
        return [dx, dscale, doffset, None, None]

    return grad


# Records.


def _records(version: str) -> tuple[OpSpec, OpSpec]:
    vector = "T" if version == "" else "U"
    images = {dtypes.float16, dtypes.bfloat16, dtypes.float32} if version else {dtypes.float32}
    attrs = {"T": attr("type", allowed=images)}
    if version:
        attrs["U"] = attr("type", allowed={dtypes.float32})
    attrs["epsilon"] = 0.0001
    attrs["data_format"] = attr("string", "NHWC", allowed={"NHWC", "NCHW"})
    attrs["is_training"] = True
    reserved = [f"reserve_space_{number}: {vector}" for number in range(1, 6)]
    third = version == "V3"
    forward = OpSpec(
        f"FusedBatchNorm{version}",
        inputs=["x: T", *(f"{name}: {vector}" for name in ("scale", "offset", "mean", "variance"))],
        outputs=[
            "y: T",
            f"batch_mean: {vector}",
            f"batch_variance: {vector}",
            *reserved[: 3 if third else 2],
        ],
        attrs=attrs,
        doc="(x - mean) / sqrt(variance + epsilon) * scale + offset for each channel, with the "
        "batch's own moments in training.",
        shape=_forward_shape,
        kernel=_forward_v3 if third else _forward,
        grad=_gradient(version),
    )
    backward = OpSpec(
        f"FusedBatchNormGrad{version}",
        inputs=[
            "y_backprop: T",
            "x: T",
            "scale: float32" if version else "scale: T",
            *reserved[: 3 if third else 2],
        ],
        outputs=[
            "x_backprop: T",
            f"scale_backprop: {vector}",
            f"offset_backprop: {vector}",
            *(reserved[3:] if third else reserved[2:4]),
        ],
        attrs=attrs,
        doc=f"The gradients of FusedBatchNorm{version} by x, scale and offset.",
        shape=_grad_shape,
        kernel=_backward_v3 if third else _backward,
        grad=second_order,
    )
    return forward, backward


SPECS = tuple(spec for version in _VERSIONS for spec in _records(version))
