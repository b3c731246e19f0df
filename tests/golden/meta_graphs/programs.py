"""A small model, trained by each optimizer, here and with TensorFlow 1.15.5 (Python 3.7 too).

Nothing but files goes from one to the other: a program writes a MetaGraph with a checkpoint in the
middle of training; another one, which knows nothing of the model, reads both and trains on.
"""

import os

import numpy as np

__all__ = ["BEFORE", "OPTIMIZERS", "read_and_train", "write_and_train"]

BEFORE, AFTER = 3, 4  # steps before the checkpoint, and after it

X = np.linspace(-1, 1, 24).reshape(8, 3).astype(np.float32)
Y = (X.sum(1, keepdims=True) ** 2).astype(np.float32)

OPTIMIZERS = {
    "descent": lambda train, step: train.GradientDescentOptimizer(0.1),
    "momentum": lambda train, step: train.MomentumOptimizer(0.1, 0.9),
    "nesterov": lambda train, step: train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    "adam": lambda train, step: train.AdamOptimizer(0.05),
    "adagrad": lambda train, step: train.AdagradOptimizer(0.1),
    "adagrad_da": lambda train, step: train.AdagradDAOptimizer(0.1, step),
    "adadelta": lambda train, step: train.AdadeltaOptimizer(0.5),
    "rms": lambda train, step: train.RMSPropOptimizer(0.01),
    "centered_rms": lambda train, step: train.RMSPropOptimizer(0.01, momentum=0.9, centered=True),
    "ftrl": lambda train, step: train.FtrlOptimizer(0.1),
    "proximal": lambda train, step: train.ProximalGradientDescentOptimizer(
        0.1, l1_regularization_strength=0.001
    ),
    "proximal_adagrad": lambda train, step: train.ProximalAdagradOptimizer(0.1),
}


def _build(tf, optimizer, use_resource):
    """Build a model with an embedding, moving averages, and things in collections."""
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    step = tf.train.get_or_create_global_step()
    with tf.variable_scope("net", use_resource=use_resource):
        w = tf.get_variable(
            "w", initializer=np.linspace(-0.5, 0.5, 12, dtype=np.float32).reshape(3, 4)
        )
        b = tf.get_variable("b", [4], initializer=tf.zeros_initializer())
        v = tf.get_variable(
            "v", initializer=np.linspace(-0.3, 0.6, 4, dtype=np.float32).reshape(4, 1)
        )
        table = tf.get_variable(
            "table", initializer=np.linspace(-0.3, 0.6, 10, dtype=np.float32).reshape(5, 2)
        )
    hidden = tf.tanh(tf.matmul(x, w) + b)
    looked_up = tf.reduce_sum(tf.nn.embedding_lookup(table, [1, 3, 3]))
    error = tf.reduce_mean(tf.square(tf.matmul(hidden, v) - y))
    loss = tf.identity(error + 0.1 * tf.square(looked_up), name="loss")
    train = OPTIMIZERS[optimizer](tf.train, step).minimize(loss, step)
    with tf.control_dependencies([train]):
        train = tf.train.ExponentialMovingAverage(0.9, step).apply([w, b])
    for key, item in (("train", train), ("loss", loss), ("n", 3), ("half", 0.5), ("text", "a")):
        tf.add_to_collection(key, item)
    tf.add_to_collection(tf.GraphKeys.SAVERS, tf.train.Saver(max_to_keep=3))


def _train(tf, session, steps):
    fetches = tf.get_collection("loss") + tf.get_collection("train")
    return [float(session.run(fetches, {"x:0": X, "y:0": Y})[0]) for _ in range(steps)]


def write_and_train(tf, folder, optimizer, use_resource):
    """Train, write, and train on; give the losses after the checkpoint."""
    with tf.Graph().as_default(), tf.Session() as session:
        _build(tf, optimizer, use_resource)
        session.run(tf.global_variables_initializer())
        _train(tf, session, BEFORE)
        saver = tf.get_collection(tf.GraphKeys.SAVERS)[0]
        step = tf.train.get_global_step()
        saver.save(session, os.path.join(folder, "model"), step, write_state=False)
        return _train(tf, session, AFTER)


def read_and_train(tf, folder):
    """Read what `write_and_train` wrote, check its collections, train on; give the losses."""
    with tf.Graph().as_default(), tf.Session() as session:
        prefix = os.path.join(folder, f"model-{BEFORE}")
        saver = tf.train.import_meta_graph(prefix + ".meta")
        saver.restore(session, prefix)
        assert session.run(tf.train.get_global_step()) == BEFORE
        names = [variable.op.name for variable in tf.trainable_variables()]
        assert names == ["net/w", "net/b", "net/v", "net/table"]
        assert len(tf.moving_average_variables()) == 2
        assert tf.get_collection("n") == [3]
        assert tf.get_collection("half") == [0.5]
        assert tf.get_collection("text")[0] in ("a", b"a")
        (again,) = tf.get_collection(tf.GraphKeys.SAVERS)
        losses = _train(tf, session, AFTER)
        again.save(session, os.path.join(folder, "again"), tf.train.get_global_step())
        # What is imported can be built upon.
        more = tf.train.GradientDescentOptimizer(0.1).minimize(tf.get_collection("loss")[0])
        session.run(more, {"x:0": X, "y:0": Y})
        return losses
