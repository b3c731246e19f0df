"""Graphs as TensorFlow writes them: Penstock writes the same, and runs what TensorFlow wrote."""

import json
import lzma
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.parity.catalogue import SCRIPTS
from tests.parity.notation import outside

HERE = Path(__file__).parent
# What Penstock words itself, or numbers by itself.
_OWN = {"IdentityN": "_gradient_op_type", "PreventGradient": "message"}
_SENTENCE = re.compile(rb"[A-Za-z)] [A-Za-z(=]?|^_temp_[0-9a-f]{32}/part$")
# A value that fills a shape is written out here where it has several elements.
_WRITTEN_OUT = {"constants": 1, "initializers": 1}


def parity():
    content = lzma.decompress((HERE / "parity.xz").read_bytes())
    graphs, start = {}, 0
    while start < len(content):
        end = content.index(b"\n", start)
        name, length = content[start:end].decode().split()
        start = end + 1 + int(length)
        graphs[name] = tf.GraphDef.FromString(content[end + 1 : start])
    return graphs


PARITY = parity()


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


@pytest.mark.parametrize("script", sorted(set(SCRIPTS) & set(PARITY)))
def test_the_same_graph_def(script):
    """Field by field: names, ops, inputs, devices, attributes, shapes, versions."""
    graph = tf.Graph()
    with graph.as_default():
        SCRIPTS[script](tf)
    written = graph.as_graph_def(add_shapes=True)
    golden = tf.GraphDef.FromString(PARITY[script].SerializeToString())
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


@pytest.mark.parametrize("script", sorted(PARITY))
def test_read_and_written_again(script):
    """What TensorFlow wrote is read without loss."""
    golden = PARITY[script]
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(golden, name="")
    again = {node.name: node for node in graph.as_graph_def().node}
    assert len(again) == len(golden.node)
    for node in golden.node:
        node = tf.NodeDef.FromString(node.SerializeToString())
        node.attr.pop("_output_shapes", None)
        if node.op == "Const":
            assert same_value(node, again[node.name])
        else:
            assert again[node.name] == node


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for archive in ("models.zip", "models_tf2.zip"):
        zipfile.ZipFile(HERE / archive).extractall(folder)
    return folder


VALUES = json.loads((HERE / "models.json").read_text())
VALUES_TF2 = json.loads((HERE / "models_tf2.json").read_text())


@pytest.mark.parametrize("name", ["variables", "first_loops", "functions", "types"])
def test_frozen_graphs(models, name):
    with tf.load(models / f"{name}.pb") as model:
        for _ in range(3):  # interpreted, then compiled
            np.testing.assert_allclose(model(VALUES["x"]), VALUES[name], rtol=1e-4, atol=1e-6)


def test_a_saved_model(models):
    with tf.load(models / "saved_model") as model:
        for _ in range(3):
            found = model(x=VALUES["x"])
            np.testing.assert_allclose(found, VALUES["saved_model"], rtol=1e-4, atol=1e-6)
        kept = model.session.run("kept:0").decode()
        assert kept == str(models / "saved_model" / "assets" / "words.txt")


@pytest.mark.parametrize("name", ["convolutions", "frozen.pb"])
def test_a_network_of_tensorflow_2(models, name):
    with tf.load(models / name) as model:
        values = VALUES_TF2["convolutions"]
        x = np.array(values["x"], np.float32)
        for _ in range(3):
            np.testing.assert_allclose(model(x), values["y"], rtol=1e-4, atol=1e-6)


def test_a_module_of_tensorflow_2(models):
    """Functions with loops, choices and variables, one of which counts the calls."""
    with tf.load(models / "steps") as model:
        for count in range(1, 4):
            found = model(VALUES_TF2["steps"]["x"])
            np.testing.assert_allclose(found["x"], VALUES_TF2["steps"]["y"], rtol=1e-6)
            assert found["calls"] == count
