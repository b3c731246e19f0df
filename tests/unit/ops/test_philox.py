"""The generator and the distributions: known answers, TensorFlow's numbers, one set of bits."""

import functools

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest

from penstock.core import dtypes
from penstock.core.errors import InternalError, InvalidArgumentError
from penstock.engine.numpy_tier.kernels.random import KERNELS as NUMPY_KERNELS
from penstock.engine.xla_tier.kernels.random import KERNELS as XLA_KERNELS
from penstock.ops import bounded_normal, distributions, philox, portable_math, sampling
from penstock.ops.gamma_derivative import gamma_derivative

KEY = (7, 12345678901234)
COUNT = 100_003
FLOATS = {name: np.dtype(name) for name in ("float16", "float32", "float64")}
FLOATS["bfloat16"] = np.dtype(ml_dtypes.bfloat16)
DRAWS = {
    "uniform": distributions.uniform,
    "normal": distributions.normal,
    "truncated_normal": functools.partial(distributions.truncated_normal, loop=jax.lax.while_loop),
}

# counter, key and block of four words; Salmon et al., known-answer tests of philox4x32-10.
ANSWERS = [
    ((0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((2**64 - 1, 2**64 - 1), (2**64 - 1,), "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x85A308D3243F6A88, 0x0370734413198A2E),
        (0x299F31D0A4093822,),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]

# Of 100,003 numbers drawn with the seeds KEY: the first and the last three, in the first run and
# the second. From TensorFlow 1.15.5.
STREAMS = {
    ("uniform", "float16"): (0.029296875, 0.5791015625, 0.4892578125),
    ("uniform", "bfloat16"): (0.234375, 0.6328125, 0.9140625),
    ("uniform", "float32"): (0.2867467403411865, 0.8998509645462036, 0.37847769260406494),
    ("uniform", "float64"): (0.2939741050821747, 0.02782187765189925, 0.5797641716834785),
    ("normal", "float16"): (-0.93017578125, 1.2783203125, -1.2275390625),
    ("normal", "bfloat16"): (-0.9296875, 1.28125, -1.2265625),
    ("normal", "float32"): (-0.9302535057067871, 1.2778655290603638, -1.2277194261550903),
    ("normal", "float64"): (0.2721476645081331, 1.5409292117587472, 0.43374732146340983),
    ("truncated_normal", "float16"): (-0.93017578125, 1.2783203125, -1.2275390625),
    ("truncated_normal", "bfloat16"): (-0.9296875, 1.28125, -1.2265625),
    ("truncated_normal", "float32"): (-0.9302535057067871, 1.2778655290603638, -1.2277194261550903),
    ("truncated_normal", "float64"): (0.2721476645081331, 1.5409292117587472, 1.6026292390590127),
}
LAST_OF_SECOND_RUN = {
    ("uniform", "float16"): (0.5859375, 0.2939453125),
    ("uniform", "bfloat16"): (0.6875, 0.3515625),
    ("uniform", "float32"): (0.22370433807373047, 0.18887865543365479),
    ("uniform", "float64"): (0.37551087489506907, 0.4607749302988704),
    ("normal", "float16"): (0.1341552734375, -0.5166015625),
    ("normal", "bfloat16"): (0.1337890625, -0.515625),
    ("normal", "float32"): (0.1341271996498108, -0.5165076851844788),
    ("normal", "float64"): (-0.4926314821765644, 1.2420368130425687),
    ("truncated_normal", "float16"): (-0.3818359375, -0.444580078125),
    ("truncated_normal", "bfloat16"): (-0.380859375, -0.4453125),
    ("truncated_normal", "float32"): (-0.3817875385284424, -0.44445958733558655),
    ("truncated_normal", "float64"): (-0.23842200017164702, 1.5538303272290621),
}
SEVERAL = [pytest.param(*case, id="-".join(case)) for case in STREAMS]


@pytest.fixture(autouse=True)
def wide():
    with jax.enable_x64(True):
        yield


def bits(values):
    return np.asarray(values).view(f"uint{8 * values.dtype.itemsize}")


def plain(name):
    return getattr(distributions, name)


@pytest.mark.parametrize(("counter", "seeds", "block"), ANSWERS)
@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
def test_known_answers(xp, counter, seeds, block):
    low, high = counter
    words = philox.blocks(xp, (seeds[0], high), low, 1)
    assert " ".join(f"{word:08x}" for word in np.asarray(words)[0].tolist()) == block


def test_key_and_counter_may_be_traced():
    draw = jax.jit(lambda seed, seed2, at: philox.words(jnp, (seed, seed2), at, 7))
    expected = philox.words(np, (-3, 2**62 + 5), 2**40 + 1, 7)
    traced = draw(np.int64(-3), np.int64(2**62 + 5), np.uint64(2**40 + 1))
    assert np.array_equal(traced, expected)
    halves = (np.uint64(1), np.uint64(2**8))
    assert np.array_equal(philox.words(np, (-3, 2**62 + 5), halves, 7), expected)


@pytest.mark.parametrize("count", range(1, 10))
def test_words_and_pairs_are_one_stream(count):
    words = philox.blocks(np, KEY, 5, 6).ravel()
    assert np.array_equal(philox.words(np, KEY, 5, count), words[:count])
    first, second = philox.pairs(np, KEY, 5, count)
    assert np.array_equal(np.stack([first, second], -1).ravel(), words[: 2 * count])


@pytest.mark.parametrize(("name", "dtype"), SEVERAL)
def test_numbers_are_tensorflows(name, dtype):
    draw, kind = plain(name), FLOATS[dtype]
    first = draw(np, KEY, 0, (3,), kind).astype(float)
    second = draw(np, KEY, 256 * COUNT, (COUNT,), kind)[-2:].astype(float)
    tolerance = 0.0 if name == "uniform" or kind.itemsize == 2 else 2 * np.finfo(kind).eps
    np.testing.assert_allclose(first, STREAMS[name, dtype], rtol=tolerance, atol=0)
    np.testing.assert_allclose(second, LAST_OF_SECOND_RUN[name, dtype], rtol=tolerance, atol=0)


@pytest.mark.parametrize(("name", "dtype"), SEVERAL)
def test_numpy_and_jax_give_the_same_bits(name, dtype):
    kind = FLOATS[dtype]
    traced = jax.jit(lambda counter: DRAWS[name](jnp, KEY, counter, (COUNT,), kind))
    drawn = plain(name)(np, KEY, 77, (COUNT,), kind)
    assert drawn.dtype == kind
    assert np.array_equal(bits(traced(np.uint64(77))), bits(drawn))


@pytest.mark.parametrize("name", ["normal", "truncated_normal", "uniform"])
def test_a_sum_cannot_be_fused_into_the_numbers(name):
    for kind in (np.dtype("float32"), np.dtype("float64")):
        shift = np.linspace(-1, 1, 1000).astype(kind)
        traced = jax.jit(
            lambda counter, by: DRAWS[name](jnp, KEY, counter, by.shape, by.dtype) + by
        )
        drawn = plain(name)(np, KEY, 9, (1000,), kind) + shift
        assert np.array_equal(bits(traced(np.uint64(9), shift)), bits(drawn))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("op", ["RandomUniform", "RandomStandardNormal", "TruncatedNormal"])
def test_pieces_are_the_whole(op, dtype):
    draws = {
        "RandomUniform": distributions.uniform,
        "RandomStandardNormal": distributions.normal,
        "TruncatedNormal": distributions.truncated_normal,
    }
    given = dtypes.as_dtype(dtype)
    pieces = NUMPY_KERNELS[op](np, [COUNT], key=KEY, counter=np.uint64(3), dtype=given)
    assert np.array_equal(pieces, draws[op](np, KEY, 3, (COUNT,), FLOATS[dtype]))


def test_truncated_numbers_lie_within_two_deviations():
    numbers = distributions.truncated_normal(np, KEY, 0, (COUNT,), np.float32)
    assert np.abs(numbers).max() < 2
    assert abs(numbers.std() - 0.8796) < 0.01


@pytest.mark.parametrize(
    ("dtype", "first", "second"),
    [
        (np.int32, [24, 57, 50, 99, 98], [37, 28, 43, 29, 12]),
        (np.int64, [61, 21, 19, 96, 27], [89, 17, 39, 32, 57]),
    ],
)
def test_integers_are_tensorflows(dtype, first, second):
    for xp in (np, jnp):
        draw = functools.partial(distributions.uniform_int, xp, (3, -9))
        assert draw(0, (5,), -7, 100, dtype).tolist() == first
        assert draw(5 * 256, (5,), -7, 100, dtype).tolist() == second


def test_integers_of_the_whole_range():
    drawn = distributions.uniform_int(np, KEY, 0, (1000,), -(2**31), 2**31 - 1, np.int32)
    assert drawn.min() < -(2**30)
    assert drawn.max() > 2**30


def test_shuffles_are_tensorflows():
    assert sampling.shuffled_places((3, 4), 0, 8).tolist() == [1, 4, 7, 2, 3, 6, 0, 5]
    assert sampling.shuffled_places((3, 4), 2, 8).tolist() == [1, 3, 7, 5, 6, 4, 2, 0]


@pytest.mark.parametrize("count", [2, 3, 8, 1001])
def test_xla_shuffles_alike(count):
    shuffle = XLA_KERNELS["RandomShuffle"]
    traced = jax.jit(lambda value, at: shuffle(jnp, value, key=(3, 4), counter=at))
    expected = sampling.shuffled_places((3, 4), 6, count)
    assert np.array_equal(traced(np.arange(count), np.uint64(6)), expected)


@pytest.mark.parametrize("xp", [np, jnp], ids=["numpy", "jax"])
def test_categories_follow_their_odds_and_skip_what_is_not_finite(xp):
    odds = xp.asarray(np.log([[1.0, 2.0, 1e-300, 5.0, np.nan]] * 2))
    odds = xp.where(odds < -100, -np.inf, odds)
    drawn = np.asarray(sampling.categorical(xp, KEY, 0, odds, 4000, np.int64))
    shares = np.bincount(drawn.ravel(), minlength=5) / drawn.size
    np.testing.assert_allclose(shares, [0.125, 0.25, 0, 0.625, 0], atol=0.02)
    nothing = sampling.categorical(xp, KEY, 0, xp.full((1, 4), -np.inf), 3, np.int32)
    assert nothing.tolist() == [[4, 4, 4]]


def test_gamma_and_poisson_are_tensorflows():
    alpha = np.array([[0.01, 0.3, 0.9999], [1.0, 1.5, 20000.0]])
    np.testing.assert_allclose(
        sampling.gamma((5, 6), 0, (), alpha),
        [
            [1.0625199178464131e-10, 0.0132528561246774, 2.6385488037309814],
            [0.3464330545332134, 1.058076001863054, 19985.729125868515],
        ],
        rtol=1e-12,
    )
    rate = np.array([0, 0.3, 9.99, 10, 15.5, 20000])
    drawn = sampling.poisson((5, 6), 0, (500,), rate.reshape(2, 3), np.int64)
    assert drawn[:3].reshape(3, 6).tolist() == [
        [0, 0, 12, 12, 17, 20279],
        [0, 0, 5, 8, 20, 20232],
        [0, 0, 10, 8, 18, 20081],
    ]


@pytest.mark.parametrize(
    ("bounds", "numbers"),
    [
        ((-2, 2), [0.7032734155654907, -0.4358273148536682, -0.8223473429679871]),
        ((3, 30), [3.103630781173706, 3.114922285079956, 3.6940412521362305]),
    ],
)
def test_normals_between_bounds_are_tensorflows(bounds, numbers):
    parameters = [np.array([value], np.float32) for value in (0, 1, *bounds)]
    drawn = bounded_normal.bounded_normal((5, 6), 0, 1, 100, 7, parameters)
    np.testing.assert_allclose(drawn[:3], numbers, rtol=1e-6)


def test_bounds_that_leave_nothing_are_refused():
    def draw(*parameters):
        arrays = [np.array([value], np.float64) for value in parameters]
        return bounded_normal.bounded_normal(KEY, 0, 1, 100, 3, arrays)

    for wrong in [(0, -1, 0, 1), (0, 1, 2, 1), (0, 1, -np.inf, np.inf)]:
        with pytest.raises(InvalidArgumentError, match="positive standard deviation"):
            draw(*wrong)
    with pytest.raises(InternalError, match="rejected"):
        draw(np.nan, 1, 0, 1)


def test_logarithm_sine_and_cosine_are_right_to_the_last_bit_but_one():
    numbers = philox.pairs(np, KEY, 0, 20_000)[0] / 2.0**32 + 2.0**-33
    angles = numbers * 6.28
    sine, cosine = portable_math.sincos64(np, angles)
    for ours, true in [
        (portable_math.log64(np, numbers), np.log(numbers.astype(np.longdouble))),
        (sine, np.sin(angles.astype(np.longdouble))),
        (cosine, np.cos(angles.astype(np.longdouble))),
    ]:
        assert np.max(np.abs(ours - true) / np.spacing(np.abs(true.astype(float)))) < 1
    single = numbers.astype(np.float32)
    rounded = np.log(single.astype(np.float64)).astype(np.float32)
    assert np.mean(portable_math.log32(np, single) == rounded) > 0.9999


@pytest.mark.parametrize("alpha", [0.01, 0.5, 3.0, 200.0])
def test_gamma_derivative_is_that_of_the_quantile(alpha):
    # dx/da keeps P(a, x): compare with XLA's own series.
    sample = alpha * np.array([0.1, 0.9, 1.1, 2.0])
    expected = jax.lax.random_gamma_grad(np.full(4, alpha), sample)
    np.testing.assert_allclose(gamma_derivative(np.float64(alpha), sample), expected, rtol=1e-9)
