"""Batches of ever new sizes: what is compiled is bounded, and said."""

import numpy as np
import pytest
from absl import logging

import penstock as tf
from penstock.runtime import device_stage


@pytest.fixture
def few(monkeypatch):
    """Let a stage keep four executables, and warn at the third."""
    monkeypatch.setattr(device_stage, "_EXECUTABLES", 4)
    monkeypatch.setattr(device_stage, "_MANY", 3)
    warnings = []
    monkeypatch.setattr(logging, "warning", lambda text, *args: warnings.append(text % args))
    return warnings


def _network():
    """An LSTM over sequences of any length; its feed, and its last output."""
    x = tf.placeholder(tf.float32, [None, None, 8], name="x")
    outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(32), x, dtype=tf.float32)
    return x, outputs[:, -1]


def _compiled(sess, y, x, length):
    feeds = {x: np.ones((16, length, 8), np.float32)}
    sess.run(y, feeds)
    return len(sess.explain(y, feeds).compilations)


def test_new_sizes_are_compiled_up_to_a_number_and_then_ever_less(few):
    with tf.Graph().as_default(), tf.Session() as sess:
        x, y = _network()
        sess.run(tf.global_variables_initializer())
        counts = [_compiled(sess, y, x, length) for _ in range(3) for length in range(2, 12)]
        # In the second round each size comes again: four are compiled. In the third, one more
        # could have come often enough.
        assert counts[9] == 0
        assert counts[19] == 4
        assert counts[29] <= 5
        for _ in range(20):
            for length in range(2, 12):
                count = _compiled(sess, y, x, length)
        assert count <= 4 + np.log2(23 * 10)


def test_a_size_that_stays_is_compiled_in_the_end(few):
    with tf.Graph().as_default(), tf.Session() as sess:
        x, y = _network()
        sess.run(tf.global_variables_initializer())
        for length in range(2, 8):
            for _ in range(2):
                _compiled(sess, y, x, length)
        before = _compiled(sess, y, x, 20)
        after = [_compiled(sess, y, x, 20) for _ in range(10)]
        assert before < after[-1] == after[-2]


def test_many_compilations_are_warned_of_once(few):
    with tf.Graph().as_default(), tf.Session() as sess:
        x, y = _network()
        sess.run(tf.global_variables_initializer())
        for length in range(2, 12):
            for _ in range(2):
                _compiled(sess, y, x, length)
    assert len(few) == 1
    assert "compiled 3 times" in few[0]
    assert "x:0 was (16, 3, 8), is (16, 4, 8)" in few[0]
    assert "Pad batches" in few[0]


def test_a_loop_of_many_turns_compiles_to_no_more_than_one_of_few():
    with tf.Graph().as_default(), tf.Session() as sess:
        x, y = _network()
        gradient = tf.gradients(tf.reduce_sum(y), x)
        sess.run(tf.global_variables_initializer())
        for length in (4, 400):
            _compiled(sess, gradient, x, length)
            _compiled(sess, gradient, x, length)
        explained = sess.explain(gradient, [x])
        assert len(explained.compilations) == 2
        assert all("counted" in str(form) or "scan" in str(form) for form in explained.forms)


def test_lengths_are_compiled_for_by_the_longest_alone():
    """Which sequences are how long never comes twice; how long the longest is does."""
    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, 6, 8])
        lengths = tf.placeholder(tf.int32, [None])
        cell = tf.nn.rnn_cell.BasicLSTMCell(32)
        outputs, _ = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32)
        step = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(outputs))
        sess.run(tf.global_variables_initializer())
        for _ in range(30):
            feeds = {x: random.rand(32, 6, 8), lengths: random.randint(0, 5, 32)}
            sess.run(step, feeds)
        compilations = sess.explain(step, feeds).compilations
        assert 2 <= len(compilations) <= 4
        feeds[lengths] = np.full(32, 6)
        for _ in range(3):
            sess.run(step, feeds)
        assert "was 4, is 6" in sess.explain(step, feeds).compilations[-1].reason
