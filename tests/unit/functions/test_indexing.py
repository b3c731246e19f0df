"""Python's index notation on tensors means what it means on NumPy arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import penstock as tf

_SIZES = (4, 3, 5)


def _bound(size):
    return st.one_of(st.none(), st.integers(-size - 2, size + 2))


def _entry(size):
    step = st.sampled_from([None, 1, 2, 3, -1, -2])
    return st.one_of(
        st.integers(-size, size - 1),
        st.integers(-size, size - 1),
        st.builds(slice, _bound(size), _bound(size), step),
    )


@st.composite
def _indices(draw):
    """Draw an index for an array of the sizes: entries, an ellipsis, new axes."""
    named = draw(st.integers(0, len(_SIZES)))
    with_ellipsis = draw(st.booleans())
    split = draw(st.integers(0, named)) if with_ellipsis else named
    tail = range(len(_SIZES) - (named - split), len(_SIZES))
    index = [draw(_entry(_SIZES[axis])) for axis in range(split)]
    if with_ellipsis:
        index.append(Ellipsis)
    index += [draw(_entry(_SIZES[axis])) for axis in tail]
    for _ in range(draw(st.integers(0, 2))):
        index.insert(draw(st.integers(0, len(index))), None)
    return tuple(index)


def _array():
    return np.arange(60, dtype=np.float32).reshape(_SIZES)


def _run(fetch, feeds=None, tier="numpy"):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Session(config=config) as session:
        return session.run(fetch, feeds)


@settings(max_examples=150, deadline=None)
@given(index=_indices())
def test_values_and_shapes_are_numpys(index):
    with tf.Graph().as_default():
        x = tf.constant(_array())
        taken = x[index]
        expected = _array()[index]
        assert taken.shape.as_list() == list(expected.shape)
        np.testing.assert_array_equal(_run(taken), expected)


@settings(max_examples=60, deadline=None)
@given(index=_indices())
def test_shapes_hold_where_sizes_are_unknown(index):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3, None])
        taken = x[index]
        value = _run(taken, {x: _array()})
        np.testing.assert_array_equal(value, _array()[index])
        assert taken.shape.is_compatible_with(value.shape)


@settings(max_examples=60, deadline=None)
@given(index=_indices())
def test_bounds_may_be_tensors(index):
    with tf.Graph().as_default():
        feeds = {}

        def fed(value):
            if value is None:
                return None
            tensor = tf.placeholder(tf.int32, [])
            feeds[tensor] = value
            return tensor

        parts = [
            slice(fed(entry.start), fed(entry.stop), entry.step)
            if isinstance(entry, slice)
            else fed(entry)
            if isinstance(entry, int)
            else entry
            for entry in index
        ]
        taken = tf.constant(_array())[tuple(parts)]
        np.testing.assert_array_equal(_run(taken, feeds), _array()[index])


@settings(max_examples=40, deadline=None)
@given(index=_indices())
def test_the_gradient_puts_values_back(index):
    with tf.Graph().as_default():
        x = tf.constant(_array())
        taken = x[index]
        (gradient,) = tf.gradients(taken, x, grad_ys=taken)
        expected = np.zeros(_SIZES, np.float32)
        expected[index] = _array()[index]
        np.testing.assert_array_equal(_run(gradient), expected)


def test_an_index_may_be_computed():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 3])
        last = x[tf.shape(x)[0] - 1]
        wide = x[tf.constant(1, tf.int64) :, np.int64(0)]
        value = np.arange(12, dtype=np.float32).reshape(4, 3)
        assert _run(last, {x: value}).tolist() == [9, 10, 11]
        assert _run(wide, {x: value}).tolist() == [3, 6, 9]


def test_two_ellipses_are_an_error():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="one ellipsis"):
        tf.zeros([2, 2])[..., ...]


@pytest.mark.parametrize("index", ["a", 1.5, [True, False], np.array([0, 1]), object()])
def test_what_is_no_index_is_an_error_that_names_the_alternatives(index):
    with tf.Graph().as_default(), pytest.raises(TypeError, match=r"tf\.boolean_mask.*tf\.gather"):
        tf.zeros([2, 2])[index]


def test_too_many_entries_are_an_error():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="2 axes cannot name 3"):
        tf.zeros([2, 2])[0, 0, 0]


def test_an_index_out_of_range_is_an_error_when_the_size_is_known():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="out of bounds"):
        tf.zeros([2, 2])[2]


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_an_index_out_of_range_is_an_error_when_it_runs(tier):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None])
        at = tf.placeholder(tf.int32, [])
        taken = x[at] * 2.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="slice index"):
            _run(taken, {x: [1.0, 2.0], at: 5}, tier)


def test_compiled_single_indices_may_be_computed_and_need_no_new_program():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [4, 3])
        at = tf.placeholder(tf.int32, [])
        taken, column = x[at - 1], x[:, at]
        (gradient,) = tf.gradients(taken, x)
        value = np.arange(12, dtype=np.float32).reshape(4, 3)
        config = tf.ConfigProto()
        config.experimental.executor_type = "xla"
        with tf.Session(config=config) as session:
            for place in (0, 1, 2):
                row, line, slope = session.run([taken, column, gradient], {x: value, at: place})
                np.testing.assert_array_equal(row, value[place - 1])
                np.testing.assert_array_equal(line, value[:, place])
                np.testing.assert_array_equal(slope.sum(axis=1), np.eye(4)[place - 1] * 3)
            explanation = session.explain([taken, column, gradient], [x, at])
            assert len(explanation.compilations) == 1


@pytest.mark.parametrize("as_tensor", [True, False])
def test_an_index_of_booleans_is_a_mask(as_tensor):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant([[1, 2], [3, 4], [5, 6]])
        mask = np.array([True, False, True])
        chosen = x[tf.constant(mask)] if as_tensor else x[mask]
        assert chosen.op.name == "boolean_mask/GatherV2"
        assert session.run(chosen).tolist() == [[1, 2], [5, 6]]


def test_a_scalar_is_no_mask():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="at least one axis"):
        tf.constant([1, 2])[True]
