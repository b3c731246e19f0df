"""The functions of mathematics: what they take, what they give, and what they refuse."""

import numpy as np
import pytest

import penstock as tf

X = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def run(fetches, feeds=None):
    with tf.Session() as session:
        return session.run(fetches, feeds)


def test_functions_take_names_by_keyword_and_place():
    assert tf.add(1.0, 2.0, "sum").op.name == "sum"
    assert tf.subtract(x=3.0, y=1.0, name="difference").op.name == "difference"
    assert tf.sqrt(4.0, "root").op.name == "root"
    with pytest.raises(TypeError):
        tf.add(1.0)
    with pytest.raises(TypeError):
        tf.add(1.0, 2.0, other=3)


@pytest.mark.parametrize("function", [tf.div, tf.floordiv])
def test_division_of_integers_rounds_down(function):
    assert run(function(-7, 2)) == -4


def test_true_division_makes_floats_of_integers():
    assert tf.truediv(tf.constant(7), tf.constant(2)).dtype == tf.float64
    assert tf.truediv(tf.constant(7, tf.int16), tf.constant(2, tf.int16)).dtype == tf.float32
    with pytest.raises(TypeError, match="same dtype"):
        tf.truediv(tf.constant(1.0), tf.constant(2))
    assert tf.divide(7, 2) == 3.5


def test_dividing_an_integer_by_zero_is_an_error():
    divisor = tf.placeholder(tf.int32, [])
    quotient = 7 // divisor
    with tf.Session() as session:
        for _ in range(4):
            with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
                session.run(quotient, {divisor: 0})
        assert session.run(quotient, {divisor: 2}) == 3


@pytest.mark.parametrize("axis", [None, 0, -1, [0, 1], []])
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod"])
def test_reductions(name, axis):
    axes = tuple(axis) if isinstance(axis, list) else axis
    expected = getattr(np, name)(X, axis=axes, keepdims=True)
    reduce = getattr(tf, f"reduce_{name}")
    for tensor in (
        reduce(X, axis, keepdims=True),
        reduce(X, reduction_indices=axis, keep_dims=True),
    ):
        np.testing.assert_allclose(run(tensor), expected, rtol=1e-5)


def test_old_and_new_names_of_an_argument_exclude_each_other():
    with pytest.raises(ValueError, match="old name"):
        tf.reduce_sum(X, axis=0, reduction_indices=0)
    with pytest.raises(ValueError, match="old name"):
        tf.argmax(X, axis=0, dimension=0)


def test_an_axis_that_is_not_there_is_refused_when_the_graph_is_built():
    with pytest.raises(ValueError, match="axes from -2 to 1"):
        tf.reduce_sum(tf.constant(X), 2)


def test_reductions_over_fed_axes():
    axes = tf.placeholder(tf.int32, [None])
    total = tf.reduce_sum(X, axes)
    assert total.shape.ndims is None
    with tf.Session() as session:
        np.testing.assert_allclose(session.run(total, {axes: [1]}), X.sum(1), rtol=1e-5)
        np.testing.assert_allclose(session.run(total, {axes: [0, 1]}), X.sum(), rtol=1e-5)


def test_logsumexp_neither_overflows_nor_underflows():
    assert run(tf.reduce_logsumexp([1000.0, 1000.0])) == pytest.approx(1000 + np.log(2))
    assert run(tf.reduce_logsumexp([-np.inf, -np.inf])) == -np.inf


def test_casts():
    assert run(tf.cast([-2.7, 3.9], tf.int32)).tolist() == [-2, 3]
    assert run(tf.to_float([1, 2])).dtype == np.float32
    assert run(tf.saturate_cast([-5.0, 300.0], tf.uint8)).tolist() == [0, 255]
    x = tf.constant(1.0)
    assert tf.cast(x, tf.float32) is x
    sparse = tf.cast(tf.SparseTensor([[0]], [1], [2]), tf.float32)
    assert isinstance(sparse, tf.SparseTensor)
    assert sparse.dtype == tf.float32


def test_complex_numbers():
    z = tf.complex([3.0], [4.0])
    assert run([tf.abs(z), tf.real(z), tf.imag(z)]) == [5, 3, 4]
    with pytest.raises(TypeError, match="float32"):
        tf.complex(tf.constant(1), tf.constant(2))


def test_sparse_tensors_keep_their_zeros():
    sparse = tf.SparseTensor([[0, 1]], [-3.0], [2, 2])
    assert run(tf.square(sparse)).values.tolist() == [9]
    assert run(tf.abs(sparse)).values.tolist() == [3]


def test_ranges_take_the_widest_dtype():
    assert tf.range(3).dtype == tf.int32
    assert tf.range(0, tf.constant(3, tf.int64)).dtype == tf.int64
    assert tf.range(0, 1, 0.25).dtype == tf.float32
    assert run(tf.range(5, 0, -2)).tolist() == [5, 3, 1]
    with pytest.raises(ValueError, match="not 0"):
        tf.range(0, 5, 0)
    with pytest.raises(ValueError, match="leads"):
        tf.range(0, 5, -1)


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("bij,bjk->bik", [(5, 2, 3), (5, 3, 4)]),
        ("bij,kj->ibk", [(5, 2, 3), (4, 3)]),
        ("ijk->kj", [(2, 3, 4)]),
        ("i,j->ij", [(2,), (3,)]),
        ("ij,ij->", [(2, 3), (2, 3)]),
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)]),
        ("ij,ik,il->jkl", [(2, 3), (2, 4), (2, 5)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]),
    ],
)
def test_einsum(equation, shapes):
    random = np.random.default_rng(1)
    arrays = [random.normal(size=shape) for shape in shapes]
    expected = np.einsum(equation, *arrays)
    np.testing.assert_allclose(run(tf.einsum(equation, *arrays)), expected)
    fed = [tf.placeholder(tf.float64, [None] * array.ndim) for array in arrays]
    feeds = dict(zip(fed, arrays, strict=True))
    np.testing.assert_allclose(run(tf.einsum(equation, *fed), feeds), expected)


