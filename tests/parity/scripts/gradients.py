# ruff: noqa: SIM905 (a list of names reads best as words)
"""tf.gradients: the nodes it builds, over every kind of function."""

__all__ = [
    "gradient_rules",
    "gradients_of_arrays",
    "gradients_of_broadcasts",
    "gradients_of_elementwise",
    "gradients_of_linear_algebra",
    "gradients_of_reductions",
    "gradients_to_slices",
    "second_order",
]


def gradients_of_elementwise(tf):
    """One call to tf.gradients for each element-wise function."""
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    made = []
    for name in (
        "abs acos acosh asin asinh atan atanh ceil cos cosh digamma erf erfc exp expm1 floor "
        "identity lgamma log log1p log_sigmoid negative reciprocal rint rsqrt sigmoid sign sin "
        "sinh sqrt square tan tanh"
    ).split():
        function = getattr(tf, name, None) or getattr(tf.math, name)
        made.append(tf.gradients(function(x), x))
    for name in "elu leaky_relu relu relu6 selu softplus softsign crelu".split():
        made.append(tf.gradients(getattr(tf.nn, name)(x), x))
    made.append(tf.gradients(tf.cast(tf.cast(x, tf.float64), tf.float32), x))
    made.append(tf.gradients(tf.clip_by_value(x, -1.0, 1.0), x))
    made.append(tf.gradients(tf.abs(tf.complex(x, 2.0 * x)), x))
    made.append(tf.gradients(tf.where(x > 0.0, x, x * 2.0), x))
    made.append(tf.gradients(tf.check_numerics(x, "bad"), x))
    return made


def gradients_of_broadcasts(tf):
    """Binary functions whose arguments broadcast: shapes known, partly known, unknown, equal."""
    x = tf.placeholder(tf.float32, [2, 1, 3], name="x")
    y = tf.placeholder(tf.float32, [4, 1], name="y")
    part = tf.placeholder(tf.float32, [None, 3], name="part")
    unknown = tf.placeholder(tf.float32, name="unknown")
    made = []
    for name in (
        "add subtract multiply divide truediv realdiv div div_no_nan floordiv floormod maximum "
        "minimum pow squared_difference igamma"
    ).split():
        function = getattr(tf, name, None) or getattr(tf.math, name)
        made.append(tf.gradients(function(x, y), [x, y]))
    made.append(tf.gradients(tf.atan2(x, x), x))
    made += [tf.gradients(part + 1.0, part), tf.gradients(part * unknown, [part, unknown])]
    made += [tf.gradients(part * part + part, part), tf.gradients(part / 3.0, part)]
    made += [
        tf.gradients(3.0 / part, part),
        tf.gradients(part**2, part),
        tf.gradients(2.0**part, part),
    ]
    made += [tf.gradients(tf.maximum(part, 0.0), part), tf.gradients(x - x, x)]
    made += [tf.gradients(tf.broadcast_to(y, [5, 4, 2]), y), tf.gradients(tf.add_n([x, x, x]), x)]
    return made


def gradients_of_reductions(tf):
    """Reductions over all, some and computed axes."""
    x = tf.placeholder(tf.float32, [2, 3, 4], name="x")
    part = tf.placeholder(tf.float32, [None, 5], name="part")
    unknown = tf.placeholder(tf.float32, name="unknown")
    made = []
    for name in "sum mean max min prod logsumexp".split():
        function = getattr(tf, "reduce_" + name)
        made += [tf.gradients(function(x), x), tf.gradients(function(x, [0, 2]), x)]
        made += [
            tf.gradients(function(part), part),
            tf.gradients(function(part, 1, keepdims=True), part),
        ]
        made += [tf.gradients(function(unknown), unknown)]
    made += [tf.gradients(tf.cumsum(x, 1, exclusive=True), x), tf.gradients(tf.cumprod(x, 2), x)]
    made += [tf.gradients(tf.norm(x), x), tf.gradients(tf.math.reduce_variance(x, 0), x)]
    made += [
        tf.gradients(tf.segment_sum(part, [0, 0, 1]), part),
        tf.gradients(tf.nn.l2_loss(part), part),
    ]
    made += [tf.gradients(tf.unsorted_segment_sum(part, [0, 1], 2), part)]
    made += [tf.gradients(tf.reduce_mean(part, 0), part), tf.gradients(tf.argmax(part, 1), part)]
    return made


