"""Rows of convolutions, against loops over every step of the window."""

from __future__ import annotations

from itertools import product

import numpy as np

from tests.ops.row import Row, normal

_FLOATS = ("float16", "bfloat16", "float32", "float64")


def _pads(padding, sizes, taps, strides, dilations):
    pads = []
    for size, count, stride, dilation in zip(sizes, taps, strides, dilations, strict=True):
        reach = (count - 1) * dilation + 1
        missing = max((int(np.ceil(size / stride)) - 1) * stride + reach - size, 0)
        pads.append((missing // 2, missing - missing // 2) if padding == "SAME" else (0, 0))
    return pads


class _Case:
    """One setting of a convolution, channels last, and what it should give."""

    def __init__(self, x, f, padding="SAME", strides=None, dilations=None, depthwise=False):
        self.x_shape, self.f_shape = x, f
        rank = len(x) - 2
        self.strides = strides or (1,) * rank
        self.dilations = dilations or (1,) * rank
        self.depthwise = depthwise
        self.padding = padding
        self.pads = padding
        if isinstance(padding, str):
            self.pads = _pads(padding, x[1:-1], f[:-2], self.strides, self.dilations)
        self.steps = [
            (size + sum(pad) - (taps - 1) * dilation - 1) // stride + 1
            for size, pad, taps, dilation, stride in zip(
                x[1:-1], self.pads, f[:-2], self.dilations, self.strides, strict=True
            )
        ]
        channels = f[-2] * f[-1] if depthwise else f[-1]
        self.y_shape = (x[0], *self.steps, channels)

    def _meetings(self):
        """List (output place, input place, tap) wherever a tap meets no padding."""
        for step in product(*map(range, self.steps)):
            for tap in product(*map(range, self.f_shape[:-2])):
                place = tuple(
                    s * stride + t * dilation - pad[0]
                    for s, stride, t, dilation, pad in zip(
                        step, self.strides, tap, self.dilations, self.pads, strict=True
                    )
                )
                if all(0 <= p < n for p, n in zip(place, self.x_shape[1:-1], strict=True)):
                    yield step, place, tap

    def _matrix(self, f, tap):
        """Give the matrix of one tap, from all input channels to all output channels."""
        if not self.depthwise:
            groups = self.x_shape[-1] // self.f_shape[-2]
            blocks = np.split(f[tap], groups, axis=1)
        else:
            blocks = [row[None] for row in f[tap]]
        matrix = np.zeros((self.x_shape[-1], self.y_shape[-1]))
        for number, block in enumerate(blocks):
            rows, columns = (number * size for size in block.shape)
            matrix[rows:, columns:][: len(block), : block.shape[1]] = block
        return matrix

    def forward(self, x, f):
        y = np.zeros(self.y_shape)
        for step, place, tap in self._meetings():
            y[(slice(None), *step)] += x[(slice(None), *place)] @ self._matrix(f, tap)
        return y

    def by_input(self, sizes, f, dy):
        dx = np.zeros(self.x_shape)
        for step, place, tap in self._meetings():
            dx[(slice(None), *place)] += dy[(slice(None), *step)] @ self._matrix(f, tap).T
        return dx

    def by_filter(self, x, sizes, dy):
        df = np.zeros(self.f_shape)
        for step, place, tap in self._meetings():
            products = x[(slice(None), *place)].T @ dy[(slice(None), *step)]
            for index in np.ndindex(*self.f_shape[-2:]):
                one = np.zeros(self.f_shape)
                one[(*tap, *index)] = 1
                df[(*tap, *index)] += (products * self._matrix(one, tap)).sum()
        return df

    def rows(self, names, label, dtypes=(), first=False):
        """Make the rows of a convolution and its two gradients."""
        volume = len(self.x_shape) == 5
        letters = "DHW"[3 - len(self.steps) :]
        data_format = f"NC{letters}" if first else f"N{letters}C"

        def full(values, outer):
            values = list(values)
            return [outer, outer, *values] if first else [outer, *values, outer]

        attrs = {
            "strides": full(self.strides, 1),
            "dilations": full(self.dilations, 1),
            "padding": self.padding,
            "data_format": data_format,
        }
        if not isinstance(self.padding, str):
            attrs["padding"] = "EXPLICIT"
            attrs["explicit_paddings"] = [s for pad in full(self.pads, (0, 0)) for s in pad]

        def moved(a):
            return np.moveaxis(a, -1, 1) if first else a

        def last(a):
            return np.moveaxis(a, 1, -1) if first else a

        x, f = moved(normal(*self.x_shape)), normal(*self.f_shape, seed=1)
        dy = moved(normal(*self.y_shape, seed=2))
        sizes, f_sizes = np.array(x.shape, np.int32), np.array(f.shape, np.int32)
        if volume:
            sizes = sizes.astype(np.int64)
        references = (
            lambda x, f: moved(self.forward(last(x), f)),
            lambda s, f, dy: moved(self.by_input(s, f, last(dy))),
            lambda x, s, dy: self.by_filter(last(x), s, last(dy)),
        )
        inputs = ([x, f], [sizes, f, dy], [x, f_sizes, dy])
        grads = (True, [1, 2], [0, 2])
        made = []
        for name, given, reference, grad in zip(names, inputs, references, grads, strict=True):
            own = {"rtol": 1e-4} if not dtypes else {}
            kinds = dtypes if name != names[1] or not volume else ()
            own.update(dtypes=kinds, grad=grad, label=label)
            made.append(Row(name, given, reference, attrs, **own))
        return made


_PLAIN = ("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")
_VOLUME = ("Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2")
_DEPTHWISE = tuple(
    f"DepthwiseConv2dNative{part}" for part in ("", "BackpropInput", "BackpropFilter")
)

_IMAGE, _FILTER = (2, 5, 6, 3), (3, 2, 3, 4)

ROWS = [
    *_Case(_IMAGE, _FILTER).rows(_PLAIN, "same"),
    *_Case((1, 4, 3, 2), (2, 2, 2, 2)).rows(_PLAIN, "dtypes", dtypes=_FLOATS),
    *_Case(_IMAGE, _FILTER, "VALID").rows(_PLAIN, "valid"),
    *_Case(_IMAGE, _FILTER, "SAME", (2, 3)).rows(_PLAIN, "same, strides"),
    *_Case(_IMAGE, _FILTER, "VALID", (2, 3)).rows(_PLAIN, "valid, strides"),
    *_Case(_IMAGE, (1, 1, 3, 4), "SAME", (2, 3)).rows(_PLAIN, "one tap, strides"),
    *_Case(_IMAGE, (1, 1, 3, 4), ((1, 0), (0, 2))).rows(_PLAIN, "one tap, padding"),
    *_Case((2, 5, 6, 3), (1, 1, 3, 4), "VALID", (3, 2)).rows(_PLAIN, "stride beyond the window"),
    *_Case(_IMAGE, (1, 1, 3, 4)).rows(_PLAIN, "one tap"),
    *_Case(_IMAGE, _FILTER, [(1, 2), (0, 3)], (2, 1)).rows(_PLAIN, "explicit"),
    *_Case((1, 7, 8, 2), (3, 2, 2, 3), "VALID", None, (2, 3)).rows(_PLAIN, "dilated"),
    *_Case((1, 7, 8, 2), (3, 2, 2, 3), "SAME", None, (2, 1)).rows(_PLAIN, "same, dilated"),
    *_Case(_IMAGE, _FILTER, "SAME", (2, 1)).rows(_PLAIN, "NCHW", first=True),
    *_Case(_IMAGE, _FILTER, [(1, 2), (0, 3)]).rows(_PLAIN, "NCHW, explicit", first=True),
    *_Case((2, 3, 3, 4), (2, 2, 2, 6)).rows(_PLAIN, "two groups"),
    *_Case((1, 3, 4, 3, 2), (2, 2, 3, 2, 3)).rows(_VOLUME, "same"),
    *_Case((1, 3, 4, 3, 2), (2, 2, 1, 2, 3), "VALID", (1, 2, 1)).rows(_VOLUME, "valid"),
    *_Case((1, 3, 3, 3, 1), (2, 1, 2, 1, 2)).rows(_VOLUME, "dtypes", dtypes=_FLOATS),
    *_Case((1, 3, 4, 3, 2), (2, 2, 3, 2, 3)).rows(_VOLUME, "NCDHW", first=True),
    *_Case(_IMAGE, (3, 2, 3, 2), depthwise=True).rows(_DEPTHWISE, "same"),
    *_Case((1, 3, 3, 2), (2, 2, 2, 1), depthwise=True).rows(_DEPTHWISE, "dtypes", dtypes=_FLOATS),
    *_Case(_IMAGE, (3, 2, 3, 1), "VALID", (2, 2), depthwise=True).rows(_DEPTHWISE, "strides"),
    *_Case(_IMAGE, (2, 2, 3, 2), "VALID", None, (2, 3), True).rows(_DEPTHWISE, "dilated"),
    *_Case(_IMAGE, (3, 2, 3, 2), depthwise=True).rows(_DEPTHWISE, "NCHW", first=True),
]
