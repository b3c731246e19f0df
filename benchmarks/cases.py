"""The programs that are timed, for any module `tf` that speaks TensorFlow 1.

Each case is a function of `tf` that builds its program, and returns what is timed: a function of
no arguments (one step), or of the round's number where each round has to build something new.
"""

import itertools

import numpy as np

from benchmarks import frozen_cases
from benchmarks.file_cases import restore, save

MLP = {"inputs": 784, "hidden": 512, "classes": 10, "batch": 128, "rate": 0.05}
TRANSFORMER = {
    "vocabulary": 256,
    "length": 64,
    "batch": 8,
    "width": 128,
    "heads": 4,
    "layers": 2,
    "rate": 1e-3,
}

LSTM = {"batch": 128, "steps": 28, "inputs": 28, "units": 128, "classes": 10, "rate": 0.1}
TURNS = 10_000


def scalar(tf):
    """One operation on a fed number."""
    x = tf.placeholder(tf.float32, [])
    y = x + 1.0
    sess = tf.Session()
    return lambda: sess.run(y, {x: 2.0})


def dict_of_20(tf):
    """A dict of twenty fetches of one fed number."""
    x = tf.placeholder(tf.float32, [])
    fetches = {f"plus_{i}": x + float(i) for i in range(20)}
    sess = tf.Session()
    return lambda: sess.run(fetches, {x: 2.0})


def assign_add(tf):
    """One `assign_add` to a scalar variable."""
    variable = tf.Variable(0.0)
    update = tf.assign_add(variable, 1.0)
    sess = started(tf)
    return lambda: sess.run(update)


def chain(tf):
    """A chain of 1000 operations on a fed number."""
    x = y = tf.placeholder(tf.float32, [])
    for _ in range(500):
        y = y * 0.999 + 0.001
    sess = tf.Session()
    return lambda: sess.run(y, {x: 2.0})


def mlp(tf):
    """A training step of a network with two hidden layers; loss fetched, batch fed."""
    images, labels = mlp_batch()
    x = tf.placeholder(tf.float32, [None, MLP["inputs"]])
    y = tf.placeholder(tf.int32, [None])
    sizes = [MLP["inputs"], MLP["hidden"], MLP["hidden"], MLP["classes"]]
    h = x
    for i, (rows, columns) in enumerate(zip(sizes, sizes[1:], strict=False)):
        h = dense(tf, h, rows, columns, f"layer{i}")
        h = tf.nn.relu(h) if i < 2 else h
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=h))
    train = tf.train.GradientDescentOptimizer(MLP["rate"]).minimize(loss)
    sess = started(tf)
    return lambda: sess.run([loss, train], {x: images, y: labels})[0]


def transformer(tf):
    """A training step of a small transformer by Adam; loss fetched, tokens fed."""
    tokens = transformer_batch()
    length, width = TRANSFORMER["length"], TRANSFORMER["width"]
    x = tf.placeholder(tf.int32, [None, length + 1])
    embedding = tf.get_variable("embedding", [TRANSFORMER["vocabulary"], width])
    position = tf.get_variable("position", [length, width])
    h = tf.gather(embedding, x[:, :-1]) + position
    for i in range(TRANSFORMER["layers"]):
        with tf.variable_scope(f"block{i}"):
            h = h + attention(tf, layer_norm(tf, h, "norm1"))
            wide = tf.nn.relu(dense3(tf, layer_norm(tf, h, "norm2"), 4 * width, "wide"))
            h = h + dense3(tf, wide, width, "narrow")
    flat = tf.reshape(layer_norm(tf, h, "norm"), [-1, width])
    logits = tf.matmul(flat, embedding, transpose_b=True)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.reshape(x[:, 1:], [-1]), logits=logits
    )
    loss = tf.reduce_mean(losses)
    train = tf.train.AdamOptimizer(TRANSFORMER["rate"]).minimize(loss)
    sess = started(tf)
    return lambda: sess.run([loss, train], {x: tokens})[0]