def gradients_of_arrays(tf):
    """Functions which move elements about."""
    x = tf.placeholder(tf.float32, [4, 6], name="x")
    part = tf.placeholder(tf.float32, [None, 6], name="part")
    n = tf.placeholder(tf.int32, [], name="n")
    made = [tf.gradients(tf.reshape(part, [-1, 2, 3]), part), tf.gradients(tf.transpose(x), x)]
    made += [tf.gradients(tf.transpose(part, [1, 0]), part), tf.gradients(tf.expand_dims(x, 1), x)]
    made += [tf.gradients(tf.squeeze(tf.expand_dims(part, 0)), part), tf.gradients(x[1:, ::2], x)]
    made += [tf.gradients(part[n, 1:], part), tf.gradients(tf.slice(x, [1, 0], [2, 3]), x)]
    made += [
        tf.gradients(tf.concat([x, part, x], 0), [x, part]),
        tf.gradients(tf.concat([x, x], -1), x),
    ]
    made += [tf.gradients(tf.stack([x, x * 2.0], 1), x), tf.gradients(tf.unstack(x)[1], x)]
    made += [tf.gradients(tf.split(x, 2, 1)[0], x), tf.gradients(tf.split(part, [2, 4], 1), part)]
    made += [
        tf.gradients(tf.pad(x, [[1, 0], [0, 2]]), x),
        tf.gradients(tf.pad(x, [[1, 1], [0, 0]], "REFLECT"), x),
    ]
    made += [tf.gradients(tf.tile(x, [2, 1]), x), tf.gradients(tf.tile(part, [1, 3]), part)]
    made += [tf.gradients(tf.reverse(x, [1]), x), tf.gradients(tf.nn.top_k(x, 2)[0], x)]
    made += [
        tf.gradients(tf.gather_nd(x, [[0, 1]]), x),
        tf.gradients(tf.scatter_nd([[1]], x[:1], [3, 6]), x),
    ]
    made += [
        tf.gradients(tf.where(x > 0.0, x, x), x),
        tf.gradients(tf.boolean_mask(x, [True, False, True, True]), x),
    ]
    made += [tf.gradients(tf.space_to_depth(tf.reshape(x, [1, 2, 4, 3]), 2), x)]
    made += [
        tf.gradients(tf.dynamic_stitch([[0], [1]], [x[:1], x[1:2]]), x),
        tf.gradients(tf.identity_n([x, part]), [x, part]),
    ]
    made += [
        tf.gradients(tf.matrix_band_part(x, -1, 0), x),
        tf.gradients(tf.diag_part(x[:, :4]), x),
    ]
    made += [tf.gradients(tf.convert_to_tensor([x[0, 0], 2.0 * x[1, 1]]), x)]
    return made


def gradients_of_linear_algebra(tf):
    """Products and decompositions."""
    a = tf.placeholder(tf.float32, [2, 3], name="a")
    b = tf.placeholder(tf.float32, [3, None], name="b")
    batch = tf.placeholder(tf.float32, [5, 4, 4], name="batch")
    made = [
        tf.gradients(tf.matmul(a, b), [a, b]),
        tf.gradients(tf.matmul(a, a, transpose_b=True), a),
    ]
    made += [tf.gradients(tf.matmul(b, a, True, True), [a, b])]
    made += [
        tf.gradients(tf.matmul(batch, batch), batch),
        tf.gradients(tf.matmul(batch, batch, adjoint_a=True), batch),
    ]
    made += [
        tf.gradients(tf.tensordot(a, b, 1), [a, b]),
        tf.gradients(tf.einsum("ij,jk->ik", a, b), [a, b]),
    ]
    made += [
        tf.gradients(tf.matrix_inverse(batch), batch),
        tf.gradients(tf.matrix_determinant(batch), batch),
    ]
    made += [
        tf.gradients(tf.cholesky(batch), batch),
        tf.gradients(tf.matrix_solve(batch, batch), batch),
    ]
    made += [
        tf.gradients(tf.matrix_triangular_solve(batch, batch), batch),
        tf.gradients(tf.trace(batch), batch),
    ]
    made += [
        tf.gradients(tf.matrix_diag_part(batch), batch),
        tf.gradients(tf.matrix_set_diag(batch, tf.ones([5, 4])), batch),
    ]
    made += [tf.gradients(tf.self_adjoint_eig(batch)[0], batch)]
    return made


