"""Small models, one for each optimizer: what it is, and what is fed to it.

Runs on Python 3.7 too, which TensorFlow 1.15 needs, and knows neither it nor Penstock: both come
as `tf`.
"""

import numpy as np

__all__ = ["OPTIMIZERS", "STEPS", "batches", "build"]

STEPS = 4

# How each is made, from tf.train and the variable that counts the steps.
OPTIMIZERS = {
    "gradient_descent": lambda train, step: train.GradientDescentOptimizer(0.2),
    "momentum": lambda train, step: train.MomentumOptimizer(0.1, 0.9),
    "nesterov": lambda train, step: train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    "adam": lambda train, step: train.AdamOptimizer(0.1, beta1=0.8, beta2=0.95),
    "adagrad": lambda train, step: train.AdagradOptimizer(0.3),
    "adagrad_da": lambda train, step: train.AdagradDAOptimizer(
        0.3, step, l1_regularization_strength=0.01, l2_regularization_strength=0.02
    ),
    "adadelta": lambda train, step: train.AdadeltaOptimizer(1.0, rho=0.8, epsilon=1e-4),
    "rms_prop": lambda train, step: train.RMSPropOptimizer(0.05, momentum=0.5, epsilon=1e-4),
    "centered_rms_prop": lambda train, step: train.RMSPropOptimizer(
        0.05, decay=0.8, epsilon=1e-4, centered=True
    ),
    "ftrl": lambda train, step: train.FtrlOptimizer(0.3, l1_regularization_strength=0.01),
    "ftrl_shrunk": lambda train, step: train.FtrlOptimizer(
        0.3,
        l2_regularization_strength=0.1,
        l2_shrinkage_regularization_strength=0.1,
        name="Shrunk",
    ),
    "proximal_gradient_descent": lambda train, step: train.ProximalGradientDescentOptimizer(
        0.2, 0.01, 0.02
    ),
    "proximal_adagrad": lambda train, step: train.ProximalAdagradOptimizer(0.3, 0.2, 0.01, 0.02),
}


def batches():
    """Give what is fed at each step: inputs, rows of the table (some twice), targets."""
    random = np.random.RandomState(3)
    for _ in range(STEPS):
        inputs = random.normal(size=(4, 3)).astype(np.float32)
        rows = random.randint(0, 5, size=4).astype(np.int32)
        rows[3] = rows[0]
        yield inputs, rows, random.normal(size=(4, 2)).astype(np.float32)


def build(tf, name, use_resource):
    """Build a model of a matrix and a table of rows; gives its placeholders, step and variables."""
    inputs = tf.placeholder(tf.float32, [4, 3])
    rows = tf.placeholder(tf.int32, [4])
    targets = tf.placeholder(tf.float32, [4, 2])
    random = np.random.RandomState(4)
    with tf.variable_scope("model", use_resource=use_resource):
        matrix = tf.get_variable(
            "matrix", initializer=random.normal(size=(3, 2)).astype(np.float32)
        )
        table = tf.get_variable("table", initializer=random.normal(size=(5, 2)).astype(np.float32))
    error = tf.matmul(inputs, matrix) + tf.gather(table, rows) - targets
    step = tf.train.get_or_create_global_step()
    optimizer = OPTIMIZERS[name](tf.train, step)
    train = optimizer.minimize(tf.reduce_mean(tf.square(error)), global_step=step)
    return (inputs, rows, targets), train, [matrix, table, step, *optimizer.variables()]
