"""Local response normalization: each element divided by the energy of the channels around it.

Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks",
2012, section 3.3.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from penstock.core import dtypes
from penstock.core.dtypes import FLOATING
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import shape_rules as rules
from penstock.ops.windows import pad_axes, tap, windows_over

__all__ = ["SPECS"]

_SETTINGS = ("depth_radius", "bias", "alpha", "beta")


def _around(xp: Any, x: Any, radius: int) -> Any:
    """Sum over the channels at most `radius` away, the channels being the last axis."""
    channels = x.shape[-1]
    reach = min(radius, max(channels - 1, 0))
    explicit = (reach, reach)
    windows = windows_over(
        [channels], [2 * reach + 1], [1], "EXPLICIT", [1], explicit, first_axis=x.ndim - 1
    )
    padded = pad_axes(xp, x, windows, 0)
    return reduce(xp.add, [tap(padded, windows, [number]) for number in range(2 * reach + 1)])


def _norm(xp: Any, x: Any, depth_radius: int, bias: float, alpha: float) -> Any:
    number = x.dtype.type
    return number(bias) + number(alpha) * _around(xp, x * x, depth_radius)


def _lrn(xp: Any, input: Any, *, depth_radius: int, bias: float, alpha: float, beta: float) -> Any:
    norm = _norm(xp, input, depth_radius, bias, alpha)
    return input * norm ** input.dtype.type(-beta)


def _lrn_grad(
    xp: Any, input_grads: Any, input_image: Any, output_image: Any,
    *, depth_radius: int, bias: float, alpha: float, beta: float,
) -> Any:  # fmt: skip
    number = input_image.dtype.type
    norm = _norm(xp, input_image, depth_radius, bias, alpha)
    shared = _around(xp, input_grads * output_image / norm, depth_radius)
    return input_grads * norm ** number(-beta) - number(2 * alpha * beta) * input_image * shared


def _lrn_gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
    settings = {name: node.attrs[name] for name in _SETTINGS}
    return [ops.LRNGrad(dy, node.inputs[0], node.outputs[0], **settings)]


def _grad_shape(c: ShapeContext) -> Shape:
    for name in ("input_grads", "input_image", "output_image"):
        rules.with_rank(c, name, 4)
    return rules.merged("input_grads", "input_image", "output_image")(c) or (None,) * 4


def _attrs() -> dict[str, Any]:
    return {
        "depth_radius": 5,
        "bias": 1.0,
        "alpha": 1.0,
        "beta": 0.5,
        "T": attr("type", dtypes.float32, allowed=FLOATING - {dtypes.float64}),
    }


LRN = OpSpec(
    "LRN",
    inputs=["input: T"],
    outputs=["output: T"],
    attrs=_attrs(),
    doc="input / (bias + alpha * sum of squares over channels at most depth_radius away) ** beta.",
    shape=lambda c: rules.with_rank(c, "input", 4),
    kernel=_lrn,
    grad=_lrn_gradient,
)

LRN_GRAD = OpSpec(
    "LRNGrad",
    inputs=["input_grads: T", "input_image: T", "output_image: T"],
    outputs=["output: T"],
    attrs=_attrs(),
    doc="The gradient of LRN.",
    shape=_grad_shape,
    kernel=_lrn_grad,
    grad=Undefined("TensorFlow has no second derivative of LRN"),
)

SPECS = (LRN, LRN_GRAD)
