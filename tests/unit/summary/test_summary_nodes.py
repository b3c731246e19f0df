"""Summaries in graphs: names, collections, and what is refused."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def own_graph():
    with tf.Graph().as_default():
        yield


def value(node):
    with tf.Session() as session:
        (only,) = tf.Summary.FromString(session.run(node)).value
        return only


def test_tags_are_cleaned_and_scoped():
    with tf.name_scope("s"):
        assert value(tf.summary.scalar("a b:1", 2.0)).tag == "s/a_b_1"
        assert value(tf.summary.scalar("a", 2.0, family="f")).tag == "f/s/f/a"


def test_collections():
    tf.summary.scalar("a", 1.0)
    tf.summary.scalar("b", 1.0, collections=["mine"])
    tf.summary.scalar("c", 1.0, collections=[])
    assert [node.op.name for node in tf.get_collection(tf.GraphKeys.SUMMARIES)] == ["a"]
    assert [node.op.name for node in tf.get_collection("mine")] == ["b"]
    assert tf.summary.merge_all("mine") is not None
    assert tf.summary.merge_all("none") is None
    assert tf.summary.merge_all(scope="z") is None


def test_the_first_form_of_tensor_summaries():
    """Under the node's name, and nothing of its attributes, as in TensorFlow 1.15.5."""
    with tf.Graph().as_default(), tf.Session() as session:
        node = tf.raw_ops.TensorSummary(
            tensor=[1.0, 2.0], description="told", labels=["a"], name="scope/mine"
        )
        (value,) = tf.Summary.FromString(session.run(node)).value
    assert (value.node_name, value.tag) == ("scope/mine", "")
    assert tf.make_ndarray(value.tensor).tolist() == [1.0, 2.0]
    assert not value.HasField("metadata")


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_merged_summaries_of_a_model(tier, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", tier)
    x = tf.placeholder(tf.float32, [None, 3])
    w = tf.Variable(tf.ones([3, 2]))
    y = tf.matmul(x, w)
    tf.summary.histogram("w", w)
    tf.summary.scalar("y", tf.reduce_sum(y))
    merged = tf.summary.merge_all()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            summary, _ = session.run([merged, y], {x: np.ones([4, 3])})
    read = {one.tag: one for one in tf.Summary.FromString(summary).value}
    assert read["y"].simple_value == 24.0
    assert read["w"].histo.num == 6


def test_what_is_refused_when_the_graph_is_built():
    with pytest.raises(ValueError, match="A summary needs a name"):
        tf.summary.scalar(None, 1.0)
    with pytest.raises(ValueError, match="to have dtype string"):
        tf.summary.text("t", tf.constant(1.0))
    with pytest.raises(ValueError, match="at least 1"):
        tf.summary.merge([])
    with pytest.raises(TypeError):
        tf.summary.scalar("s", tf.constant("text"))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: tf.summary.scalar("a", [1.0, 2.0]), "tags and values not the same shape"),
        (lambda: tf.summary.histogram("h", [1.0, np.nan]), "Nan in summary histogram for: h"),
        (lambda: tf.summary.histogram("h", [np.inf]), "Infinity in summary histogram for: h"),
        (lambda: tf.summary.image("i", tf.zeros([2, 2])), "must be 4-D with last dim 1, 3, or 4"),
        (lambda: tf.summary.image("i", tf.zeros([1, 2, 2, 2])), "must be 4-D with last dim"),
        (lambda: tf.summary.image("i", tf.zeros([1, 0, 2, 3])), "have no pixels"),
        (lambda: tf.summary.audio("s", tf.zeros([3]), 1.0), "must be 3-D or 2-D"),
        (lambda: tf.summary.audio("s", tf.zeros([1, 3]), 0.0), "sample_rate must be > 0"),
        (lambda: tf.summary.merge([tf.constant("x")]), "Could not parse one of the summary"),
        (lambda: tf.summary.merge([tf.summary.scalar("a", 1.0)] * 2), "Duplicate tag a found"),
    ],
)
def test_what_is_refused_when_it_runs(make, told):
    node = make()
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match=told):
        session.run(node)