def gradients_to_slices(tf):
    """Gathers, whose gradients stay sparse, and where they become dense."""
    table = tf.Variable(tf.zeros([10, 4]), name="table")
    resource = tf.get_variable(
        "resource", [10, 4], use_resource=True, initializer=tf.zeros_initializer()
    )
    index = tf.placeholder(tf.int32, [None], name="index")
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    made = [tf.gradients(tf.gather(table, index), table), tf.gradients(tf.gather(x, index), x)]
    made += [tf.gradients(tf.nn.embedding_lookup(table, index) * 2.0, table)]
    made += [tf.gradients(tf.gather(resource, index), resource)]
    made += [tf.gradients(tf.gather(table, index) + tf.gather(table, index + 1), table)]
    made += [tf.gradients(tf.reduce_sum(tf.gather(table, index)) + tf.reduce_sum(table), table)]
    made += [
        tf.gradients(tf.gather(tf.square(x), index), x),
        tf.gradients(tf.gather(x, index, axis=1), x),
    ]
    grad = made[0][0]
    made += [tf.convert_to_tensor(grad), -grad.values, -grad]
    made += [
        tf.clip_by_norm(grad, 1.0),
        tf.clip_by_global_norm([grad, x], 5.0),
        tf.global_norm([grad]),
    ]
    parts = tf.get_variable("parts", [6, 2], partitioner=tf.fixed_size_partitioner(2))
    made += [tf.gradients(tf.nn.embedding_lookup(parts, index), list(parts))]
    made += [
        tf.gradients(
            tf.nn.embedding_lookup([table, resource], index, max_norm=1.0), [table, resource]
        )
    ]
    return made


def gradient_rules(tf):
    """The arguments of tf.gradients, overridden and custom gradients, stops."""
    x = tf.placeholder(tf.float32, [3], name="x")
    y = tf.placeholder(tf.float32, [3], name="y")
    z = tf.multiply(x, y, name="z")
    w = tf.square(z, name="w")
    made = [tf.gradients([z, w], [x, y]), tf.gradients(w, [x, z]), tf.gradients(w, x, grad_ys=[y])]
    made += [
        tf.gradients([z, w], x, [None, tf.ones([3])], name="given"),
        tf.gradients(z, tf.constant(1.0)),
    ]
    made += [
        tf.gradients(w, [x], stop_gradients=[z]),
        tf.gradients(w, x, colocate_gradients_with_ops=True),
    ]
    made += [tf.gradients(w, [x, y], gate_gradients=True), tf.gradients(x, x)]
    made += [tf.gradients(z, tf.constant(2.0), unconnected_gradients="zero")]
    total = x * 1.0 + x * 2.0 + x * 3.0
    for method in (None, tf.AggregationMethod.ADD_N, tf.AggregationMethod.EXPERIMENTAL_TREE):
        made.append(tf.gradients(total, x, aggregation_method=method))
    made += [tf.gradients(tf.stop_gradient(x) * x, x), tf.gradients(tf.sin(x, name="s"), x)]

    @tf.custom_gradient
    def clipped(value):
        def grad(dy):
            return tf.clip_by_value(dy, -1.0, 1.0)

        return tf.identity(value), grad

    made += [tf.gradients(clipped(x * 3.0), x)]

    @tf.RegisterGradient("PenstockParityTwice")
    def twice(op, dy):
        return 2.0 * dy

    with tf.get_default_graph().gradient_override_map({"Identity": "PenstockParityTwice"}):
        held = tf.identity(x, name="overridden")
    made += [tf.gradients(held, x), tf.gradients(tf.cast(x, tf.int32), x)]
    with tf.name_scope("scoped"):
        made += [tf.gradients(tf.exp(x), x)]
    return made


def second_order(tf):
    """Gradients of gradients."""
    x = tf.placeholder(tf.float32, [3], name="x")
    m = tf.placeholder(tf.float32, [2, 3], name="m")
    made = []
    for function in (
        tf.tanh,
        tf.sigmoid,
        tf.sqrt,
        tf.rsqrt,
        tf.reciprocal,
        tf.square,
        tf.exp,
        tf.log,
    ):
        made.append(tf.gradients(tf.gradients(function(x), x), x))
    for function in (
        tf.nn.relu,
        tf.nn.softplus,
        tf.nn.elu,
        tf.nn.softmax,
        tf.nn.log_softmax,
        tf.nn.selu,
    ):
        made.append(tf.gradients(tf.gradients(tf.square(function(m)), m), m))
    made.append(tf.gradients(tf.gradients(x**3, x), x))
    made.append(tf.gradients(tf.gradients(tf.matmul(m, m, transpose_b=True) ** 2, m), m))
    return made
