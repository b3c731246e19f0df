"""The tools with TensorFlow's names do what TensorFlow's did."""

import base64
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.cli.main import main
from penstock.tools.freezing import freeze_graph
from penstock.tools.inference import fold_batch_norms, optimize_for_inference
from penstock.tools.stripping import strip_unused, strip_unused_from_files

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "tools.json").read_text())
NETWORK = GOLDEN["network"]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    zipfile.ZipFile(HERE.parent / "graphs" / "models.zip").extractall(folder)
    return folder


@pytest.fixture
def network():
    return tf.GraphDef.FromString(base64.b64decode(NETWORK["graph"]))


def listed(graph_def):
    return [[node.name, node.op, list(node.input)] for node in graph_def.node]


def value_of(graph_def):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.import_graph_def(graph_def, name="")
        return sess.run("y:0", {"x:0": NETWORK["x"]})


@pytest.mark.parametrize(
    "case, arguments",
    [
        ("all", ["--all"]),
        ("tag sets", []),
        ("signatures", ["--tag_set", "serve"]),
        ("signature", ["--tag_set", "serve", "--signature_def", "serving_default"]),
    ],
)
def test_saved_model_cli_prints_the_same(models, capsys, case, arguments):
    assert main(["saved-model-cli", "show", "--dir", str(models / "saved_model"), *arguments]) == 0
    assert capsys.readouterr().out == GOLDEN[case]


def test_optimize_for_inference_folds_what_tensorflow_folds(network):
    found = optimize_for_inference(network, ["x"], ["y"], tf.float32.as_datatype_enum)
    assert sorted(listed(found)) == sorted(NETWORK["optimized"])
    np.testing.assert_allclose(value_of(found), NETWORK["y"], rtol=1e-4, atol=1e-6)


def test_shared_weights_and_training_are_not_folded(network):
    for node in network.node:
        if node.op == "FusedBatchNorm":
            node.attr["is_training"].b = True
    assert listed(fold_batch_norms(network)) == listed(network)


def test_strip_unused(network, tmp_path):
    found = strip_unused(network, ["deep/conv"], ["y"], tf.float32.as_datatype_enum)
    assert listed(found) == NETWORK["stripped"]
    path = str(tmp_path / "g.pb")
    tf.train.write_graph(network, str(tmp_path), "g.pb", False)
    strip_unused_from_files(path, True, f"{path}txt", False, "deep/conv", "y", tf.float32)
    assert listed(tf.GraphDef.FromString((tmp_path / "g.pb").read_bytes())) == listed(network)
    assert 'name: "deep/conv"' in (tmp_path / "g.pbtxt").read_text()
    with pytest.raises(KeyError, match="not found: ..nowhere"):
        strip_unused(network, ["nowhere"], ["y"], tf.float32)
    with pytest.raises(tf.errors.NotFoundError, match="deep/conv"):
        strip_unused_from_files(path, True, path, True, "deep/conf", "y", tf.float32)


@pytest.fixture(params=[False, True], ids=["reference", "resource"])
def trained(request, tmp_path):
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        x = tf.placeholder(tf.float32, [2], name="x")
        w = tf.Variable([2.0, 3.0], name="w")
        v = tf.get_variable("v", initializer=[1.0, 1.0], use_resource=request.param)
        tf.add(x * w, v, name="y")
        sess.run(tf.global_variables_initializer())
        prefix = tf.train.Saver().save(sess, str(tmp_path / "model"))
        tf.train.write_graph(graph, str(tmp_path), "graph.pb", False)
        tf.saved_model.simple_save(
            sess, str(tmp_path / "saved"), {"x": x}, {"y": graph.get_tensor_by_name("y:0")}
        )
    return tmp_path, prefix


def check_frozen(path):
    with tf.load(path) as model:
        np.testing.assert_array_equal(model([1.0, 1.0]), [3.0, 4.0])


@pytest.mark.parametrize("trained", [False], indirect=True)
def test_freeze_graph_writes_the_same_nodes(trained):
    folder, prefix = trained
    out = str(folder / "frozen.pb")
    made = freeze_graph(str(folder / "graph.pb"), "", True, prefix, "y", "", "", out, True, "")
    assert listed(made) == GOLDEN["frozen"]
    check_frozen(out)


@pytest.mark.parametrize("source", ["graph", "meta", "saved"])
def test_freeze_graph_by_flags(trained, capsys, source):
    folder, prefix = trained
    flags = {
        "graph": ["--input_graph", str(folder / "graph.pb"), "--input_binary", "true"],
        "meta": ["--input_meta_graph", f"{prefix}.meta", "--input_binary"],
        "saved": ["--input_saved_model_dir", str(folder / "saved")],
    }[source]
    out = str(folder / "frozen.pb")
    checkpoint = [] if source == "saved" else ["--input_checkpoint", prefix]
    arguments = [*flags, *checkpoint, "--output_node_names", "y", "--output_graph", out]
    assert main(["freeze-graph", *arguments]) == 0
    assert "ops in the final graph." in capsys.readouterr().out
    check_frozen(out)


def test_freeze_graph_says_what_is_wrong(trained, capsys):
    folder, prefix = trained
    graph = ["--input_graph", str(folder / "graph.pb")]
    checkpoint = ["--input_checkpoint", prefix]
    for arguments, message in (
        ([*graph, *checkpoint], "must name one node"),
        ([*graph, "--output_node_names", "y"], "There is no checkpoint"),
        ([*checkpoint, "--output_node_names", "y"], "No graph is given"),
        ([*graph, *checkpoint, "--output_node_names", "z"], "z is not in graph"),
    ):
        assert main(["freeze-graph", *arguments]) == 1
        errors = capsys.readouterr().err
        assert message in errors and errors.count("\n") == 1
