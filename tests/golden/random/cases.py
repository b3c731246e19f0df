"""The random ops whose numbers are compared with TensorFlow 1.15.5's: name to `Case`.

Every case is built in a graph of its own, in which `Case.prelude` constants come first (they move
the op seed that a graph seed alone gives), and is run once for each entry of `Case.sizes`, in
one session: a later run goes on in the op's stream. A case with more than one size takes it from
the fed placeholder ``size``. This module knows neither TensorFlow nor Penstock (Python 3.7 too).
"""

from collections import namedtuple

import numpy as np

__all__ = ["CASES", "KEPT", "kept"]

KEPT = 40  # values kept from either end of a long result

Case = namedtuple("Case", "build graph_seed prelude sizes")
Case.__new__.__defaults__ = (None, 0, (None, None))


def kept(values):
    """Cut a result to what is stored of it: its ends, flattened, when it is long."""
    flat = np.ravel(values)
    return flat if flat.size <= 2 * KEPT else np.concatenate([flat[:KEPT], flat[-KEPT:]])


_SIZES = (1, 3, 5, 1000, 1025)
_SEEDS = ((None, 7), (1234, 7), (1234, None), (0, 0), (None, 0), (None, -3), (5, 2**33 + 5))
_GROWING = (1, 5, 3, 1000, 2, 1025, 4)


def _uniform(dtype, low=0, high=None):
    return lambda tf, shape, seed: tf.random_uniform(shape, low, high, dtype, seed=seed)


def _kinds():
    yield "uniform_float16", _uniform("float16")
    yield "uniform_float32", _uniform("float32")
    yield "uniform_float64", _uniform("float64")
    yield "uniform_range", _uniform("float32", -2.0, 3.0)
    yield "uniform_int32", _uniform("int32", 0, 10)
    yield "uniform_int32_wide", _uniform("int32", -(2**31), 2**31 - 1)
    yield "uniform_int64", _uniform("int64", -5, 10**12)
    for dtype in ("float16", "float32", "float64"):
        yield "normal_" + dtype, _gaussian("random_normal", dtype)
        yield "truncated_" + dtype, _gaussian("truncated_normal", dtype)
    yield "normal_moved", lambda tf, shape, seed: tf.random_normal(shape, 5.0, 0.1, seed=seed)


def _gaussian(function, dtype):
    return lambda tf, shape, seed: getattr(tf, function)(shape, dtype=dtype, seed=seed)


def _sized(make, size, seed):
    return lambda tf: make(tf, [size], seed)


def _fed(make):
    return lambda tf: make(tf, tf.placeholder("int32", [1], name="size"), 7)


def _seeded(make, seed):
    return lambda tf: make(tf, [5], seed)


def _streams():
    for name, make in _kinds():
        for size in _SIZES:
            yield f"{name}/size{size}", Case(_sized(make, size, 7), 1234)
        yield name + "/growing", Case(_fed(make), 1234, 0, _GROWING)
    make = _uniform("float32")
    for graph_seed, seed in _SEEDS:
        yield f"seeds/graph_{graph_seed}_op_{seed}", Case(_seeded(make, seed), graph_seed)
    for prelude in (1, 17):
        yield f"seeds/after_{prelude}", Case(_seeded(make, None), 1234, prelude)


def _shuffles():
    for size in _SIZES:
        yield (
            f"shuffle/size{size}",
            lambda tf, n=size: tf.random_shuffle(np.arange(n, dtype=np.int32), seed=7),
        )
    grid = np.arange(12, dtype=np.float32).reshape(6, 2)
    yield "shuffle/rows", lambda tf: tf.random_shuffle(grid, seed=7)
    yield "crop", lambda tf: tf.random_crop(np.arange(30).reshape(5, 6), [2, 3], seed=7)


def _categorical():
    logits = np.log(np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]], np.float32))
    for count in _SIZES:
        yield f"multinomial/size{count}", lambda tf, n=count: tf.multinomial(logits, n, seed=7)
    yield "multinomial/int32", lambda tf: tf.multinomial(logits, 9, 7, output_dtype="int32")
    yield "multinomial/float64", lambda tf: tf.multinomial(logits.astype("float64"), 9, seed=7)
    wide = np.sin(np.arange(200, dtype=np.float32)).reshape(2, 100)
    yield "categorical/wide", lambda tf: tf.random.categorical(wide, 11, seed=7)