def lstm(tf):
    """A training step of an LSTM over rows of images by `dynamic_rnn`; loss fetched, batch fed."""
    rows, labels = lstm_batch()
    x = tf.placeholder(tf.float32, [None, LSTM["steps"], LSTM["inputs"]])
    y = tf.placeholder(tf.int32, [None])
    cell = tf.nn.rnn_cell.BasicLSTMCell(LSTM["units"])
    outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    logits = dense(tf, outputs[:, -1], LSTM["units"], LSTM["classes"], "classes")
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    loss = tf.reduce_mean(losses)
    train = tf.train.GradientDescentOptimizer(LSTM["rate"]).minimize(loss)
    sess = started(tf)
    return lambda: sess.run([loss, train], {x: rows, y: labels})[0]


def while_loop(tf):
    """A loop of 10,000 turns on a fed number."""
    x = tf.placeholder(tf.float32, [])
    _, y = tf.while_loop(
        lambda i, _: i < TURNS, lambda i, y: (i + 1, y * 0.999 + 0.001), [0, x], name="loop"
    )
    sess = tf.Session()
    return lambda: sess.run(y, {x: 2.0})


def cond(tf):
    """A training step of a linear model, by one of two losses as a fed predicate says."""
    choice = tf.placeholder(tf.bool, [])
    x = tf.placeholder(tf.float32, [None, 4])
    w = tf.get_variable("w", [4, 1])
    error = tf.matmul(x, w) - 1.0
    loss = tf.cond(
        choice, lambda: tf.reduce_mean(tf.square(error)), lambda: tf.reduce_mean(tf.abs(error))
    )
    train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    sess = started(tf)
    batch = np.random.RandomState(0).rand(8, 4)
    choices = itertools.cycle((True, False))
    return lambda: sess.run([loss, train], {choice: next(choices), x: batch})[0]


def build_24000_nodes(tf):
    """Building a graph of 24,000 nodes, gradients included; nothing is run."""

    def build(_):
        with tf.Graph().as_default() as graph:
            h = tf.placeholder(tf.float32, [8, 16])
            weights = [tf.placeholder(tf.float32, [16, 16]) for _ in range(1200)]
            for w in weights:
                h = tf.nn.relu(tf.matmul(h, w) * 0.5 + 0.1)
            tf.gradients(tf.reduce_sum(h), weights)
            return len(graph.get_operations())

    return build


def new_small_graph(tf):
    """A new small graph with gradients, built and run once, of a new size in each round."""

    def build_and_run(number):
        size = 8 + number
        with tf.Graph().as_default():
            x = tf.placeholder(tf.float32, [4, size])
            w1 = tf.placeholder(tf.float32, [size, size])
            w2 = tf.placeholder(tf.float32, [size, 1])
            loss = tf.reduce_mean(tf.square(tf.matmul(tf.tanh(tf.matmul(x, w1)), w2)))
            gradients = tf.gradients(loss, [w1, w2])
            ones = np.ones([size, size], np.float32)
            with tf.Session() as sess:
                return sess.run([loss, *gradients], {x: ones[:4], w1: ones, w2: ones[:, :1]})

    return build_and_run


def tiny_training(tf):
    """A training step of a linear model: run 100,000 times to see whether memory grows."""
    random = np.random.RandomState(0)
    x = tf.placeholder(tf.float32, [None, 4])
    w = tf.get_variable("w", [4, 1])
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.0))
    train = tf.train.AdamOptimizer(1e-3).minimize(loss)
    sess = started(tf)
    return lambda: sess.run([loss, train], {x: random.rand(8, 4)})


