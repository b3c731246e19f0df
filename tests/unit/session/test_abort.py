"""A node that ends the process."""

import signal
import subprocess
import sys

import pytest

_PROGRAM = """
import sys
import penstock as tf

end = tf.raw_ops.Abort(error_msg="all is lost", exit_without_error={well})
p = tf.placeholder(tf.bool, [])
chosen = tf.cond(p, lambda: tf.group(tf.raw_ops.Abort(exit_without_error=True)), tf.no_op)
with tf.Session() as session:
    session.run(chosen, {{p: False}})
    print("before")
    session.run(end)
print("after")
"""


@pytest.mark.parametrize(
    ("well", "code", "message"), [(True, 0, ""), (False, -signal.SIGABRT, "all is lost\n")]
)
def test_the_process_ends(well, code, message):
    program = [sys.executable, "-c", _PROGRAM.format(well=well)]
    ended = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (code, "before\n")
    assert ended.stderr.endswith(message)
