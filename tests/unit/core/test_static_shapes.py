"""The functions on static shapes: tuples with None for unknown sizes, or None."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from penstock.core import shapes
from penstock.core.shapes import Dimension, TensorShape, as_static, broadcast, merge

SIZES = st.sampled_from([None, 0, 1, 2, 3])
SHAPES = st.none() | st.lists(SIZES, max_size=4).map(tuple)


def attempt(function, *args):
    """The result, or the class of the error."""
    try:
        return function(*args)
    except ValueError:
        return ValueError


@pytest.mark.parametrize(
    ("given_as", "static"),
    [
        (None, None),
        ((), ()),
        (3, (3,)),
        ([2, None], (2, None)),
        ((2, np.int64(3)), (2, 3)),
        (np.array([4, 5]), (4, 5)),
        (np.array(6), (6,)),
        (Dimension(7), (7,)),
        ([Dimension(None), Dimension(8)], (None, 8)),
        (TensorShape([None, 9]), (None, 9)),
        (TensorShape(None), None),
    ],
)
def test_as_static(given_as, static):
    found = as_static(given_as)
    assert found == static
    assert all(size is None or type(size) is int for size in found or ())


@pytest.mark.parametrize(
    ("given_as", "error"),
    [("ab", TypeError), ([-1], ValueError), ([1.5], ValueError), ([[1]], TypeError)],
)
def test_as_static_refuses(given_as, error):
    with pytest.raises(error):
        as_static(given_as)


@pytest.mark.parametrize(
    ("a", "b", "merged", "broadcasted", "generalized"),
    [
        (None, None, None, None, None),
        (None, (2,), (2,), None, None),
        ((2,), None, (2,), None, None),
        ((2, None), (None, 3), (2, 3), (2, 3), (None, None)),
        ((2,), (3,), ValueError, ValueError, (None,)),
        ((2,), (2, 2), ValueError, (2, 2), None),
        ((), (2,), ValueError, (2,), None),
        ((1,), (None,), (1,), (None,), (None,)),
        ((None,), (None,), (None,), (None,), (None,)),
        ((1, 4), (3, 1), ValueError, (3, 4), (None, None)),
        ((0,), (1,), ValueError, (0,), (None,)),
        ((0,), (None,), (0,), (0,), (None,)),
    ],
)
def test_two_shapes(a, b, merged, broadcasted, generalized):
    for one, other in ((a, b), (b, a)):
        assert attempt(merge, one, other) == merged
        assert attempt(broadcast, one, other) == broadcasted
        assert shapes.generalize(one, other) == generalized


@pytest.mark.parametrize(
    ("shape", "count", "text"),
    [
        (None, None, "<unknown>"),
        ((), 1, "()"),
        ((3,), 3, "(3,)"),
        ((2, None), None, "(2, ?)"),
        ((0, None), None, "(0, ?)"),
        ((2, 0, 5), 0, "(2, 0, 5)"),
    ],
)
def test_one_shape(shape, count, text):
    assert shapes.num_elements(shape) == count
    assert shapes.is_fully_defined(shape) == (count is not None)
    assert shapes.describe(shape) == text
    assert shapes.concatenate(shape, (1,)) == (None if shape is None else (*shape, 1))


def concretizations(shape):
    """Strategy: shapes without unknowns that `shape` may stand for."""
    if shape is None:
        return st.lists(st.integers(0, 3), max_size=4).map(tuple)
    return st.tuples(*(st.integers(0, 3) if size is None else st.just(size) for size in shape))


@given(st.data(), SHAPES, SHAPES)
def test_broadcast_holds_for_what_the_unknowns_turn_out_to_be(data, a, b):
    known_a, known_b = data.draw(concretizations(a)), data.draw(concretizations(b))
    result = attempt(np.broadcast_shapes, known_a, known_b)
    static = attempt(broadcast, a, b)
    if static is ValueError:
        assert result is ValueError
    elif result is not ValueError:
        assert shapes.is_compatible(static, result)


@given(SHAPES, SHAPES)
def test_merge_and_compatible_agree(a, b):
    merged = attempt(merge, a, b)
    assert (merged is ValueError) == (not shapes.is_compatible(a, b))
    if merged is not ValueError:
        assert merge(merged, a) == merge(merged, b) == merged


def test_a_shape_with_an_unknown_equals_only_itself():
    shape = TensorShape([None, 2])
    assert shape == shape
    assert shape != TensorShape([None, 2])
