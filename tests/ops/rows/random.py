"""Rows of the random ops: what their numbers must look like. The golden streams say which."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from tests.ops.row import Row, between

_SEEDS = {"seed": 3, "seed2": 4}
_SHAPE = np.array([40, 100], np.int32)
_SEED = np.array([5, -6], np.int64)
_FLOATS = ("float16", "bfloat16", "float32", "float64")
_LOGITS = np.log(np.array([[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]])).astype(np.float32)
_PARAMETERS = [np.float32(1.0), np.float32(2.0), np.float32(0.0), np.float32(4.0)]


def _like(distribution, *parameters):
    """Expect 4,000 numbers that a test of Kolmogorov and Smirnov cannot tell from these."""

    def check(outputs):
        numbers = outputs[0].astype(np.float64).ravel()
        assert numbers.shape == (4000,)
        # Types of few bits give few different numbers; that alone is a distance of 2^-7.
        distance = stats.kstest(numbers, distribution, args=parameters).statistic
        assert distance < 0.03 + 2.0**-6

    return check


def _even(low, high):
    def check(outputs):
        numbers = outputs[0]
        assert numbers.shape == (40, 100)
        assert numbers.min() == low
        assert numbers.max() == high - 1
        assert abs(numbers.mean() - (low + high - 1) / 2) < 0.05 * (high - low)

    return check


def _shares(outputs):
    shares = [np.bincount(row, minlength=3) / row.size for row in outputs[0]]
    np.testing.assert_allclose(shares, np.exp(_LOGITS) / 8, atol=0.05)


def _permuted(outputs):
    rows = outputs[0]
    assert not np.array_equal(rows, _ROWS)
    assert np.array_equal(rows[np.argsort(rows[:, 0])], _ROWS)


def _means(*expected):
    def check(outputs):
        means = outputs[0].astype(np.float64).reshape(-1, len(expected)).mean(0)
        np.testing.assert_allclose(means, expected, rtol=0.1)

    return check


def _quantile_slope(alpha, sample):
    """The derivative of the quantile that `sample` is of, by differences."""
    share = special.gammainc(alpha, sample)
    step = 1e-5
    above, below = (special.gammaincinv(alpha + by, share) for by in (step, -step))
    return (above - below) / (2 * step)


_ROWS = np.arange(36.0, dtype=np.float32).reshape(12, 3)
_TWO_SIDED = ("truncnorm", -2, 2)


def _drawn(op, distribution):
    given = {**_SEEDS} if op[0] != "S" else {}
    inputs = [_SHAPE] if given else [_SHAPE, _SEED]
    return [
        Row(op, inputs, attrs={**given, "dtype": dtype}, check=_like(*distribution), label=dtype)
        for dtype in _FLOATS
    ]


ROWS = [
    *_drawn("RandomUniform", ("uniform",)),
    *_drawn("RandomStandardNormal", ("norm",)),
    *_drawn("TruncatedNormal", _TWO_SIDED),
    *_drawn("StatelessRandomUniform", ("uniform",)),
    *_drawn("StatelessRandomNormal", ("norm",)),
    *_drawn("StatelessTruncatedNormal", _TWO_SIDED),
    Row("RandomUniformInt", [_SHAPE, np.int32(-3), np.int32(7)], attrs=_SEEDS, check=_even(-3, 7)),
    Row("RandomUniformInt", [_SHAPE, np.int64(5), np.int64(12)], attrs=_SEEDS, check=_even(5, 12),
        label="int64"),
    Row("StatelessRandomUniformInt", [_SHAPE, _SEED, np.int32(0), np.int32(9)], check=_even(0, 9)),
    Row("RandomShuffle", [_ROWS], attrs=_SEEDS, check=_permuted, dtypes=("float32", "int32")),
    Row("RandomShuffle", [np.float32(3)], lambda value: value, attrs=_SEEDS, label="scalar"),
    Row("RandomShuffle", [_ROWS[:1]], lambda value: value, attrs=_SEEDS, label="one"),
    Row("Multinomial", [_LOGITS, np.int32(3000)], attrs=_SEEDS, check=_shares,
        dtypes=("float16", "float32", "float64")),
    Row("StatelessMultinomial", [_LOGITS, np.int32(3000), _SEED], check=_shares),
    Row("RandomGamma", [_SHAPE, np.array([0.5, 1.0, 7.0], np.float32)], attrs=_SEEDS,
        check=_means(0.5, 1.0, 7.0)),
    Row("RandomGammaGrad", [between(0.5, 5.0, 4, 1), between(0.2, 9.0, 4, 6)], _quantile_slope,
        dtypes=("float32", "float64"), rtol=1e-3),
    Row("RandomPoisson", [_SHAPE, np.array([0.5, 30.0], np.float32)], attrs=_SEEDS,
        check=_means(0.5, 30.0)),
    Row("RandomPoissonV2", [_SHAPE, np.array([0.5, 30.0])], attrs=_SEEDS, check=_means(0.5, 30.0)),
    Row("ParameterizedTruncatedNormal", [_SHAPE, *_PARAMETERS], attrs=_SEEDS,
        check=_like("truncnorm", -0.5, 1.5, 1.0, 2.0)),
]  # fmt: skip