CASES = {
    "scalar": scalar,
    "dict_of_20": dict_of_20,
    "assign_add": assign_add,
    "chain": chain,
    "mlp": mlp,
    "transformer": transformer,
    "lstm": lstm,
    "while_loop": while_loop,
    "cond": cond,
    "build_24000_nodes": build_24000_nodes,
    "new_small_graph": new_small_graph,
    "save": save,
    "restore": restore,
    "load_100_mb": frozen_cases.load_100_mb,
    "frozen_mlp": frozen_cases.frozen_mlp,
    "frozen_lstm": frozen_cases.frozen_lstm,
    "frozen_bert": frozen_cases.frozen_bert,
    "frozen_resnet": frozen_cases.frozen_resnet,
    "frozen_mobilenet": frozen_cases.frozen_mobilenet,
    "tiny_training": tiny_training,
}

# The cases that are also written by hand in JAX.
BY_HAND = ("scalar", "chain", "mlp", "transformer", "lstm", "while_loop", "cond")

# The cases whose function takes the number of the round, and is called once in each.
ANEW = {"build_24000_nodes", "load_100_mb", "new_small_graph", "restore", "save"}


def mlp_batch():
    """Images, [batch, inputs], and labels, [batch]."""
    random = np.random.RandomState(0)
    images = random.rand(MLP["batch"], MLP["inputs"]).astype(np.float32)
    return images, random.randint(0, MLP["classes"], MLP["batch"]).astype(np.int32)


def lstm_batch():
    """Images, [batch, steps, inputs], and labels, [batch]."""
    random = np.random.RandomState(0)
    rows = random.rand(LSTM["batch"], LSTM["steps"], LSTM["inputs"]).astype(np.float32)
    return rows, random.randint(0, LSTM["classes"], LSTM["batch"]).astype(np.int32)


def transformer_batch():
    """Tokens, [batch, length + 1]: the last ones are only predicted."""
    shape = [TRANSFORMER["batch"], TRANSFORMER["length"] + 1]
    return np.random.RandomState(0).randint(0, TRANSFORMER["vocabulary"], shape).astype(np.int32)


def started(tf):
    """A session with the variables initialized."""
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    return sess


def dense(tf, x, rows, columns, name):
    """A fully connected layer on a matrix."""
    with tf.variable_scope(name):
        weights = tf.get_variable("weights", [rows, columns])
        bias = tf.get_variable("bias", [columns], initializer=tf.zeros_initializer())
        return tf.matmul(x, weights) + bias


def dense3(tf, x, columns, name):
    """A fully connected layer on the last axis of [batch, length, width]."""
    length, rows = x.shape.as_list()[1:]
    flat = dense(tf, tf.reshape(x, [-1, rows]), rows, columns, name)
    return tf.reshape(flat, [-1, length, columns])


def layer_norm(tf, x, name):
    """Layer normalization by the moments of the last axis."""
    with tf.variable_scope(name):
        width = x.shape.as_list()[-1]
        scale = tf.get_variable("scale", [width], initializer=tf.ones_initializer())
        shift = tf.get_variable("shift", [width], initializer=tf.zeros_initializer())
        mean, variance = tf.nn.moments(x, [-1], keep_dims=True)
        return (x - mean) * tf.rsqrt(variance + 1e-5) * scale + shift


def attention(tf, x):
    """Causal attention with several heads on [batch, length, width]."""
    length, width = x.shape.as_list()[1:]
    heads = TRANSFORMER["heads"]
    parts = tf.split(dense3(tf, x, 3 * width, "qkv"), 3, axis=2)
    q, k, v = (
        tf.transpose(tf.reshape(part, [-1, length, heads, width // heads]), [0, 2, 1, 3])
        for part in parts
    )
    scores = tf.matmul(q, k, transpose_b=True) * (width // heads) ** -0.5
    mask = np.triu(np.full([length, length], -1e9, np.float32), 1)
    mixed = tf.matmul(tf.nn.softmax(scores + mask), v)
    joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [-1, length, width])
    return dense3(tf, joined, width, "out")
