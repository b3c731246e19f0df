"""One task of a training job, as a TF1 script has it: train.py JOB INDEX SPEC FOLDER LAST_STEP."""

import json
import sys
import time

import penstock as tf

job, index, spec, folder, last_step = sys.argv[1:]
cluster = tf.train.ClusterSpec(json.loads(spec))
server = tf.train.Server(cluster, job_name=job, task_index=int(index))
print("serving", flush=True)
if job == "ps":
    server.join()
    sys.exit()

device = tf.train.replica_device_setter(cluster=cluster, worker_device=f"/job:worker/task:{index}")
with tf.device(device):
    weights = tf.get_variable("weights", [4], initializer=tf.ones_initializer())
    step = tf.train.get_or_create_global_step()
    loss = tf.reduce_sum(tf.square(weights))
    train = tf.train.GradientDescentOptimizer(0.001).minimize(loss, global_step=step)

with tf.train.MonitoredTrainingSession(
    master=server.target,
    is_chief=index == "0",
    checkpoint_dir=folder,
    hooks=[tf.train.StopAtStepHook(last_step=int(last_step))],
    save_checkpoint_secs=None,
    save_checkpoint_steps=20,
    log_step_count_steps=None,
) as session:
    print("training", flush=True)
    while not session.should_stop():
        number, value, _ = session.run([step, loss, train])
        print(f"step {number}", flush=True)
        time.sleep(0.02)
print(f"done {number} {value}", flush=True)
