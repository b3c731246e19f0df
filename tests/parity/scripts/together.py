"""What several workers of one training share: accumulators of gradients, and steps made of them."""

__all__ = ["accumulators", "steps_made_together", "steps_made_together_on_devices", "staging_areas"]


def accumulators(tf):
    """Accumulators of tensors and of rows."""
    dense = tf.ConditionalAccumulator(
        tf.float32, shape=[2], shared_name="shared", reduction_type="SUM"
    )
    made = [dense.accumulator_ref, dense.name, dense.dtype]
    made.append(dense.apply_grad([1.0, 2.0], local_step=1))
    made.append(dense.apply_grad(tf.constant([1.0, 2.0]), tf.constant(3, tf.int64), name="add"))
    made += [dense.take_grad(2), dense.num_accumulated(), dense.set_global_step(3)]
    any_shape = tf.ConditionalAccumulator(tf.float64, name="any")
    made += [any_shape.take_grad(1, name="take"), any_shape.num_accumulated("count")]
    rows = tf.SparseConditionalAccumulator(tf.float32, shape=[3, 2])
    values = [[1.0, 2.0], [3.0, 4.0]]
    made.append(rows.apply_grad([0, 1], values, [3, 2], local_step=1))
    made.append(rows.apply_grad([0, 1], values))
    slices = tf.IndexedSlices(
        tf.constant([[1.0, 2.0]]), tf.constant([1], tf.int64), tf.constant([3, 2], tf.int64)
    )
    made.append(rows.apply_indexed_slices_grad(slices))
    made += list(rows.take_grad(1))
    taken = rows.take_indexed_slices_grad(1)
    made += [taken.indices, taken.values, taken.dense_shape]
    made += [rows.num_accumulated(), rows.set_global_step(3)]
    return made


def _loss(tf):
    x = tf.placeholder(tf.float32, [None, 2])
    w = tf.get_variable("w", [2, 1])
    table = tf.get_variable("table", [4, 2])
    return tf.reduce_sum(tf.matmul(x + tf.gather(table, [0, 1]), w))


def _all_of(optimizer, train):
    runner = optimizer.get_chief_queue_runner()
    return [
        train,
        optimizer.get_name(),
        optimizer.get_init_tokens_op(),
        optimizer.get_init_tokens_op(5),
        optimizer.get_slot_names(),
        optimizer.variables(),
        optimizer.ready_for_local_init_op,
        optimizer.chief_init_op,
        optimizer.local_step_init_op,
        runner.enqueue_ops,
        runner.name,
        runner.close_op,
    ]


def steps_made_together(tf):
    """Two workers and two gradients for a step, of tensors and of rows."""
    step = tf.train.get_or_create_global_step()
    loss = _loss(tf)
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.AdamOptimizer(0.1), 2)
    return _all_of(optimizer, optimizer.minimize(loss, global_step=step))


def steps_made_together_on_devices(tf):
    """A backup worker, averages, a variable without a gradient, parameter servers."""
    setter = tf.train.replica_device_setter(ps_tasks=2, worker_device="/job:worker/task:1")
    with tf.device(setter):
        step = tf.train.get_or_create_global_step()
        loss = _loss(tf)
        tf.get_variable("unused", [3])
        optimizer = tf.train.SyncReplicasOptimizer(
            tf.train.GradientDescentOptimizer(0.1),
            replicas_to_aggregate=2,
            total_num_replicas=3,
            variable_averages=tf.train.ExponentialMovingAverage(0.9, step),
            variables_to_average=tf.trainable_variables(),
            name="together",
        )
        train = optimizer.minimize(loss, global_step=step)
        return _all_of(optimizer, train)


def staging_areas(tf):
    """Areas with and without names and shapes, on the device of their scope and on another."""
    area = tf.contrib.staging.StagingArea(
        [tf.float32, tf.int32], shapes=[[2], None], names=["a", "b"], capacity=3, memory_limit=100
    )
    made = [area.put({"a": tf.constant([1.0, 2.0]), "b": tf.constant(3)})]
    for taken in (area.get(), area.peek(0)):
        made += [area.name, taken["a"], taken["b"]]
    made += [area.size(), area.clear(name="empty")]
    plain = tf.contrib.staging.StagingArea([tf.float32])
    made += [plain.put(tf.constant(1.0)), plain.get("take"), plain.peek(1), plain.name]
    with tf.device("/cpu:0"), tf.name_scope("x"):
        shared = tf.contrib.staging.StagingArea([tf.float32] * 2, shared_name="shared")
        made += [shared.put([tf.constant(1.0), tf.constant(2.0)]), shared.get()]
    with tf.container("kept"):
        made += [shared.get(), tf.contrib.staging.StagingArea([tf.float32]).size()]
    return made
