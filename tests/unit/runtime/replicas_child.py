"""Run in a process of its own, in which JAX makes several CPUs; prints what came out as JSON."""

import json
import sys

import numpy as np

import penstock as tf

_DRAW = np.random.default_rng(0)
IMAGES = _DRAW.normal(size=[32, 20]).astype(np.float32)
LABELS = _DRAW.integers(0, 8, 32)
IDS = _DRAW.integers(0, 40, 32)


def _network(resource):
    tf.reset_default_graph()
    tf.set_random_seed(1)
    x, y = tf.placeholder(tf.float32, [None, 20]), tf.placeholder(tf.int32, [None])
    ids = tf.placeholder(tf.int32, [None])
    with tf.variable_scope("net", use_resource=resource):
        table = tf.get_variable("table", [40, 4])
        h = tf.concat([x, tf.nn.embedding_lookup(table, ids)], 1)
        h = tf.layers.dense(h, 64, activation=tf.nn.relu)
        h = tf.layers.batch_normalization(tf.layers.dropout(h, 0.3, training=True), training=True)
        logits = tf.layers.dense(h, 8)
    loss = tf.losses.sparse_softmax_cross_entropy(y, logits)
    step = tf.train.get_or_create_global_step()
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = tf.train.AdamOptimizer(1e-2).minimize(loss, step)
    return (x, y, ids), [loss, train]


def _train(mesh, resource):
    feeds, fetches = _network(resource)
    with tf.Session(mesh=mesh) as sess:
        sess.run(tf.global_variables_initializer())
        batch = dict(zip(feeds, (IMAGES, LABELS, IDS), strict=True))
        losses = [float(sess.run(fetches, batch)[0]) for _ in range(5)]
        values = [value.tolist() for value in sess.run(tf.global_variables())]
        told = str(sess.explain(fetches, list(feeds)))
        rest = {feed: value[:30] for feed, value in batch.items()}
        evaluated = float(sess.run(fetches[0], rest))
        try:
            sess.run(fetches, rest)
            wrong = ""
        except tf.errors.InvalidArgumentError as error:
            wrong = error.message
    losses.append(evaluated)
    return {"losses": losses, "values": values, "told": told, "wrong": wrong}


def meshes():
    """Train on one device, on four replicas, and with variables that are parted."""
    parted = tf.Mesh(4, tf.fixed_size_partitioner(4))
    found = {name: _train(mesh, False) for name, mesh in (("four", 4), ("parted", parted))}
    found["resource"] = _train(tf.Mesh(2), True)
    found["one"] = _train(None, False)
    found["one, resource"] = _train(None, True)
    try:
        tf.Session(mesh=5)
    except tf.errors.InvalidArgumentError as error:
        found["too many"] = error.message
    return found


def towers():
    """Give a part of a batch to each of four devices, and gather what they make."""
    x = tf.placeholder(tf.float32, [8, 3])
    w = tf.Variable(tf.ones([3, 1]))
    gradients = []
    for number, part in enumerate(tf.split(x, 4)):
        with tf.device(f"/cpu:{number}"):
            gradients.append(tf.gradients(tf.reduce_sum(tf.square(tf.matmul(part, w))), w)[0])
    with tf.device("/cpu:3"):
        train = w.assign_sub(0.01 * tf.add_n(gradients))
    value = np.arange(24, dtype=np.float32).reshape(8, 3) / 10
    expected = np.ones([3, 1], np.float32)
    with tf.Session(config=tf.ConfigProto(device_count={"CPU": 4})) as sess:
        sess.run(w.initializer)
        for _ in range(3):
            sess.run(train, {x: value})
            expected -= 0.01 * 2 * value.T @ (value @ expected)
        return {"made": sess.run(w).tolist(), "expected": expected.tolist()}


if __name__ == "__main__":
    print(json.dumps({"meshes": meshes, "towers": towers}[sys.argv[1]]()))
