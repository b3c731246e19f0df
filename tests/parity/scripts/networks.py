# ruff: noqa: SIM905 (a list of names reads best as words)
"""Neural network functions and their gradients."""

__all__ = [
    "convolutions",
    "embeddings",
    "losses_of_logits",
    "normalization",
    "pooling",
    "small_network",
]


def convolutions(tf):
    """Convolutions with every padding, stride and layout, and their gradients."""
    x = tf.placeholder(tf.float32, [None, 9, 9, 3], name="x")
    first = tf.placeholder(tf.float32, [2, 3, 9, 9], name="first")
    k = tf.placeholder(tf.float32, [3, 3, 3, 4], name="k")
    d = tf.placeholder(tf.float32, [3, 3, 3, 2], name="d")
    p = tf.placeholder(tf.float32, [1, 1, 6, 5], name="p")
    line = tf.placeholder(tf.float32, [None, 20, 3], name="line")
    tap = tf.placeholder(tf.float32, [5, 3, 4], name="tap")
    volume = tf.placeholder(tf.float32, [1, 5, 5, 5, 2], name="volume")
    cube = tf.placeholder(tf.float32, [3, 3, 3, 2, 4], name="cube")
    made = [tf.nn.conv2d(x, k, [1, 1, 1, 1], "SAME"), tf.nn.conv2d(x, k, [1, 2, 2, 1], "VALID")]
    made += [
        tf.nn.conv2d(x, k, strides=2, padding="SAME"),
        tf.nn.conv2d(x, filters=k, strides=[1, 1, 1, 1], padding="VALID"),
    ]
    made += [tf.nn.conv2d(first, k, [1, 1, 2, 2], "SAME", data_format="NCHW")]
    made += [tf.nn.conv2d(x, k, [1, 1, 1, 1], "SAME", dilations=[1, 2, 2, 1])]
    made += [tf.nn.conv2d(x, k, 1, [[0, 0], [1, 2], [2, 1], [0, 0]])]
    made += [
        tf.nn.atrous_conv2d(x, k, 2, "SAME"),
        tf.nn.convolution(x, k, "SAME", dilation_rate=[2, 2]),
    ]
    made += [
        tf.nn.depthwise_conv2d(x, d, [1, 1, 1, 1], "SAME"),
        tf.nn.separable_conv2d(x, d, p, [1, 1, 1, 1], "VALID"),
    ]
    made += [
        tf.nn.conv1d(line, tap, 2, "SAME"),
        tf.nn.conv3d(volume, cube, [1, 1, 1, 1, 1], "SAME"),
    ]
    size = tf.stack([tf.shape(x)[0], 18, 18, 4])
    up = tf.placeholder(tf.float32, [3, 3, 4, 3], name="up")
    made += [
        tf.nn.conv2d_transpose(x, up, size, [1, 2, 2, 1]),
        tf.nn.conv2d_transpose(x, up, [5, 11, 11, 4], 1, "VALID"),
    ]
    made += [
        tf.nn.bias_add(made[0], tf.ones([4])),
        tf.nn.bias_add(made[4], tf.ones([4]), data_format="NCHW"),
    ]
    for y in (made[0], made[4], made[5]):
        made.append(tf.gradients(y, [x, first, k]))
    made += [
        tf.gradients(made[9], [x, d]),
        tf.gradients(made[11], [line, tap]),
        tf.gradients(made[12], [volume, cube]),
    ]
    made += [
        tf.gradients(made[13], [x, up]),
        tf.gradients(made[15], [x]),
        tf.gradients(made[16], [first]),
    ]
    return made


