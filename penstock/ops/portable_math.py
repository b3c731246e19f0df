"""Logarithm, sine and cosine whose bits do not depend on who computes them.

Random normals must be the same numbers on NumPy, under XLA on a CPU and on a GPU, but the
libraries' own functions differ in the last bits, and a compiler may fuse a product into the sum
that follows, which rounds once where NumPy rounds twice. So these are polynomials in float64, and
each product that enters a sum is either exact or goes through `settled`, which a compiler cannot
fuse. `*32` functions serve float32: their error is far below half a unit of float32, so the
rounded result is that of a good C library, nearly always. `*64` functions carry the rounding
errors of the leading terms along and are right to little more than half a unit of float64.

The polynomials are minimax fits (Remez) on the ranges named beside them.
"""

from __future__ import annotations

from typing import Any

__all__ = ["log32", "log64", "settled", "sincos32", "sincos64", "with_sign"]

# (atanh(s) - s) / s^3 in s^2, |s| <= 0.1716: relative errors of atanh 2^-45 and 2^-66.
_ATANH_SHORT = (
    0.3333333333791002,
    0.19999997807398084,
    0.14286054979457397,
    0.11088076547266967,
    0.09792346711145979,
)
_ATANH_LONG = (
    0.3333333333333333,
    0.20000000000003132,
    0.14285714284540557,
    0.11111111323757954,
    0.09090887803924601,
    0.07693546642757951,
    0.0662503047574308,
    0.06625925436809701,
)
# (sin(r) - r) / r^3 in r^2, and cos(r) - 1 over r^2 in r^2, |r| <= pi/4; error relative to r for
# the sine. The short ones are the fits that C libraries use for float32, so ties break alike.
_SIN_SHORT = (
    float.fromhex("-0x1.555545995a7fcp-3"),
    float.fromhex("0x1.110760522f12ap-7"),
    float.fromhex("-0x1.994eb374fe0acp-13"),
)
_COS_SHORT = (
    float.fromhex("-0x1.ffffffd0c62afp-2"),
    float.fromhex("0x1.55553e106c39cp-5"),
    float.fromhex("-0x1.6c087e8ad5778p-10"),
    float.fromhex("0x1.9934306800d73p-16"),
)
_SIN_LONG = (
    -0.16666666666666666,
    0.008333333333333323,
    -0.00019841269841255137,
    2.7557319214227014e-06,
    -2.5052104921321103e-08,
    1.605836789210869e-10,
    -7.578761726544604e-13,
)
# (cos(r) - 1 + r^2 / 2) / r^4 in r^2.
_COS_LONG = (
    0.0416666666666666,
    -0.0013888888888874138,
    2.4801587289491844e-05,
    -2.7557314355247395e-07,
    2.0875723685286203e-09,
    -1.1359669915623603e-11,
)

_LN2 = 0.6931471805599453
_TWO_OVER_PI = 0.6366197723675814
# ln 2 and pi/2 in parts with trailing zeros, so that small multiples of the first ones are exact.
_LN2_PARTS = (float.fromhex("0x1.62e42feep-1"), float.fromhex("0x1.a39ef35793c76p-33"))
_HALF_PI_PARTS = (
    float.fromhex("0x1.921fb544p+0"),
    float.fromhex("0x1.0b4611a6p-34"),
    float.fromhex("0x1.3198a2e037073p-69"),
)
# pi/2 as a float64, in two parts: what reducing with that float64 gives.
_HALF_PI_DOUBLE = (float.fromhex("0x1.921fb54442d00p+0"), float.fromhex("0x1.8p-48"))


def settled(xp: Any, product: Any) -> Any:
    """Clear the last bit of a float64: a compiler can neither fuse nor reorder past that."""
    return (product.view(xp.uint64) & xp.uint64(0xFFFFFFFFFFFFFFFE)).view(xp.float64)


def with_sign(xp: Any, magnitude: Any, negative: Any) -> Any:
    """Negate float32 or float64 numbers where `negative`, a boolean array, says so."""
    width = 8 * magnitude.dtype.itemsize
    kind = xp.uint64 if width == 64 else xp.uint32
    sign = negative.astype(kind) << kind(width - 1)
    return (magnitude.view(kind) ^ sign).view(magnitude.dtype)


def _polynomial(xp: Any, coefficients: tuple[float, ...], x: Any) -> Any:
    value = settled(xp, x * coefficients[-1]) + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        value = settled(xp, value * x) + coefficient
    return value


