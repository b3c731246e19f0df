"""How a gamma-distributed sample depends on the shape parameter, its quantile held fixed; NumPy.

With P(a, x) the probability that a sample is at most x, dx/da = -(dP/da) / (dP/dx). Divided by the
density dP/dx, the power series of P converges fast where x is small, and the continued fraction of
1 - P where x is large; both are differentiated term by term.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["gamma_derivative"]

_TERMS = 20_000
_EPSILON = float(np.finfo(np.float64).eps)


def gamma_derivative(alpha: Any, sample: Any) -> np.ndarray:
    """Compute the derivative of gamma samples by their shape parameter.

    Args:
      alpha: shape parameters, positive floating numbers.
      sample: samples of the gamma distribution with scale 1; broadcasts with `alpha`.

    Returns:
      Array of the shape that both broadcast to, of alpha's dtype. NaN where an argument is not
      positive.
    """
    dtype = np.asarray(alpha).dtype
    a, x = np.broadcast_arrays(np.asarray(alpha, np.float64), np.asarray(sample, np.float64))
    result = np.full(a.shape, np.nan)
    with np.errstate(all="ignore"):
        small = (a > 0.0) & (x > 0.0) & (x <= a + 1.0)
        large = (a > 0.0) & (x > a + 1.0) & np.isfinite(x)
        result[small] = _by_series(a[small], x[small])
        result[large] = _by_fraction(a[large], x[large])
    result[(a > 0.0) & (x == 0.0)] = 0.0
    return result.astype(dtype)


def _by_series(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    log_x = np.log(x)
    psi = _digamma(a + 1.0)
    term = 1.0 / a
    total = term * (log_x - psi)
    for n in range(1, _TERMS):
        term = term * x / (a + n)
        psi = psi + 1.0 / (a + n)
        change = term * (log_x - psi)
        total = total + change
        if np.all(np.abs(change) <= _EPSILON * np.abs(total)):
            break
    return -x * total


def _by_fraction(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Evaluate 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - ...)) and its derivative by a."""
    b = x + 1.0 - a
    d, d_slope = 1.0 / b, 1.0 / (b * b)
    c, c_slope = np.full_like(b, np.inf), np.zeros_like(b)
    value, slope = d, d_slope
    for n in range(1, _TERMS):
        factor, factor_slope = -n * (n - a), float(n)
        b = b + 2.0
        # Lentz's recurrences, each followed by its derivative; b falls by 1 as a grows by 1.
        denominator = b + factor * d
        d_slope = -(-1.0 + factor_slope * d + factor * d_slope) / denominator**2
        d = 1.0 / denominator
        c_slope = -1.0 + factor_slope / c - factor * c_slope / c**2
        c = b + factor / c
        ratio, ratio_slope = c * d, c_slope * d + c * d_slope
        value, slope = value * ratio, slope * ratio + value * ratio_slope
        if np.all((np.abs(ratio - 1.0) <= _EPSILON) & (np.abs(ratio_slope) <= _EPSILON)):
            break
    return x * (value * (np.log(x) - _digamma(a)) + slope)


def _digamma(z: np.ndarray) -> np.ndarray:
    shift = np.zeros_like(z)
    for _ in range(10):
        below = z < 10.0
        shift = shift - np.where(below, 1.0 / z, 0.0)
        z = np.where(below, z + 1.0, z)
    s = 1.0 / (z * z)
    series = s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132)))))
    return shift + np.log(z) - 0.5 / z - series
