"""Random ops: numbers, permutations and categories drawn from a node's or a given seed.

A stateful op draws from the stream of its `key`, from the session's `counter` for it on, and
reserves more blocks than it needs, as TensorFlow does: a second run goes on at the same place.
The stateless ops draw from the beginning of a stream that their seed input names.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from penstock.core.dtypes import (
    FLOATING,
    INTEGERS,
    float32,
    int32,
    int64,
)
from penstock.core.errors import InvalidArgumentError
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import NOT_DIFFERENTIABLE, OpSpec, Undefined, attr
from penstock.ops import distributions, philox, sampling, shape_rules as rules
from penstock.ops.distributions import BLOCKS_PER_OUTPUT
from penstock.ops.random_common import (
    INDEX,
    SEEDS,
    each_output,
    given,
    given_by_range,
    numpy_dtype,
    sizes_of,
)

__all__ = ["SPECS", "bounds_message", "check_bounds", "shuffles"]

_LOGITS = FLOATING | INTEGERS


def _categories(c: ShapeContext) -> Shape:
    logits = rules.with_rank(c, "logits", 2)
    rules.with_rank(c, "num_samples", 0)
    count = c.value("num_samples")
    return (logits[0], None if count is None else int(count))


def _seeded(rule: Callable[[ShapeContext], Shape]) -> Callable[[ShapeContext], Shape]:
    def with_seed(c: ShapeContext) -> Shape:
        if rules.with_rank(c, "seed", 1) not in ((2,), (None,)):
            raise c.mismatch("a seed of two numbers")
        return rule(c)

    return with_seed


# --- blocks reserved


def _multinomial_blocks(attrs: Any, inputs: Any, outputs: Any) -> int:
    """Count the blocks of `Multinomial`: two words a sample, rows rounded up to whole blocks."""
    batch, samples = outputs[0]
    return batch * (-(-samples // 4) * 4) * 2 * BLOCKS_PER_OUTPUT


def shuffles(shape: tuple[int, ...]) -> bool:
    """Tell whether there is anything to shuffle in a value of this shape."""
    return len(shape) > 0 and shape[0] > 1 and prod(shape) > 1


def _shuffle_blocks(attrs: Any, inputs: Any, outputs: Any) -> int:
    return (inputs[0][0] + 2) // 4 if shuffles(inputs[0]) else 0


# --- kernels


def bounds_message(low: Any, high: Any) -> str:
    """Say that integers cannot be drawn from these bounds."""
    return f"RandomUniformInt needs minval less than maxval, but minval={low} and maxval={high}."


def check_bounds(low: Any, high: Any, shape: tuple[int, ...]) -> None:
    """Refuse bounds that leave no integer to draw.

    Raises:
      InvalidArgumentError: if `low` is not less than `high`, and there is anything to draw.
    """
    if prod(shape) and low >= high:
        raise InvalidArgumentError(None, None, bounds_message(low, high))


def _uniform(xp: Any, shape: Any, *, key: Any, counter: Any, dtype: Any) -> Any:
    return distributions.uniform(xp, key, counter, sizes_of(shape), numpy_dtype(dtype))


def _normal(xp: Any, shape: Any, *, key: Any, counter: Any, dtype: Any) -> Any:
    return distributions.normal(xp, key, counter, sizes_of(shape), numpy_dtype(dtype))


def _truncated(xp: Any, shape: Any, *, key: Any, counter: Any, dtype: Any) -> Any:
    return distributions.truncated_normal(xp, key, counter, sizes_of(shape), numpy_dtype(dtype))


def _uniform_int(
    xp: Any, shape: Any, minval: Any, maxval: Any, *, key: Any, counter: Any, Tout: Any
) -> Any:
    sizes = sizes_of(shape)
    check_bounds(minval, maxval, sizes)
    return distributions.uniform_int(xp, key, counter, sizes, minval, maxval, numpy_dtype(Tout))


def _shuffle(xp: Any, value: Any, *, key: Any, counter: Any) -> Any:
    if not shuffles(value.shape):
        return value
    return value[sampling.shuffled_places(key, counter, value.shape[0])]


def _multinomial(
    xp: Any, logits: Any, num_samples: Any, *, key: Any, counter: Any, output_dtype: Any
) -> Any:
    count = int(num_samples)
    if count < 0 or logits.shape[1] == 0:
        raise InvalidArgumentError(
            None,
            None,
            "Drawing categories needs at least one class and a number of samples that is not "
            f"negative, but num_samples is {count} and logits have shape {logits.shape}.",
        )
    return sampling.categorical(xp, key, counter, logits, count, numpy_dtype(output_dtype))


def _drawn(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["shape: T"],
        outputs=["output: dtype"],
        attrs={**SEEDS, "dtype": FLOATING, "T": INDEX},
        doc=doc,
        shape=given,
        kernel=kernel,
        grad=NOT_DIFFERENTIABLE,
        static=["shape"],
        random=each_output,
    )


RANDOM_UNIFORM = _drawn("RandomUniform", "Numbers drawn evenly from [0, 1).", _uniform)
RANDOM_STANDARD_NORMAL = _drawn(
    "RandomStandardNormal", "Normal numbers of mean 0 and standard deviation 1.", _normal
)
TRUNCATED_NORMAL = _drawn(
    "TruncatedNormal", "Standard normal numbers, none of them 2 or more from zero.", _truncated
)

RANDOM_UNIFORM_INT = OpSpec(
    "RandomUniformInt",
    inputs=["shape: T", "minval: Tout", "maxval: Tout"],
    outputs=["output: Tout"],
    attrs={**SEEDS, "Tout": INDEX, "T": INDEX},
    doc="Integers drawn evenly, to within 2^-32 of their number or less, from [minval, maxval).",
    shape=given_by_range,
    kernel=_uniform_int,
    grad=NOT_DIFFERENTIABLE,
    static=["shape"],
    random=each_output,
)

RANDOM_SHUFFLE = OpSpec(
    "RandomShuffle",
    inputs=["value: T"],
    outputs=["output: T"],
    attrs={**SEEDS, "T": attr("type")},
    doc="`value` with its elements along the first axis in random order.",
    shape=rules.same,
    kernel=_shuffle,
    grad=Undefined("the order of the elements is not kept; shuffle indices and gather by them"),
    random=_shuffle_blocks,
)

MULTINOMIAL = OpSpec(
    "Multinomial",
    inputs=["logits: T", "num_samples: int32"],
    outputs=["output: output_dtype"],
    attrs={
        **SEEDS,
        "T": _LOGITS,
        "output_dtype": attr("type", int64, allowed=INDEX),
    },
    doc="Categories drawn for each row of `logits`, the logarithms of their odds.",
    shape=_categories,
    kernel=_multinomial,
    grad=NOT_DIFFERENTIABLE,
    static=["num_samples"],
    random=_multinomial_blocks,
)


def _stateless_kernel(kernel: Callable[..., Any]) -> Callable[..., Any]:
    def drawn(xp: Any, shape: Any, seed: Any, *, dtype: Any) -> Any:
        return kernel(xp, shape, key=philox.scrambled(xp, seed), counter=0, dtype=dtype)

    return drawn


def _stateless_int(xp: Any, shape: Any, seed: Any, minval: Any, maxval: Any, *, dtype: Any) -> Any:
    key = philox.scrambled(xp, seed)
    return _uniform_int(xp, shape, minval, maxval, key=key, counter=0, Tout=dtype)


def _stateless_multinomial(
    xp: Any, logits: Any, num_samples: Any, seed: Any, *, output_dtype: Any
) -> Any:
    key = philox.scrambled(xp, seed)
    return _multinomial(xp, logits, num_samples, key=key, counter=0, output_dtype=output_dtype)


_DEFAULT_INDEX = attr("type", int32, allowed=INDEX)
_DEFAULT_SEED = attr("type", int64, allowed=INDEX)


def _stateless(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["shape: T", "seed: Tseed"],
        outputs=["output: dtype"],
        attrs={
            "dtype": attr("type", float32, allowed=FLOATING),
            "T": _DEFAULT_INDEX,
            "Tseed": _DEFAULT_SEED,
        },
        doc=doc,
        shape=_seeded(given),
        kernel=_stateless_kernel(kernel),
        grad=NOT_DIFFERENTIABLE,
        static=["shape"],
    )


STATELESS_RANDOM_UNIFORM = _stateless(
    "StatelessRandomUniform", "Numbers of [0, 1) that `seed` alone determines.", _uniform
)
STATELESS_RANDOM_NORMAL = _stateless(
    "StatelessRandomNormal", "Standard normal numbers that `seed` alone determines.", _normal
)
STATELESS_TRUNCATED_NORMAL = _stateless(
    "StatelessTruncatedNormal", "`TruncatedNormal` numbers that `seed` determines.", _truncated
)

STATELESS_RANDOM_UNIFORM_INT = OpSpec(
    "StatelessRandomUniformInt",
    inputs=["shape: T", "seed: Tseed", "minval: dtype", "maxval: dtype"],
    outputs=["output: dtype"],
    attrs={"dtype": INDEX, "T": INDEX, "Tseed": _DEFAULT_SEED},
    doc="Integers of [minval, maxval) that `seed` determines.",
    shape=_seeded(given_by_range),
    kernel=_stateless_int,
    grad=NOT_DIFFERENTIABLE,
    static=["shape"],
)

STATELESS_MULTINOMIAL = OpSpec(
    "StatelessMultinomial",
    inputs=["logits: T", "num_samples: int32", "seed: Tseed"],
    outputs=["output: output_dtype"],
    attrs={
        "T": _LOGITS,
        "Tseed": _DEFAULT_SEED,
        "output_dtype": attr("type", int64, allowed=INDEX),
    },
    doc="Categories drawn for each row of `logits`, as `seed` determines.",
    shape=_seeded(_categories),
    kernel=_stateless_multinomial,
    grad=NOT_DIFFERENTIABLE,
    static=["num_samples"],
)

SPECS = (
    RANDOM_UNIFORM,
    RANDOM_UNIFORM_INT,
    RANDOM_STANDARD_NORMAL,
    TRUNCATED_NORMAL,
    RANDOM_SHUFFLE,
    MULTINOMIAL,
    STATELESS_RANDOM_UNIFORM,
    STATELESS_RANDOM_NORMAL,
    STATELESS_TRUNCATED_NORMAL,
    STATELESS_RANDOM_UNIFORM_INT,
    STATELESS_MULTINOMIAL,
)
