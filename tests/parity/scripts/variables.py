# ruff: noqa: SIM905 (a list of names reads best as words)
"""Variables: both forms, scopes, initializers, assignment, scatter, what is initialized."""

import numpy as np

__all__ = [
    "assignments",
    "initializers",
    "partitioned_variables",
    "reference_variables",
    "resource_variables",
    "uninitialized",
    "variable_scopes",
]


def reference_variables(tf):
    """tf.Variable in its reference form: nodes, collections, reads and operators."""
    v = tf.Variable([1.0, 2.0], name="v")
    w = tf.Variable(tf.random_uniform([2, 3], seed=1), name="w", trainable=False)
    count = tf.Variable(0, dtype=tf.int64, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    big = tf.Variable(np.zeros([30, 30], np.float32))
    loose = tf.Variable(tf.placeholder(tf.float32), validate_shape=False, name="loose")
    made = [v + 1.0, 2.0 * v, v[0], v[:1], v * v, -v, v > 1.0]
    made += [v.value(), v.read_value(), v.op]
    made += [
        tf.identity(v),
        tf.matmul(tf.ones([1, 2]), w),
        tf.convert_to_tensor(count),
        loose + 1.0,
    ]
    with tf.name_scope("scoped"):
        inner = tf.Variable(lambda: tf.zeros([3]), name="inner")
        tf.Variable(inner.initial_value + 1.0, name="from_initial")
    with tf.device("/cpu:0"):
        tf.Variable(1.0, name="placed")
    with tf.control_dependencies([made[0]]):
        tf.Variable(5.0, name="controlled")
        made += [v.value(), v.read_value()]
    made += [v.initializer, w.initial_value, count.name, big.shape.as_list(), v.dtype.name]
    made += [tf.global_variables_initializer(), tf.local_variables_initializer()]
    made += [tf.variables_initializer([v, w], name="some"), tf.initialize_all_variables()]
    made += [tf.global_variables(), tf.trainable_variables(), tf.local_variables()]
    made += [
        tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, "scoped"),
        tf.initialize_variables([v]),
    ]
    return made


def resource_variables(tf):
    """The same, in resource form."""
    v = tf.Variable([1.0, 2.0], name="v", use_resource=True)
    w = tf.get_variable("w", [2, 3], use_resource=True)
    made = [v + 1.0, 2.0 * v, v[0], v[:1], -v, tf.identity(v), v.value(), v.read_value()]
    made += [tf.matmul([[1.0, 2.0]], w), tf.gather(w, [0, 1]), tf.nn.embedding_lookup(w, [1])]
    made += [
        v.assign([3.0, 4.0]),
        v.assign_add([1.0, 1.0]),
        v.assign_sub([1.0, 1.0], read_value=False),
    ]
    made += [tf.assign(v, [0.0, 0.0]), tf.assign_add(v, [1.0, 1.0]), v.sparse_read([0])]
    made += [
        tf.scatter_add(w, [0], [[1.0, 2.0, 3.0]]),
        tf.scatter_update(w, [1], [[0.0, 0.0, 0.0]]),
    ]
    with tf.variable_scope("inner", use_resource=True, initializer=tf.zeros_initializer()):
        inner = tf.get_variable("u", [3], trainable=False)
        with tf.control_dependencies([inner]):
            made += [inner * 2.0, inner.read_value()]
    loss = tf.reduce_sum(v * v) + tf.reduce_sum(tf.gather(w, [0, 0]))
    made += [tf.gradients(loss, [v, w]), tf.is_variable_initialized(v), v.handle, v.initializer]
    made += [tf.global_variables_initializer(), v.op, v.name, tf.train.get_or_create_global_step()]
    return made