def _distributions():
    for dtype in ("float32", "float64"):
        for size in _SIZES:
            yield (
                f"gamma_{dtype}/size{size}",
                lambda tf, n=size, d=dtype: tf.random_gamma([n], 2.5, dtype=d, seed=7),
            )
        yield (
            f"gamma_{dtype}/alphas",
            lambda tf, d=dtype: tf.random_gamma([4], [0.3, 1.0, 8.0], 2.0, d, seed=7),
        )
    for size in _SIZES:
        yield f"poisson/size{size}", lambda tf, n=size: tf.random_poisson(3.0, [n], seed=7)
    yield "poisson/rates", lambda tf: tf.random_poisson([0.5, 9.9, 10.0, 400.0], [5], seed=7)
    yield "poisson/int64", lambda tf: tf.random_poisson([2.0], [5], "int64", seed=7)


def _parameterized():
    bounds = {
        "wide": (0.0, 1.0, -3.0, 3.0),
        "narrow": (0.0, 1.0, -0.1, 0.1),
        "right_tail": (0.0, 1.0, 4.0, 9.0),
        "left_tail": (0.0, 1.0, -9.0, -4.0),
        "one_sided": (1.0, 2.0, 0.0, 100.0),
    }
    for name, parameters in bounds.items():
        for size in (3, 1025):

            def build(tf, n=size, parameters=parameters):
                means, deviations, low, high = parameters
                return tf.raw_ops.ParameterizedTruncatedNormal(
                    shape=[n],
                    means=means,
                    stdevs=deviations,
                    minvals=low,
                    maxvals=high,
                    seed=1234,
                    seed2=7,
                )

            yield f"parameterized/{name}_size{size}", build
    yield (
        "parameterized/batch",
        lambda tf: tf.raw_ops.ParameterizedTruncatedNormal(
            shape=[2, 6],
            means=[0.0, 10.0],
            stdevs=[1.0, 2.0],
            minvals=[-1.0, 8.0],
            maxvals=[1.0, 100.0],
            seed=1234,
            seed2=7,
        ),
    )


def _dropout():
    for size in _SIZES:
        ones = np.ones([size], np.float32)
        yield f"dropout/size{size}", lambda tf, x=ones: tf.nn.dropout(x, 0.5, seed=7)
    block = np.ones([4, 6], np.float32)
    yield "dropout/rate", lambda tf: tf.nn.dropout(block, rate=0.1, seed=7)
    yield "dropout/noise_shape", lambda tf: tf.nn.dropout(block, 0.6, [4, 1], 7)
    yield "dropout/float64", lambda tf: tf.nn.dropout(block.astype("float64"), 0.6, seed=7)
    yield "dropout/graph_seed_only", lambda tf: tf.nn.dropout(block, 0.5)


def _stateless():
    for dtype in ("float16", "float32", "float64"):
        for name in ("uniform", "normal", "truncated_normal"):
            yield (
                f"stateless_{name}/{dtype}",
                lambda tf, f=name, d=dtype: getattr(tf.random, "stateless_" + f)(
                    [1025], [3, 2**40 + 9], dtype=d
                ),
            )
    yield (
        "stateless_uniform/int32",
        lambda tf: tf.random.stateless_uniform([9], [3, 4], 0, 100, "int32"),
    )
    yield (
        "stateless_uniform/int64",
        lambda tf: tf.random.stateless_uniform([9], [3, 4], -5, 10**12, "int64"),
    )
    yield (
        "stateless_categorical",
        lambda tf: tf.random.stateless_categorical(np.zeros([2, 5], np.float32), 9, [3, 4]),
    )


def _initializers():
    for name in "glorot_uniform glorot_normal he_normal lecun_uniform orthogonal".split():  # noqa: SIM905
        yield (
            f"initializer/{name}",
            lambda tf, n=name: getattr(tf.initializers, n)(seed=7)([5, 9]),
        )
    yield (
        "initializer/uniform_unit_scaling",
        lambda tf: tf.uniform_unit_scaling_initializer(seed=7)([5, 9]),
    )
    yield "initializer/orthogonal_tall", lambda tf: tf.initializers.orthogonal(seed=7)([9, 2, 3])


def _samplers():
    truth = np.array([[1], [5]], np.int64)
    for name in ("uniform", "log_uniform"):
        for unique in (True, False):

            def build(tf, name=name, unique=unique):
                sampler = getattr(tf.nn, name + "_candidate_sampler")
                return sampler(truth, 1, 8, unique, 50, seed=7)[0]

            yield f"sampler/{name}_{'unique' if unique else 'repeated'}", build


def _cases():
    yield from _streams()
    for subject in (
        _shuffles,
        _categorical,
        _distributions,
        _parameterized,
        _dropout,
        _stateless,
        _initializers,
        _samplers,
    ):
        for name, build in subject():
            yield name, Case(build, 1234)


CASES = dict(_cases())
