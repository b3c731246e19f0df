"""Decay schedules give the numbers of their formulas."""

import math

import numpy as np
import pytest

import penstock as tf

RATE, STEPS = 0.5, 10


def wave(done):
    return 0.5 * (1.0 + math.cos(math.pi * done))


def polynomial(step, power=1.0, end=0.0001):
    return (RATE - end) * (1.0 - min(step, STEPS) / STEPS) ** power + end


def cycled(step, end=0.0001):
    steps = STEPS * (1.0 if step == 0 else math.ceil(step / STEPS))
    return (RATE - end) * (1.0 - step / steps) + end


def restarted(step, longer, higher, alpha=0.1):
    length, height, start = STEPS, 1.0, 0
    while step - start >= length:
        start, length, height = start + length, length * longer, height * higher
    fall = height * wave((step - start) / length)
    return RATE * ((1.0 - alpha) * fall + alpha)


def linear_cosine(step):
    step = min(step, STEPS)
    return RATE * ((0.2 + 1.0 - step / STEPS) * wave(2.0 * 0.5 * step / STEPS) + 0.01)


CASES = {
    "exponential": (
        lambda s: tf.train.exponential_decay(RATE, s, STEPS, 0.9),
        lambda s: RATE * 0.9 ** (s / STEPS),
    ),
    "stairs": (
        lambda s: tf.train.exponential_decay(RATE, s, STEPS, 0.9, staircase=True),
        lambda s: RATE * 0.9 ** (s // STEPS),
    ),
    "natural": (
        lambda s: tf.train.natural_exp_decay(RATE, s, STEPS, 0.3),
        lambda s: RATE * math.exp(-0.3 * s / STEPS),
    ),
    "inverse": (
        lambda s: tf.train.inverse_time_decay(RATE, s, STEPS, 0.3, staircase=True),
        lambda s: RATE / (1.0 + 0.3 * (s // STEPS)),
    ),
    "polynomial": (
        lambda s: tf.train.polynomial_decay(RATE, s, STEPS, power=0.5),
        lambda s: polynomial(s, power=0.5),
    ),
    "cycle": (lambda s: tf.train.polynomial_decay(RATE, s, STEPS, cycle=True), cycled),
    "cosine": (
        lambda s: tf.train.cosine_decay(RATE, s, STEPS, alpha=0.1),
        lambda s: RATE * (0.9 * wave(min(s, STEPS) / STEPS) + 0.1),
    ),
    "restarts": (
        lambda s: tf.train.cosine_decay_restarts(RATE, s, STEPS, alpha=0.1, m_mul=0.5),
        lambda s: restarted(s, 2.0, 0.5),
    ),
    "even restarts": (
        lambda s: tf.train.cosine_decay_restarts(RATE, s, STEPS, t_mul=1.0, alpha=0.1),
        lambda s: restarted(s, 1.0, 1.0),
    ),
    "linear cosine": (
        lambda s: tf.train.linear_cosine_decay(RATE, s, STEPS, alpha=0.2, beta=0.01),
        linear_cosine,
    ),
    "piecewise": (
        lambda s: tf.train.piecewise_constant(s, [4, 9, 12], [0.4, 0.3, 0.2, 0.1]),
        lambda s: 0.4 if s <= 4 else 0.3 if s <= 9 else 0.2 if s <= 12 else 0.1,
    ),
}


@pytest.mark.parametrize("dtype", ["int64", "int32"])
@pytest.mark.parametrize("name", CASES)
def test_schedule(name, dtype):
    build, formula = CASES[name]
    with tf.Graph().as_default():
        step = tf.placeholder(dtype, [])
        rate = build(step)
        with tf.Session() as session:
            for value in (0, 1, 4, 5, 9, 11, 13, 29):
                got = session.run(rate, {step: value})
                np.testing.assert_allclose(got, formula(value), rtol=2e-5, atol=1e-6)
                assert got.dtype == np.float32


def test_noise_is_about_the_line():
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        step = tf.placeholder(tf.int64, [])
        rate = tf.train.noisy_linear_cosine_decay(1.0, step, 100, initial_variance=0.01, beta=0.0)
        with tf.Session() as session:
            rates = [session.run(rate, {step: 0}) for _ in range(50)]
    assert 0.05 < np.std(rates) < 0.2
    assert abs(np.mean(rates) - 1.0) < 0.1


def test_a_step_is_needed():
    train = tf.train
    for decay in (train.exponential_decay, train.natural_exp_decay, train.inverse_time_decay):
        with pytest.raises(ValueError, match="global_step is required"):
            decay(0.1, None, 10, 0.9)
    for decay in (train.polynomial_decay, train.cosine_decay, train.cosine_decay_restarts):
        with pytest.raises(ValueError, match="global_step is required"):
            decay(0.1, None, 10)


def test_pieces_must_fit():
    with tf.Graph().as_default():
        step = tf.placeholder(tf.int64, [])
        with pytest.raises(ValueError, match="one value more than boundaries"):
            tf.train.piecewise_constant(step, [1, 2], [0.1, 0.2])
        with pytest.raises(ValueError, match="dtype of x, int64"):
            tf.train.piecewise_constant(step, [1.5], [0.1, 0.2])
        with pytest.raises(ValueError, match="one dtype"):
            tf.train.piecewise_constant(step, [1], [0.1, tf.constant(2)])
