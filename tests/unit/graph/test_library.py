"""A graph can have a library of its own, with a user's ops in it."""

import pytest

import penstock as tf
from penstock.graph.build import raw
from penstock.graph.spec import OpSpec, attr
from penstock.ops.library import LIBRARY
from penstock.ops.shape_rules import same_as

TWICE = OpSpec(
    "TestTwice",
    inputs=["x: T"],
    outputs=["y: T"],
    attrs={"T": attr("type")},
    doc="Twice `x`.",
    shape=same_as("x"),
    kernel=lambda xp, x: x * 2,
    grad=lambda ops, node, dy: [ops.TestTwice(dy)],
)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_a_users_op_is_built_run_and_differentiated(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    graph = tf.Graph(library=LIBRARY.extended([TWICE]))
    with graph.as_default(), tf.Session(config=config) as session:
        x = tf.constant([1.0, 2.0])
        y = raw.TestTwice(x)
        assert y.op.name == "TestTwice" and y.shape == [2]
        values, slopes = session.run([y, tf.gradients(y, x)[0]])
    assert (values.tolist(), slopes.tolist()) == ([2.0, 4.0], [2.0, 2.0])


def test_a_second_record_of_a_name_is_an_error():
    with pytest.raises(ValueError, match="TestTwice"):
        LIBRARY.extended([TWICE, TWICE])


def test_other_graphs_do_not_know_it():
    with tf.Graph().as_default(), pytest.raises(NotImplementedError, match="TestTwice"):
        raw.TestTwice(tf.constant(1.0))
