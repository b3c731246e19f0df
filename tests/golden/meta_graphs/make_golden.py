"""Write MetaGraphs by TensorFlow 1.15.5: run with it, at the root of the repository.

    python -m tests.golden.meta_graphs.make_golden

`meta_graphs.zip` holds a checkpoint in mid-training for each optimizer, and one with a queue that
a queue runner fills; `losses.json` the losses of the steps that follow.
"""

import json
import os
import shutil
import tempfile

import tensorflow as tf

from tests.golden.meta_graphs.programs import OPTIMIZERS, write_and_train

HERE = os.path.dirname(os.path.abspath(__file__))


def _write_queue(folder):
    os.makedirs(folder)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        count = tf.Variable(0.0, name="count")
        ones = tf.train.batch([tf.compat.v1.assign_add(count, 1.0)], 2, name="input")
        tf.identity(ones, name="out")
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver()
        saver.save(session, os.path.join(folder, "model"), write_state=False)


def main():
    """Write all files."""
    tf.compat.v1.logging.set_verbosity("ERROR")
    folder, losses = tempfile.mkdtemp(), {}
    for number, name in enumerate(OPTIMIZERS):
        place = os.path.join(folder, name)
        os.makedirs(place)
        losses[name] = write_and_train(tf, place, name, use_resource=number % 2 == 1)
    _write_queue(os.path.join(folder, "queue"))
    shutil.make_archive(os.path.join(HERE, "meta_graphs"), "zip", folder)
    shutil.rmtree(folder)
    with open(os.path.join(HERE, "losses.json"), "w") as target:
        json.dump(losses, target, indent=1)


if __name__ == "__main__":
    main()