def log32(xp: Any, x: Any) -> Any:
    """Compute the natural logarithm of positive normal float32 numbers, as float32."""
    base = xp.int32(0x3F3504F3)  # the float32 next to the square root of 1/2
    offset = x.view(xp.int32) - base
    exponent = (offset >> xp.int32(23)).astype(xp.float64)
    mantissa = ((offset & xp.int32(0x7FFFFF)) + base).view(xp.float32).astype(xp.float64)
    s = (mantissa - 1.0) / (mantissa + 1.0)
    square = s * s
    beyond = settled(xp, square * _polynomial(xp, _ATANH_SHORT, square))
    result = settled(xp, exponent * _LN2) + settled(xp, (s + s) * (1.0 + beyond))
    return result.astype(xp.float32)


def log64(xp: Any, x: Any) -> Any:
    """Compute the natural logarithm of positive normal float64 numbers."""
    base = xp.int64(0x3FE6A09E667F3BCD)
    offset = x.view(xp.int64) - base
    exponent = (offset >> xp.int64(52)).astype(xp.float64)
    mantissa = ((offset & xp.int64(0xFFFFFFFFFFFFF)) + base).view(xp.float64)
    numerator, denominator = mantissa - 1.0, settled(xp, mantissa + 1.0)
    lost = mantissa - (denominator - 1.0)
    s = numerator / denominator
    product, error = _product(xp, s, denominator)
    remainder = ((numerator - product) - error) - settled(xp, s * lost)
    s_low = remainder / denominator
    twice, square = s + s, s * s
    beyond = settled(xp, square * _polynomial(xp, _ATANH_LONG, square))
    small = settled(xp, twice * beyond) + (s_low + s_low)
    large = exponent * _LN2_PARTS[0]
    total = large + twice
    lost = twice - (total - large)
    return total + (lost + (small + settled(xp, exponent * _LN2_PARTS[1])))


def _product(xp: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Give a float64 product and its error; their sum is a * b exactly."""
    a_high, b_high = _leading(xp, a), _leading(xp, b)
    a_low, b_low = a - a_high, b - b_high
    product = settled(xp, a * b)
    middle = (a_high * b_high - product) + a_high * b_low + a_low * b_high
    return product, middle + settled(xp, a_low * b_low)


def _leading(xp: Any, x: Any) -> Any:
    """Keep the leading 26 bits of a float64, so that products of two such are exact."""
    return (x.view(xp.uint64) & xp.uint64(0xFFFFFFFFF8000000)).view(xp.float64)


def sincos32(xp: Any, angle: Any) -> tuple[Any, Any]:
    """Compute sine and cosine of float32 angles from 0 to 2 pi, as float64 near float32's."""
    x = angle.astype(xp.float64)
    turns = xp.rint(x * _TWO_OVER_PI)
    r = (x - turns * _HALF_PI_DOUBLE[0]) - turns * _HALF_PI_DOUBLE[1]
    square = r * r
    sine = r + settled(xp, r * square * _polynomial(xp, _SIN_SHORT, square))
    cosine = 1.0 + settled(xp, square * _polynomial(xp, _COS_SHORT, square))
    return _by_quadrant(xp, turns, sine, cosine)


def sincos64(xp: Any, angle: Any) -> tuple[Any, Any]:
    """Compute sine and cosine of float64 angles from 0 to 2 pi."""
    turns = xp.rint(angle * _TWO_OVER_PI)
    first = angle - turns * _HALF_PI_PARTS[0]
    second = turns * _HALF_PI_PARTS[1]
    r = first - second
    r_low = ((first - r) - second) - settled(xp, turns * _HALF_PI_PARTS[2])
    square = r * r
    half = 0.5 * square
    curved = settled(xp, r * square * _polynomial(xp, _SIN_LONG, square))
    sine = r + (curved + settled(xp, r_low * (1.0 - half)))
    rest = settled(xp, square * square * _polynomial(xp, _COS_LONG, square))
    large = 1.0 - half
    cosine = large + (((1.0 - large) - half) + (rest - settled(xp, r * r_low)))
    return _by_quadrant(xp, turns, sine, cosine)


def _by_quadrant(xp: Any, turns: Any, sine: Any, cosine: Any) -> tuple[Any, Any]:
    quadrant = turns.astype(xp.int64)
    one = xp.int64(1)
    swap = (quadrant & one) == one
    sine, cosine = xp.where(swap, cosine, sine), xp.where(swap, sine, cosine)
    halfway = (quadrant >> one) & one
    return (
        with_sign(xp, sine, halfway == one),
        with_sign(xp, cosine, halfway ^ (quadrant & one) == one),
    )
