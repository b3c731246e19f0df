"""Write checkpoints by TensorFlow 1.15.5: run with it, at the root of the repository.

    python -m tests.golden.checkpoints.make_golden

``v2`` is a tensor bundle, ``sharded`` one of two data files, ``v1`` a file of the old form and
``v1_sharded`` two of them, ``object`` what `tf.train.Checkpoint` writes.
"""

import os
import shutil

import numpy as np
import tensorflow as tf

from tests.golden.checkpoints.values import PART, values

HERE = os.path.dirname(os.path.abspath(__file__))
V1 = tf.compat.v1.train.SaverDef.V1


def _variable_in_parts(value):
    tf.compat.v1.get_variable(
        PART,
        value.shape,
        initializer=lambda shape, dtype, partition_info: tf.constant(
            value[partition_info.var_offset[0] :][: shape[0]]
        ),
        partitioner=tf.compat.v1.fixed_size_partitioner(3),
    )


def _variables(left_out=()):
    """Make a variable for each value; some are on a device of their own."""
    for number, (name, value) in enumerate(sorted(values().items())):
        with tf.device("/cpu:0" if number % 3 == 0 else None):
            if name in left_out:
                continue
            if name == PART:
                _variable_in_parts(value)
            else:
                tf.Variable(value, name=name, use_resource=number % 2 == 0)
    tf.Variable(tf.cast([1.5, -2.25], tf.bfloat16), name="bfloat16")


def _save(folder, left_out=(), **options):
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        _variables(left_out)
        session.run(tf.compat.v1.global_variables_initializer())
        variables = tf.compat.v1.global_variables()
        if options.get("write_version") == V1:
            variables = [one for one in variables if one.op.name != "bfloat16"]
        saver = tf.compat.v1.train.Saver(variables, save_relative_paths=True, **options)
        saver.save(session, os.path.join(HERE, folder, "model"), 7, write_meta_graph=False)


def _save_objects():
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        inner = tf.train.Checkpoint(w=tf.Variable(np.arange(6.0).reshape(2, 3), name="scope/w"))
        step = tf.Variable(11, dtype=tf.int64, name="step")
        outer = tf.train.Checkpoint(model=inner, step=step)
        outer.items = [tf.Variable([1.0, 2.0], name="first")]
        optimizer = tf.compat.v1.train.AdamOptimizer(0.5)
        optimizer.apply_gradients([(tf.ones_like(inner.w), inner.w)])
        outer.optimizer = optimizer
        session.run(tf.compat.v1.global_variables_initializer())
        outer.save(os.path.join(HERE, "object", "ckpt"), session)


def main():
    """Write all of them."""
    tf.compat.v1.logging.set_verbosity("ERROR")
    for folder in ("v2", "sharded", "v1", "v1_sharded", "object"):
        shutil.rmtree(os.path.join(HERE, folder), ignore_errors=True)
        os.makedirs(os.path.join(HERE, folder))
    unknown_to_v1 = ("types/uint16", "types/complex128")
    _save("v2")
    _save("sharded", sharded=True)
    _save("v1", unknown_to_v1, write_version=V1)
    _save("v1_sharded", unknown_to_v1, write_version=V1, sharded=True)
    _save_objects()


if __name__ == "__main__":
    main()
