"""Special functions, from SciPy, which is loaded when the first of them is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["KERNELS"]


def _scipy() -> Any:
    """Give SciPy's special functions, loaded by the first node that needs one."""
    from scipy import special  # noqa: PLC0415

    return special


def _unary(name: str) -> Callable[..., Any]:
    """Make a kernel of SciPy's function `name`; half floats are computed as float32."""

    def compute(xp: Any, x: Any) -> Any:
        wide = x.astype(np.float32) if x.dtype.itemsize == 2 else x
        return getattr(_scipy(), name)(wide).astype(x.dtype)

    return compute


def _several(name: str) -> Callable[..., Any]:
    def compute(xp: Any, *arguments: Any) -> Any:
        return getattr(_scipy(), name)(*arguments).astype(arguments[0].dtype)

    return compute


def _igamma_grad_a(xp: Any, a: Any, x: Any) -> Any:
    """Differentiate the series of the lower incomplete gamma function, term by term.

    The function is x^a exp(-x) times the sum of x^n / gamma(a + n + 1); see DLMF 8.7.1.
    """
    special = _scipy()
    wide_a, wide_x = np.broadcast_arrays(a.astype(np.float64), x.astype(np.float64))
    log_x = np.log(wide_x)
    terms = int(np.max(wide_x, initial=0) + 12 * np.sqrt(np.max(wide_x, initial=0)) + 60)
    total = np.zeros(wide_x.shape)
    for n in range(terms):
        log_term = (wide_a + n) * log_x - wide_x - special.gammaln(wide_a + n + 1)
        total += np.exp(log_term) * (log_x - special.psi(wide_a + n + 1))
    return np.where(wide_x == 0, 0.0, total).astype(a.dtype)


def _polygamma(xp: Any, a: Any, x: Any) -> Any:
    """Compute the slopes of digamma; of order 0, digamma itself."""
    special = _scipy()
    whole = a == np.floor(a)
    sign = np.where(a % 2 == 1, 1.0, -1.0)
    higher = sign * special.gamma(a + 1) * special.zeta(a + 1, x)
    value = np.where(a == 0, special.psi(x), higher)
    return np.where(whole & (a >= 0), value, np.nan).astype(x.dtype)


KERNELS: dict[str, Callable[..., Any]] = {
    "BesselI0e": _unary("i0e"),
    "BesselI1e": _unary("i1e"),
    "Betainc": _several("betainc"),
    "Digamma": _unary("psi"),
    "Erf": _unary("erf"),
    "Erfc": _unary("erfc"),
    "Igamma": _several("gammainc"),
    "IgammaGradA": _igamma_grad_a,
    "Igammac": _several("gammaincc"),
    "Lgamma": _unary("gammaln"),
    "Polygamma": _polygamma,
    "Zeta": _several("zeta"),
}
