"""Equations of the op Einsum that make no sense, and gradients that have no rule."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def einsum(equation, *shapes):
    return tf.raw_ops.Einsum(
        inputs=[tf.placeholder(tf.float32, shape) for shape in shapes], equation=equation
    )


@pytest.mark.parametrize(
    ("equation", "shapes", "must"),
    [
        ("ij", [[2, 3]], "names the axes"),
        ("i1->i", [[2, 3]], "names the axes"),
        ("ij,jk->ik", [[2, 3]], "2 inputs"),
        ("ij,jk->ik", [[2, 3], [4, 5]], "one size for axis 'j'"),
        ("ii->i", [[2, 3]], "one size for axis 'i'"),
        ("ij->i", [[2]], "2 axes for 'ij'"),
        ("ij->k", [[2, 3]], "axes of the result"),
        ("...i,...j->...", [[2, 3], [4, 5]], "where the dots stand"),
    ],
)
def test_refuses(equation, shapes, must):
    with pytest.raises(ValueError, match=must):
        einsum(equation, *shapes)


def test_what_is_known_of_the_shape():
    assert einsum("ij,jk->ik", [None, 3], [3, 4]).shape.as_list() == [None, 4]
    assert einsum("...ij,jk->...ik", None, [3, 4]).shape.rank is None
    assert einsum("ij,jk->ik", None, None).shape.as_list() == [None, None]


@pytest.mark.parametrize(
    ("equation", "shapes", "must"),
    [
        ("ii->i", [[2, 2]], "axis named twice"),
        ("...ij->...i", [[4, 2, 2]], "summed over"),
        ("i...,i->...", [None, [3]], "ranks of all inputs"),
    ],
)
def test_gradients_without_a_rule(equation, shapes, must):
    y = einsum(equation, *shapes)
    with pytest.raises(LookupError, match=must):
        tf.gradients(y, y.op.inputs[len(shapes) - 1])


def test_a_sum_over_the_dots():
    x = tf.constant(np.arange(6.0).reshape(2, 3))
    y = tf.raw_ops.Einsum(inputs=[x, tf.constant([1.0, 2.0], tf.float64)], equation="i...,i->...")
    with tf.Session() as session:
        assert session.run(y).tolist() == [6.0, 9.0, 12.0]
        assert session.run(tf.gradients(y, y.op.inputs[1]))[0].tolist() == [3.0, 12.0]
