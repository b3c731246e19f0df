# ruff: noqa: B905 (zip has no `strict` in Python 3.7, which TensorFlow 1.15 needs)
"""Write how TensorFlow 1.15.5's optimizers move variables: run with it, at the root.

    python -m tests.golden.optimizers.make_golden

For each optimizer, every variable and slot after each step, over references and over resources.
"""

import os

import numpy as np
import tensorflow as tf

from tests.golden.optimizers.cases import OPTIMIZERS, batches, build

HERE = os.path.dirname(os.path.abspath(__file__))


def _run(name, use_resource):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        feeds, train, variables = build(tf, name, use_resource)
        session.run(tf.compat.v1.global_variables_initializer())
        history = []
        for batch in batches():
            session.run(train, dict(zip(feeds, batch)))
            history.append(session.run(variables))
        names = [variable.op.name for variable in variables]
        return {key: np.stack(values) for key, values in zip(names, zip(*history))}


def main():
    """Write one array per variable and case: its values after each of the steps."""
    arrays = {}
    for name in OPTIMIZERS:
        for use_resource in (False, True):
            form = "resource" if use_resource else "reference"
            for key, values in _run(name, use_resource).items():
                arrays["/".join((name, form, key))] = values
    np.savez_compressed(os.path.join(HERE, "optimizers.npz"), **arrays)
    print(len(arrays), "arrays")


if __name__ == "__main__":
    main()
