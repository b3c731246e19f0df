"""Programs of a line or two, each of which is wrong, and what they find when they run.

`calls.tsv` holds them with the class of the error, one to a line; ``\\n`` stands for a new line.
"""

import os

import numpy as np

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "calls.tsv")


def read():
    """List the pairs of class and program that the golden file holds."""
    with open(PATH, encoding="utf-8") as source:
        rows = [line.rstrip("\n").split("\t") for line in source]
    return [(kind, program.replace("\\n", "\n")) for kind, program in rows]


def error_class(tf, program):
    """Run a program in a graph of its own; give the name of the error's class, or "none"."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        v = tf.Variable(1.0, name="v")
        w = tf.Variable([1.0, 2.0, 3.0], name="w", use_resource=True)
        c = tf.constant([1.0, 2.0, 3.0])
        y = tf.reduce_sum(x) * v + tf.reduce_sum(w * c)
        names = {"tf": tf, "np": np, "g": graph, "x": x, "v": v, "w": w, "c": c, "y": y}
        names["i"] = tf.constant([1, 2])
        names["X"] = np.ones((2, 3), np.float32)
        names["opt"] = tf.train.GradientDescentOptimizer(0.1)
        names["f"] = tf.placeholder(tf.float32, name="f")
        names["i8"] = tf.placeholder(tf.uint8, [], name="i8")
        names["i32"] = tf.placeholder(tf.int32, name="i32")
        names["b"] = tf.placeholder(tf.bool, name="b")
        names["st"] = tf.placeholder(tf.string, name="st")
        names["sp"] = tf.sparse_placeholder(tf.float32, name="sp")
        names["sess"] = sess = tf.Session()
        sess.run(tf.global_variables_initializer())
        try:
            exec(program, names)
        except Exception as error:
            return type(error).__name__
        finally:
            sess.close()
    return "none"
