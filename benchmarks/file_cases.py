"""Programs that are timed: those that write files and read them."""

import os
import tempfile

VARIABLES, ROWS, COLUMNS = 100, 4096, 256  # of float32: 4 MiB each


def save(tf):
    """A checkpoint of 400 MiB of variables that were trained."""
    sess, saver, folder = trained(tf)
    return lambda number: saver.save(sess, path(folder), number, write_meta_graph=False)


def restore(tf):
    """The same checkpoint, brought back."""
    sess, saver, folder = trained(tf)
    saver.save(sess, path(folder), write_meta_graph=False)
    return lambda number: saver.restore(sess, path(folder))


def trained(tf):
    """A session whose variables were updated, a saver of them, and a folder."""
    initializer = tf.random_normal_initializer(seed=1)
    variables = [
        tf.get_variable(f"layer{number}/weights", [ROWS, COLUMNS], initializer=initializer)
        for number in range(VARIABLES)
    ]
    update = tf.group(*[one.assign_add(tf.ones_like(one)) for one in variables])
    saver = tf.train.Saver(max_to_keep=1)
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        sess.run(update)
    return sess, saver, tempfile.TemporaryDirectory()


def path(folder):
    return os.path.join(folder.name, "model")