def pooling(tf):
    """Max and average pooling, local response normalization, and their gradients."""
    x = tf.placeholder(tf.float32, [None, 8, 8, 3], name="x")
    unknown = tf.placeholder(tf.float32, [None, None, None, 3], name="unknown")
    first = tf.placeholder(tf.float32, [2, 3, 8, 8], name="first")
    window = [1, 2, 2, 1]
    made = [
        tf.nn.max_pool(x, window, window, "SAME"),
        tf.nn.max_pool(x, [1, 3, 3, 1], window, "VALID"),
    ]
    made += [
        tf.nn.avg_pool(x, window, window, "SAME"),
        tf.nn.avg_pool(x, 3, 1, "VALID", name="mean"),
    ]
    made += [
        tf.nn.max_pool(unknown, 3, 2, "SAME"),
        tf.nn.max_pool_with_argmax(x, window, window, "SAME"),
    ]
    made += [
        tf.nn.max_pool(first, [1, 1, 2, 2], [1, 1, 2, 2], "VALID", data_format="NCHW"),
        tf.nn.lrn(x, 4, bias=2.0),
    ]
    made += [
        tf.nn.pool(x, [2, 2], "AVG", "SAME"),
        tf.nn.max_pool3d(tf.ones([1, 4, 4, 4, 1]), [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], "SAME"),
    ]
    for y in (made[0], made[2], made[5][0], made[7]):
        made.append(tf.gradients(y, x))
    made += [tf.gradients(tf.gradients(tf.square(made[0]), x), x), tf.gradients(made[6], first)]
    return made


def normalization(tf):
    """Moments, batch normalization plain and fused, and dropout, with gradients."""
    x = tf.placeholder(tf.float32, [None, 4, 4, 3], name="x")
    flat = tf.placeholder(tf.float32, [None, 5], name="flat")
    scale = tf.Variable(tf.ones([3]), name="scale")
    offset = tf.Variable(tf.zeros([3]), name="offset")
    mean, variance = tf.nn.moments(x, [0, 1, 2])
    made = [
        mean,
        variance,
        tf.nn.moments(flat, [0], keep_dims=True),
        tf.nn.moments(tf.cast(flat, "half"), [1]),
    ]
    made += [tf.nn.weighted_moments(flat, [0], tf.ones([5]))]
    plain = tf.nn.batch_normalization(x, mean, variance, offset, scale, 1e-3)
    bare = tf.nn.batch_normalization(flat, tf.zeros([5]), tf.ones([5]), None, None, 0.1)
    fused, batch_mean, batch_variance = tf.nn.fused_batch_norm(x, scale, offset)
    frozen, _, _ = tf.nn.fused_batch_norm(
        x, scale, offset, tf.zeros([3]), tf.ones([3]), is_training=False
    )
    made += [plain, bare, fused, batch_mean, batch_variance, frozen]
    made += [tf.gradients(plain, [x, scale, offset]), tf.gradients(fused, [x, scale, offset])]
    made += [
        tf.gradients(frozen, [x, scale, offset]),
        tf.nn.l2_normalize(flat, 1),
        tf.gradients(tf.nn.l2_normalize(flat, 1), flat),
    ]
    made += [
        tf.nn.sufficient_statistics(flat, [0]),
        tf.nn.batch_norm_with_global_normalization(x, mean, variance, offset, scale, 1e-3, True),
    ]
    return made


def losses_of_logits(tf):
    """Softmax and the cross-entropies, over every rank they take."""
    logits = tf.placeholder(tf.float32, [None, 5], name="logits")
    labels = tf.placeholder(tf.float32, [None, 5], name="labels")
    sparse = tf.placeholder(tf.int64, [None], name="sparse")
    sequence = tf.placeholder(tf.float32, [2, None, 5], name="sequence")
    made = [
        tf.nn.softmax(logits),
        tf.nn.softmax(sequence),
        tf.nn.softmax(sequence, axis=1),
        tf.nn.softmax(logits, dim=0),
    ]
    made += [tf.nn.log_softmax(logits), tf.nn.log_softmax(sequence, 1)]
    hard = tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    both = tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, name="both")
    by_index = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=sparse, logits=logits)
    long = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.ones([2, 7], tf.int32), logits=sequence
    )
    two = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
    weighted = tf.nn.weighted_cross_entropy_with_logits(
        targets=labels, logits=logits, pos_weight=2.0
    )
    wide = tf.nn.softmax_cross_entropy_with_logits_v2(
        labels=tf.ones([2, 3, 5]), logits=sequence, axis=1
    )
    made += [hard, both, by_index, long, two, weighted, wide]
    made += [
        tf.gradients(hard, [logits, labels]),
        tf.gradients(both, [logits, labels]),
        tf.gradients(by_index, logits),
    ]
    made += [
        tf.gradients(tf.reduce_mean(two), logits),
        tf.gradients(weighted, logits),
        tf.gradients(long, sequence),
    ]
    made += [
        tf.gradients(tf.nn.softmax(logits), logits),
        tf.gradients(tf.nn.log_softmax(logits), logits),
    ]
    made += [
        tf.nn.in_top_k(logits, sparse, 2),
        tf.nn.log_poisson_loss(labels, logits),
        tf.gradients(tf.gradients(both, logits), logits),
    ]
    made += [
        tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), sparse), tf.float32), name="accuracy")
    ]
    return made


