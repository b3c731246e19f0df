"""Write what TensorFlow's tools do: run at the root of the repository with TensorFlow 1.15.5.

    python -m tests.golden.tools.make_golden

`tools.json` holds what they print, and the nodes of the graphs that they write.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import tensorflow as tf
from tensorflow.python.tools import freeze_graph, optimize_for_inference_lib, strip_unused_lib

HERE = os.path.dirname(os.path.abspath(__file__))


def shown(*arguments):
    command = [sys.executable, "-m", "tensorflow.python.tools.saved_model_cli", "show", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()


def listed(graph_def):
    return [[node.name, node.op, list(node.input)] for node in graph_def.node]


def encoded(message):
    return base64.b64encode(message.SerializeToString()).decode()


def normalized_network():
    x = tf.placeholder(tf.float32, [2, 5, 5, 2], name="x")
    random = np.random.RandomState(0)
    for name, op in (("plain", tf.nn.conv2d), ("deep", tf.nn.depthwise_conv2d_native)):
        with tf.name_scope(name):
            shape = [3, 3, 2, 3] if name == "plain" else [2, 2, 3, 2]
            weights = tf.constant(random.randn(*shape), tf.float32, name="weights")
            y = op(x, weights, [1, 1, 1, 1], "SAME", name="conv")
            scale, offset, mean = (
                tf.constant(random.randn(y.shape[3]), tf.float32) for _ in range(3)
            )
            variance = tf.constant(random.rand(y.shape[3]) + 0.5, tf.float32)
            x = tf.raw_ops.FusedBatchNorm(
                x=y, scale=scale, offset=offset, mean=mean, variance=variance,
                is_training=False, name="norm",
            ).y  # fmt: skip
            x = tf.identity(tf.nn.relu(x), name="pass")
    return tf.nn.softmax(x, name="y")


def optimized():
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        y = normalized_network()
        value = np.random.RandomState(1).randn(2, 5, 5, 2).astype(np.float32)
        graph_def = graph.as_graph_def()
        arguments = (graph_def, ["x"], ["y"], tf.float32.as_datatype_enum)
        return {
            "graph": encoded(graph_def),
            "x": value.tolist(),
            "y": sess.run(y, {"x:0": value}).tolist(),
            "optimized": listed(optimize_for_inference_lib.optimize_for_inference(*arguments)),
            "stripped": listed(
                strip_unused_lib.strip_unused(
                    graph_def, ["deep/conv"], ["y"], tf.float32.as_datatype_enum
                )
            ),
        }


def frozen(folder):
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        x = tf.placeholder(tf.float32, [2], name="x")
        w = tf.Variable([2.0, 3.0], name="w")
        v = tf.get_variable("v", initializer=[1.0, 1.0])
        tf.add(x * w, v, name="y")
        sess.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(sess, os.path.join(folder, "model"))
        tf.train.write_graph(graph, folder, "graph.pb", False)
    made = freeze_graph.freeze_graph(
        os.path.join(folder, "graph.pb"), "", True, prefix, "y", "", "",
        os.path.join(folder, "frozen.pb"), True, "",
    )  # fmt: skip
    return listed(made)


def main():
    with tempfile.TemporaryDirectory() as folder:
        models = os.path.join(os.path.dirname(HERE), "graphs", "models.zip")
        zipfile.ZipFile(models).extractall(folder)
        model = os.path.join(folder, "saved_model")
        golden = {
            "all": shown("--dir", model, "--all"),
            "tag sets": shown("--dir", model),
            "signatures": shown("--dir", model, "--tag_set", "serve"),
            "signature": shown(
                "--dir", model, "--tag_set", "serve", "--signature_def", "serving_default"
            ),
            "network": optimized(),
            "frozen": frozen(folder),
        }
    with open(os.path.join(HERE, "tools.json"), "w") as file:
        json.dump(golden, file, indent=1)


if __name__ == "__main__":
    main()
