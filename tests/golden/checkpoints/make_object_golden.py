"""Write a checkpoint of objects by TensorFlow 2: run with it, at the root of the repository.

python -m tests.golden.checkpoints.make_object_golden
"""

import os
import shutil

import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))


class Layer(tf.Module):
    """Two variables."""

    def __init__(self, number):
        super().__init__(name=f"layer_{number}")
        with self.name_scope:
            self.kernel = tf.Variable(np.full([2, 3], number, np.float32), name="kernel")
            self.bias = tf.Variable(np.full([3], -number, np.float32), name="bias")


def main():
    """Write it."""
    folder = os.path.join(HERE, "object_v2")
    shutil.rmtree(folder, ignore_errors=True)
    model = tf.Module()
    model.layers = [Layer(1), Layer(2)]
    model.named = {"extra": tf.Variable(7.0)}
    tf.train.Checkpoint(model=model, step=tf.Variable(5, dtype=tf.int64)).save(
        os.path.join(folder, "ckpt")
    )


if __name__ == "__main__":
    main()