def embeddings(tf):
    """Look-ups in one table and in several, and sparse updates by optimizers."""
    table = tf.get_variable(
        "table", [20, 8], initializer=tf.random_uniform_initializer(-1, 1, seed=1)
    )
    other = tf.get_variable("other", [20, 8])
    ids = tf.placeholder(tf.int64, [None, 3], name="ids")
    made = [tf.nn.embedding_lookup(table, ids), tf.nn.embedding_lookup([table, other], ids)]
    made += [
        tf.nn.embedding_lookup([table, other], ids, partition_strategy="div"),
        tf.nn.embedding_lookup(table, 3),
    ]
    made += [tf.nn.embedding_lookup(table, ids, max_norm=2.0)]
    bag = tf.sparse_placeholder(tf.int64, name="bag")
    made += [tf.nn.embedding_lookup_sparse(table, bag, None, combiner="sum")]
    made += [tf.nn.embedding_lookup_sparse(table, bag, None, combiner="mean", name="mean")]
    loss = tf.reduce_mean(tf.square(made[0]))
    for name in (
        "GradientDescent Momentum Adam Adagrad Adadelta RMSProp Ftrl ProximalAdagrad "
        "ProximalGradientDescent"
    ).split():
        optimizer = getattr(tf.train, name + "Optimizer")
        arguments = (0.1, 0.9) if name == "Momentum" else (0.1,)
        made.append(optimizer(*arguments).minimize(loss))
    made.append(
        tf.train.AdagradDAOptimizer(0.1, tf.train.get_or_create_global_step()).minimize(loss)
    )
    made.append(tf.train.RMSPropOptimizer(0.1, centered=True, name="Centered").minimize(loss))
    return made


def small_network(tf):
    """A convolutional classifier with dropout, accuracy and Adam: a whole training graph."""
    tf.set_random_seed(3)
    x = tf.placeholder(tf.float32, [None, 64], name="x")
    y = tf.placeholder(tf.int64, [None], name="y")
    keep = tf.placeholder(tf.float32, name="keep")
    hidden = tf.reshape(x, [-1, 8, 8, 1])
    for i, (width, depth) in enumerate([(1, 4), (4, 8)]):
        with tf.name_scope(f"conv{i}"):
            w = tf.Variable(tf.truncated_normal([3, 3, width, depth], stddev=0.1), name="w")
            b = tf.Variable(tf.constant(0.1, shape=[depth]), name="b")
            hidden = tf.nn.relu(tf.nn.conv2d(hidden, w, [1, 1, 1, 1], "SAME") + b)
            hidden = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    flat = tf.reshape(hidden, [-1, 2 * 2 * 8])
    with tf.variable_scope("dense"):
        w = tf.get_variable("w", [32, 10])
        b = tf.get_variable("b", [10], initializer=tf.zeros_initializer())
        logits = tf.nn.xw_plus_b(tf.nn.dropout(flat, keep), w, b, name="logits")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.01, step, 100, 0.9, staircase=True)
    loss += 1e-4 * tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables()])
    train = tf.train.AdamOptimizer(rate).minimize(loss, global_step=step)
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32))
    return [loss, train, accuracy, tf.global_variables_initializer()]
