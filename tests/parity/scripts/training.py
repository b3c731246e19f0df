"""Optimizers, their slots, decay schedules, clipping and moving averages."""

__all__ = [
    "clipping",
    "decay_schedules",
    "moving_averages",
    "optimizer_steps",
    "optimizers",
    "resource_optimizers",
]


def _optimizers(tf, step):
    train = tf.train
    return [
        train.GradientDescentOptimizer(0.1),
        train.MomentumOptimizer(0.1, 0.9),
        train.MomentumOptimizer(0.1, 0.9, use_nesterov=True, name="Nesterov"),
        train.AdamOptimizer(0.1),
        train.AdagradOptimizer(0.1),
        train.AdagradDAOptimizer(0.1, step),
        train.AdadeltaOptimizer(0.1),
        train.RMSPropOptimizer(0.1, momentum=0.5),
        train.RMSPropOptimizer(0.1, centered=True, name="Centered"),
        train.FtrlOptimizer(0.1),
        train.FtrlOptimizer(0.1, l2_shrinkage_regularization_strength=0.1, name="Shrunk"),
        train.ProximalGradientDescentOptimizer(0.1, 0.01),
        train.ProximalAdagradOptimizer(0.1),
    ]


def optimizers(tf):
    """Every optimizer's minimize, over two reference variables."""
    w = tf.Variable(tf.ones([3, 2]), name="w")
    b = tf.get_variable("b", [2], initializer=tf.zeros_initializer())
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b), name="loss")
    step = tf.train.get_or_create_global_step()
    made = []
    for optimizer in _optimizers(tf, step):
        made.append(optimizer.minimize(loss, global_step=step))
        made += [
            optimizer.get_slot_names(),
            [optimizer.get_slot(w, s) for s in optimizer.get_slot_names()],
        ]
        made += [optimizer.get_name(), optimizer.variables()]
    made += [tf.global_variables_initializer(), tf.trainable_variables()]
    return made


def resource_optimizers(tf):
    """The same over resource variables, one of them read sparsely."""
    w = tf.get_variable("w", [3, 2], use_resource=True, initializer=tf.ones_initializer())
    t = tf.get_variable("t", [9, 2], use_resource=True, initializer=tf.zeros_initializer())
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    ids = tf.placeholder(tf.int32, [None], name="ids")
    loss = tf.reduce_mean(tf.matmul(x, w) * tf.nn.embedding_lookup(t, ids), name="loss")
    step = tf.train.get_or_create_global_step()
    made = [optimizer.minimize(loss, step) for optimizer in _optimizers(tf, step)]
    return [*made, tf.global_variables_initializer()]


def optimizer_steps(tf):
    """compute_gradients and apply_gradients apart, gates, names, locks, computed rates."""
    w = tf.Variable([1.0, 2.0], name="w")
    u = tf.Variable([3.0, 4.0], name="u")
    frozen = tf.Variable([0.0], trainable=False, name="frozen")
    loss = tf.reduce_sum(w * u) + tf.reduce_sum(frozen)
    rate = tf.placeholder(tf.float32, [], name="rate")
    descent = tf.train.GradientDescentOptimizer(rate, use_locking=True, name="Descent")
    pairs = descent.compute_gradients(loss)
    made = [pairs, descent.apply_gradients([(g * 0.5, v) for g, v in pairs], name="step")]
    made += [descent.compute_gradients(loss, [w], gate_gradients=tf.train.Optimizer.GATE_NONE)]
    made += [descent.compute_gradients(loss, [w], gate_gradients=descent.GATE_GRAPH)]
    made += [
        descent.compute_gradients(
            loss, [w], grad_loss=tf.constant(2.0), colocate_gradients_with_ops=True
        )
    ]
    adam = tf.train.AdamOptimizer(rate, beta1=0.5)
    made += [adam.minimize(loss, var_list=[w], name="first"), adam.minimize(loss, var_list=[u])]
    with tf.variable_scope("opt"):
        made += [tf.train.MomentumOptimizer(rate, tf.constant(0.9)).minimize(loss)]
    with tf.control_dependencies([loss]):
        made += [tf.train.AdagradOptimizer(lambda: 0.1).minimize(loss, var_list=[w])]
    return made


def decay_schedules(tf):
    """Learning rates as functions of a step."""
    step = tf.train.get_or_create_global_step()
    train = tf.train
    return [
        train.exponential_decay(0.1, step, 10, 0.9),
        train.exponential_decay(0.1, step, 10, 0.9, staircase=True, name="stairs"),
        train.natural_exp_decay(0.1, step, 10, 0.5),
        train.inverse_time_decay(0.1, step, 10, 0.5, staircase=True),
        train.polynomial_decay(0.1, step, 100),
        train.polynomial_decay(0.1, step, 100, power=2.0),
        train.cosine_decay(0.1, step, 100, alpha=0.01),
        train.linear_cosine_decay(0.1, step, 100),
        train.exponential_decay(tf.constant(0.1), tf.constant(3), 10, 0.9),
        train.noisy_linear_cosine_decay(0.1, step, 100),
    ]


def clipping(tf):
    """clip_by_value, norm, average norm and global norm."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [2], name="y")
    made = [tf.clip_by_value(x, -1.0, 1.0), tf.clip_by_value(x, tf.zeros([4]), 1.0, name="clipped")]
    made += [
        tf.clip_by_norm(x, 2.0),
        tf.clip_by_norm(x, 2.0, axes=[1]),
        tf.clip_by_average_norm(x, 1.0),
    ]
    made += [tf.global_norm([x, y, None]), tf.clip_by_global_norm([x, None, y], 5.0)]
    made += [tf.clip_by_global_norm([x, y], 5.0, use_norm=tf.constant(3.0), name="known")]
    made += [tf.gradients(tf.clip_by_norm(x, 2.0), x), tf.verify_tensor_all_finite(x, "bad")]
    w = tf.Variable([1.0, 2.0], name="w")
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    pairs = optimizer.compute_gradients(tf.reduce_sum(w * y))
    (clipped,), norm = tf.clip_by_global_norm([grad for grad, _ in pairs], 1.0)
    return [*made, norm, optimizer.apply_gradients([(clipped, w)])]


def moving_averages(tf):
    """ExponentialMovingAverage over variables and tensors, with and without a step."""
    v = tf.Variable([1.0, 2.0], name="v")
    step = tf.Variable(0, trainable=False, name="step")
    ema = tf.train.ExponentialMovingAverage(0.9)
    late = tf.train.ExponentialMovingAverage(0.99, step, zero_debias=True, name="late")
    made = [ema.apply([v]), ema.average(v), ema.average_name(v), late.apply([v * 2.0])]
    made += [sorted(ema.variables_to_restore()), tf.moving_average_variables()]
    made += [v.initialized_value(), tf.global_variables_initializer()]
    return made
