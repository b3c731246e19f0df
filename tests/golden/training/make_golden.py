"""Write what TensorFlow 1.15.5's training ops compute: run with it, at the root of the repository.

    python -m tests.golden.training.make_golden

For each op: states, gradient, other inputs, and the states afterwards, with unique indices and
with repeated ones for the sparse forms. Inputs are drawn anew from a fixed seed.
"""

import os

import numpy as np
import tensorflow as tf
from tensorflow.python.training import training_ops

from tests.golden.training.cases import cases, op_name

HERE = os.path.dirname(os.path.abspath(__file__))


def _run(case):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        in_resource = case["op"].startswith("Resource")
        states = {
            name: tf.Variable(value, name=name, use_resource=in_resource)
            for name, value in case["states"].items()
        }
        session.run(tf.compat.v1.global_variables_initializer())
        function = getattr(training_ops, op_name(case["op"]))
        given = {
            name: state.handle if in_resource else state._ref() for name, state in states.items()
        }
        given.update(case["inputs"])
        given.update(case["attrs"])
        session.run(function(**given))
        return {name: session.run(state) for name, state in states.items()}


def main():
    """Write one array per state and case."""
    arrays = {}
    for case in cases():
        for name, value in _run(case).items():
            arrays["{}/{}".format(case["name"], name)] = value
    np.savez_compressed(os.path.join(HERE, "training.npz"), **arrays)
    print(len(arrays), "arrays")


if __name__ == "__main__":
    main()