@pytest.mark.parametrize("equation", ["ij,jk->ikz", "ij->ij", "iij,jk->ik", "i j?k", "ij,jkl->il"])
def test_equations_that_do_not_fit(equation):
    with pytest.raises(ValueError):
        tf.einsum(equation, X, X.T)


@pytest.mark.parametrize("axes", [1, 0, [[1], [0]], [[0, 1], [1, 0]], [-1, 0]])
def test_tensordot(axes):
    expected = np.tensordot(X, X.T, axes)
    np.testing.assert_allclose(run(tf.tensordot(X, X.T, axes)), expected, rtol=1e-4)
    fed = tf.placeholder(tf.float32)
    product = tf.tensordot(fed, X.T, axes)
    np.testing.assert_allclose(run(product, {fed: X}), expected, rtol=1e-4)


def test_products_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="columns"):
        tf.matmul(X, X)
    with pytest.raises(ValueError, match="transpose_a and adjoint_a"):
        tf.matmul(X, X, transpose_a=True, adjoint_a=True)


@pytest.mark.parametrize("order", ["euclidean", 1, 2, 3, np.inf])
def test_norms_of_vectors(order):
    given = 2 if order == "euclidean" else order
    expected = np.linalg.norm(X, given, axis=1)
    np.testing.assert_allclose(run(tf.norm(X, order, axis=1)), expected, rtol=1e-5)


@pytest.mark.parametrize("order", ["fro", 1, 2, np.inf])
def test_norms_of_matrices(order):
    expected = np.linalg.norm(X, order)
    np.testing.assert_allclose(run(tf.norm(X, order, axis=[0, 1])), expected, rtol=1e-5)


def test_norms_that_do_not_exist():
    with pytest.raises(ValueError, match="ord"):
        tf.norm(X, -1)
    with pytest.raises(ValueError, match="axis"):
        tf.norm(X, axis=[0, 1, 2])


def test_clipping():
    clipped, norm = tf.clip_by_global_norm([tf.constant([3.0]), None, tf.constant([4.0])], 2.5)
    assert clipped[1] is None
    assert run([clipped[0], clipped[2], norm]) == [1.5, 2.0, 5.0]
    assert run(tf.clip_by_norm([3.0, 4.0], 10.0)).tolist() == [3, 4]
    assert run(tf.clip_by_norm([3.0, 4.0], 1.0)) == pytest.approx([0.6, 0.8])
    assert run(tf.clip_by_value([-1.0, 0.5, 9.0], 0.0, 1.0)).tolist() == [0, 0.5, 1]
    assert np.isnan(run(tf.clip_by_global_norm([[np.inf]], 1.0)[0])).all()
    with pytest.raises(TypeError, match="list"):
        tf.clip_by_global_norm(tf.constant([3.0]), 1.0)


def test_clipping_keeps_slices():
    slices = tf.IndexedSlices(tf.constant([[3.0, 4.0]]), tf.constant([5]), tf.constant([9, 2]))
    clipped = tf.clip_by_norm(slices, 1.0)
    assert isinstance(clipped, tf.IndexedSlices)
    np.testing.assert_allclose(run(clipped.values), [[0.6, 0.8]], rtol=1e-6)


def test_statistics():
    assert run(tf.bincount([1, 1, 5])).tolist() == [0, 2, 0, 0, 0, 1]
    assert run(tf.bincount([1, 1, 5], maxlength=3)).tolist() == [0, 2, 0]
    assert run(tf.bincount([1, 1, 5], weights=[0.5, 2, 3])).tolist() == [0, 2.5, 0, 0, 0, 3]
    assert run(tf.count_nonzero([0, 1, 2])) == 2
    assert run(tf.math.reduce_std(X)) == pytest.approx(X.std(), rel=1e-5)
    assert run(tf.confusion_matrix([1, 2, 2], [0, 2, 1])).tolist() == [
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 1],
    ]


def test_matrices_that_cannot_be_solved_with():
    matrix = tf.placeholder(tf.float32, [2, 2])
    inverse, factor = tf.matrix_inverse(matrix), tf.cholesky(matrix)
    with tf.Session() as session:
        for _ in range(4):
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(inverse, {matrix: np.zeros((2, 2))})
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(factor, {matrix: -np.eye(2)})
        np.testing.assert_allclose(session.run(inverse, {matrix: 2 * np.eye(2)}), np.eye(2) / 2)


def test_sums_of_many():
    assert run(tf.add_n([1.0, 2.0, 3.0])) == 6
    assert run(tf.accumulate_n([[1], [2]])).tolist() == [3]
    with pytest.raises(ValueError, match="at least one"):
        tf.add_n([])
    with pytest.raises(TypeError, match="one dtype"):
        tf.accumulate_n([tf.constant(1), tf.constant(1.0)])
