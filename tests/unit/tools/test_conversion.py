"""Models and arrays go from format to format and stay what they are."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.tools.arrays import open_arrays
from penstock.tools.comparison import diff
from penstock.tools.conversion import convert
from penstock.tools.stable_hlo import export_model

GOLDEN = Path(__file__).parents[2] / "golden"
CHECKPOINT = GOLDEN / "checkpoints" / "v2" / "model-7"
VALUES = json.loads((GOLDEN / "graphs" / "models.json").read_text())
VALUES_TF2 = json.loads((GOLDEN / "graphs" / "models_tf2.json").read_text())
CLOSE = {"rtol": 1e-4, "atol": 1e-6}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for archive in ("models.zip", "models_tf2.zip"):
        zipfile.ZipFile(GOLDEN / "graphs" / archive).extractall(folder)
    return folder


def names_without(*endings):
    reader = tf.train.load_checkpoint(str(CHECKPOINT))
    return [
        name
        for name, dtype in reader.get_variable_to_dtype_map().items()
        if dtype.name not in endings
    ]


def test_a_checkpoint_to_npz_and_back(tmp_path):
    names = names_without("string", "bfloat16")
    convert(CHECKPOINT, tmp_path / "a.npz", names=names)
    convert(tmp_path / "a.npz", tmp_path / "b")
    found = diff(CHECKPOINT, tmp_path / "b")
    assert [table.title for table in found.report.tables] == ["tensors only in the first"]
    reader = tf.train.load_checkpoint(str(CHECKPOINT))
    for name in names:
        np.testing.assert_array_equal(np.load(tmp_path / "a.npz")[name], reader.get_tensor(name))


def test_a_checkpoint_to_safetensors_and_back(tmp_path):
    pytest.importorskip("safetensors")
    names = names_without("string", "complex128")
    convert(CHECKPOINT, tmp_path / "a.safetensors", names=names)
    convert(tmp_path / "a.safetensors", tmp_path / "b.index")
    found = diff(CHECKPOINT, tmp_path / "b")
    assert [table.title for table in found.report.tables] == ["tensors only in the first"]
    assert open_arrays(str(tmp_path / "a.safetensors")).dtypes["bfloat16"] == "bfloat16"
    (tmp_path / "other").touch()
    assert (tmp_path / "a.safetensors").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_words_in_a_checkpoint_stay(tmp_path):
    convert(CHECKPOINT, tmp_path / "copy")
    assert not diff(CHECKPOINT, tmp_path / "copy").differs


def test_what_a_format_cannot_hold_is_told(tmp_path):
    for name in ("a.npz", "a.safetensors"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="scalar_text|bfloat16|texts"):
            convert(CHECKPOINT, tmp_path / name)
    with pytest.raises(tf.errors.NotFoundError, match="near it are .*'types/int8'"):
        convert(CHECKPOINT, tmp_path / "a.npz", names=["types/int9"])
    with pytest.raises(tf.errors.NotFoundError, match="is a checkpoint: it holds values"):
        convert(CHECKPOINT, tmp_path / "a.pb")


def test_from_model_to_model(models, tmp_path):
    """SavedModel, frozen graph, text, SavedModel, frozen graph: all give TensorFlow's values."""
    convert(models / "saved_model", tmp_path / "a.pb")
    convert(tmp_path / "a.pb", tmp_path / "b.pbtxt")
    convert(tmp_path / "b.pbtxt", tmp_path / "c", inputs=["x"], outputs=["y"])
    convert(tmp_path / "c", tmp_path / "d.pb")
    assert not diff(tmp_path / "a.pb", tmp_path / "b.pbtxt").differs
    for name in ("a.pb", "b.pbtxt", "c", "d.pb"):
        with tf.load(tmp_path / name) as model:
            np.testing.assert_allclose(model(VALUES["x"]), VALUES["saved_model"], **CLOSE)


def test_a_network_of_tensorflow_2_is_frozen(models, tmp_path):
    convert(models / "convolutions", tmp_path / "a.pb")
    x = np.array(VALUES_TF2["convolutions"]["x"], np.float32)
    with tf.load(tmp_path / "a.pb") as model:
        np.testing.assert_allclose(model(x), VALUES_TF2["convolutions"]["y"], **CLOSE)


def test_the_variables_of_a_saved_model(models, tmp_path):
    convert(models / "saved_model", tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as arrays:
        assert sorted(arrays.files) == ["b", "table", "w"]


def test_a_checkpoint_with_its_graph_is_frozen(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [2], name="x")
        tf.multiply(x, tf.get_variable("w", initializer=[2.0, 3.0]), name="y")
        sess.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(sess, str(tmp_path / "model"))
    convert(path, tmp_path / "a.pb", outputs=["y"])
    with tf.load(tmp_path / "a.pb") as model:
        np.testing.assert_array_equal(model([1.0, 1.0]), [2.0, 3.0])


@pytest.mark.parametrize("name", ["variables.pb", "first_loops.pb", "functions.pb", "saved_model"])
def test_stable_hlo_computes_the_same(models, name):
    with tf.load(models / name) as model:
        exported = export_model(model)
        assert "stablehlo" in exported.text
        (found,) = exported.call(np.array(VALUES["x"], np.float32))
        np.testing.assert_allclose(found, VALUES[name.removesuffix(".pb")], **CLOSE)


def test_stable_hlo_with_sizes_that_are_given(models, tmp_path):
    with pytest.raises(tf.errors.InvalidArgumentError, match="--shapes input_1="):
        convert(models / "convolutions", tmp_path / "a.mlir")
    shapes = {"input_1": (5, 6, 6, 2)}
    convert(models / "convolutions", tmp_path / "a.mlir", shapes=shapes)
    assert "tensor<5x6x6x2xf32>" in (tmp_path / "a.mlir").read_text()
    convert(models / "convolutions", tmp_path / "a.stablehlo", shapes=shapes)
    assert b"StableHLO" in (tmp_path / "a.stablehlo").read_bytes()[:100]
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not fit"):
        convert(models / "convolutions", tmp_path / "a.mlir", shapes={"input_1": (5, 6, 6, 3)})


def test_what_cannot_be_exported_is_named(tmp_path):
    with tf.Graph().as_default() as graph:
        tf.string_to_number(tf.placeholder(tf.string, [2], name="words"), name="y")
        tf.train.write_graph(graph, str(tmp_path), "words.pb", False)
    with pytest.raises(tf.errors.UnimplementedError, match="'y' .StringToNumber. cannot be"):
        convert(tmp_path / "words.pb", tmp_path / "a.mlir")
