# ruff: noqa: SIM905 (a list of names reads best as words)
"""Constants, operators, element-wise functions, reductions and linear algebra."""

import numpy as np

__all__ = [
    "broadcasting",
    "casts_and_comparisons",
    "constants",
    "elementwise",
    "linear_algebra",
    "operators",
    "reductions",
]


def constants(tf):
    """Every way to write a constant, and what TensorFlow decides about its dtype and shape."""
    tf.constant(1)
    tf.constant(1.5)
    tf.constant(True)
    tf.constant("text")
    tf.constant([b"a", b"bc"])
    tf.constant(2 + 1j)
    tf.constant([[1, 2], [3, 4]], tf.float32, name="matrix")
    tf.constant(7.0, shape=[2, 3], name="filled")
    tf.constant([1, 2, 3], shape=[6], dtype=tf.int64)
    tf.constant(np.arange(100, dtype=np.float64).reshape(10, 10), name="large")
    tf.constant(np.float16(0.1))
    tf.constant([], dtype=tf.int32, name="empty")
    tf.constant(1, tf.bfloat16)
    tf.constant(3, tf.uint8)
    tf.zeros([2, 3])
    tf.zeros([], tf.int32)
    tf.zeros([40, 50])
    tf.ones([3], tf.float64)
    tf.ones([2, 2], tf.bool)
    tf.zeros([2], tf.string)
    tf.fill([2, 3], 9.0)
    tf.range(5)
    tf.range(2, 10, 3)
    tf.range(0.0, 1.0, 0.25)
    tf.linspace(0.0, 1.0, 5)
    tf.eye(3)
    tf.eye(2, num_columns=4, batch_shape=[3])
    tf.zeros_like(tf.constant([1.0, 2.0]))
    placeholder = tf.placeholder(tf.float32, [None, 3], name="fed")
    tf.zeros_like(placeholder)
    tf.ones_like(placeholder, dtype=tf.int32)
    tf.zeros(tf.shape(placeholder))
    tf.ones([2, tf.shape(placeholder)[0]])
    tf.placeholder(tf.int32)
    tf.placeholder(tf.float32, [])
    tf.placeholder_with_default([1.0, 2.0], [None], name="optional")
    return tf.convert_to_tensor([placeholder[0], placeholder[1]])


