"""Make graphs with TensorArrays as TensorFlow had them long ago, and what they give.

    python tests/golden/old_arrays/make_golden.py

TensorFlow 1.15.5 builds no such graphs, but reads and runs them. So today's ops are renamed in what
it builds, and a constant is put in the place of the flow that a new array gives today. For each
case there is a GraphDef, and in `runs.json` what is fetched, what is fed, what comes out.
"""

import gzip
import json
import os

import numpy as np
import tensorflow as tf

FOLDER = os.path.dirname(os.path.abspath(__file__))
VERSIONS = {"": 15, "V2": 25}  # the last versions of GraphDefs with these ops
CASES = {}


def case(version):
    def add(function):
        CASES[function.__name__] = function, version
        return function

    return add


def by_elements():
    x = tf.placeholder(tf.float32, [2], name="x")
    array = tf.TensorArray(tf.float32, 0, dynamic_size=True, clear_after_read=False)
    array = array.write(0, x).write(2, x * 2.0).write(1, tf.exp(x))
    fetches = [array.read(1), array.size(), array.gather([2, 0]), array.concat()]
    return fetches, {x: [0.5, -1.0]}


def by_rows():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    array = tf.TensorArray(tf.float32, tf.shape(x)[0], clear_after_read=False).unstack(x)
    other = tf.TensorArray(tf.float32, array.size()).split(tf.reshape(x, [-1]), [3, 1])
    return [array.stack(), other.concat()], {x: [[1.0, 2.0], [3.0, 4.0]]}


@case("")
def first_by_elements():
    return by_elements()


@case("")
def first_by_rows():
    return by_rows()


@case("V2")
def second_by_elements():
    return by_elements()


@case("V2")
def second_by_rows():
    return by_rows()


@case("V2")
def second_in_a_loop():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    rows = tf.TensorArray(tf.float32, tf.shape(x)[0]).unstack(x)

    def turn(i, total, array):
        total = total + rows.read(i)
        return i + 1, total, array.write(i, total * total)

    made = tf.TensorArray(tf.float32, tf.shape(x)[0])
    _, total, made = tf.while_loop(lambda i, *_: i < tf.shape(x)[0], turn, [0, tf.zeros([2]), made])
    return [total, made.stack()], {x: [[1.0, 2.0], [3.0, 4.0], [-1.0, 0.5]]}


@case("V2")
def second_under_a_condition():
    x, p = tf.placeholder(tf.float32, [3], name="x"), tf.placeholder(tf.bool, [], name="p")
    array = tf.TensorArray(tf.float32, 3).unstack(x)
    return [tf.cond(p, lambda: array.read(1) * 2.0, lambda: -x[0])], {x: [1.0, 2.0, 3.0], p: True}


@case("V2")
def second_in_a_network():
    x = tf.placeholder(tf.float32, [None, 4, 2], name="x")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    cell = tf.nn.rnn_cell.GRUCell(3, kernel_initializer=tf.constant_initializer(0.3))
    with tf.variable_scope("", use_resource=False):
        outputs, state = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32)
    loss = tf.reduce_sum(tf.square(outputs)) + tf.reduce_sum(state)
    slopes = tf.gradients(loss, [x, *tf.trainable_variables()])
    value = np.linspace(-1.0, 1.0, 24).reshape(3, 4, 2)
    return [outputs, state, *slopes], {x: value, lengths: [4, 2, 0]}


def _older(graph_def, version):
    """Give a GraphDef with old TensorArrays in place of today's."""
    older = tf.GraphDef()
    older.versions.producer = VERSIONS[version]
    creations = {node.name for node in graph_def.node if node.op == "TensorArrayV3"}
    gradients = {node.name for node in graph_def.node if node.op == "TensorArrayGradV3"}
    for node in graph_def.node:
        assert not {name + ":1" for name in gradients}.intersection(node.input)
        copy = older.node.add()
        copy.CopyFrom(node)
        del copy.input[:]
        for text in node.input:
            name = text.split(":")[0]
            copy.input.append(name + "/flow" if text[-2:] == ":1" and name in creations else text)
        if node.op.startswith("TensorArray"):
            copy.op = node.op[:-2] + version
        if node.name in creations:
            copy.attr.pop("identical_element_shapes", None)
            flow = older.node.add(name=node.name + "/flow", op="Const", input=["^" + node.name])
            flow.attr["dtype"].type = tf.float32.as_datatype_enum
            flow.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(0.0))
        elif copy.op in ("Enter", "Switch") and copy.input[0] in creations | gradients:
            copy.attr["T"].type = tf.string.as_datatype_enum
        for key in ("_class", "_output_shapes"):
            copy.attr.pop(key, None)
    return older


def _packed(graph_def):
    """Put Pack and Unpack, which the first version had, in the place of what they do today."""
    by_name = {node.name: node for node in graph_def.node}
    packed = {"TensorArrayGather": "TensorArrayPack", "TensorArrayScatter": "TensorArrayUnpack"}
    for node in graph_def.node:
        if node.op in packed and by_name[node.input[1]].op == "Range":
            node.op = packed[node.op]
            del node.input[1]


def record(name, build, version):
    tf.reset_default_graph()
    fetches, feeds = build()
    fetches = [fetch.name for fetch in fetches]
    feeds = {key.name: np.asarray(value, key.dtype.as_numpy_dtype) for key, value in feeds.items()}
    initializer = tf.global_variables_initializer().name
    graph_def = _older(tf.get_default_graph().as_graph_def(), version)
    if not version:
        _packed(graph_def)
    tf.reset_default_graph()
    tf.import_graph_def(graph_def, name="")
    with tf.Session() as session:
        session.run(initializer)
        results = session.run(fetches, feeds)
    with gzip.GzipFile(os.path.join(FOLDER, name + ".pb.gz"), "wb", mtime=0) as file:
        file.write(graph_def.SerializeToString())
    return {
        "initializer": initializer,
        "fetches": fetches,
        "feeds": {key: value.tolist() for key, value in feeds.items()},
        "results": [value.tolist() for value in results],
    }


if __name__ == "__main__":
    found = {name: record(name, *case) for name, case in CASES.items()}
    with open(os.path.join(FOLDER, "runs.json"), "w") as file:
        json.dump(found, file, indent=0)
        file.write("\n")
