"""IndexedSlices and SparseTensor: their parts, what becomes of them where a tensor is needed."""

from __future__ import annotations

import numpy as np
import pytest

import penstock as tf
from penstock.graph.indexed_slices import IndexedSlicesValue


def _slices(dense_shape=True):
    shape = tf.constant([4, 2]) if dense_shape else None
    return tf.IndexedSlices(tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([2, 2]), shape)


def _run(fetch, feeds=None):
    with tf.Session() as session:
        return session.run(fetch, feeds)


def test_indexed_slices_are_what_their_values_are():
    with tf.Graph().as_default() as graph:
        slices = _slices()
        assert slices.name == slices.values.name
        assert slices.op is slices.values.op
        assert slices.dtype is tf.float32
        assert slices.graph is graph
        assert slices.device == ""
        assert "IndexedSlices(indices=" in repr(slices)
        negated = -slices
        assert negated.indices is slices.indices
        assert negated.values.op in slices.consumers()


def test_indexed_slices_become_dense_where_a_tensor_is_needed():
    with tf.Graph().as_default():
        slices = _slices()
        dense = tf.convert_to_tensor(slices, name="dense")
        assert dense.op.type == "UnsortedSegmentSum"
        assert dense.name == "dense:0"
        expected = [[0, 0], [0, 0], [4, 6], [0, 0]]
        assert _run(dense).tolist() == expected
        assert _run(tf.multiply(slices, 2.0)).tolist() == (2 * np.array(expected)).tolist()


def test_a_session_gives_indexed_slices_by_parts():
    with tf.Graph().as_default():
        value = _run(_slices())
        assert isinstance(value, IndexedSlicesValue)
        assert value.indices.tolist() == [2, 2]
        assert value.dense_shape.tolist() == [4, 2]


def test_indexed_slices_without_dense_shape_stay_sparse():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="dense_shape is known"):
            tf.convert_to_tensor(_slices(dense_shape=False))
        with pytest.raises(ValueError, match=r"int32 is needed.*tf\.cast"):
            tf.convert_to_tensor(_slices(), tf.int32)
        assert tf.convert_to_tensor_or_indexed_slices(slices := _slices()) is slices
        with pytest.raises(ValueError, match=r"tf\.cast"):
            tf.convert_to_tensor_or_indexed_slices(slices, tf.int32)


def test_the_gradient_of_a_lookup_is_sparse():
    with tf.Graph().as_default():
        table = tf.constant(np.ones((5, 3), np.float32))
        (gradient,) = tf.gradients(tf.gather(table, [1, 1, 4]) * 2.0, table)
        assert isinstance(gradient, tf.IndexedSlices)
        dense = _run(tf.convert_to_tensor(gradient))
        assert dense[:, 0].tolist() == [0, 4, 0, 0, 2]


def _sparse():
    return tf.SparseTensor([[0, 1], [1, 2]], [1.0, 2.0], [3, 4])


def test_a_sparse_tensor_knows_its_shape_and_parts():
    with tf.Graph().as_default() as graph:
        sparse = _sparse()
        assert sparse.shape.as_list() == [3, 4]
        assert sparse.get_shape().as_list() == [3, 4]
        assert sparse.dtype is tf.float32
        assert sparse.graph is graph
        assert sparse.op is sparse.values.op
        assert "SparseTensor(indices=" in repr(sparse)
        with tf.Session():
            value = sparse.eval()
        assert isinstance(value, tf.SparseTensorValue)
        again = tf.SparseTensor.from_value(value)
        assert _run(tf.sparse_tensor_to_dense(again))[1, 2] == 2


def test_sparse_tensors_combine_with_dense_ones():
    with tf.Graph().as_default():
        sparse = _sparse()
        row = tf.constant([1.0, 2.0, 4.0, 8.0])
        assert _run((sparse * row).values).tolist() == [2, 8]
        assert _run((row * sparse).values).tolist() == [2, 8]
        assert _run((sparse / row).values).tolist() == [0.5, 0.5]
        whole = tf.SparseTensor([[0, 0]], [3], [1, 1]) / 2
        assert whole.dtype is tf.float64
        assert _run(whole.values).tolist() == [1.5]
        with pytest.raises(TypeError, match=r"multiplied only.*tf\.sparse\.add"):
            row + sparse


@pytest.mark.parametrize(
    "parts",
    [
        ([[0, 1]], [1.0, 2.0], [3, 4]),
        ([[0, 1]], [1.0], [3, 4, 5]),
        ([0, 1], [1.0], [3]),
        ([[0, 1]], [[1.0]], [3, 4]),
    ],
)
def test_parts_that_do_not_belong_together_are_an_error(parts):
    with tf.Graph().as_default(), pytest.raises(ValueError):
        tf.SparseTensor(*parts)


def test_a_sparse_placeholder_is_fed_by_value():
    with tf.Graph().as_default():
        sparse = tf.sparse_placeholder(tf.float32, [None, 4])
        product = tf.sparse_tensor_dense_matmul(sparse, tf.ones([4, 2]))
        value = tf.SparseTensorValue([[0, 1], [2, 0]], [1.0, 5.0], [3, 4])
        assert _run(product, {sparse: value}).tolist() == [[1, 1], [0, 0], [5, 5]]


def test_what_is_not_sparse_is_refused():
    with tf.Graph().as_default():
        with pytest.raises(TypeError, match="SparseTensor is needed"):
            tf.sparse_reorder(tf.zeros([2]))
        with pytest.raises(TypeError, match="SparseTensorValue"):
            tf.SparseTensor.from_value([1, 2])
        with pytest.raises(TypeError, match="must be sparse"):
            tf.sparse_add(tf.zeros([2]), tf.zeros([2]))
