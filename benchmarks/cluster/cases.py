"""What is timed, in the words of TensorFlow 1: sessions of workers whose variables are on ps tasks.

Each case is a function of the module (`tensorflow.compat.v1` or `penstock`) and the worker's
device; it builds a graph in the default graph and gives the name of what to fetch, a feed
dict, and what has to be run once, by one worker.
"""

import dataclasses
from functools import partial

import numpy as np

PS_TASKS = 4
MEGABYTE = 2**20
DENSE_MEGABYTES = 100
ROWS, WIDTH = 32, 64
SMALL_TABLE, LARGE_TABLE = 10_000, 1_000_000
MLP = {"batch": 128, "inputs": 784, "hidden": 512, "classes": 10, "rate": 0.01}


@dataclasses.dataclass(frozen=True)
class Step:
    """What a worker runs again and again.

    Attributes:
      fetches: what it fetches.
      feeds: what it feeds.
      initializer: what one worker runs before.
    """

    fetches: object
    feeds: dict
    initializer: object


def on_ps(index=0):
    """The device of a ps task."""
    return f"/job:ps/task:{index}/cpu:0"


def null_step(tf, worker, ps_tasks=PS_TASKS):
    """A number from each ps task, next to no work, and an update of each."""
    variables = []
    for index in range(ps_tasks):
        with tf.device(on_ps(index)):
            variables.append(tf.get_variable(f"number{index}", initializer=1.0))
    with tf.device(worker):
        change = tf.add_n(variables) * 1e-6
    updates = [variable.assign_add(change).op for variable in variables]
    return Step(tf.group(*updates), {}, tf.variables_initializer(variables))


def dense(tf, worker, megabytes=None):
    """The whole of a large variable to the worker, and an update as large back."""
    size = (megabytes or DENSE_MEGABYTES) * MEGABYTE // 4
    with tf.device(on_ps()):
        variable = tf.get_variable(f"dense{size}", [size], initializer=tf.zeros_initializer())
    with tf.device(worker):
        change = variable * 0.5 + 1.0
    return Step(variable.assign_add(change).op, {}, variable.initializer)


def sparse(tf, worker, rows):
    """Some rows of a table to the worker, and an update of these back."""
    with tf.device(on_ps()):
        table = tf.get_variable(f"table{rows}", [rows, WIDTH], initializer=tf.zeros_initializer())
        indices = tf.placeholder(tf.int32, [None])
        gathered = tf.gather(table, indices)
    with tf.device(worker):
        change = gathered * 0.5 + 1.0
    with tf.device(on_ps()):
        update = tf.scatter_add(table, indices, change)
    chosen = np.random.RandomState(0).randint(0, rows, ROWS).astype(np.int32)
    return Step(update.op, {indices: chosen}, table.initializer)


def mlp(tf, worker):
    """A step of asynchronous training: weights on a ps task, the work on the worker."""
    random = np.random.RandomState(0)
    images = random.rand(MLP["batch"], MLP["inputs"]).astype(np.float32)
    labels = random.randint(0, MLP["classes"], MLP["batch"]).astype(np.int32)
    place = tf.train.replica_device_setter(
        ps_tasks=1, worker_device=worker.rsplit("/", 1)[0], ps_device="/job:ps"
    )
    with tf.device(place), tf.variable_scope("mlp"):
        x = tf.placeholder(tf.float32, [None, MLP["inputs"]])
        y = tf.placeholder(tf.int32, [None])
        h = x
        sizes = [MLP["inputs"], MLP["hidden"], MLP["hidden"], MLP["classes"]]
        for i, (rows, columns) in enumerate(zip(sizes, sizes[1:], strict=False)):
            w = tf.get_variable(f"w{i}", [rows, columns])
            b = tf.get_variable(f"b{i}", [columns], initializer=tf.zeros_initializer())
            h = tf.nn.xw_plus_b(h, w, b)
            h = tf.nn.relu(h) if i < 2 else h
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=h)
        loss = tf.reduce_mean(losses)
        train = tf.train.GradientDescentOptimizer(MLP["rate"]).minimize(loss)
    return Step([loss, train], {x: images, y: labels}, tf.global_variables_initializer())


CASES = {
    "null_step": null_step,
    "dense": dense,
    "sparse_small": lambda tf, worker: sparse(tf, worker, SMALL_TABLE),
    "sparse_large": lambda tf, worker: sparse(tf, worker, LARGE_TABLE),
    "mlp": mlp,
}
# What the model of scale is fitted to.
SCALING = {
    **{f"null_{count}": partial(null_step, ps_tasks=count) for count in (1, 2, 4)},
    **{f"dense_{size}": partial(dense, megabytes=size) for size in (1, 10, 100)},
}
# Cases that all workers run at once, for their steps together.
TOGETHER = frozenset({"mlp"})
