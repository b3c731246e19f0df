"""Memory that a run frees is there for the next one."""

import ctypes
import statistics
import subprocess
import sys

import pytest

PROGRAM = """
import resource
import numpy as np
import penstock as tf

x = tf.placeholder(tf.float32, [3000, 3000])
h = tf.tanh(x)
y = tf.reduce_sum(tf.cumsum(h) * h)
value = np.ones([3000, 3000], np.float32)
counts = []
with tf.Session() as session:
    for _ in range(30):
        session.run(y, {x: value})
        session.run(h, {x: value})
        counts.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
print(*np.diff(counts)[10:])
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "mallopt"),
    reason="needs the GNU C library",
)
def test_a_run_touches_no_new_pages():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    faults = [int(word) for word in done.stdout.split()]
    pages_of_a_matrix = 3000 * 3000 * 4 // 4096
    assert statistics.median(faults) < pages_of_a_matrix / 2
