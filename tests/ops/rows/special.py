"""Rows of the special functions."""

from __future__ import annotations

import math

import numpy as np
from scipy import integrate, special

from tests.ops.row import Row, between, normal, positive

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_DOUBLE = ("float32", "float64")
_X = normal(2, 3)
_P, _Q = positive(2, 3), positive(3, seed=1)
_A, _B = between(1, 3, 2, 3), between(1, 3, 2, 3, seed=1)
_U = between(0.1, 0.9, 2, 3)


def _by_integral(a, x):
    """Integrate the density of the gamma distribution."""

    def one(a, x):
        return integrate.quad(lambda t: t ** (a - 1) * math.exp(-t) / math.gamma(a), 0, x)[0]

    return np.vectorize(one)(a, x)


def _slope_for_a(a, x):
    step = 1e-5
    return (special.gammainc(a + step, x) - special.gammainc(a - step, x)) / (2 * step)


ROWS = [
    Row("Erf", [_X], np.vectorize(math.erf), dtypes=_FLOATS, grad=True),
    Row("Erfc", [_X], np.vectorize(math.erfc), dtypes=_FLOATS, grad=True),
    Row("Lgamma", [_P], np.vectorize(math.lgamma), dtypes=_FLOATS, grad=True),
    Row("Lgamma", [-_P], np.vectorize(math.lgamma), label="negative", rtol=1e-4),
    Row("Digamma", [_P], special.psi, dtypes=_FLOATS, grad=True),
    Row("BesselI0e", [_X], lambda x: special.ive(0, x), dtypes=_FLOATS, grad=True),
    Row("BesselI1e", [_X], lambda x: special.ive(1, x), dtypes=_FLOATS, grad=True),
    Row("Igamma", [_P, _Q], _by_integral, dtypes=_DOUBLE, grad=True, second=False, rtol=1e-5),
    Row("Igammac", [_P, _Q], lambda a, x: 1 - _by_integral(a, x), dtypes=_DOUBLE, grad=True,
        second=False, rtol=1e-5),
    Row("IgammaGradA", [_P, _Q], _slope_for_a, dtypes=_DOUBLE, rtol=1e-4),
    Row("Zeta", [_P + 1, _Q], special.zeta, dtypes=_DOUBLE, grad=[1], rtol=1e-4),
    Row("Polygamma", [np.float32([1, 2, 3]), _P], dtypes=_DOUBLE, grad=[1], rtol=1e-4,
        reference=lambda a, x: special.polygamma(a.astype(int), x)),
    Row("Polygamma", [np.float32(0), _P], lambda a, x: special.psi(x), rtol=1e-4, label="order 0"),
    Row("Betainc", [_A, _B, _U], special.betainc, dtypes=_DOUBLE, grad=[2], rtol=1e-4),
    Row("Betainc", [np.float32(1.5), _B, np.float32(0.25)], special.betainc, label="numbers"),
]  # fmt: skip
