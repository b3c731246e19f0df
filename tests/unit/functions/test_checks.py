"""Checks of values, ranks, dtypes and order: what passes, what they build, what they show."""

import sys

import numpy as np
import pytest

import penstock as tf
from penstock.core.array_text import layout, summarize

_PAIRS = {
    "assert_equal": ([1, 2], [1, 2], [1, 3]),
    "assert_none_equal": ([1, 2], [3, 3], [1, 3]),
    "assert_less": ([1, 2], 3, 2),
    "assert_less_equal": ([1, 2], 2, 1),
    "assert_greater": ([1, 2], 0, 1),
    "assert_greater_equal": ([1, 2], 1, 2),
}
_SIGNS = {
    "assert_positive": (1, 0),
    "assert_negative": (-1, 0),
    "assert_non_negative": (0, -1),
    "assert_non_positive": (0, 1),
}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def _fails(check, feeds):
    with tf.Session() as session:
        try:
            session.run(check, feeds)
        except tf.errors.InvalidArgumentError as error:
            return str(error)
    return None


@pytest.mark.parametrize("name", _PAIRS)
def test_comparisons(name):
    """They fail at run where one element does, and while building where constants do."""
    x, good, bad = _PAIRS[name]
    fed = tf.placeholder(tf.int32, [2], name="fed")
    check = getattr(tf, name)
    assert _fails(check(fed, good), {fed: x}) is None
    assert "fed:0" in _fails(check(fed, bad, message="told"), {fed: x})
    assert "told" in _fails(check(fed, bad, message="told"), {fed: x})
    assert "own data" in _fails(check(fed, bad, data=["own data"]), {fed: x})
    assert check(x, good).type == "Assert"
    with pytest.raises(tf.errors.InvalidArgumentError, match="did not hold"):
        check(x, bad)


@pytest.mark.parametrize("name", _SIGNS)
def test_signs(name):
    good, bad = _SIGNS[name]
    fed = tf.placeholder(tf.float32, [1])
    check = getattr(tf, name)
    assert _fails(check(fed), {fed: [good]}) is None
    assert "did not hold" in _fails(check(fed), {fed: [bad]})
    with pytest.raises(tf.errors.InvalidArgumentError):
        check(tf.constant(bad))


def test_near():
    x, y = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.float32, [2])
    assert _fails(tf.assert_near(x, y), {x: [1, 2], y: [1, 2 + 1e-7]}) is None
    assert "not near" in _fails(tf.assert_near(x, y), {x: [1, 2], y: [1, 2.1]})
    assert _fails(tf.assert_near(x, y, atol=0.2), {x: [1, 2], y: [1, 2.1]}) is None
    with pytest.raises(ValueError, match="rtol"):
        tf.assert_near(tf.constant([1]), tf.constant([1]))


def test_one_tensor_equals_itself():
    x = tf.placeholder(tf.float32, [2])
    assert tf.assert_equal(x, x).type == "NoOp"


def test_assertions_are_named_as_in_tensorflow(graph):
    fed = tf.placeholder(tf.int32, [2], name="fed")
    tf.assert_less(fed, 3)
    names = [node.name for node in graph.get_operations()][1:]
    assert names == [
        f"assert_less/{name}"
        for name in (
            "y", "Less", "Const", "All", "Assert/Const", "Assert/Const_1", "Assert/Const_2",
            "Assert/Assert/data_0", "Assert/Assert/data_1", "Assert/Assert/data_3",
            "Assert/Assert",
        )
    ]  # fmt: skip


def test_ranks():
    known, unknown = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, None)
    for check, good, bad in (
        (tf.assert_rank, 2, 1),
        (tf.assert_rank_at_least, 2, 3),
        (tf.assert_rank_in, [1, 2], [0, 1]),
    ):
        assert check(known, good).type == "NoOp"
        with pytest.raises(ValueError, match="must have"):
            check(known, bad)
        assert _fails(check(unknown, good), {unknown: np.ones((2, 3))}) is None
        assert "must have rank" in _fails(check(unknown, bad), {unknown: np.ones((2, 3))})
    with pytest.raises(ValueError, match="scalar"):
        tf.assert_rank(known, [2])
    rank = tf.placeholder(tf.int32, None)
    assert _fails(tf.assert_rank(known, rank), {known: np.ones((2, 3)), rank: 2}) is None
    assert "scalar" in _fails(tf.assert_rank(known, rank), {known: np.ones((2, 3)), rank: [2]})