def variable_scopes(tf):
    """get_variable: reuse in all its forms, defaults of a scope, getters, auxiliary scopes."""
    with tf.variable_scope("a") as scope_a:
        x = tf.get_variable("x", [2])
        with tf.variable_scope("b", initializer=tf.constant_initializer(0.5)):
            y = tf.get_variable("y", [3], dtype=tf.float64)
            tf.constant(1)
    with tf.variable_scope("a", reuse=True):
        again = tf.get_variable("x", [2])
        tf.add(again, 1.0, name="used")
    with tf.variable_scope(scope_a, reuse=tf.AUTO_REUSE):
        tf.get_variable("x")
        tf.get_variable("fresh", initializer=[1.0, 2.0])
        tf.constant(1, name="scope_op")
    with tf.variable_scope(scope_a, auxiliary_name_scope=False):
        tf.constant(1, name="bare")
    with tf.variable_scope("outer"), tf.variable_scope(scope_a) as jumped:
        tf.constant(1, name="jumped")
    with tf.variable_scope(None, default_name="unit"):
        tf.get_variable("k", [1])
    with tf.variable_scope(None, default_name="unit") as second:
        tf.get_variable("k", [1])
        second.reuse_variables()
        tf.get_variable("k", [1])

    def l2(value):
        return 0.1 * tf.nn.l2_loss(value)

    def named(getter, name, *args, **kwargs):
        return tf.identity(getter(name, *args, **kwargs), name="got")

    with tf.variable_scope("reg", regularizer=l2, caching_device="/cpu:0", dtype=tf.float32):
        tf.get_variable("w", [2, 2])
        tf.get_variable("n", [2], regularizer=tf.no_regularizer)
    with tf.variable_scope("custom", custom_getter=named):
        z = tf.get_variable("z", shape=[], initializer=tf.ones_initializer())
    local = tf.get_local_variable("local", [2], initializer=tf.zeros_initializer)
    extra = tf.get_variable("extra", [1], collections=["mine"], trainable=False)
    array = tf.get_variable("array", initializer=np.eye(3, dtype=np.float32))
    called = tf.get_variable("called", initializer=lambda: tf.zeros([2]))
    whole = tf.get_variable("int", [2], tf.int32)
    flag = tf.get_variable("flag", [2], tf.bool)

    def body(v):
        return v * tf.get_variable("scale", [], initializer=tf.ones_initializer())

    template = tf.make_template("shared", body)
    made = [template(x), template(tf.ones([3])), x, y, z, local, extra, array, called, whole, flag]
    with tf.variable_scope("plain"):
        made += [tf.Variable(1.0, name="inside"), tf.get_variable_scope().name, jumped.name]
    made += [jumped.original_name_scope, tf.get_variable_scope().name, second.name]
    with tf.variable_op_scope([x], None, "unit"), tf.op_scope([x], "old_style"):
        made += [tf.get_variable("last", [1])]
    return made


def partitioned_variables(tf):
    """Variables cut into parts by each kind of partitioner, and what they convert to."""
    fixed = tf.fixed_size_partitioner(3)
    with tf.variable_scope("cut", partitioner=fixed):
        w = tf.get_variable("w", [7, 2])
        b = tf.get_variable("b", [3], initializer=tf.zeros_initializer())
    by_size = tf.variable_axis_size_partitioner(40, axis=0)
    s = tf.get_variable("s", [10, 4], partitioner=by_size, initializer=tf.constant_initializer(1.0))
    column = tf.fixed_size_partitioner(2, axis=1)
    c = tf.get_variable("c", [2, 4], partitioner=column, use_resource=True)
    bounded = tf.min_max_variable_partitioner(max_partitions=4, min_slice_size=16)
    m = tf.get_variable("m", [8, 2], partitioner=bounded)
    with tf.variable_scope("cut", partitioner=fixed, reuse=True):
        again = tf.get_variable("w", [7, 2])
    made = [
        tf.convert_to_tensor(w),
        w.as_tensor(),
        tf.identity(b),
        s.as_tensor() * 2.0,
        tf.matmul([[1.0, 2.0]], c),
    ]
    made += [list(w), [part.shape.as_list() for part in m], w.get_shape().as_list(), again.name]
    made += [tf.nn.embedding_lookup(w, [1, 5], partition_strategy="div"), tf.concat(list(s), 0)]
    made += [tf.global_variables_initializer(), [p._save_slice_info.spec for p in w]]
    return made


