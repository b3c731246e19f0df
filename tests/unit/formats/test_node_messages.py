"""Nodes as messages: node_def, op_def, get_attr, attributes given as messages."""

import numpy as np
import pytest

import penstock as tf


def test_node_def():
    with tf.Graph().as_default() as graph:
        parts = tf.split(tf.zeros([4], name="x"), 2, name="parts")
        with tf.control_dependencies([graph.get_operation_by_name("x")]):
            total = tf.add(parts[1], parts[0], name="total")
    definition = total.op.node_def
    assert (definition.name, definition.op) == ("total", "Add")
    assert list(definition.input) == ["parts:1", "parts", "^x"]
    assert definition.attr["T"].type == tf.float32.as_datatype_enum
    assert str(total.op) == str(definition)
    assert type(definition) is tf.NodeDef


def test_op_def():
    with tf.Graph().as_default():
        definition = tf.constant(1.0).op.op_def
    assert definition.name == "Const"
    assert [arg.name for arg in definition.output_arg] == ["output"]
    assert {attr.name: attr.type for attr in definition.attr} == {
        "dtype": "type",
        "value": "tensor",
    }


def test_attributes():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 2])
        assert [dim.size for dim in x.op.get_attr("shape").dim] == [-1, 2]
        assert x.op.get_attr("dtype") is tf.float32
        value = tf.constant([1, 2]).op.get_attr("value")
        assert value.tensor_content == b"\1\0\0\0\2\0\0\0"
        image = tf.zeros([1, 4, 4, 1])
        convolved = tf.nn.conv2d(image, tf.zeros([1, 1, 1, 1]), 1, "SAME").op
        assert convolved.get_attr("strides") == [1, 1, 1, 1]
        assert convolved.get_attr("padding") == b"SAME"


def test_attributes_given_as_messages():
    with tf.Graph().as_default() as graph, graph._attr_scope({"_fast": tf.AttrValue(b=True)}):
        op = tf.constant(1.0).op
        op._set_attr("_note", tf.AttrValue(s=b"here"))
    assert op.get_attr("_fast") is True
    assert op.get_attr("_note") == b"here"
    assert op.node_def.attr["_note"].s == b"here"


@pytest.mark.parametrize(
    ("content", "shape", "texts"),
    [
        (b"\x01\x02\x00abc", [3], [b"a", b"bc", b""]),
        (b"\x03abc", [], b"abc"),
        (b"\xc8\x01" + b"x" * 200, [1], [b"x" * 200]),
    ],
)
def test_strings_in_one_piece(content, shape, texts):
    """TensorFlow's C++ writes lengths, then strings."""
    proto = tf.make_tensor_proto(np.zeros(shape, np.float32))
    proto.dtype = tf.string.as_datatype_enum
    proto.ClearField("float_val")
    proto.tensor_content = content
    assert tf.make_ndarray(proto).tolist() == texts


@pytest.mark.parametrize("content", [b"\x01\x02ab", b"\x01a", b"\x01\x01abc", b"\x01\xff"])
def test_damaged_strings_in_one_piece(content):
    proto = tf.make_tensor_proto([0.0, 0.0])
    proto.dtype = tf.string.as_datatype_enum
    proto.tensor_content = content
    with pytest.raises(ValueError, match="is damaged"):
        tf.make_ndarray(proto)
