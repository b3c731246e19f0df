"""Random ops whose samplers reject candidates: gamma, Poisson, and normal between bounds.

They run in the interpreter: how many candidates a number takes is not known beforehand.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from penstock.core.dtypes import FLOATING, float16, float32, float64, int32, int64
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import bounded_normal, composed, sampling, shape_rules as rules
from penstock.ops.gamma_derivative import gamma_derivative
from penstock.ops.random_common import (
    INDEX,
    SEEDS,
    each_output,
    given,
    given_for_each,
    numpy_dtype,
    sizes_of,
)

__all__ = ["SPECS"]

_GAMMA = frozenset({float16, float32, float64})
_COUNTS = frozenset({float16, float32, float64, int32, int64})


def _gamma(xp: Any, shape: Any, alpha: Any, *, key: Any, counter: Any) -> Any:
    return sampling.gamma(key, counter, sizes_of(shape), np.asarray(alpha))


def _poisson(xp: Any, shape: Any, rate: Any, *, key: Any, counter: Any, dtype: Any) -> Any:
    return sampling.poisson(key, counter, sizes_of(shape), np.asarray(rate), numpy_dtype(dtype))


def _bounded(
    xp: Any, shape: Any, means: Any, stdevs: Any, minvals: Any, maxvals: Any,
    *, key: Any, counter: Any,
) -> Any:  # fmt: skip
    sizes = sizes_of(shape)
    parameters = [np.atleast_1d(values) for values in (means, stdevs, minvals, maxvals)]
    batches, size = _batches(sizes, [values.shape for values in parameters])
    if not sizes or any(len(values) not in (1, batches) for values in parameters):
        raise InvalidArgumentError(
            None,
            None,
            "The parameters of a truncated normal must be single numbers or one for each row, "
            f"but the shape is {list(sizes)} and there are "
            f"{[len(values) for values in parameters]} of them.",
        )
    return bounded_normal.bounded_normal(
        key, counter, batches, size, prod(sizes), parameters
    ).reshape(sizes)


def _gamma_grad(ops: Any, node: Any, dy: Any) -> list[Any]:
    shape, alpha = node.inputs
    sample = node.outputs[0]
    with dy.graph.control_dependencies([dy]):
        axes = composed.shape(shape)[0]
        sizes = ops.ConcatV2(
            [composed.ones([axes], int32), composed.shape(alpha)], 0, name="concat"
        )
        derivative = ops.RandomGammaGrad(ops.Reshape(alpha, sizes), sample)
        weighted = ops.Mul(dy, derivative, name="mul")
        return [None, ops.Sum(weighted, composed.range_of(axes))]


def _given_bounded(c: ShapeContext) -> Shape:
    for name in ("means", "stdevs", "minvals", "maxvals"):
        shape = c.shape(name)
        if shape is not None and len(shape) > 1:
            raise c.mismatch(f"{name} of rank 0 or 1")
    return given(c)


def _batches(shape: tuple[int, ...], parameters: list[tuple[int, ...]]) -> tuple[int, int]:
    """Give the number of batches and a batch's size for a truncated normal with parameters."""
    if all(prod(parameter) == 1 for parameter in parameters):
        return -(-prod(shape) // bounded_normal.BATCH), bounded_normal.BATCH
    return shape[0], prod(shape[1:])


def _bounded_blocks(attrs: Any, inputs: Any, outputs: Any) -> int:
    batches, size = _batches(outputs[0], inputs[1:])
    return batches * 2 * bounded_normal.TRIES * (size + 3) // 4


RANDOM_GAMMA = OpSpec(
    "RandomGamma",
    inputs=["shape: S", "alpha: T"],
    outputs=["output: T"],
    attrs={**SEEDS, "S": INDEX, "T": _GAMMA},
    doc="Numbers of the gamma distribution with shape parameter `alpha` and scale 1.",
    shape=given_for_each("alpha"),
    kernel=_gamma,
    grad=_gamma_grad,
    static=["shape"],
    random=each_output,
    host=True,
)

RANDOM_GAMMA_GRAD = OpSpec(
    "RandomGammaGrad",
    inputs=["alpha: T", "sample: T"],
    outputs=["output: T"],
    attrs={"T": frozenset({float32, float64})},
    doc="How fast a gamma-distributed `sample` grows with `alpha`, its quantile held fixed.",
    shape=rules.broadcast,
    kernel=lambda xp, alpha, sample: gamma_derivative(alpha, sample),
    grad=Undefined("the second derivative of a gamma sample is not known"),
)

RANDOM_POISSON = OpSpec(
    "RandomPoisson",
    inputs=["shape: S", "rate: dtype"],
    outputs=["output: dtype"],
    attrs={**SEEDS, "S": INDEX, "dtype": _GAMMA},
    doc="Numbers of the Poisson distribution, of the same type as `rate`.",
    shape=given_for_each("rate"),
    kernel=_poisson,
    grad=Undefined("a Poisson number does not change smoothly with its rate"),
    static=["shape"],
    random=each_output,
    host=True,
)

RANDOM_POISSON_V2 = OpSpec(
    "RandomPoissonV2",
    inputs=["shape: S", "rate: R"],
    outputs=["output: dtype"],
    attrs={
        **SEEDS,
        "S": INDEX,
        "R": attr("type", float64, allowed=_COUNTS),
        "dtype": attr("type", int64, allowed=_COUNTS),
    },
    doc="Numbers of the Poisson distribution that expects `rate`.",
    shape=given_for_each("rate"),
    kernel=_poisson,
    grad=Undefined("a Poisson number does not change smoothly with its rate"),
    static=["shape"],
    random=each_output,
    host=True,
)

PARAMETERIZED_TRUNCATED_NORMAL = OpSpec(
    "ParameterizedTruncatedNormal",
    inputs=["shape: T", "means: dtype", "stdevs: dtype", "minvals: dtype", "maxvals: dtype"],
    outputs=["output: dtype"],
    attrs={**SEEDS, "dtype": FLOATING, "T": INDEX},
    doc="Normal numbers between bounds; parameters are single numbers or one for each row.",
    shape=_given_bounded,
    kernel=_bounded,
    grad=NOT_DIFFERENTIABLE,
    static=["shape"],
    random=_bounded_blocks,
    host=True,
)

SPECS = (
    RANDOM_GAMMA,
    RANDOM_GAMMA_GRAD,
    RANDOM_POISSON,
    RANDOM_POISSON_V2,
    PARAMETERIZED_TRUNCATED_NORMAL,
)