def initializers(tf):
    """Every initializer, seeded and not, as object and as class."""
    made = []

    def get(name, initializer, shape=(4, 6), dtype=tf.float32):
        made.append(tf.get_variable(name, shape, dtype, initializer=initializer))

    get("default", None)
    get("zeros", tf.zeros_initializer())
    get("zeros_class", tf.zeros_initializer)
    get("ones", tf.ones_initializer(), dtype=tf.float64)
    get("constant", tf.constant_initializer(3))
    get("constant_list", tf.constant_initializer([1, 2, 3, 4]), [2, 2])
    get("constant_fill", tf.constant_initializer([1.0, 2.0]), [2, 2])
    get("constant_array", tf.constant_initializer(np.arange(24.0)))
    get("uniform", tf.random_uniform_initializer())
    get("uniform_range", tf.random_uniform_initializer(-0.1, 0.1, seed=3))
    get("uniform_int", tf.random_uniform_initializer(0, 10, seed=3, dtype=tf.int32), dtype=tf.int32)
    get("normal", tf.random_normal_initializer(0.0, 0.02))
    get("normal_seeded", tf.random_normal_initializer(1.0, 2.0, seed=7))
    get("truncated", tf.truncated_normal_initializer(stddev=0.1))
    get("truncated_double", tf.truncated_normal_initializer(seed=2), dtype=tf.float64)
    get("scaling", tf.variance_scaling_initializer())
    get(
        "scaling_out",
        tf.variance_scaling_initializer(2.0, "fan_out", "normal", seed=1),
        [3, 3, 4, 8],
    )
    get("scaling_avg", tf.variance_scaling_initializer(1.0, "fan_avg", "uniform"), [5])
    get("scaling_plain", tf.variance_scaling_initializer(distribution="untruncated_normal"))
    get("unit_scaling", tf.uniform_unit_scaling_initializer(1.3))
    get("glorot_uniform", tf.glorot_uniform_initializer())
    get("glorot_normal", tf.glorot_normal_initializer(seed=5), [3, 3, 2, 2])
    get("orthogonal", tf.orthogonal_initializer())
    get("orthogonal_tall", tf.orthogonal_initializer(gain=1.2, seed=4), [3, 2, 5])
    get("identity", tf.initializers.identity(), [4, 4])
    get("identity_gain", tf.initializers.identity(gain=2.0), [3, 5])
    get("he_normal", tf.initializers.he_normal(seed=1))
    get("he_uniform", tf.initializers.he_uniform())
    get("lecun_normal", tf.initializers.lecun_normal())
    get("lecun_uniform", tf.initializers.lecun_uniform(seed=2), [])
    made.append(tf.truncated_normal_initializer(seed=9)([2, 2]))
    made.append(tf.zeros_initializer()([3], tf.int32))
    made.append(tf.global_variables_initializer())
    return made


def assignments(tf):
    """assign, scatter and count_up_to on reference variables."""
    v = tf.Variable(tf.zeros([4, 2]), name="v")
    n = tf.Variable(0, name="n")
    ones = tf.ones([2, 2])
    index = [0, 3]
    made = [tf.assign(v, tf.ones([4, 2])), v.assign(tf.ones([4, 2]), use_locking=True)]
    made += [
        tf.assign_add(n, 1),
        n.assign_add(2),
        tf.assign_sub(n, 1, name="down"),
        n.assign_sub(1),
    ]
    made += [tf.assign(v, tf.ones([5, 2]), validate_shape=False), n.count_up_to(3)]
    for name in "add sub mul div update min max".split():
        made.append(getattr(tf, "scatter_" + name)(v, index, ones))
    made += [tf.scatter_nd_update(v, [[0], [1]], ones), tf.scatter_nd_add(v, [[0, 1]], [1.0])]
    made += [
        tf.scatter_nd_sub(v, [[0]], [[1.0, 1.0]]),
        tf.batch_scatter_update(v, [[0], [1], [0], [1]], tf.ones([4, 1])),
    ]
    slices = tf.IndexedSlices(ones, tf.constant(index))
    made += [v.scatter_add(slices), v.scatter_sub(slices), v.scatter_update(slices)]
    made += [
        v.scatter_nd_add([[0]], [[1.0, 1.0]]),
        tf.is_variable_initialized(v),
        tf.assign(v[1:2], [[5.0, 5.0]]),
    ]
    made += [v[0].assign([1.0, 1.0]), v[:, 1].assign(tf.zeros([4]), name="column")]
    with tf.control_dependencies([made[0]]):
        made += [v.read_value(), tf.identity(v)]
    return made


def uninitialized(tf):
    """report_uninitialized_variables and its kin, both forms of variable."""
    tf.Variable(1.0, name="a")
    tf.get_variable("b", [2], initializer=tf.zeros_initializer(), use_resource=True)
    c = tf.get_local_variable("c", [2], initializer=tf.zeros_initializer())
    made = [
        tf.report_uninitialized_variables(),
        tf.report_uninitialized_variables([c], name="only_c"),
    ]
    made += [tf.is_variable_initialized(c), tf.assert_variables_initialized()]
    made += [tf.train.get_or_create_global_step(), tf.train.get_global_step()]
    made += [tf.train.create_global_step(tf.Graph()).name, tf.global_variables_initializer()]
    return made
