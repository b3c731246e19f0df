"""A worker that counts: count.py JOB INDEX SPEC JOURNAL STEPS.

Each step adds one to a number on the first server, and to this worker's number on the second. The
journal gets a `b` before each step and an `e` after it, also over several lives of the worker.
"""

import json
import os
import sys

import penstock as tf

job, index, spec, journal, steps = sys.argv[1:]
server = tf.train.Server(json.loads(spec), job_name=job, task_index=int(index))
if job == "ps":
    print("serving", flush=True)
    server.join()
    sys.exit()

with tf.device("/job:ps/task:0"):
    total = tf.get_variable("total", [], tf.int64, tf.zeros_initializer(), use_resource=True)
with tf.device("/job:ps/task:1"):
    counts = tf.get_variable("counts", [8], tf.int64, tf.zeros_initializer())
step = tf.group(tf.assign_add(total, 1), tf.scatter_add(counts, [int(index)], [1]))

written = os.open(journal, os.O_RDWR | os.O_CREAT | os.O_APPEND)
done = os.read(written, 10**7).count(b"e")
with tf.Session(server.target) as session:
    if not session.run(tf.is_variable_initialized(counts)) and index == "0":
        session.run(tf.global_variables_initializer())
    while session.run(tf.report_uninitialized_variables()).size:
        pass
    for _ in range(done, int(steps)):
        os.write(written, b"b")
        session.run(step)
        os.write(written, b"e")
print("done", flush=True)
