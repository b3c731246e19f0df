"""Rows of resizing, against loops over pixels."""

from __future__ import annotations

import math

import numpy as np

from tests.ops.row import Row, integers, normal

_FORMS = {
    "": {},
    "corners": {"align_corners": True},
    "centers": {"half_pixel_centers": True},
}


def _scale(size, outputs, align_corners=False, half_pixel_centers=False):
    return (size - 1) / (outputs - 1) if align_corners and outputs > 1 else size / outputs


def _place(step, scale, align_corners=False, half_pixel_centers=False):
    return (step + 0.5) * scale - 0.5 if half_pixel_centers else step * scale


def _round_nearest(size, outputs, form):
    """Give for each output pixel its input pixels, as a list of {place: weight}."""
    for step in range(outputs):
        scale = _scale(size, outputs, **form)
        at = (step + 0.5) * scale if form.get("half_pixel_centers") else step * scale
        place = math.floor(at + 0.5) if form.get("align_corners") else math.floor(at)
        yield {min(place, size - 1): 1.0}


def _round_linear(size, outputs, form):
    for step in range(outputs):
        at = _place(step, _scale(size, outputs, **form), **form)
        weights = {}
        for place in (math.floor(at), math.floor(at) + 1):
            inside = min(max(place, 0), size - 1)
            weights[inside] = weights.get(inside, 0) + 1 - abs(at - place)
        yield weights


def _curve(distance, a):
    distance = abs(distance)
    if distance <= 1:
        return (a + 2) * distance**3 - (a + 3) * distance**2 + 1
    return a * distance**3 - 5 * a * distance**2 + 8 * a * distance - 4 * a


def _round_cubic(size, outputs, form):
    keys = bool(form.get("half_pixel_centers"))
    for step in range(outputs):
        at = _place(step, _scale(size, outputs, **form), **form)
        rounded = math.floor(at) + round((at - math.floor(at)) * 1024) / 1024
        weights = {}
        for place in range(math.floor(at) - 1, math.floor(at) + 3):
            inside = min(max(place, 0), size - 1)
            if inside == place or not keys:
                weight = _curve(rounded - place, -0.5 if keys else -0.75)
                weights[inside] = weights.get(inside, 0) + weight
        total = sum(weights.values())
        yield {place: weight / total if keys else weight for place, weight in weights.items()}


def _round_area(size, outputs, form):
    scale = _scale(size, outputs, **form)
    for step in range(outputs):
        weights = {}
        for place in range(math.floor(step * scale), math.ceil((step + 1) * scale)):
            part = min(place + 1, (step + 1) * scale) - max(place, step * scale)
            inside = min(place, size - 1)
            weights[inside] = weights.get(inside, 0) + part / scale
        yield weights


def _matrix(rounds, size, outputs, form):
    matrix = np.zeros((outputs, size))
    for step, weights in enumerate(rounds(size, outputs, form)):
        for place, weight in weights.items():
            matrix[step, place] = weight
    return matrix


def _resized(rounds, form):
    def reference(images, size):
        rows = _matrix(rounds, images.shape[1], size[0], form)
        columns = _matrix(rounds, images.shape[2], size[1], form)
        return np.einsum("hi,bijc,wj->bhwc", rows, images.astype(np.float64), columns)

    return reference


def _gradient(rounds, form, height, width):
    def reference(grads, *_):
        rows = _matrix(rounds, height, grads.shape[1], form)
        columns = _matrix(rounds, width, grads.shape[2], form)
        return np.einsum("hi,bhwc,wj->bijc", rows, grads.astype(np.float64), columns)

    return reference


_SIZES = [np.array(size, np.int32) for size in ([7, 3], [4, 9], [2, 1], [5, 4])]
_OPS = {
    "ResizeNearestNeighbor": _round_nearest,
    "ResizeBilinear": _round_linear,
    "ResizeBicubic": _round_cubic,
}
_PIXELS = ("int8", "uint8", "int16", "uint16", "int32", "int64")
_HALVES = {"ResizeBilinear": ("float16", "bfloat16"), "ResizeNearestNeighbor": ("float16",)}

ROWS = []
for _op, _rounds in _OPS.items():
    for _label, _form in _FORMS.items():
        ROWS += [
            Row(
                _op,
                [normal(2, 5, 4, 3), _size],
                reference=_resized(_rounds, _form),
                attrs=_form,
                dtypes=("float32", "float64"),
                grad=[0],
                second=False,
                rtol=1e-5,
                label=f"{_label} {_size}",
            )
            for _size in _SIZES
        ]
        ROWS.append(
            Row(
                f"{_op}Grad",
                [
                    normal(2, 7, 3, 2),
                    np.array([4, 5], np.int32)
                    if _op == "ResizeNearestNeighbor"
                    else normal(2, 4, 5, 2),
                ],
                reference=_gradient(_rounds, _form, 4, 5),
                attrs=_form,
                rtol=1e-5,
                label=_label,
            )
        )
    ROWS.append(
        Row(
            _op,
            [integers(0, 100, 1, 3, 5, 2), _SIZES[0]],
            reference=_resized(_rounds, {}),
            dtypes=_PIXELS,
            rtol=1e-5,
            label="of numbers",
        )
    )
ROWS += [
    Row(
        "ResizeArea",
        [normal(2, 5, 4, 3), _size],
        reference=_resized(_round_area, _form),
        attrs=_form,
        dtypes=("float32", "float64", "int32"),
        rtol=1e-5,
        label=f"{_label} {_size}",
    )
    for _label, _form in (("", {}), ("corners", {"align_corners": True}))
    for _size in _SIZES
]
ROWS += [
    Row(
        _op,
        [normal(1, 3, 5, 2), _SIZES[0]],
        reference=_resized(_OPS[_op], {}),
        dtypes=_dtypes,
        rtol=1e-2,
        label="of halves",
    )
    for _op, _dtypes in _HALVES.items()
]
ROWS.append(
    Row(
        "ResizeBilinearGrad",
        [normal(1, 200, 3, 2), normal(1, 2, 2, 2)],
        reference=_gradient(_round_linear, {}, 2, 2),
        rtol=1e-4,
        label="much larger",
    )
)
