"""Rows of all turns of a loop, put behind one another and taken apart again."""

import jax.numpy as jnp
import numpy as np
import pytest

import penstock as tf
from penstock.graph.build import apply
from penstock.ops.joined_rows import SPECS, join_rows

FIRST = np.float32([[1, 2]])
TURNS = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
JOIN, SPLIT = (spec.kernel for spec in SPECS)


def ragged():
    turns = np.empty(3, object)
    turns[:] = [TURNS[0], TURNS[1, :1], TURNS[2, :0]]
    return turns


@pytest.mark.parametrize("xp", [np, jnp])
def test_turns_of_one_size(xp):
    rows = JOIN(xp, xp.asarray(FIRST), xp.asarray(TURNS))
    np.testing.assert_array_equal(rows, np.concatenate([FIRST, TURNS.reshape(6, 2)]))
    np.testing.assert_array_equal(SPLIT(xp, rows, FIRST, TURNS), TURNS)


def test_turns_of_different_sizes():
    rows = JOIN(np, FIRST, ragged())
    np.testing.assert_array_equal(rows, np.concatenate([FIRST, TURNS[0], TURNS[1, :1]]))
    for part, wanted in zip(SPLIT(np, rows, FIRST, ragged()), ragged(), strict=True):
        np.testing.assert_array_equal(part, wanted)


def test_no_turns_whose_rows_nobody_knows():
    np.testing.assert_array_equal(JOIN(np, FIRST, np.zeros((0, 0, 0), np.float32)), FIRST)


@pytest.mark.parametrize(
    ("first", "stack", "wanted"),
    [
        ([1, 2], [3, 4, 2], [13, 2]),
        ([1, None], [None, 4, 2], [None, 2]),
        ([1, 2], None, None),
        (None, [3, 4, 2], None),
    ],
)
def test_static_shapes(first, stack, wanted):
    made = join_rows(tf.placeholder(tf.float32, first), tf.placeholder(tf.float32, stack))
    assert made.shape.ndims == (wanted and len(wanted))
    assert wanted is None or made.shape.as_list() == wanted


def test_gradients_of_both():
    first, stack = tf.constant(FIRST), tf.constant(TURNS)
    rows = join_rows(first, stack)
    weights = tf.constant(np.arange(14, dtype=np.float32).reshape(7, 2))
    by_first, by_stack = tf.gradients(rows * rows * weights, [first, stack])
    (again,) = tf.gradients(by_stack, stack)
    split = apply("_SplitRows", (rows, first, stack), {}, "turns")
    (by_rows,) = tf.gradients(split * 3.0, rows)
    with tf.Session() as session:
        found = session.run([by_first, by_stack, again, by_rows])
    factors = np.arange(14, dtype=np.float32).reshape(7, 2)
    np.testing.assert_array_equal(found[0], 2 * factors[:1] * FIRST)
    np.testing.assert_array_equal(found[1], 2 * factors[1:].reshape(3, 2, 2) * TURNS)
    np.testing.assert_array_equal(found[2], 2 * factors[1:].reshape(3, 2, 2))
    np.testing.assert_array_equal(found[3], [[0, 0]] + [[3, 3]] * 6)
