"""Whatever stands for a tensor's value can be fed."""

import jax.numpy as jnp
import numpy as np
import pytest

import penstock as tf


@pytest.fixture
def session():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    "value",
    [
        [[1, 2]],
        ((1.0, 2.0),),
        [np.array([1, 2])],
        np.array([[1, 2]]),
        np.array([[1], [2]], np.float16).T,
        jnp.array([[1.0, 2.0]]),
        jnp.array([[1, 2]]),
    ],
    ids=["list", "tuple", "list_of_arrays", "integers", "transposed", "jax", "jax_integers"],
)
def test_lists_numpy_and_jax_arrays(session, value):
    x = tf.placeholder(tf.float32, [None, 2])
    for _ in range(3):  # interpreted, then compiled
        assert session.run(x * 2.0, {x: value}).tolist() == [[2.0, 4.0]]


def test_a_fed_jax_array_stays_usable(session):
    x = tf.placeholder(tf.float32, [100, 100])
    total = tf.reduce_sum(tf.matmul(x, x))
    value = jnp.ones((100, 100))
    for _ in range(3):
        assert session.run(total, {x: value}) == 1e6
    assert float(value[0, 0]) == 1.0


def test_a_fed_array_is_not_written_to(session):
    x = tf.placeholder(tf.float32, [2])
    kept = tf.Variable([0.0, 0.0])
    value = np.array([1.0, 2.0], np.float32)
    got = session.run(kept.assign(x), {x: value})
    got[0] = value[1] = 9.0
    assert session.run(kept).tolist() == [1.0, 2.0]


def test_names_and_tensors_that_are_computed(session):
    a = tf.constant(1.0, name="a")
    double = tf.multiply(a, 2.0, name="double")
    assert session.run(double + 1.0, {"double:0": 10.0}) == 11.0
    assert session.run(double, {a: 5}) == 10.0


def test_a_variable_can_be_fed(session):
    kept = tf.Variable(1.0)
    assert session.run(kept * 2.0, {kept: 7.0}) == 14.0


@pytest.mark.parametrize("make", [tf.SparseTensorValue, lambda *parts: parts])
def test_sparse_values(session, make):
    sparse = tf.sparse_placeholder(tf.float32, [2, 3])
    dense = tf.sparse_tensor_to_dense(sparse)
    value = make([[0, 1], [1, 2]], [4.0, 5.0], [2, 3])
    assert session.run(dense, {sparse: value}).tolist() == [[0, 4, 0], [0, 0, 5]]


def test_slices(session):
    slices = tf.IndexedSlices(tf.placeholder(tf.float32), tf.placeholder(tf.int32))
    got = session.run(slices, {slices: ([1.0, 2.0], [0, 3])})
    assert (got.values.tolist(), got.indices.tolist()) == ([1.0, 2.0], [0, 3])


def test_a_tuple_of_tensors_takes_a_tuple_of_values(session):
    a, b = tf.placeholder(tf.int32), tf.placeholder(tf.int32)
    assert session.run(a - b, {(a, b): (5, 3)}) == 2


def test_text_is_fed_as_bytes(session):
    words = tf.placeholder(tf.string)
    assert session.run(tf.identity(words), {words: ["a", b"b"]}).tolist() == [b"a", b"b"]


def test_a_default_stands_where_nothing_is_fed(session):
    x = tf.placeholder_with_default([1.0, 2.0], [None])
    assert session.run(x).tolist() == [1.0, 2.0]
    assert session.run(x, {x: [3]}).tolist() == [3.0]


def test_a_callable_takes_a_sparse_value_as_one_argument(session):
    sparse, scale = tf.sparse_placeholder(tf.float32, [2, 2]), tf.placeholder(tf.float32)
    call = session.make_callable(tf.sparse_tensor_to_dense(sparse) * scale, [sparse, scale])
    value = tf.SparseTensorValue([[0, 1]], [5.0], [2, 2])
    assert call(value, 2).tolist() == [[0, 10], [0, 0]]
    with pytest.raises(tf.errors.InvalidArgumentError, match="2, but was given 1"):
        call(value)
