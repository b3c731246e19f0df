"""Segments, products of tensors, matrices, norms, statistics, special functions; gradients, too."""

import numpy as np

__all__ = [
    "complex_numbers",
    "complex_gradients",
    "matrices",
    "matrix_gradients",
    "norms",
    "segment_gradients",
    "segments",
    "special_functions",
    "special_gradients",
    "statistics",
    "tensor_products",
]

_SORTED = ["segment_sum", "segment_mean", "segment_max", "segment_min"]
_UNSORTED = ["unsorted_" + name for name in _SORTED] + ["unsorted_segment_sqrt_n"]
_SPARSE = ["sparse_segment_sum", "sparse_segment_mean", "sparse_segment_sqrt_n"]


def _fed(tf, *sizes, dtype="float32"):
    return tf.placeholder(dtype, list(sizes))


def _unknown(tf):
    return tf.placeholder(tf.float32)


def segments(tf):
    """All segment functions, with rows whose number is fed."""
    x, ids = _fed(tf, None, 3), _fed(tf, None, dtype="int32")
    for name in [*_SORTED, "segment_prod"]:
        getattr(tf, name)(x, ids)
    for name in [*_UNSORTED, "unsorted_segment_prod"]:
        getattr(tf, name)(x, ids, 4, name="named_" + name)
    for name in _SPARSE:
        getattr(tf, name)(x, ids, ids)
        getattr(tf, name)(x, ids, ids, num_segments=3)


def segment_gradients(tf):
    """Rows go back to where they came from; negative ids are left out."""
    for x in (_fed(tf, None, 3), _fed(tf, 4, 3)):
        ids = (
            _fed(tf, None, dtype="int32") if x.shape[0].value is None else tf.constant([0, 0, 1, 1])
        )
        for name in _SORTED:
            tf.gradients(getattr(tf, name)(x, ids), x)
        for name in [*_UNSORTED, "unsorted_segment_prod"]:
            tf.gradients(getattr(tf, name)(x, ids, 2), x)
        for name in _SPARSE:
            tf.gradients(getattr(tf, name)(x, ids, ids), x)


def tensor_products(tf):
    """`tensordot` over static, fed and unknown shapes, and `einsum`."""
    a, b, c = _fed(tf, None, 3), _fed(tf, 3, 4), _fed(tf, 2, 3, 4)
    tf.tensordot(a, b, 1)
    tf.tensordot(c, _fed(tf, 3, 4, 5), 2)
    tf.tensordot(c, c, [[2, 0], [2, 0]], name="dot")
    tf.tensordot(c, c, 0)
    tf.tensordot(_fed(tf, None, None, 3), b, [[2], [0]])
    tf.tensordot(_unknown(tf), b, 1)
    tf.tensordot(_unknown(tf), b, [[2], [0]])
    tf.tensordot(_unknown(tf), _unknown(tf), _fed(tf, 2, 1, dtype="int32"))
    tf.gradients(tf.tensordot(a, b, 1), [a, b])
    tf.einsum("ij,jk->ik", a, b)
    tf.einsum("ijk->kji", c)
    tf.einsum("ijk->j", c)
    tf.einsum("ijk,ijk->i", c, c)
    tf.einsum("i,j->ij", _fed(tf, 3), _fed(tf, 4))
    tf.einsum("ij,jk,kl->il", a, b, _fed(tf, 4, 2))
    tf.einsum("bid,dj->bij", _fed(tf, None, None, 3), _fed(tf, 3, 7))
    tf.einsum("BFNH,BTNH->BNFT", _fed(tf, 2, 3, 4, 5), _fed(tf, 2, 6, 4, 5), name="scores")
    return tf.gradients(tf.einsum("bij,bkj->bik", c, c), c)


def matrices(tf):
    """What decomposes, solves and takes matrices apart."""
    x, r, v = _fed(tf, 2, 3, 3), _fed(tf, 2, 3, 1), _fed(tf, 2, 3)
    tf.trace(x)
    tf.matrix_diag(v)
    tf.matrix_diag_part(x)
    tf.matrix_set_diag(x, v)
    tf.matrix_band_part(x, 1, 0)
    tf.cholesky_solve(tf.cholesky(x), r)
    tf.matrix_triangular_solve(x, r, lower=False, adjoint=True)
    tf.svd(_fed(tf, 3, 4))
    tf.svd(x, compute_uv=False)
    tf.self_adjoint_eigvals(x)
    tf.qr(_fed(tf, 4, 3), full_matrices=True)
    tf.linalg.adjoint(x)
    tf.linalg.logdet(x)
    tf.linalg.slogdet(x)
    tf.matrix_transpose(_unknown(tf))
    tf.eye(_fed(tf, dtype="int32"), 3)
    tf.matrix_solve_ls(_fed(tf, 4, 3), _fed(tf, 4, 2))
    tf.matrix_solve_ls(_fed(tf, 3, 4), _fed(tf, 3, 2), l2_regularizer=0.5)
    tf.sparse_matmul(x[0], x[1], b_is_sparse=True)
    return tf.linalg.matvec(x, v, transpose_a=True)


