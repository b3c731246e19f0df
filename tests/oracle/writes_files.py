"""Runs in TensorFlow 1.15.5: writes files of the values that Penstock writes beside it.

python writes_files.py FOLDER
"""

import os
import sys

import numpy as np


def checkpoint(tf, folder):
    """Save variables of several dtypes, one in parts."""
    with tf.Graph().as_default(), tf.Session() as session:
        build_variables(tf)
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, os.path.join(folder, "model"), 3)


def build_variables(tf):
    """Build the variables."""
    tf.get_variable("floats", initializer=np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4))
    tf.get_variable("bytes/small", initializer=np.arange(5, dtype=np.int8))
    tf.get_variable("large", initializer=np.arange(70, dtype=np.int64), use_resource=True)
    tf.get_variable("words", initializer=np.array(["one", "", "th\xe9 third"], object))
    tf.get_variable("half", initializer=np.array([0.5, -2.0], np.float16))
    tf.get_variable("flags", initializer=np.array([True, False]))
    tf.get_variable(
        "parts",
        [7, 3],
        initializer=tf.constant_initializer(2.5),
        partitioner=tf.fixed_size_partitioner(2),
    )


def records(tf, folder):
    """Write records, plain and compressed."""
    for name in ("", "ZLIB", "GZIP"):
        path = os.path.join(folder, "records" + name)
        with tf.python_io.TFRecordWriter(path, tf.python_io.TFRecordOptions(name)) as writer:
            for number in range(9):
                writer.write(b"record" * number)


def events(tf, folder):
    """Write summaries of each kind, and the graph."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        merged = build_summaries(tf)
        with tf.summary.FileWriter(os.path.join(folder, "events"), graph) as writer:
            for step in range(2):
                writer.add_summary(session.run(merged, {"x:0": [step, 2.0, -1.5]}), step)
            writer.add_session_log(tf.SessionLog(status=tf.SessionLog.STOP), 2)


def build_summaries(tf):
    """Build a summary of each kind."""
    x = tf.placeholder(tf.float32, [3], name="x")
    tf.summary.scalar("mean", tf.reduce_mean(x))
    tf.summary.histogram("values", x)
    tf.summary.image("image", tf.reshape(tf.tile(x, [16]), [1, 4, 4, 3]))
    tf.summary.audio("sound", tf.reshape(x / 3.0, [1, 3]), 8000.0)
    tf.summary.text("text", tf.as_string(x))
    tf.summary.tensor_summary("tensor", x, summary_description="as it is")
    return tf.summary.merge_all()


def write_all(tf, folder):
    """Write all files."""
    for write in (checkpoint, records, events):
        write(tf, folder)


if __name__ == "__main__":
    import tensorflow

    write_all(tensorflow.compat.v1, sys.argv[1])
