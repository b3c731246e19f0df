"""Shapes that only a run can tell must fit, though NumPy might broadcast what does not."""

import numpy as np
import pytest

import penstock as tf


def _operations():
    a, b = tf.placeholder(tf.float32, name="a"), tf.placeholder(tf.float32, name="b")
    variable = tf.Variable([1.0, 2.0], use_resource=True)
    descend = tf.train.GradientDescentOptimizer(0.1)
    return (
        a,
        b,
        variable,
        {
            "add": a + b,
            "add_n": tf.add_n([a, b]),
            "bias_add": tf.nn.bias_add(a, b),
            "matmul": tf.matmul(a, b),
            "relu": tf.gradients(tf.nn.relu(a), a, b)[0],
            "gradient descent": descend.apply_gradients([(b, variable)]),
            "scatter": tf.scatter_add(variable, [0], b),
            "fill": tf.fill(tf.cast(b, tf.int32), 1.0),
        },
    )


_NAMES = [
    "add", "add_n", "bias_add", "matmul", "relu", "gradient descent", "scatter", "fill",
]  # fmt: skip


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", _NAMES)
def test_what_does_not_fit_is_refused(name, tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        a, b, variable, operations = _operations()
        session.run(tf.global_variables_initializer())
        feeds = {a: np.ones([2, 2], np.float32), b: np.ones([1, 3], np.float32)}
        for _ in range(2):
            with pytest.raises(
                tf.errors.InvalidArgumentError, match=r"(?s) needs .*Feed other shapes.*made at"
            ):
                session.run(operations[name], feeds)
        assert session.run(variable).tolist() == [1.0, 2.0]
        assert session.run(operations["add"], {a: [1.0], b: [[2.0, 3.0]]}).tolist() == [[3.0, 4.0]]
