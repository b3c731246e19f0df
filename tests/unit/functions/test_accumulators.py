"""Accumulators: what is refused when they are built, and what ends waiting at them."""

from __future__ import annotations

import threading

import pytest

import penstock as tf
from penstock.core import errors


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


def test_what_is_wrong_shows_when_it_is_built():
    with pytest.raises(ValueError, match="reduction_type"):
        tf.ConditionalAccumulator(tf.float32, reduction_type="MAX")
    with pytest.raises(TypeError, match="dtype"):
        tf.ConditionalAccumulator(tf.string)
    accumulator = tf.ConditionalAccumulator(tf.float32, shape=[2])
    with pytest.raises(ValueError, match=r"\(3,\)"):
        accumulator.apply_grad([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="float32"):
        accumulator.apply_grad(tf.constant([1, 2]))


def test_only_floats_are_added_up():
    accumulator = tf.ConditionalAccumulator(tf.int32, shape=[])
    with tf.Session() as sess, pytest.raises(errors.InvalidArgumentError, match="float64") as told:
        sess.run(accumulator.apply_grad(1))
    assert "tf.cast" in str(told.value)


def test_closing_the_session_ends_waiting():
    take = tf.ConditionalAccumulator(tf.float32, shape=[]).take_grad(1)
    sess = tf.Session()
    raised = []

    def wait():
        try:
            sess.run(take)
        except errors.OpError as error:
            raised.append(error)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    thread.join(0.1)
    sess.close()
    thread.join(20)
    assert isinstance(raised[0], errors.CancelledError)


def test_accumulators_are_shared_by_name():
    one = tf.ConditionalAccumulator(tf.float32, shape=[], shared_name="same")
    other = tf.ConditionalAccumulator(tf.float32, shape=[], shared_name="same")
    with tf.Session() as sess:
        sess.run(one.apply_grad(2.0))
        assert sess.run(other.num_accumulated()) == 1
        assert sess.run(other.take_grad(1)) == 2.0
