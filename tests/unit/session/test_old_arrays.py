"""Graphs with TensorArrays of long ago give what they give in TensorFlow."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.graph.graph import PRODUCER

GOLDEN = Path(__file__).parents[2] / "golden" / "old_arrays"
RUNS = json.loads((GOLDEN / "runs.json").read_text())


def imported(name):
    """Import a golden graph into a new one."""
    definition = tf.GraphDef.FromString(gzip.decompress((GOLDEN / f"{name}.pb.gz").read_bytes()))
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(definition, name="")
    return graph, definition


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", RUNS)
def test_values_are_tensorflows(name, tier):
    """The interpreter and compiled code give TensorFlow's values, gradients included."""
    graph, _ = imported(name)
    run = RUNS[name]
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Session(graph=graph, config=config) as session:
        session.run(run["initializer"])
        for _ in range(2):
            results = session.run(run["fetches"], run["feeds"])
            for result, expected in zip(results, run["results"], strict=True):
                np.testing.assert_allclose(result, expected, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("name", RUNS)
def test_graphs_are_written_as_they_were_read(name):
    """The old ops stay in the graph, and so does the version of its file."""
    graph, definition = imported(name)
    written = graph.as_graph_def()
    assert written.versions.producer == definition.versions.producer
    ops = [node.op for node in definition.node]
    assert sorted(ops) == sorted(node.op for node in written.node)


def test_a_loop_of_old_arrays_is_compiled():
    """Old arrays do not keep a loop from being XLA's."""
    graph, _ = imported("second_in_a_loop")
    run = RUNS["second_in_a_loop"]
    config = tf.ConfigProto()
    config.experimental.executor_type = "xla"
    with tf.Session(graph=graph, config=config) as session:
        session.run(run["fetches"], run["feeds"])
        forms = str(session.explain(run["fetches"], run["feeds"]))
    assert "While (While): while" in forms


def test_new_graphs_have_no_old_arrays():
    """Such ops can be read from old files only."""
    definition = tf.GraphDef()
    definition.versions.producer = PRODUCER
    definition.node.add(name="array", op="TensorArrayV2")
    with tf.Graph().as_default():
        with pytest.raises(NotImplementedError, match="GraphDefs before version 26.*version 134"):
            tf.raw_ops.TensorArrayV2(size=2, dtype=tf.float32)
        with pytest.raises(tf.errors.UnimplementedError, match="before version 26"):
            tf.import_graph_def(definition)


def test_a_graph_is_as_old_as_what_it_was_read_from():
    """What was added to an old graph can have old ops."""
    graph, _ = imported("second_by_rows")
    with graph.as_default():
        assert tf.raw_ops.TensorArrayV2(size=2, dtype=tf.float32).dtype is tf.string


def test_one_number_for_two_arrays_is_refused():
    """A number can stand for one array's first flow only."""
    with tf.Graph().as_default() as graph:
        graph.producer = 20
        flow = tf.constant(0.0)
        arrays = [tf.raw_ops.TensorArrayV2(size=1, dtype=tf.float32) for _ in range(2)]
        sizes = [tf.raw_ops.TensorArraySizeV2(handle=each, flow_in=flow) for each in arrays]
        with pytest.raises(tf.errors.UnimplementedError, match="Give each its own constant"):
            tf.Session().run(sizes)
