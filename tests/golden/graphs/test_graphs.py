"""Models that TensorFlow 1.15 and 2 wrote: Penstock runs them."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.tools.inference import optimize_for_inference

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for archive in ("models.zip", "models_tf2.zip", "networks.zip"):
        zipfile.ZipFile(HERE / archive).extractall(folder)
    return folder


VALUES = json.loads((HERE / "models.json").read_text())
NETWORKS = json.loads((HERE / "networks.json").read_text())
VALUES_TF2 = json.loads((HERE / "models_tf2.json").read_text())


@pytest.mark.parametrize("name", ["variables", "first_loops", "functions", "types"])
def test_frozen_graphs(models, name):
    with tf.load(models / f"{name}.pb") as model:
        for _ in range(3):  # interpreted, then compiled
            np.testing.assert_allclose(model(VALUES["x"]), VALUES[name], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks(models, name, tier, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", tier)
    dtype = np.int32 if name == "bert" else np.float32
    x = np.array(NETWORKS[name]["x"], dtype)
    with tf.load(models / f"{name}.pb") as model:
        assert list(model.inputs) == ["x"] and list(model.outputs) == ["y"]
        for _ in range(2):
            np.testing.assert_allclose(model(x), NETWORKS[name]["y"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["resnet", "mobilenet"])
def test_networks_optimized_for_inference(models, name):
    """Normalizations are folded into the convolutions, and the values stay."""
    source = tf.GraphDef.FromString((models / f"{name}.pb").read_bytes())
    made = optimize_for_inference(source, ["x"], ["y"], tf.float32.as_datatype_enum)
    assert not any(node.op.startswith("FusedBatchNorm") for node in made.node)
    with tf.Graph().as_default(), tf.Session() as session:
        (y,) = tf.import_graph_def(made, return_elements=["y:0"], name="")
        found = session.run(y, {"x:0": NETWORKS[name]["x"]})
    np.testing.assert_allclose(found, NETWORKS[name]["y"], rtol=1e-4, atol=1e-5)


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
