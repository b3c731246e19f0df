"""Write what TensorFlow writes: run at the root of the repository with TensorFlow 1.15.5.

    python -m tests.golden.graphs.make_golden

`models.zip` holds frozen graphs and a SavedModel, `models.json` what they give for their inputs.
"""

import json
import os
import shutil
import tempfile
import zipfile

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import function
from tensorflow.python.ops import functional_ops

HERE = os.path.dirname(os.path.abspath(__file__))
X = [[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]]


def variables(x):
    """Variables of both forms, and an embedding."""
    w = tf.get_variable("w", initializer=np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4))
    b = tf.get_variable("b", initializer=[0.1, 0.2, 0.3, 0.4], use_resource=True)
    table = tf.get_variable("table", initializer=np.eye(4, dtype=np.float32), use_resource=True)
    hidden = tf.nn.relu(tf.matmul(x, w) + b)
    return tf.nn.softmax(hidden + tf.nn.embedding_lookup(table, [1, 3]), name="y")


def first_loops(x):
    """Switch, Merge, Enter, Exit: TensorFlow 1's own loops and choices."""

    def body(i, total):
        return i + 1, tf.cond(tf.reduce_sum(total) > 3.0, lambda: total / 2.0, lambda: total + x)

    _, total = tf.while_loop(lambda i, total: i < 5, body, [0, x])
    return tf.identity(total, name="y")


def functions(x):
    """Functions: called by name, by PartitionedCall, by If and While."""

    @function.Defun(tf.float32)
    def shifted(a):
        return a * 2.0 + 1.0

    @function.Defun(tf.float32)
    def small(a):
        return tf.reduce_sum(a) < 50.0

    @function.Defun(tf.float32)
    def negated(a):
        return -shifted(a)

    called = shifted(x)
    (called,) = functional_ops.partitioned_call(args=[called], f=shifted)
    (chosen,) = functional_ops.If(tf.reduce_sum(x) > 100.0, [called], negated, shifted)
    (looped,) = functional_ops.While([chosen], small, shifted)
    return tf.identity(looped + tf.reduce_sum(negated(x)), name="y")


def types(x):
    """Constants of many dtypes, and several outputs."""
    half = tf.cast(tf.constant([1.5, -2.0, 0.0], tf.float16), tf.float32)
    brain = tf.cast(tf.constant([1.5, -2.0, 0.0], tf.bfloat16), tf.float32)
    whole = tf.cast(tf.constant([1, 2, 3], tf.uint8) + tf.constant(4, tf.uint8), tf.float32)
    imaginary = tf.imag(tf.constant([1 + 2j, 3 - 4j, 0], tf.complex64))
    text = tf.cast(tf.string_to_number(["1.5", "2", "-3"]), tf.float32)
    first, second, third = tf.split(x, 3, axis=1)
    filled = tf.fill([3], 2.5) + tf.zeros([3]) + tf.constant(0.5, shape=[3])
    return tf.identity(
        half + brain + whole + imaginary + text + filled + first * second - third, name="y"
    )


GRAPHS = {graph.__name__: graph for graph in (variables, first_loops, functions, types)}


def frozen(build):
    """Give a frozen graph, and its output for X."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2, 3], name="x")
        y = build(x)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            value = session.run(y, {x: X})
            made = tf.graph_util.convert_variables_to_constants(
                session, graph.as_graph_def(), ["y"]
            )
    return made.SerializeToString(deterministic=True), value.tolist()


def saved_model(folder):
    """Write a SavedModel with variables, an asset and an initialization; give its output."""
    words = os.path.join(folder, "words.txt")
    with open(words, "w") as target:
        target.write("one\ntwo\n")
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2, 3], name="x")
        y = variables(x)
        asset = tf.constant(words, name="asset")
        tf.add_to_collection(tf.GraphKeys.ASSET_FILEPATHS, asset)
        kept = tf.get_local_variable("kept", initializer="none")
        prepare = tf.group(tf.assign(kept, asset))
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            export = os.path.join(folder, "export")
            tf.saved_model.simple_save(session, export, {"x": x}, {"y": y}, prepare)
            return export, session.run(y, {x: X}).tolist()


def add_folder(archive, folder, name):
    """Put a folder's files into an archive, in order and without a date."""
    for place, _, files in sorted(os.walk(folder)):
        for file in sorted(files):
            path = os.path.join(place, file)
            info = zipfile.ZipInfo(os.path.join(name, os.path.relpath(path, folder)))
            info.compress_type = zipfile.ZIP_DEFLATED
            with open(path, "rb") as source:
                archive.writestr(info, source.read())


def main():
    """Write all files."""
    tf.compat.v1.logging.set_verbosity("ERROR")
    values = {"x": X}
    folder = tempfile.mkdtemp()
    with zipfile.ZipFile(os.path.join(HERE, "models.zip"), "w") as archive:
        for name, build in GRAPHS.items():
            content, values[name] = frozen(build)
            info = zipfile.ZipInfo(f"{name}.pb")
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
        export, values["saved_model"] = saved_model(folder)
        add_folder(archive, export, "saved_model")
    shutil.rmtree(folder)
    with open(os.path.join(HERE, "models.json"), "w") as target:
        json.dump(values, target, indent=1)


if __name__ == "__main__":
    main()
