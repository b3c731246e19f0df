"""What `inspect` tells of files that TensorFlow wrote, and of Penstock's own."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.tools.inspection import inspect
from penstock.tools.statistics import statistics_of

GOLDEN = Path(__file__).parents[2] / "golden"
CHECKPOINTS = GOLDEN / "checkpoints"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for archive in ("models.zip", "models_tf2.zip"):
        zipfile.ZipFile(GOLDEN / "graphs" / archive).extractall(folder)
    return folder


def table(report, title):
    return next(table for table in report.tables if table.title == title)


@pytest.mark.parametrize(
    "path",
    ["v2", "v2/model-7", "v2/model-7.index", "v2/model-7.data-00000-of-00001", "v2/checkpoint"],
)
def test_a_checkpoint_by_any_of_its_paths(path):
    report = inspect(CHECKPOINTS / path)
    assert report.heading.endswith(": checkpoint")
    assert ("types/int8", "int8", "[3, 4]", "12") in table(report, "tensors").rows


@pytest.mark.parametrize("version", ["v1", "v2", "sharded", "object"])
def test_values_of_checkpoints(version):
    report = inspect(CHECKPOINTS / version, values=True)
    columns = table(report, "tensors").columns
    assert columns[-5:] == ("minimum", "maximum", "mean", "NaN", "infinite")
    reader = tf.train.load_checkpoint(str(CHECKPOINTS / version))
    for row in table(report, "tensors").rows:
        value = np.asarray(reader.get_tensor(row[0]))
        if value.dtype.kind == "f" and value.size:
            assert float(row[4]) == pytest.approx(float(value.min()), rel=1e-5)


def test_nans_and_infinities_are_counted(tmp_path):
    values = np.array([1.0, np.nan, -2.0, np.inf, np.nan], np.float32)
    np.savez(tmp_path / "a.npz", values=values)
    (row,) = table(inspect(tmp_path / "a.npz", values=True), "tensors").rows
    assert row == ("values", "float32", "[5]", "5", "-2", "1", "-0.5", "2", "1")
    assert statistics_of(np.array(["a"])) is None
    assert statistics_of(np.array([np.nan])).minimum is None


def test_a_frozen_graph(models):
    report = inspect(models / "variables.pb", values=True)
    assert report.facts["ops unsupported here"] == "none"
    assert table(report, "likely inputs").rows == (("x:0", "float32", "(2, 3)"),)
    assert table(report, "likely outputs, the likeliest first").rows[0][0] == "y:0"
    assert ("MatMul", "1") in table(report, "ops").rows
    assert "w" in [row[0] for row in table(report, "constants").rows]


def test_unsupported_ops_are_told_and_ends_still_guessed(tmp_path):
    graph_def = tf.GraphDef()
    graph_def.node.add(name="x", op="Placeholder").attr["dtype"].type = 1
    graph_def.node.add(name="y", op="NoSuchOp", input=["x"])
    (tmp_path / "g.pb").write_bytes(graph_def.SerializeToString())
    report = inspect(tmp_path / "g.pb")
    assert report.facts["ops unsupported here"] == "NoSuchOp (1)"
    assert table(report, "likely inputs").rows[0][0] == "x:0"
    assert table(report, "likely outputs, the likeliest first").rows[0][0] == "y:0"


@pytest.mark.parametrize("name", ["saved_model", "convolutions", "steps"])
def test_a_saved_model(models, name):
    report = inspect(models / name, values=True)
    assert report.heading.endswith(": SavedModel")
    assert report.facts["tags"] == "serve"
    assert any(row[0] == "serving_default" for row in table(report, "signatures").rows)
    assert table(report, "saved values").rows


def test_a_meta_graph(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable([1.0, 2.0], name="v")
        sess.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(sess, str(tmp_path / "model"))
    report = inspect(f"{path}.meta")
    assert report.heading.endswith(": MetaGraph")
    assert report.facts["checkpoint beside it"] == path
    assert table(report, "variables").rows == (("v", "float32", "(2)"),)


def test_an_event_file(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [])
        loss = tf.summary.scalar("loss", x)
        writer = tf.summary.FileWriter(str(tmp_path), sess.graph)
        for step, value in enumerate([3.0, 1.0, 2.0]):
            writer.add_summary(sess.run(loss, {x: value}), step * 10)
        writer.close()
    report = inspect(tmp_path)
    assert report.heading.endswith(": event file")
    row = table(report, "tags").rows[0]
    assert row == ("loss", "scalar", "3", "0", "20", "2", "1", "3")
    assert "graph_def (1)" in report.facts["besides summaries"]


@pytest.mark.parametrize("compression", ["", "GZIP", "ZLIB"])
def test_a_file_of_examples(tmp_path, compression):
    path = str(tmp_path / "data.tfrecord")
    with tf.python_io.TFRecordWriter(path, tf.python_io.TFRecordOptions(compression)) as writer:
        for i in range(3):
            example = tf.train.Example()
            example.features.feature["x"].float_list.value.extend([i, i + 0.5])
            example.features.feature["name"].bytes_list.value.extend([b"a"] * i)
            writer.write(example.SerializeToString())
    report = inspect(path, values=True)
    assert report.facts["records"] == "3"
    rows = table(report, "features").rows
    assert rows[0] == ("name", "bytes", "3", "0 to 2", "-", "-", "0")
    assert rows[1] == ("x", "float32", "3", "2", "0", "2.5", "0")


def test_sequences_of_examples_and_records_of_anything(tmp_path):
    example = tf.train.SequenceExample()
    example.feature_lists.feature_list["tokens"].feature.add().int64_list.value.extend([1, 2])
    example.feature_lists.feature_list["tokens"].feature.add().int64_list.value.extend([3])
    path = str(tmp_path / "data.tfrecord")
    with tf.python_io.TFRecordWriter(path) as writer:
        writer.write(example.SerializeToString())
        writer.write(b"\xff\xff\xff")
    report = inspect(path)
    assert report.facts["examples among them"] == "1 example"
    assert table(report, "features").rows == (("tokens[]", "int64", "1", "3"),)


def test_what_is_missing_is_told_with_what_is_near():
    with pytest.raises(tf.errors.NotFoundError, match="Near it is .*model-7"):
        inspect(CHECKPOINTS / "v2" / "modl-7")
    with pytest.raises(tf.errors.NotFoundError, match="folder .* is missing"):
        inspect(CHECKPOINTS / "v3" / "model-7")


def test_damaged_and_foreign_files(tmp_path, models):
    (tmp_path / "empty.pb").write_bytes(b"")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    (tmp_path / "cut.pb").write_bytes((models / "variables.pb").read_bytes()[:-7])
    (tmp_path / "bad.npz").write_bytes(b"PK\3\4 nothing")
    (tmp_path / "bad.safetensors").write_bytes(struct.pack("<Q", 1 << 60))
    for path in tmp_path.iterdir():
        with pytest.raises(tf.errors.DataLossError):
            inspect(path)
    with pytest.raises(tf.errors.InvalidArgumentError, match="holds no SavedModel"):
        inspect(tmp_path)
