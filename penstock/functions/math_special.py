"""Special functions: of errors, gamma and its kin, Bessel's; and polynomials."""

from __future__ import annotations

from typing import Any

from penstock.functions.math_reductions import reduce_sum
from penstock.functions.op_function import op_function, sparse_op_function
from penstock.graph.build import convert_to_tensor, raw
from penstock.graph.name_scope import name_scope
from penstock.graph.node import Tensor
from penstock.ops import composed

__all__ = [
    "bessel_i0",
    "bessel_i0e",
    "bessel_i1",
    "bessel_i1e",
    "betainc",
    "digamma",
    "erf",
    "erfc",
    "igamma",
    "igammac",
    "lbeta",
    "lgamma",
    "polygamma",
    "polyval",
    "zeta",
]

erf = sparse_op_function("Erf")
bessel_i0e = sparse_op_function("BesselI0e")
bessel_i1e = sparse_op_function("BesselI1e")
erfc = op_function("Erfc")
lgamma = op_function("Lgamma")
digamma = op_function("Digamma")
igamma = op_function("Igamma")
igammac = op_function("Igammac")
zeta = op_function("Zeta")
polygamma = op_function("Polygamma")
betainc = op_function("Betainc")


def bessel_i0(x: Any, name: str | None = None) -> Tensor:
    """Build the modified Bessel function of order 0.

    Args:
      x: tensor of floats.
      name: the scope of the nodes.

    Returns:
      A tensor of the dtype of `x`.
    """
    with name_scope(name, "bessel_i0", [x]):
        return raw.Exp(raw.Abs(x)) * raw.BesselI0e(x)


def bessel_i1(x: Any, name: str | None = None) -> Tensor:
    """Build the modified Bessel function of order 1.

    Args:
      x: tensor of floats.
      name: the scope of the nodes.

    Returns:
      A tensor of the dtype of `x`.
    """
    with name_scope(name, "bessel_i1", [x]):
        return raw.Exp(raw.Abs(x)) * raw.BesselI1e(x)


def lbeta(x: Any, name: str | None = None) -> Tensor:
    """Build the logarithm of the absolute value of the beta function along the last axis.

    Args:
      x: tensor [..., k] of floats.
      name: the scope of the nodes.

    Returns:
      A tensor [...] of the dtype of `x`.
    """
    with name_scope(name, "lbeta", [x]):
        x = convert_to_tensor(x, name="x")
        product = reduce_sum(raw.Lgamma(x), [-1])
        return product - raw.Lgamma(reduce_sum(x, [-1]))


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Tensor:
    """Build the value of a polynomial, by Horner's rule.

    Args:
      coeffs: list of tensors or numbers, that of the highest power first.
      x: tensor of numbers.
      name: the scope of the nodes.

    Returns:
      A tensor of the shape that `x` and the coefficients broadcast to.
    """
    with name_scope(name, "polyval", [*coeffs, x]):
        x = convert_to_tensor(x, name="x")
        if not coeffs:
            return composed.zeros_like(x)
        tensors = [
            convert_to_tensor(each, name=f"coeff_{index}") for index, each in enumerate(coeffs)
        ]
        value = tensors[0]
        for each in tensors[1:]:
            value = each + value * x
        return value
