"""Rows of rounding to a few bits, of searching, and of buckets of strings."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row, between, integers, normal

_X = between(-2, 2, 3, 4)


def _fake(x, low, high, steps=255):
    """Round to the nearest step of a range that has zero among its steps."""
    step = (high - low) / steps
    zero = np.round(-low / step)
    least, most = -zero * step, (steps - zero) * step
    return np.round((np.clip(x, least, most) - least) / step) * step + least


def _passes(dy, x, low, high):
    return [dy * ((x >= low) & (x <= high)), np.sum(dy * (x < low)), np.sum(dy * (x > high))]


_LOW, _HIGH = np.float32(-1), np.float32(1.55)
_LOWS, _HIGHS = np.array([-1, -2, -0.51, -1], np.float32), np.array([1, 1, 2.04, 3], np.float32)

ROWS = [
    Row("FakeQuantWithMinMaxArgs", [_X], lambda x: _fake(x, -1, 1.55),
        attrs={"min": -1.0, "max": 1.55}, rtol=1e-5),
    Row("FakeQuantWithMinMaxArgsGradient", [normal(3, 4), _X],
        lambda dy, x: _passes(dy, x, -1, 1.55)[0], attrs={"min": -1.0, "max": 1.55}),
    Row("FakeQuantWithMinMaxVars", [_X, _LOW, _HIGH], lambda x, low, high: _fake(x, -1, 1.55),
        rtol=1e-5),
    Row("FakeQuantWithMinMaxVars", [_X, np.float32(0), np.float32(0)], lambda x, *_: 0 * x,
        label="no range"),
    Row("FakeQuantWithMinMaxVars", [_X, np.float32(-1), np.float32(1)],
        lambda x, *_: _fake(x, -1, 1, 14), attrs={"num_bits": 4, "narrow_range": True}, rtol=1e-5,
        label="narrow"),
    Row("FakeQuantWithMinMaxVarsGradient", [normal(3, 4), _X, _LOW, _HIGH],
        lambda dy, x, low, high: _passes(dy, x, -1, 1.55)),
    Row("FakeQuantWithMinMaxVarsPerChannel", [_X, _LOWS, _HIGHS],
        lambda x, low, high: np.stack([_fake(x[:, i], low[i], high[i]) for i in range(4)], 1),
        rtol=1e-5),
    Row("FakeQuantWithMinMaxVarsPerChannelGradient",
        [normal(3, 4), _X, np.full(4, -1, np.float32), np.full(4, 1.55, np.float32)],
        lambda dy, x, low, high: [dy * ((x >= -1) & (x <= 1.55)), np.sum(dy * (x < -1), 0),
                                  np.sum(dy * (x > 1.55), 0)]),
    Row("QuantizeAndDequantizeV2", [_X, np.float32(-1), np.float32(0.5)],
        lambda x, *_: np.round(np.clip(x, -1, 127 / 128) * 128) / 128,
        attrs={"range_given": True}, dtypes=("float32", "float64")),
    Row("QuantizeAndDequantizeV2", [np.abs(_X), np.float32(0), np.float32(0)],
        lambda x, *_: np.floor(x * (15 / x.max()) + 0.5) * (x.max() / 15),
        attrs={"signed_input": False, "num_bits": 4, "round_mode": "HALF_UP"}, rtol=1e-5,
        label="unsigned"),
    Row("QuantizeAndDequantizeV3", [_X, np.float32(-1), np.float32(1), np.int32(8)],
        lambda x, *_: np.round(np.clip(x, -1, 1) * 127) / 127, attrs={"narrow_range": True}),
    Row("LowerBound", [np.sort(normal(2, 5)), normal(2, 3, seed=1)],
        lambda s, v: np.stack([np.searchsorted(s[i], v[i]) for i in range(2)])),
    Row("UpperBound", [np.sort(integers(0, 5, 2, 6)), integers(0, 5, 2, 3, seed=1)],
        lambda s, v: np.stack([np.searchsorted(s[i], v[i], "right") for i in range(2)]),
        attrs={"out_type": "int64"}),
    Row("UnravelIndex", [np.array([2, 7, 23], np.int32), np.array([2, 3, 4], np.int32)],
        lambda i, d: np.stack(np.unravel_index(i, d))),
    Row("UnravelIndex", [np.array(5), np.array([2, 3])],
        lambda i, d: np.array([1, 2]), label="scalar"),
    Row("StringToHashBucketFast", [np.array([b"hello", b""], object)],
        lambda x: np.array([0xB48BE5A931380CE8 % 1000, 0x9AE16A3B2F90404F % 1000]),
        attrs={"num_buckets": 1000}),
    Row("StringToHashBucket", [np.array([b"a", b"b", b"c"], object)],
        check=lambda outputs: np.testing.assert_array_equal(outputs[0] < 10, True),
        attrs={"num_buckets": 10}),
    # What TensorFlow 1.15.5 gives.
    Row("StringToHashBucketStrong",
        [np.array([b"a", b"hello world, this", b"", b"x" * 70], object)],
        lambda x: np.array([395471, 191788, 974473, 314498]),
        attrs={"num_buckets": 1000003, "key": [5, 2**40 + 7]}),
]  # fmt: skip
