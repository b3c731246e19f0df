"""Write a MetaGraph with loops and choices in each other, and what TensorFlow 1.15.5 reads from it.

python tests/golden/contexts/make_golden.py
"""

import gzip
import json
import os

import tensorflow as tf

FOLDER = os.path.dirname(os.path.abspath(__file__))


def build():
    x = tf.placeholder(tf.float32, [], name="x")
    p = tf.placeholder(tf.bool, [], name="p")

    def turn(i, v):
        inner = tf.while_loop(lambda j, _: j < i, lambda j, w: (j + 1, w + x), [0, v], name="inner")
        return i + 1, tf.cond(p, lambda: inner[1] * 2.0, lambda: inner[1], name="choose")

    last = tf.while_loop(
        lambda i, v: i < 3, turn, (0, x), parallel_iterations=4, maximum_iterations=9, name="outer"
    )
    picked = tf.cond(p, lambda: last[1] * 3.0, lambda: tf.constant(1.0), name="pick")
    tf.identity(picked, name="y")


def told(context):
    return None if context is None else context.name


def read(data, scope):
    """Read the MetaGraph into a scope; tell what its contexts are, and what it gives."""
    prefix = scope + "/" if scope else ""
    message = tf.MetaGraphDef.FromString(data)
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(message, import_scope=scope)
        contexts = {op.name: told(op._get_control_flow_context()) for op in graph.get_operations()}
        protos = {
            key: [str(context.to_proto()) for context in tf.get_collection(key)]
            for key in ("cond_context", "while_context")
        }
        frames = {
            op.name: op.get_attr("frame_name").decode()
            for op in graph.get_operations()
            if op.type == "Enter"
        }
        y, x = (graph.get_tensor_by_name(prefix + name) for name in ("y:0", "x:0"))
        slope = tf.gradients(y, x)
        with tf.Session() as session:
            feed = {x: 2.0, graph.get_tensor_by_name(prefix + "p:0"): True}
            values = [float(value) for value in session.run([y] + slope, feed)]
    return {"contexts": contexts, "frames": frames, "protos": protos, "values": values}


if __name__ == "__main__":
    build()
    data = tf.train.export_meta_graph().SerializeToString()
    with gzip.GzipFile(os.path.join(FOLDER, "graph.meta.gz"), "wb", mtime=0) as file:
        file.write(data)
    found = {scope: read(data, scope) for scope in ("", "imported")}
    with open(os.path.join(FOLDER, "contexts.json"), "w") as file:
        json.dump(found, file, indent=0, sort_keys=True)
        file.write("\n")
