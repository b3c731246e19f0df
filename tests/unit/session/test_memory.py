"""A long training loop takes no more memory than a short one."""

import subprocess
import sys
from pathlib import Path

import pytest

_STEPS = 30_000
_MOST_PER_STEP = 256  # bytes: less than any object that a step could leave behind

# In a process of its own: what other tests leave behind comes and goes with the garbage collector.
_PROGRAM = """
import gc
import resource
import sys
from pathlib import Path

import numpy as np

import penstock as tf


def held():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


x = tf.placeholder(tf.float32, [None, 8])
weights = tf.Variable(tf.zeros([8, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, weights) - 1.0))
train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
value = np.ones([4, 8], np.float32)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for count in (1000, int(sys.argv[1])):
        before = held()
        for _ in range(count):
            session.run([train, loss], {x: value})
    print(held() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_training_grows_no_memory(tier, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", tier)
    command = [sys.executable, "-c", _PROGRAM, str(_STEPS)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert int(output) < _STEPS * _MOST_PER_STEP, f"{output} bytes more"