def test_dtypes():
    whole, half = tf.constant([1]), tf.constant([1.0], tf.float64)
    assert tf.assert_integer(whole).type == "NoOp"
    assert tf.assert_type(half, tf.float64).type == "NoOp"
    assert tf.assert_same_float_dtype([half, None, half]) == tf.float64
    assert tf.assert_same_float_dtype([]) == tf.float32
    with pytest.raises(ValueError, match="one dtype"):
        tf.assert_same_float_dtype([half], tf.float32)
    with pytest.raises(ValueError, match="floats"):
        tf.assert_same_float_dtype([whole])
    kinds = [whole, half, tf.constant(True), tf.constant("text"), 1.0]
    assert [tf.is_numeric_tensor(kind) for kind in kinds] == [True, True, False, False, False]
    tf.assert_proper_iterable([whole])
    for wrong in (whole, np.ones(2), "text", 3):
        with pytest.raises(TypeError, match="list"):
            tf.assert_proper_iterable(wrong)
    assert tf.assert_scalar(3).static_shape == ()


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_order(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    x = tf.placeholder(tf.int32, None)
    fetches = [tf.is_non_decreasing(x), tf.is_strictly_increasing(x)]
    with tf.Session(config=config) as session:
        for value, expected in (
            ([], [True, True]),
            ([3], [True, True]),
            ([1, 2, 5], [True, True]),
            ([[1, 2], [2, 3]], [True, False]),
            ([3, 2], [False, False]),
        ):
            assert session.run(fetches, {x: np.array(value, np.int32)}) == expected
    with pytest.raises(TypeError, match="numeric"):
        tf.is_non_decreasing(["a"])


def test_finite_numbers(graph):
    x = tf.placeholder(tf.float32, [2], name="x")
    verified = tf.verify_tensor_all_finite(x, "told")
    assert verified.op.name == "VerifyFinite/control_dependency"
    assert _fails(verified, {x: [1, 2]}) is None
    assert "told : Tensor had Inf and NaN values" in _fails(verified, {x: [np.inf, np.nan]})
    assert tf.gradients(tf.check_numerics(x, "told"), x)[0].op.type == "CheckNumerics"
    with pytest.raises(ValueError, match="one argument"):
        tf.debugging.assert_all_finite(x, "told", x=x)


def test_every_number_is_checked_in_order():
    x = tf.placeholder(tf.float32, [2], name="x")
    y = tf.log(x, name="y")
    tf.exp(y, name="z")
    check = tf.add_check_numerics_ops()
    assert _fails(check, {x: [1, 2]}) is None
    assert "y:0 : Tensor had Inf values" in _fails(check, {x: [1, 0]})


def test_ensured_shapes_are_known():
    x = tf.placeholder(tf.float32, None)
    ensured = tf.ensure_shape(x, [None, 2])
    assert ensured.shape.as_list() == [None, 2]
    assert _fails(ensured, {x: np.ones((3, 2))}) is None
    assert "(?, 2)" in _fails(ensured, {x: np.ones((2, 3))})


def test_printing(capsys):
    x = tf.placeholder(tf.float32, [None])
    passed = tf.Print(x, [x, "text"], "message: ", first_n=2, summarize=2)
    lines = tf.print("x is", x, {"nest": [x]}, output_stream=sys.stdout, sep="|", summarize=1)
    with tf.Session() as session:
        for _ in range(3):
            assert session.run(passed, {x: [1, 2, 3]}).tolist() == [1, 2, 3]
        session.run(lines, {x: [1, 2, 3]})
    out, err = capsys.readouterr()
    assert err == "message: [1 2...][text]\n" * 2
    assert out == "x is|[1 ... 3]|{'nest': [[1 ... 3]]}\n"
    with tf.Session() as session:
        slope = tf.gradients(passed * 3.0, x)[0]
        assert session.run(slope, {x: [1, 2]}).tolist() == [3, 3]
    with pytest.raises(ValueError, match="options"):
        tf.print(x, color="red")


@pytest.mark.parametrize(
    ("value", "limit", "expected"),
    [
        (np.arange(6).reshape(2, 3), 4, "[0 1 2][3...]..."),
        (np.arange(6).reshape(2, 3), -1, "[0 1 2][3 4 5]"),
        (np.array([True, False]), 1, "1..."),
        (np.float32([1 / 3, 2e7, np.inf]), 3, "0.333333343 2e+07 inf"),
        (np.float16([1.1]), 3, "1.09960938"),
        (np.array([b"a b", b"c"], object), 3, "a b c"),
        (np.zeros(0), 3, ""),
        (np.float64(0.1), 3, "0.1"),
    ],
)
def test_summaries_are_tensorflows(value, limit, expected):
    """The texts are TensorFlow 1.15.5's, of a failed Assert."""
    assert summarize(value, limit) == expected


@pytest.mark.parametrize(
    ("value", "edge", "expected"),
    [
        (np.arange(7), 3, "[0 1 2 ... 4 5 6]"),
        (np.arange(24).reshape(2, 3, 4), 1, "[[[0 ... 3]\n  ...\n  [8 ... 11]]\n\n"
         " [[12 ... 15]\n  ...\n  [20 ... 23]]]"),
        (np.arange(3).reshape(3, 1), 1, "[[0]\n ...\n [2]]"),
        (np.array([b"a b"], object), 3, '["a b"]'),
    ],
)  # fmt: skip
def test_layouts_are_tensorflows(value, edge, expected):
    """The texts are TensorFlow 1.15.5's, of tf.strings.format."""
    assert layout(value, edge) == expected
