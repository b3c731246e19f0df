"""tf.contrib.summary: nodes that write summaries themselves."""

import os

import numpy as np
import pytest

import penstock as tf

S = tf.contrib.summary


@pytest.fixture(autouse=True)
def own_graph():
    with tf.Graph().as_default():
        yield


def told(folder):
    names = sorted(os.listdir(folder))
    return [event for name in names for event in tf.train.summary_iterator(str(folder / name))]


def numbers(folder):
    return [
        (event.step, value.tag, value.simple_value)
        for event in told(folder)
        for value in event.summary.value
    ]


def test_what_a_training_writes(tmp_path):
    step = tf.train.get_or_create_global_step()
    writer = S.create_file_writer(str(tmp_path))
    with writer.as_default(), S.always_record_summaries():
        every = S.scalar("every", tf.cast(step, tf.float32) * 2.0)
    with writer.as_default(), S.record_summaries_every_n_global_steps(2):
        second = S.scalar("second", 1.0, family="f")
    with writer.as_default(), S.never_record_summaries():
        never = S.scalar("never", 1.0)
    with tf.control_dependencies([every, second, never]):
        forward = tf.assign_add(step, 1)
    assert S.all_summary_ops() == [every, second, never]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        with writer.as_default():
            S.initialize(graph=tf.get_default_graph())
        found = [sess.run([every, second, never, forward])[:3] for _ in range(3)]
        sess.run(writer.flush())
        assert found == [[True, True, False], [True, False, False], [True, True, False]]
        assert sorted(numbers(tmp_path)) == [
            (0, "every", 0.0), (0, "f/f/second", 1.0), (1, "every", 2.0),
            (2, "every", 4.0), (2, "f/f/second", 1.0),
        ]  # fmt: skip
    first, graph = told(tmp_path)[:2]
    assert first.file_version == "brain.Event:2"
    assert "every" in {node.name for node in tf.GraphDef.FromString(graph.graph_def).node}
    assert os.listdir(tmp_path)[0].endswith(".v2")


def test_each_kind(tmp_path):
    event = tf.Event(step=9, wall_time=1.5, summary=tf.Summary(value=[{"tag": "e"}]))
    writer = S.create_file_writer(str(tmp_path), filename_suffix=".x", flush_millis=1)
    with writer.as_default(), S.always_record_summaries(), tf.name_scope("scope"):
        nodes = [
            S.histogram("h", [1.0, 2.0], step=3),
            S.image("i", tf.zeros([1, 2, 2, 3]), step=3),
            S.audio("a", tf.zeros([1, 8]), 8000.0, 1, step=3),
            S.generic("g", np.array([1, 2]), step=3),
            S.graph(tf.get_default_graph(), step=3),
            S.import_event(event.SerializeToString()),
        ]
        with tf.Session() as sess:
            tf.summary.initialize()
            sess.run(nodes)
            sess.run(writer.close())
            S.initialize()  # a closed writer may be opened again
            sess.run(nodes[0])
    kinds = {
        value.tag: value.WhichOneof("value")
        for one in told(tmp_path)
        for value in one.summary.value
    }
    assert kinds == {
        "scope/h": "histo", "scope/i/image/0": "image", "scope/a/audio": "audio",
        "scope/g": "tensor", "e": None,
    }  # fmt: skip
    (imported,) = (one for one in told(tmp_path) if one.step == 9)
    assert imported.wall_time == 1.5
    assert {name.rpartition(".")[2] for name in os.listdir(tmp_path)} == {"x"}


def test_without_a_writer():
    with S.always_record_summaries():
        assert S.scalar("a", 1.0).type == "NoOp"
    assert S.flush().type == "NoOp"
    assert S.graph(tf.get_default_graph()) is None
    with S.create_file_writer(None).as_default(), S.always_record_summaries():
        assert S.scalar("a", 1.0).type == "NoOp"
    assert S.all_summary_ops() == []


def test_wrong_uses(tmp_path):
    with pytest.raises(RuntimeError, match="No default .*SummaryWriter found"):
        S.initialize(session=tf.Session())
    with pytest.raises(RuntimeError, match="no default summary writer"):
        S.import_event(b"")
    writer = S.create_file_writer(str(tmp_path))
    with writer.as_default(), S.always_record_summaries():
        with pytest.raises(ValueError, match="session must be passed"):
            S.initialize()
        node = S.scalar("a", 1.0, step=1)
        event = S.import_event(b"\xff\xff")
        with tf.Session() as sess:
            with pytest.raises(tf.errors.FailedPreconditionError, match="has no file yet"):
                sess.run(node)
            with pytest.raises(TypeError, match="A Graph or a GraphDef"):
                S.initialize(graph="graph")
            with pytest.raises(tf.errors.InvalidArgumentError, match="no Event can be read"):
                sess.run(event)
