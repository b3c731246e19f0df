"""A long training loop takes no more memory than a short one."""

import gc
import resource
from pathlib import Path

import numpy as np
import pytest

import penstock as tf

_PAGES = Path("/proc/self/statm")
_STEPS = 30_000
_MOST_PER_STEP = 256  # bytes: less than any object that a step could leave behind


def _held():
    gc.collect()
    return int(_PAGES.read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not _PAGES.exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_training_grows_no_memory(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        x = tf.placeholder(tf.float32, [None, 8])
        weights = tf.Variable(tf.zeros([8, 1]))
        loss = tf.reduce_mean(tf.square(tf.matmul(x, weights) - 1.0))
        train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
        session.run(tf.global_variables_initializer())
        value = np.ones([4, 8], np.float32)

        def steps(count):
            for _ in range(count):
                session.run([train, loss], {x: value})

        steps(1000)
        before = _held()
        steps(_STEPS)
        grown = _held() - before
    assert grown < _STEPS * _MOST_PER_STEP, f"{grown} bytes more"
