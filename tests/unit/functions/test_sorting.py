"""Sorting and searching agree with NumPy; strings go through their functions and back."""

from __future__ import annotations

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def _run(fetch, feeds=None, tier="numpy"):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Session(config=config) as session:
        return session.run(fetch, feeds)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("axis", [-1, 0, 1, -2])
@pytest.mark.parametrize("direction", ["ASCENDING", "DESCENDING"])
def test_sorting_along_an_axis(axis, direction, tier):
    value = np.random.default_rng(0).normal(size=(3, 4, 5)).astype(np.float32)
    x = tf.placeholder(tf.float32, [None, None, None])
    ordered, places = _run(
        [tf.sort(x, axis, direction), tf.argsort(x, axis, direction)], {x: value}, tier
    )
    expected = np.sort(value, axis)
    if direction == "DESCENDING":
        expected = np.flip(expected, axis)
    np.testing.assert_array_equal(ordered, expected)
    np.testing.assert_array_equal(np.take_along_axis(value, places, axis), expected)


def test_what_sorting_refuses():
    with pytest.raises(ValueError, match="ASCENDING or DESCENDING"):
        tf.sort([1], direction="UP")
    with pytest.raises(ValueError, match="constant scalar"):
        tf.argsort([1], axis=tf.placeholder(tf.int32, []))
    with pytest.raises(ValueError, match="'left' or 'right'"):
        tf.searchsorted([1], [1], side="middle")


@pytest.mark.parametrize("side", ["left", "right"])
def test_searching_in_rows(side):
    rows, values = [[1, 2, 2, 4], [0, 0, 3, 9]], [[2, 5], [0, -1]]
    found = _run(tf.searchsorted(rows, values, side, tf.int64))
    expected = [np.searchsorted(row, value, side) for row, value in zip(rows, values, strict=True)]
    np.testing.assert_array_equal(found, expected)
    assert _run(tf.unravel_index([5, 11], [3, 4])).tolist() == [[1, 2], [1, 3]]


def test_strings_are_split_and_joined():
    parts = _run(tf.string_split(["a b", "", "c d e"]))
    assert parts.values.tolist() == [b"a", b"b", b"c", b"d", b"e"]
    assert parts.dense_shape.tolist() == [3, 3]
    assert _run(tf.strings.split(["a,,b"], ",")).values.tolist() == [b"a", b"", b"b"]
    assert _run(tf.string_join(["x", ["1", "2"]], "-")).tolist() == [b"x-1", b"x-2"]
    assert _run(tf.reduce_join([["a", "b"], ["c", "d"]], [0, 1])) == b"acbd"


def test_strings_become_numbers_and_numbers_strings():
    assert _run(tf.string_to_number(["1.5", "-2"])).tolist() == [1.5, -2]
    assert _run(tf.as_string([1.25, 3.0], precision=1)).tolist() == [b"1.2", b"3.0"]
    text = tf.placeholder(tf.string, [None])
    numbers = tf.reshape(tf.decode_raw(text, tf.uint8), [-1])
    assert _run(tf.cast(numbers, tf.float32) * 2.0, {text: [b"ab", b"cd"]}).tolist() == [
        194, 196, 198, 200
    ]  # fmt: skip
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"could not correctly convert.*abc"):
        _run(tf.string_to_number(["abc"]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="the same size"):
        _run(numbers, {text: [b"ab", b"c"]})


def test_the_distance_of_sequences():
    ours = tf.SparseTensor([[0, 0], [0, 1]], ["a", "b"], [1, 2])
    theirs = tf.SparseTensor([[0, 0], [0, 1]], ["a", "c"], [1, 2])
    assert _run(tf.edit_distance(ours, theirs)).tolist() == [0.5]
    assert _run(tf.edit_distance(ours, theirs, normalize=False)).tolist() == [1]
    with pytest.raises(TypeError, match="Truth"):
        tf.edit_distance(ours, ["a"])
