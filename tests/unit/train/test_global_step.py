"""The global step: made once, found by its collection or its name, checked."""

import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_it_is_made_once(graph):
    assert tf.train.get_global_step() is None
    step = tf.train.get_or_create_global_step()
    assert tf.train.get_or_create_global_step() is tf.train.get_global_step(graph) is step
    assert step.name == "global_step:0"
    assert step.dtype.base_dtype == tf.int64
    assert not step.trainable
    assert tf.get_collection(tf.GraphKeys.GLOBAL_STEP) == [step]
    with pytest.raises(ValueError, match="already exists"):
        tf.train.create_global_step()


def test_it_belongs_to_the_graph_that_is_asked():
    other = tf.Graph()
    step = tf.train.create_global_step(other)
    assert step.graph is other
    assert tf.train.get_global_step() is None


def test_it_is_found_by_name():
    step = tf.Variable(0, name="global_step", trainable=False)
    assert tf.train.get_global_step() is step.op.outputs[0]


def test_its_value():
    step = tf.train.create_global_step()
    with tf.Session() as sess:
        sess.run(step.initializer)
        sess.run(step.assign_add(3))
        assert tf.train.global_step(sess, step) == 3
        assert tf.train.global_step(sess, "global_step:0") == 3


@pytest.mark.parametrize(
    ("value", "message"),
    [(1.5, "integer"), ([1, 2], "scalar"), ("no tensor", "Variable or Tensor")],
)
def test_something_else_is_an_error(value, message):
    item = value if isinstance(value, str) else tf.constant(value)
    tf.add_to_collection(tf.GraphKeys.GLOBAL_STEP, item)
    with pytest.raises(TypeError, match=message):
        tf.train.get_global_step()