def matrix_gradients(tf):
    """Gradients of what `matrices` builds."""
    x, r, v = _fed(tf, 2, 3, 3), _fed(tf, 2, 3, 1), _fed(tf, 2, 3)
    tall, wide = _fed(tf, 4, 3), _fed(tf, 2, 3)
    unknown = tf.placeholder(tf.float32, [None, None, None])
    for y in (
        tf.matrix_diag_part(x),
        tf.matrix_set_diag(unknown, tf.placeholder(tf.float32, [None, None])),
        tf.matrix_band_part(x, 1, 0),
        tf.matrix_inverse(x),
        tf.matrix_determinant(x),
        tf.cholesky(x),
        tf.matrix_solve(x, r, adjoint=True),
        tf.matrix_triangular_solve(x, r),
        tf.linalg.slogdet(x)[1],
        tf.self_adjoint_eig(x),
        tf.self_adjoint_eigvals(x),
        tf.qr(tall),
        tf.svd(x),
        tf.svd(tall),
        tf.svd(wide),
        tf.svd(x, compute_uv=False),
        tf.matrix_diag(v),
    ):
        tf.gradients(y, [x, r, v, tall, wide, unknown])


def norms(tf):
    """Lengths of vectors and matrices."""
    x = _fed(tf, None, 3)
    for order in ("euclidean", 1, np.inf, 3):
        tf.norm(x, order)
        tf.norm(x, order, axis=1, name="rows")
    for order in ("fro", 1, np.inf):
        tf.norm(x, order, axis=[0, 1], keepdims=True)
    tf.norm(_fed(tf, 3, 3, dtype="complex64"))
    tf.linalg.normalize(x)
    return tf.gradients(tf.norm(x, axis=1), x)


def statistics(tf):
    """Variance, counts, histograms."""
    x, n = _fed(tf, None, 3), _fed(tf, None, dtype="int32")
    tf.math.reduce_std(x)
    tf.math.reduce_variance(x, 1, keepdims=True)
    tf.count_nonzero(x, 1, dtype=tf.int32, keep_dims=True)
    tf.bincount(n)
    tf.bincount(n, weights=_fed(tf, None), minlength=3, maxlength=n[0])
    tf.histogram_fixed_width(x, [0.0, 1.0], nbins=3, dtype=tf.int64)
    tf.histogram_fixed_width_bins(x, [0.0, 1.0])
    tf.cumsum(x, 1, exclusive=True, reverse=True)
    tf.range(n[0], 9)
    return tf.range(0, tf.constant(3, tf.int64))


def special_functions(tf):
    """Functions of errors, gamma and its kin, Bessel's; and those that mind their zeros."""
    x, y = _fed(tf, None, 3), _fed(tf, 3)
    for name in ("erf", "erfc", "lgamma", "digamma", "lbeta", "log_sigmoid"):
        getattr(tf, name)(x)
    for name in ("igamma", "igammac", "zeta", "polygamma", "div_no_nan"):
        getattr(tf, name)(x, y)
    for name in ("bessel_i0", "bessel_i1", "bessel_i0e", "bessel_i1e", "reciprocal_no_nan"):
        getattr(tf.math, name)(x)
    for name in ("xdivy", "xlogy", "multiply_no_nan", "divide_no_nan"):
        getattr(tf.math, name)(x, 2.0)
    tf.math.polyval([1.0, 2.0, x], x)
    return tf.betainc(x, x, x)


def special_gradients(tf):
    """Gradients of what `special_functions` builds."""
    x, y = _fed(tf, None, 3), _fed(tf, 3)
    for name in ("erf", "erfc", "lgamma", "digamma"):
        tf.gradients(getattr(tf, name)(x), x)
    for name in ("igamma", "igammac", "zeta", "polygamma", "div_no_nan"):
        tf.gradients(getattr(tf, name)(x, y), [x, y])
    for name in ("bessel_i0e", "bessel_i1e"):
        tf.gradients(getattr(tf.math, name)(x), x)
    for name in ("xdivy", "xlogy", "multiply_no_nan"):
        tf.gradients(getattr(tf.math, name)(x, y), [x, y])
    return tf.gradients(tf.betainc(x, x, x), x)


def complex_numbers(tf):
    """Complex numbers and their parts; real ones pass through."""
    x, y = _fed(tf, None, 3), _fed(tf, None, 3)
    z = tf.complex(x, y)
    for name in ("real", "imag", "angle", "conj", "abs"):
        getattr(tf, name)(z)
        getattr(tf, name)(x)
    tf.complex(1.0, x)
    return abs(z)


def complex_gradients(tf):
    """Gradients of functions of complex numbers take conjugates."""
    x, y = _fed(tf, None, 3), _fed(tf, None, 3)
    z, w = tf.complex(x, y), _fed(tf, 3, dtype="complex64")
    for name in ("real", "imag", "angle", "abs"):
        tf.gradients(getattr(tf, name)(z), [x, y])
    for name in ("exp", "log", "sin", "tanh", "sqrt", "sigmoid", "square", "conj"):
        product = getattr(tf, name)(z)
        tf.gradients(product, [x, y], grad_ys=product)
    for name in ("add", "subtract", "multiply", "divide", "pow"):
        product = getattr(tf, name)(z, w)
        tf.gradients(product, [x, y, w], grad_ys=product)
