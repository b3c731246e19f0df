"""The same script gives the same GraphDef as TensorFlow 1.15.5, field by field, shapes included."""

import lzma
import re
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.parity.built import built
from tests.parity.catalogue import SCRIPTS
from tests.parity.notation import outside

GOLDEN = Path(__file__).parent / "golden"
# What Penstock words itself, or numbers by itself.
_OWN = {
    "IdentityN": "_gradient_op_type",
    "ImageSummary": "bad_color",
    "PreventGradient": "message",
}
_SENTENCE = re.compile(rb"[A-Za-z)] [A-Za-z(=]?|^_temp_[0-9a-f]{32}/part$")
# A value that fills a shape is written out here where it has several elements.
_WRITTEN_OUT = {"constants": 1, "initializers": 1}


SCRIPTS_WITH_GRAPHS = sorted(
    set(SCRIPTS) & {path.name.removesuffix(".pb.xz") for path in GOLDEN.glob("*.pb.xz")}
)


def golden_graph(script, folder=GOLDEN):
    """The GraphDef that TensorFlow made of a parity script."""
    return tf.GraphDef.FromString(lzma.decompress((folder / f"{script}.pb.xz").read_bytes()))


def comparable(graph_def):
    """The nodes outside of control flow, without what is Penstock's own."""
    kept = {node["name"] for node in outside([{"name": node.name} for node in graph_def.node])}
    nodes = []
    for node in graph_def.node:
        if node.name in kept:
            node.attr.pop(_OWN.get(node.op, ""), None)
            texts = node.attr["value"].tensor.string_val if node.op == "Const" else []
            texts[:] = [b"" if _SENTENCE.search(text) else text for text in texts]
            node.input[:] = [text for text in node.input if text.partition(":")[0] in kept]
            nodes.append(node)
    return nodes


@pytest.mark.parametrize("script", SCRIPTS_WITH_GRAPHS)
def test_the_same_graph_def(script):
    """Field by field: names, ops, inputs, devices, attributes, shapes, versions."""
    graph, _ = built(script)
    written = graph.as_graph_def(add_shapes=True)
    golden = golden_graph(script)
    assert written.versions.producer == golden.versions.producer == 134
    mine, theirs = comparable(written), comparable(golden)
    assert [node.name for node in mine] == [node.name for node in theirs]
    differ = [(left, right) for left, right in zip(mine, theirs, strict=True) if left != right]
    several = [
        (left, right) for left, right in differ if left.op == "Const" and same_value(left, right)
    ]
    assert len(several) <= _WRITTEN_OUT.get(script, 0)
    assert len(differ) == len(several), f"Penstock\n{differ[0][0]}\nTensorFlow\n{differ[0][1]}"


def same_value(left, right):
    one, other = (tf.make_ndarray(node.attr["value"].tensor) for node in (left, right))
    if one.dtype == object:
        return np.array_equal(one, other)
    return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())


@pytest.mark.parametrize("script", SCRIPTS_WITH_GRAPHS)
def test_read_and_written_again(script):
    """What TensorFlow wrote is read without loss."""
    golden = golden_graph(script)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(golden, name="")
    again = {node.name: node for node in graph.as_graph_def().node}
    assert len(again) == len(golden.node)
    for node in golden.node:
        node = tf.NodeDef.FromString(node.SerializeToString())
        for name in ("_output_shapes", "bad_color"):
            node.attr.pop(name, None)
            again[node.name].attr.pop(name, None)
        if node.op == "Const":
            assert same_value(node, again[node.name])
        else:
            assert again[node.name] == node
