"""A long training loop takes no more memory than a short one."""

import subprocess
import sys
from pathlib import Path

import pytest

_STEPS = 30_000
_MOST_PER_STEP = 256  # bytes: less than any object that a step could leave behind
_MOST_OBJECTS = 100  # for all steps together

# In a process of its own, whose memory is that of these steps alone, and without the collector of
# cycles: a step must not even leave those.
_PROGRAM = """
import gc
import resource
import sys
from pathlib import Path

import numpy as np

import penstock as tf


def held():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize(), len(gc.get_objects())


x = tf.placeholder(tf.float32, [None, 8])
weights = tf.Variable(tf.zeros([8, 1]))
loss = tf.reduce_mean(tf.square(tf.matmul(x, weights) - 1.0))
train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
value = np.ones([4, 8], np.float32)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for count in (1000, int(sys.argv[1])):
        gc.collect()
        gc.disable()
        before = held()
        for _ in range(count):
            session.run([train, loss], {x: value})
        after = held()
        gc.enable()
    print(after[0] - before[0], after[1] - before[1])
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_training_grows_no_memory(tier, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", tier)
    command = [sys.executable, "-c", _PROGRAM, str(_STEPS)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    grown, objects = map(int, output.split())
    assert grown < _STEPS * _MOST_PER_STEP, f"{grown} bytes more"
    assert objects < _MOST_OBJECTS, f"{objects} objects more"
