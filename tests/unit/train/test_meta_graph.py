"""tf.train.export_meta_graph and import_meta_graph: a program goes on with another's graph."""

import logging

import numpy as np
import pytest

import penstock as tf
from penstock.formats.messages import VariableDef

FEED = {"x:0": [[1.0, 2.0], [3.0, 4.0]]}


def build():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    v = tf.Variable([[1.0], [2.0]], name="v")
    r = tf.get_variable("r", [1], use_resource=True, initializer=tf.ones_initializer())
    tf.get_variable(
        "p",
        [4, 2],
        partitioner=tf.fixed_size_partitioner(2),
        initializer=tf.zeros_initializer(),
    )
    y = tf.add(tf.matmul(x, v), r, name="y")
    y = tf.cond(tf.reduce_sum(y) > 0.0, lambda: y * r, lambda: y)
    loss = tf.reduce_mean(y, name="loss")
    step = tf.train.get_or_create_global_step()
    tf.train.AdamOptimizer(0.1).minimize(loss, step, name="train")
    tf.add_to_collection("outputs", y)


def train(session, steps):
    return [session.run(["train", "loss:0"], FEED)[1] for _ in range(steps)]


@pytest.fixture
def checkpoint(tmp_path):
    """The prefix of a checkpoint after three steps, and the losses of the three that follow."""
    with tf.Graph().as_default():
        build()
        saver = tf.train.Saver()
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            train(session, 3)
            path = saver.save(session, str(tmp_path / "model"), global_step=3)
            return path, train(session, 3)


def test_training_goes_on_from_the_files_alone(checkpoint):
    path, losses = checkpoint
    with tf.Graph().as_default():
        saver = tf.train.import_meta_graph(f"{path}.meta")
        with tf.Session() as session:
            saver.restore(session, path)
            np.testing.assert_allclose(train(session, 3), losses, rtol=1e-6)
            assert session.run(tf.train.get_global_step()) == 6


def test_collections_come_back(checkpoint):
    path, _ = checkpoint
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(f"{path}.meta")
        names = [variable.name for variable in tf.trainable_variables()]
        assert names == ["v:0", "r:0", "p/part_0:0", "p/part_1:0"]
        assert tf.trainable_variables()[0] is tf.global_variables()[0]
        assert tf.global_variables()[1].dtype is tf.float32
        assert tf.trainable_variables()[2]._get_save_slice_info().spec == "4 2 0,2:0,2"
        assert graph.get_collection("outputs")[0].op.type in ("If", "StatelessIf")


@pytest.mark.parametrize("as_text", [False, True])
def test_with_a_scope(tmp_path, as_text):
    path = str(tmp_path / "graph.meta")
    with tf.Graph().as_default():
        build()
        saver = tf.train.Saver()
        written = saver.export_meta_graph(path, as_text=as_text)
        assert written.saver_def.restore_op_name == "save/restore_all"
    with tf.Graph().as_default() as graph:
        graph.add_to_collection("outputs", tf.constant(1.0))
        saver = tf.train.import_meta_graph(path, import_scope="a")
        tf.train.import_meta_graph(path, import_scope="a")
        assert saver.saver_def.restore_op_name == "a/save/restore_all"
        assert [v.name for v in tf.trainable_variables("a/v")] == ["a/v:0"]
        assert [v.name for v in tf.trainable_variables("a_1/v")] == ["a_1/v:0"]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            feed = {f"a/{name}": value for name, value in FEED.items()}
            assert session.run("a/loss:0", feed) == pytest.approx(9.0)


def test_collections_as_tensorflow_writes_them(caplog):
    with tf.Graph().as_default() as graph:
        y = tf.constant(1.0, name="y")
        v = tf.Variable(2.0, name="v")
        for key, items in {
            "nodes": [y, y.op],
            "whole": [3, -1],
            "real": [2.5],
            "text": ["a", b"b"],
            "mixed": [y, 3],
            "weights": [v],
        }.items():
            for item in items:
                graph.add_to_collection(key, item)
        with caplog.at_level(logging.WARNING):
            collections = tf.train.export_meta_graph().collection_def
    assert "mixed" in caplog.text and "mixed" not in collections
    assert list(collections["nodes"].node_list.value) == ["y:0", "y"]
    assert list(collections["whole"].int64_list.value) == [3, -1]
    assert list(collections["real"].float_list.value) == [2.5]
    assert list(collections["text"].bytes_list.value) == [b"a", b"b"]
    assert list(collections["weights"].node_list.value) == ["v:0"]
    (variable,) = map(VariableDef.FromString, collections["variables"].bytes_list.value)
    assert variable.initializer_name == "v/Assign" and variable.snapshot_name == "v/read:0"
    assert variable.initial_value_name == "v/initial_value:0" and variable.trainable


def test_a_part_by_its_scope():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        with tf.name_scope("net"):
            y = tf.matmul(x, tf.Variable([[1.0], [2.0]], name="v"), name="y")
            with tf.control_dependencies([x]):
                tf.identity(y, name="z")
            with graph.colocate_with(x.op):
                tf.identity(y, name="w")
        part = tf.train.export_meta_graph(export_scope="net")
    inputs = {node.name: list(node.input) for node in part.graph_def.node}
    assert inputs["y"] == ["$unbound_inputs_x", "v/read"]
    assert inputs["z"] == ["y", "^$unbound_inputs_x"]
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match=r"unbound inputs: \$unbound_inputs_x.*input_map"):
            tf.train.import_meta_graph(part)
        k = tf.constant([[1.0, 1.0]])
        tf.train.import_meta_graph(part, input_map={"$unbound_inputs_x": k})
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert session.run("z:0") == [[3.0]]


def test_options():
    with tf.Graph().as_default():
        with tf.device("/gpu:1"):
            tf.matmul([[1.0]], [[2.0]], name="m")
        plain = tf.train.export_meta_graph()
        bare = tf.train.export_meta_graph(clear_devices=True, strip_default_attrs=True)
    assert plain.graph_def.node[-1].device and not bare.graph_def.node[-1].device
    assert sorted(plain.graph_def.node[-1].attr) == [
        "T",
        "_output_shapes",
        "transpose_a",
        "transpose_b",
    ]
    assert sorted(bare.graph_def.node[-1].attr) == ["T", "_output_shapes"]
    assert [op.name for op in plain.meta_info_def.stripped_op_list.op] == ["Const", "MatMul"]
    assert plain.meta_info_def.tensorflow_version == "1.15.5"
    assert bare.meta_info_def.stripped_default_attrs


def test_what_is_no_meta_graph(tmp_path):
    with pytest.raises(OSError, match="does not exist"):
        tf.train.import_meta_graph(str(tmp_path / "absent.meta"))
    (tmp_path / "bad.meta").write_bytes(b"\xff\xfe not a message")
    with pytest.raises(OSError, match="Cannot parse file"):
        tf.train.import_meta_graph(str(tmp_path / "bad.meta"))
    with pytest.raises(TypeError, match="MetaGraphDef"):
        tf.train.import_meta_graph(3)


def test_a_graph_without_variables_has_no_saver():
    with tf.Graph().as_default():
        tf.constant(1.0)
        message = tf.train.export_meta_graph()
    with tf.Graph().as_default():
        assert tf.train.import_meta_graph(message) is None
