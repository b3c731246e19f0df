"""tf.summary.FileWriter and what it writes, read by Penstock and by TensorBoard."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import penstock as tf


@pytest.fixture(autouse=True)
def own_graph():
    with tf.Graph().as_default():
        yield
    tf.summary.FileWriterCache.clear()


def events(folder):
    names = sorted(os.listdir(folder))
    return [event for name in names for event in tf.train.summary_iterator(str(folder / name))]


def scalar(value, tag="a"):
    return tf.Summary(value=[tf.Summary.Value(tag=tag, simple_value=value)])


def test_a_training_loop_is_told(tmp_path):
    x = tf.placeholder(tf.float32, [None], name="x")
    tf.summary.scalar("average", tf.reduce_mean(x))
    tf.summary.histogram("values", x)
    everything = tf.summary.merge_all()
    with tf.Session() as session, tf.summary.FileWriter(str(tmp_path), session.graph) as writer:
        for step in range(3):
            summary = session.run(everything, {x: np.arange(step + 1.0)})
            writer.add_summary(summary, step)
    told = events(tmp_path)
    assert told[0].file_version == "brain.Event:2"
    graph_def = tf.GraphDef.FromString(told[1].graph_def)
    assert {"x", "average", "values"} <= {node.name for node in graph_def.node}
    meta_graph = tf.MetaGraphDef.FromString(told[2].meta_graph_def)
    assert meta_graph.graph_def == graph_def
    assert list(meta_graph.collection_def["summaries"].node_list.value) == ["average:0", "values:0"]
    assert [event.step for event in told[3:]] == [0, 1, 2]
    assert [event.summary.value[0].simple_value for event in told[3:]] == [0.0, 0.5, 1.0]
    assert told[5].summary.value[1].histo.num == 3


def test_tensorboard_reads_it(tmp_path):
    with tf.Session() as session, tf.summary.FileWriter(str(tmp_path), session.graph) as writer:
        pixels = np.random.RandomState(0).rand(1, 5, 4, 3)
        nodes = [
            tf.summary.scalar("loss", 0.5),
            tf.summary.histogram("h", np.arange(9.0)),
            tf.summary.image("i", pixels.astype(np.float32)),
            tf.summary.audio("s", np.zeros([1, 9], np.float32), 8000.0),
            tf.summary.text("t", tf.constant("**told**")),
        ]
        writer.add_summary(session.run(tf.summary.merge(nodes)), 4)
        writer.add_graph(session.graph)
    read = EventAccumulator(str(tmp_path), size_guidance={"tensors": 0})
    read.Reload()
    tags = read.Tags()
    assert tags["graph"]
    assert tags["scalars"] == ["loss"]
    assert tags["histograms"] == ["h"]
    assert tags["images"] == ["i/image/0"]
    assert tags["audio"] == ["s/audio/0"]
    assert tags["tensors"] == ["t"]
    (point,) = read.Scalars("loss")
    assert (point.step, point.value) == (4, 0.5)
    assert read.Images("i/image/0")[0].height == 5
    assert read.SummaryMetadata("t").plugin_data.plugin_name == "text"


def test_what_is_said_of_a_tag_is_said_once(tmp_path):
    node = tf.summary.text("t", tf.constant("a"))
    with tf.Session() as session, tf.summary.FileWriter(str(tmp_path)) as writer:
        for step in range(2):
            writer.add_summary(session.run(node), step)
    first, second = (event.summary.value[0] for event in events(tmp_path)[1:])
    assert first.metadata.plugin_data.plugin_name == "text"
    assert not second.HasField("metadata")


def test_other_events(tmp_path):
    with tf.summary.FileWriter(str(tmp_path), filename_suffix=".mine") as writer:
        writer.add_summary(scalar(1.0), np.int64(3))
        writer.add_session_log(tf.SessionLog(status=tf.SessionLog.START), 1)
        metadata = tf.RunMetadata()
        writer.add_run_metadata(metadata, "step 1", 1)
        with pytest.raises(ValueError, match="already used for this event type: 'step 1'"):
            writer.add_run_metadata(metadata, "step 1")
        writer.add_meta_graph(tf.MetaGraphDef(), 2)
        writer.add_event(tf.Event(step=9, wall_time=1.0))
    told = events(tmp_path)[1:]
    kinds = [event.WhichOneof("what") for event in told]
    assert kinds == ["summary", "session_log", "tagged_run_metadata", "meta_graph_def", None]
    assert [event.step for event in told] == [3, 1, 1, 2, 9]
    assert told[0].wall_time == pytest.approx(time.time(), abs=60)
    assert os.listdir(tmp_path)[0].endswith(".mine")


def test_the_folder_is_made_and_the_file_is_named(tmp_path):
    writer = tf.summary.FileWriter(str(tmp_path / "a" / "b"))
    writer.flush()
    assert os.listdir(tmp_path / "a" / "b") == []  # as long as nothing is told
    writer.add_summary(scalar(1.0))
    (name,) = os.listdir(tmp_path / "a" / "b")
    assert name.startswith("events.out.tfevents.")
    assert writer.get_logdir() == str(tmp_path / "a" / "b")
    writer.close()


def test_events_are_there_after_a_flush_or_in_time(tmp_path):
    writer = tf.summary.FileWriter(str(tmp_path), flush_secs=1000)
    writer.add_summary(scalar(1.0))
    assert len(events(tmp_path)) == 1
    writer.flush()
    assert len(events(tmp_path)) == 2
    writer.close()
    fast = tf.summary.FileWriter(str(tmp_path / "fast"), flush_secs=0)
    fast.add_summary(scalar(1.0))
    assert len(events(tmp_path / "fast")) == 2
    fast.close()


def test_a_program_that_ends_without_closing_keeps_its_events(tmp_path):
    script = (
        "import sys, penstock as tf\n"
        "writer = tf.summary.FileWriter(sys.argv[1])\n"
        "writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag='a', simple_value=1.0)]))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    assert len(events(tmp_path)) == 2


def test_a_closed_writer_takes_nothing_until_it_is_opened_again(tmp_path):
    writer = tf.summary.FileWriter(str(tmp_path))
    writer.close()
    writer.close()
    with pytest.warns(UserWarning, match="closed FileWriter"):
        writer.add_summary(scalar(1.0))
    with pytest.warns(UserWarning, match="closed FileWriter"):
        writer.flush()
    writer.reopen()
    writer.add_summary(scalar(2.0))
    writer.close()
    assert [event.summary.value[0].simple_value for event in events(tmp_path) if event.summary.value
            ] == [2.0]  # fmt: skip


def test_writers_of_one_second_leave_each_other_alone(tmp_path):
    for value in range(3):
        with tf.summary.FileWriter(str(tmp_path)) as writer:
            writer.add_summary(scalar(value))
    told = [event.summary.value[0] for event in events(tmp_path) if event.summary.value]
    assert [value.simple_value for value in told] == [0.0, 1.0, 2.0]


def test_wrong_arguments(tmp_path):
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        with pytest.raises(TypeError, match="must be an instance of `Graph`"):
            writer.add_graph("graph")
        with pytest.raises(ValueError, match="not both"):
            writer.add_graph(tf.get_default_graph(), graph_def=tf.GraphDef())
        with pytest.raises(TypeError, match="must be type MetaGraphDef"):
            writer.add_meta_graph(tf.GraphDef())
        with pytest.raises(TypeError, match="SessionLog"):
            writer.add_session_log("start")
        with pytest.raises(TypeError, match="RunMetadata"):
            writer.add_run_metadata(3, "x")
    (tmp_path / "file").write_text("")
    with pytest.raises((tf.errors.FailedPreconditionError, tf.errors.AlreadyExistsError)):
        tf.summary.FileWriter(str(tmp_path / "file"))
    with pytest.raises(tf.errors.DataLossError):
        (tmp_path / "junk").write_bytes(b"no events, for sure, are in this file")
        list(tf.train.summary_iterator(str(tmp_path / "junk")))


def test_one_writer_for_a_folder(tmp_path):
    tf.constant(1)
    first = tf.summary.FileWriterCache.get(str(tmp_path))
    assert tf.summary.FileWriterCache.get(str(tmp_path)) is first
    tf.summary.FileWriterCache.clear()
    assert tf.summary.FileWriterCache.get(str(tmp_path)) is not first


def test_descriptions():
    node = tf.NodeDef(op="TensorSummary")
    node.attr["description"].s = b'{"typeHint": "a hint"}'
    assert tf.summary.get_summary_description(node).type_hint == "a hint"
    with pytest.raises(ValueError, match="only on TensorSummary"):
        tf.summary.get_summary_description(tf.NodeDef(op="Add"))
