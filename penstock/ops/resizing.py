"""Images in another size: by the nearest pixel, between pixels, by areas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from penstock.core import dtypes
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, Undefined, attr
from penstock.ops import composed, shape_rules as rules
from penstock.ops.resizing_taps import Sampling, Taps, apply_taps

__all__ = ["SPECS"]

_IMAGES = (
    *(dtypes.int8, dtypes.uint8, dtypes.int16, dtypes.uint16, dtypes.int32, dtypes.int64),
    *(dtypes.float16, dtypes.float32, dtypes.float64),
)
_PLACES = {"align_corners": False, "half_pixel_centers": False}
_NONE_SECOND = "TensorFlow has no second derivative of resizing; it is linear in the images"


def _resized_shape(c: ShapeContext) -> Shape:
    shape = rules.with_rank(c, c.spec.inputs[0].name, 4)
    return (shape[0], *_two_sizes(c), shape[3])


def _two_sizes(c: ShapeContext) -> tuple[int | None, ...]:
    size = c.shape("size")
    if size is not None and size not in ((2,), (None,)):
        raise c.mismatch("a size of two numbers, height and width")
    value = c.value("size")
    if value is None:
        return (None, None)
    return tuple(int(each) if each >= 0 else None for each in value)


def _like_original(c: ShapeContext) -> Shape:
    return c.shape("original_image")


def _samplings(shape: Any, size: Any, align: bool, half: bool) -> tuple[Sampling, Sampling]:
    """Give the samplings along height and width, from the images' shape to `size`."""
    if align and half:
        raise InvalidArgumentError(
            None, None, "Give align_corners or half_pixel_centers, not both: they contradict."
        )
    height, width = (int(each) for each in size)
    if height <= 0 or width <= 0:
        raise InvalidArgumentError(
            None, None, f"Images need a height and a width of at least 1, not {height} by {width}."
        )
    return Sampling(shape[1], height, align, half), Sampling(shape[2], width, align, half)


def _weighing(choose: Callable[[Sampling], Taps]) -> Callable[..., Any]:
    """Make the kernel that sums over taps."""

    def kernel(
        xp: Any,
        images: Any,
        size: Any,
        *,
        align_corners: bool = False,
        half_pixel_centers: bool = False,
    ) -> Any:
        images = images.astype(xp.float32)
        places = _samplings(images.shape, size, align_corners, half_pixel_centers)
        for axis, sampling in enumerate(places, 1):
            images = apply_taps(xp, images, axis, choose(sampling))
        return images

    return kernel


def _weighing_back(choose: Callable[[Sampling], Taps]) -> Callable[..., Any]:
    """Make the kernel of the gradient of what sums over taps."""

    def kernel(
        xp: Any,
        grads: Any,
        original_image: Any,
        *,
        align_corners: bool,
        half_pixel_centers: bool,
    ) -> Any:
        shape = original_image.shape
        sizes = grads.shape[1:3]
        if original_image.dtype == xp.float64:
            grads = grads.astype(xp.float64)
        places = _samplings(shape, sizes, align_corners, half_pixel_centers)
        for axis, sampling in enumerate(places, 1):
            grads = apply_taps(xp, grads, axis, choose(sampling).transposed(sampling.size))
        return grads.astype(original_image.dtype)

    return kernel


def _nearest(
    xp: Any, images: Any, size: Any, *, align_corners: bool, half_pixel_centers: bool
) -> Any:
    rows, columns = _samplings(images.shape, size, align_corners, half_pixel_centers)
    return images[:, rows.nearest().places[:, 0]][:, :, columns.nearest().places[:, 0]]


def _nearest_back(
    xp: Any, grads: Any, size: Any, *, align_corners: bool, half_pixel_centers: bool
) -> Any:
    shape = (1, *(int(each) for each in size))
    places = _samplings(shape, grads.shape[1:3], align_corners, half_pixel_centers)
    for axis, sampling in enumerate(places, 1):
        grads = apply_taps(xp, grads, axis, sampling.nearest().transposed(sampling.size))
    return grads


def _bilinear(
    xp: Any, images: Any, size: Any, *, align_corners: bool, half_pixel_centers: bool
) -> Any:
    """Go from the lower towards the upper pixel, which keeps even surfaces even."""
    images = images.astype(xp.float32)
    places = _samplings(images.shape, size, align_corners, half_pixel_centers)
    for axis, sampling in reversed(list(enumerate(places, 1))):
        taps = sampling.linear()
        before = (slice(None),) * axis
        lower, upper = (images[(*before, taps.places[:, tap])] for tap in (0, 1))
        weight = taps.weights[:, 1].reshape((-1,) + (1,) * (3 - axis))
        images = lower + (upper - lower) * weight
    return images