def operators(tf):
    """Python's operators on tensors, with numbers and arrays on either side."""
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    y = tf.placeholder(tf.float32, [3], name="y")
    i = tf.placeholder(tf.int32, [4], name="i")
    b = tf.placeholder(tf.bool, [4], name="b")
    with tf.name_scope("float"):
        made = [x + y, x - y, x * y, x / y, x // y, x % y, x**y, -x, abs(x)]
        made += [1 + x, 2 - x, 3 * x, 4 / x, 5 // x, 6 % x, 7**x, x + 1, x**2, x / 2.5]
        made += [x < y, x <= y, x > y, x >= 0.5, x > 1.0]
    with tf.name_scope("integer"):
        made += [i + 1, i - i, i * 2, i / 2, i // 2, i % 3, 2**i, -i, abs(i)]
    with tf.name_scope("logical"):
        made += [b & b, b | True, b ^ b, ~b, False & b]
    with tf.name_scope("product"):
        made += [x @ tf.ones([3, 2]), np.ones([5, 2], np.float32) @ x]
    made.append(np.ones([2, 3], np.float32) + x)
    made.append(x * np.float32(2))
    return made


def elementwise(tf):
    """One op each: the element-wise functions, by their TF names."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    made = []
    for name in (
        "abs acos acosh asin asinh atan atanh ceil cos cosh digamma erf erfc exp expm1 floor "
        "is_finite is_inf is_nan lgamma log log1p log_sigmoid negative reciprocal rint round "
        "rsqrt sigmoid sign sin sinh sqrt square tan tanh"
    ).split():
        function = getattr(tf, name, None) or getattr(tf.math, name)
        made.append(function(x))
    for name in "elu leaky_relu relu relu6 selu softplus softsign crelu".split():
        made.append(getattr(tf.nn, name)(x))
    c = tf.complex(x, x)
    made += [tf.real(c), tf.imag(c), tf.conj(c), tf.angle(c), tf.abs(c), tf.conj(x)]
    made += [tf.square(x, name="named"), tf.sqrt([1.0, 4.0]), tf.nn.relu(-1.0)]
    return made


def broadcasting(tf):
    """Binary functions over shapes which broadcast, partly known and unknown ones included."""
    x = tf.placeholder(tf.float32, [2, 1, 3], name="x")
    y = tf.placeholder(tf.float32, [4, 1], name="y")
    part = tf.placeholder(tf.float32, [None, 3], name="part")
    unknown = tf.placeholder(tf.float32, name="unknown")
    made = []
    for name in (
        "add subtract multiply divide truediv realdiv div div_no_nan floordiv floormod mod "
        "maximum minimum pow squared_difference atan2 igamma igammac zeta"
    ).split():
        function = getattr(tf, name, None) or getattr(tf.math, name)
        made.append(function(x, y))
    made += [x + part, part + unknown, part * 2.0, y - unknown, tf.maximum(part, 0.0)]
    made += [tf.truncatediv([7], [2]), tf.truncatemod([7], [2]), tf.add_n([part, part])]
    made += [tf.add(1, 2), tf.multiply(2.0, [1.0, 2.0])]
    made += [tf.broadcast_to(y, [5, 4, 2]), tf.scalar_mul(3.0, x)]
    made += [tf.broadcast_static_shape(x.shape, y.shape).as_list()]
    made += [tf.broadcast_dynamic_shape(tf.shape(x), tf.shape(y))]
    made += [tf.where(x > y, x + y, x - y), tf.where(x > 0.0), tf.clip_by_value(x, -1.0, 1.0)]
    return made


def reductions(tf):
    """Reductions over axes given in every form, with old and new keyword names."""
    x = tf.placeholder(tf.float32, [2, 3, 4], name="x")
    part = tf.placeholder(tf.float32, [None, 5], name="part")
    unknown = tf.placeholder(tf.float32, name="unknown")
    flags = x > 0.0
    made = []
    for name in "sum mean max min prod logsumexp".split():
        function = getattr(tf, "reduce_" + name)
        made += [function(x), function(x, 1), function(x, [0, -1]), function(x, 2, keepdims=True)]
        made += [function(x, reduction_indices=[1]), function(x, axis=0, keep_dims=True)]
        made += [function(part), function(part, axis=1), function(unknown)]
    made += [tf.reduce_all(flags), tf.reduce_any(flags, 1), tf.reduce_any(flags, [0, 1], True)]
    made += [tf.reduce_sum(x, axis=tf.placeholder(tf.int32, [None])), tf.reduce_sum([1, 2, 3])]
    made += [tf.count_nonzero(x), tf.count_nonzero(x, axis=0)]
    made += [tf.math.reduce_std(x), tf.math.reduce_variance(x, 0), tf.reduce_sum(unknown, 1)]
    made += [tf.argmax(x), tf.argmax(x, 1), tf.argmin(x, axis=-1, output_type=tf.int32)]
    made += [tf.cumsum(x), tf.cumsum(x, 1, exclusive=True), tf.cumprod(x, axis=2, reverse=True)]
    made += [
        tf.norm(x),
        tf.norm(x, axis=1),
        tf.norm(x, 1, axis=0),
        tf.norm(x, axis=[0, 1]),
        tf.norm(x, np.inf, axis=2),
    ]
    made += [tf.segment_sum(part, tf.placeholder(tf.int32, [None]))]
    made += [tf.unsorted_segment_sum(x, [0, 1], 2), tf.unsorted_segment_mean(x, [0, 1], 2)]
    return made


def linear_algebra(tf):
    """Products, transposes, decompositions and the band and diagonal functions."""
    a = tf.placeholder(tf.float32, [2, 3], name="a")
    b = tf.placeholder(tf.float32, [3, None], name="b")
    batch = tf.placeholder(tf.float32, [5, None, 2, 3], name="batch")
    square = tf.placeholder(tf.float32, [None, 4, 4], name="square")
    vector = tf.placeholder(tf.float32, [4], name="vector")
    made = [tf.matmul(a, b), tf.matmul(a, a, transpose_b=True), tf.matmul(a, a, transpose_a=True)]
    made += [tf.matmul(batch, batch, adjoint_b=True), tf.matmul(batch, tf.ones([5, 1, 3, 6]))]
    made += [tf.transpose(a), tf.transpose(batch, [0, 1, 3, 2]), tf.linalg.matrix_transpose(batch)]
    made += [tf.matrix_transpose(square), tf.linalg.matvec(a, tf.ones([3]))]
    made += [tf.tensordot(a, b, 1), tf.tensordot(a, a, [[0], [0]]), tf.tensordot(batch, a, 2)]
    made += [tf.einsum("ij,jk->ik", a, b), tf.einsum("bqij,kj->bqik", batch, a)]
    made += [tf.diag(vector), tf.diag_part(tf.ones([3, 3])), tf.matrix_diag(a)]
    made += [tf.matrix_diag_part(square), tf.matrix_band_part(square, -1, 0), tf.trace(square)]
    made += [tf.matrix_set_diag(square, tf.zeros([2, 4]))]
    made += [tf.cholesky(square), tf.matrix_inverse(square), tf.matrix_determinant(square)]
    made += [tf.matrix_solve(square, square), tf.matrix_triangular_solve(square, square)]
    made += [tf.qr(square), tf.svd(square), tf.svd(square, compute_uv=False)]
    made += [tf.self_adjoint_eig(square), tf.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])]
    made += [tf.nn.l2_normalize(a, 1), tf.nn.xw_plus_b(a, tf.ones([3, 4]), vector)]
    return made


def casts_and_comparisons(tf):
    """Conversions between dtypes, comparisons and the logical functions."""
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    i = tf.placeholder(tf.int64, [None, 2], name="i")
    made = [tf.cast(x, tf.int32), tf.cast(x, tf.float32), tf.cast(i, tf.bool), tf.cast(x, "half")]
    made += [tf.to_float(i), tf.to_int32(x), tf.to_int64(x), tf.to_double(x), tf.to_bfloat16(x)]
    made += [
        tf.cast([True, False], tf.float32),
        tf.saturate_cast(x, tf.uint8),
        tf.bitcast(x, "int32"),
    ]
    made += [tf.equal(x, 1.0), tf.not_equal(x, x), tf.less(i, 3), tf.less_equal(x, x)]
    made += [tf.greater(x, 0.0), tf.greater_equal(i, i), tf.math.logical_not(x > 0.0)]
    made += [
        tf.logical_and(x > 0.0, x < 1.0),
        tf.logical_or(True, [False]),
        tf.logical_xor(True, False),
    ]
    made += [
        x == x,
        x != x,
        tf.identity(x),
        tf.stop_gradient(x, name="held"),
        tf.rank(x),
        tf.size(x),
    ]
    made += [
        tf.shape(x),
        tf.shape(x, out_type=tf.int64),
        tf.shape(tf.ones([2, 3])),
        tf.shape_n([x, 2.0 * x]),
    ]
    made += [
        tf.convert_to_tensor(3, tf.float32),
        tf.convert_to_tensor(x),
        tf.check_numerics(x, "bad"),
    ]
    made += [tf.reduce_mean(tf.cast(tf.equal(tf.argmax(x, 1), tf.argmax(x, 1)), tf.float32))]
    made += [tf.complex(x, x)]
    return made
