"""Graphs that contradict themselves: defined errors, and the graph is left as it was."""

import random

import numpy as np
import pytest
from google.protobuf.message import DecodeError
from hypothesis import given, settings, strategies as st

import penstock as tf
from penstock.formats.messages import TensorProto
from penstock.formats.tensors import array_from_proto

REFUSALS = (ValueError, TypeError, tf.errors.OpError)


def small():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        y = tf.identity(x, name="y")
        with graph.colocate_with(y.op):
            z = tf.add(y, [[1.0, 2.0]], name="z")
        tf.cond(tf.reduce_sum(z) > 0.0, lambda: z * 2.0, lambda: z)
        tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v + z), [0, z])
    return graph.as_graph_def(add_shapes=True)


SMALL = small()


def damaged(change):
    graph_def = tf.GraphDef.FromString(SMALL.SerializeToString())
    change({node.name: node for node in graph_def.node}, graph_def)
    return graph_def


def rename(node, name):
    node.name = name


DAMAGES = {
    "unknown input node": lambda n, g: n["y"].input.__setitem__(0, "nope"),
    "invalid output 1 of source node": lambda n, g: n["y"].input.__setitem__(0, "x:1"),
    r"must have 1 inputs.*has 2": lambda n, g: n["y"].input.append("x"),
    r"must have 1 inputs.*has 0": lambda n, g: n["y"].input.__delitem__(0),
    "attribute 'foo' that Identity does not have": lambda n, g: (
        n["y"].attr["foo"].__setattr__("i", 3)
    ),
    "kind int, where type is expected": lambda n, g: n["y"].attr["T"].__setattr__("i", 3),
    "needs its attribute 'T'": lambda n, g: n["y"].attr.pop("T"),
    "passed float32 from .*expected int32": lambda n, g: n["y"].attr["T"].__setattr__("type", 3),
    "Two nodes are called 'x'": lambda n, g: rename(n["z"], "x"),
    "not a valid name of a node": lambda n, g: rename(n["z"], "x y"),
    "in a cycle": lambda n, g: n["y"].input.__setitem__(0, "z"),
    "needs a reader of version 10000": lambda n, g: g.versions.__setattr__("min_consumer", 10000),
    "must not read it": lambda n, g: g.versions.bad_consumers.append(134),
    "inconsistent with": lambda n, g: (
        n["y"].attr["_output_shapes"].list.shape[0].dim[1].__setattr__("size", 3)
    ),
    "colocated with unknown node 'nada'": lambda n, g: (
        n["z"].attr["_class"].list.s.__setitem__(0, b"loc:@nada")
    ),
    "control inputs must come after": lambda n, g: n["y"].input.insert(0, "^z"),
    "takes 16 bytes|take 8 bytes, but there are 7": lambda n, g: (
        n["z/y"].attr["value"].tensor.__setattr__("tensor_content", b"1234567")
    ),
    "no function 'gone'": lambda n, g: (
        n["while/While"].attr["body"].func.__setattr__("name", "gone")
    ),
}


@pytest.mark.parametrize("message", DAMAGES)
def test_what_is_wrong_is_said_and_nothing_is_left(message):
    graph_def = damaged(DAMAGES[message])
    with tf.Graph().as_default() as graph:
        with pytest.raises(ValueError, match=message):
            tf.import_graph_def(graph_def)
        assert not graph.get_operations()


def test_all_unknown_ops_are_listed_with_names_near_them():
    def change(nodes, graph_def):
        nodes["y"].op = "Foo"
        nodes["z"].op = "Addd"

    found = "'Addd' .1 node; near: .'Add'.*'Foo' .1 node"
    with tf.Graph().as_default(), pytest.raises(tf.errors.NotFoundError, match=found):
        tf.import_graph_def(damaged(change))


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"input_map": 3}, TypeError, "input_map must be a dictionary"),
        ({"input_map": {"nope:0": 1.0}}, ValueError, "not found in graph_def: .'nope:0'"),
        ({"input_map": {"x:0": [5, 6]}}, ValueError, "passed int32"),
        ({"return_elements": ["w:0"]}, ValueError, "'w:0' not found in graph def"),
        ({"return_elements": ["z:7"]}, ValueError, "Invalid return output 7 of node 'z'"),
        ({"return_elements": "z:0"}, TypeError, "must be a list of strings"),
    ],
)
def test_arguments_that_do_not_fit(arguments, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        tf.import_graph_def(SMALL, **arguments)


def test_what_is_no_graph_def():
    with tf.Graph().as_default(), pytest.raises(TypeError, match="must be a GraphDef"):
        tf.import_graph_def(b"xx")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_flipped_and_cut_bytes(data):
    """Whatever the bytes are, they are a graph or are refused by a defined error."""
    content = bytearray(SMALL.SerializeToString(deterministic=True))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(1, len(content))) :]
    try:
        graph_def = tf.GraphDef.FromString(bytes(content))
    except DecodeError:
        return
    with tf.Graph().as_default() as graph:
        try:
            tf.import_graph_def(graph_def)
        except REFUSALS:
            assert not graph.get_operations()


def test_tensors_that_contradict_themselves():
    huge = TensorProto(dtype=1)
    for _ in range(4):
        huge.tensor_shape.dim.add().size = 1 << 40
    huge.float_val.extend([1.0, 2.0])
    with pytest.raises(ValueError, match="damaged"):
        array_from_proto(huge)
    del huge.float_val[1:]
    with pytest.raises(ValueError, match="damaged"):
        array_from_proto(huge)
    open_shape = TensorProto(dtype=1)
    open_shape.tensor_shape.dim.add().size = -1
    with pytest.raises(ValueError, match="fully known"):
        array_from_proto(open_shape)
    odd = TensorProto(dtype=8, scomplex_val=[1.0])
    with pytest.raises(ValueError, match="odd number"):
        array_from_proto(odd)
    with pytest.raises(TypeError, match="dtype number 99"):
        array_from_proto(TensorProto(dtype=99))
    with pytest.raises(TypeError, match="resource"):
        array_from_proto(TensorProto(dtype=20))


def test_one_element_stands_for_many_without_taking_memory():
    proto = TensorProto(dtype=1, float_val=[2.0])
    for _ in range(2):
        proto.tensor_shape.dim.add().size = 1 << 18
    array = array_from_proto(proto)
    assert array.shape == (1 << 18, 1 << 18) and array.strides == (0, 0)
    assert array[5, 7] == np.float32(2.0)


def test_a_function_that_calls_itself():
    def change(nodes, graph_def):
        functions = graph_def.library.function
        call = next(f for f in functions if any(n.op == "Mul" for n in f.node_def))
        node = next(n for n in call.node_def if n.op == "Mul")
        node.op = call.signature.name

    graph_def = damaged(change)
    with tf.Graph().as_default(), pytest.raises(REFUSALS, match="call itself|must have"):
        tf.import_graph_def(graph_def)


def test_deep_chains_do_not_overflow():
    graph_def = tf.GraphDef()
    graph_def.node.add(name="n0", op="Placeholder").attr["dtype"].type = 1
    for index in range(1, 5000):
        node = graph_def.node.add(name=f"n{index}", op="Identity")
        node.input.append(f"n{index - 1}")
        node.attr["T"].type = 1
    nodes = list(graph_def.node)
    random.Random(1).shuffle(nodes)
    shuffled = tf.GraphDef(node=nodes)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(shuffled, name="")
        assert len(graph.get_operations()) == 5000