def _gradient_by(op: str) -> Callable[..., Any]:
    def gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
        image = node.inputs[0]
        if image.dtype not in (dtypes.float32, dtypes.float64) and op == "ResizeBicubicGrad":
            return [None, None]
        settings = {name: node.get_attr(name) for name in _PLACES}
        return [getattr(ops, op)(dy, image, **settings), None]

    return gradient


def _nearest_gradient(ops: Any, node: Any, dy: Any) -> list[Any]:
    image = node.inputs[0]
    known = None if image.static_shape is None else image.static_shape[1:3]
    size = composed.shape(image)[1:3] if known is None or None in known else list(known)
    settings = {name: node.get_attr(name) for name in _PLACES}
    return [ops.ResizeNearestNeighborGrad(dy, size, **settings), None]


RESIZE_NEAREST_NEIGHBOR = OpSpec(
    "ResizeNearestNeighbor",
    inputs=["images: T", "size: int32"],
    outputs=["resized_images: T"],
    attrs={"T": attr("type", allowed=_IMAGES), **_PLACES},
    doc="Images in another size, each pixel of which is the nearest one's copy.",
    static=["size"],
    shape=_resized_shape,
    kernel=_nearest,
    grad=_nearest_gradient,
)

RESIZE_NEAREST_NEIGHBOR_GRAD = OpSpec(
    "ResizeNearestNeighborGrad",
    inputs=["grads: T", "size: int32"],
    outputs=["output: T"],
    attrs={
        "T": attr(
            "type",
            allowed=(
                *(dtypes.uint8, dtypes.int8, dtypes.int32),
                *(dtypes.float16, dtypes.float32, dtypes.float64),
            ),
        ),
        **_PLACES,
    },
    doc="The gradient of ResizeNearestNeighbor, for images of the height and width `size`.",
    static=["size"],
    shape=_resized_shape,
    kernel=_nearest_back,
    grad=Undefined(_NONE_SECOND),
)

RESIZE_BILINEAR = OpSpec(
    "ResizeBilinear",
    inputs=["images: T", "size: int32"],
    outputs=["resized_images: float32"],
    attrs={"T": attr("type", allowed=(*_IMAGES, dtypes.bfloat16)), **_PLACES},
    doc="Images in another size, each pixel of which lies between four.",
    static=["size"],
    shape=_resized_shape,
    kernel=_bilinear,
    grad=_gradient_by("ResizeBilinearGrad"),
)

RESIZE_BILINEAR_GRAD = OpSpec(
    "ResizeBilinearGrad",
    inputs=["grads: float32", "original_image: T"],
    outputs=["output: T"],
    attrs={
        "T": attr(
            "type", allowed=(dtypes.float32, dtypes.bfloat16, dtypes.float16, dtypes.float64)
        ),
        **_PLACES,
    },
    doc="The gradient of ResizeBilinear.",
    shape=_like_original,
    kernel=_weighing_back(Sampling.linear),
    grad=Undefined(_NONE_SECOND),
)

RESIZE_BICUBIC = OpSpec(
    "ResizeBicubic",
    inputs=["images: T", "size: int32"],
    outputs=["resized_images: float32"],
    attrs={"T": attr("type", allowed=_IMAGES), **_PLACES},
    doc="Images in another size, each pixel of which lies on a cubic surface through sixteen.",
    static=["size"],
    shape=_resized_shape,
    kernel=_weighing(Sampling.cubic),
    grad=_gradient_by("ResizeBicubicGrad"),
)

RESIZE_BICUBIC_GRAD = OpSpec(
    "ResizeBicubicGrad",
    inputs=["grads: float32", "original_image: T"],
    outputs=["output: T"],
    attrs={"T": attr("type", allowed=(dtypes.float32, dtypes.float64)), **_PLACES},
    doc="The gradient of ResizeBicubic.",
    shape=_like_original,
    kernel=_weighing_back(Sampling.cubic),
    grad=Undefined(_NONE_SECOND),
)

RESIZE_AREA = OpSpec(
    "ResizeArea",
    inputs=["images: T", "size: int32"],
    outputs=["resized_images: float32"],
    attrs={"T": attr("type", allowed=_IMAGES), "align_corners": False},
    doc="Images in another size, each pixel of which is the mean over what it covers.",
    static=["size"],
    shape=_resized_shape,
    kernel=_weighing(Sampling.areas),
    grad=Undefined("TensorFlow has no gradient of ResizeArea; use ResizeBilinear"),
)

SPECS = (
    RESIZE_NEAREST_NEIGHBOR,
    RESIZE_NEAREST_NEIGHBOR_GRAD,
    RESIZE_BILINEAR,
    RESIZE_BILINEAR_GRAD,
    RESIZE_BICUBIC,
    RESIZE_BICUBIC_GRAD,
    RESIZE_AREA,
)
