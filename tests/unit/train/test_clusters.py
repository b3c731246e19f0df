"""Clusters in words, and devices of replicas; placements as TensorFlow 1.15.5 makes them."""

from __future__ import annotations

import pytest

import penstock as tf

CLUSTER = {"ps": ["a:1", "b:2"], "worker": {1: "w1:3", 3: "w3:4"}}


def test_a_cluster():
    cluster = tf.train.ClusterSpec(CLUSTER)
    assert cluster.jobs == ["ps", "worker"] and cluster.as_dict() == CLUSTER
    assert cluster.num_tasks("worker") == 2 and cluster.task_indices("worker") == [1, 3]
    assert cluster.task_address("worker", 3) == "w3:4"
    assert cluster.job_tasks("worker") == [None, "w1:3", None, "w3:4"]
    assert bool(cluster) and not tf.train.ClusterSpec({})


def test_one_cluster_in_several_forms():
    cluster = tf.train.ClusterSpec(CLUSTER)
    message = cluster.as_cluster_def()
    assert [job.name for job in message.job] == ["ps", "worker"]
    assert dict(message.job[1].tasks) == CLUSTER["worker"]
    for other in (message, cluster, cluster.as_dict(), {**CLUSTER, "ps": [b"a:1", "b:2"]}):
        assert tf.train.ClusterSpec(other) == cluster
    assert cluster != tf.train.ClusterSpec({"ps": ["a:1"]})


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda c: tf.train.ClusterSpec(3), TypeError, "dictionary mapping"),
        (lambda c: tf.train.ClusterSpec({"a": 3}), TypeError, "must be a list"),
        (lambda c: tf.train.ClusterSpec({"a": "b:1"}), TypeError, "must be a list"),
        (lambda c: tf.train.ClusterSpec({"a": [3]}), TypeError, "Task address 3"),
        (lambda c: tf.train.ClusterSpec({3: ["a"]}), TypeError, "Job name 3"),
        (lambda c: tf.train.ClusterSpec({"a": {"x": "b"}}), TypeError, "Task index 'x'"),
        (lambda c: c.num_tasks("x"), ValueError, "No such job"),
        (lambda c: c.job_tasks("x"), ValueError, "No such job"),
        (lambda c: c.task_address("worker", 0), ValueError, "No task with index 0"),
        (lambda c: tf.train.replica_device_setter(2, ps_strategy=3), TypeError, "callable"),
        (lambda c: tf.train.replica_device_setter("a"), TypeError, "number of tasks"),
        (lambda c: tf.train.replica_device_setter(cluster=3), TypeError, "dictionary mapping"),
    ],
)
def test_what_is_no_cluster(call, error, words):
    with pytest.raises(error, match=words):
        call(tf.train.ClusterSpec(CLUSTER))


def _places(**options):
    """List the devices of three variables, of nodes between, and of such under inner devices."""
    with tf.Graph().as_default(), tf.device(tf.train.replica_device_setter(**options)):
        a = tf.Variable(1.0)
        b = tf.get_variable("b", [2, 3])
        c = tf.constant(1.0) + a
        d = tf.get_variable("d", [5], use_resource=True)
        with tf.device("/gpu:0"):
            e, f = tf.constant(2.0), tf.get_variable("f", [5])
        with tf.device("/job:other"):
            g, h = tf.constant(2.0), tf.get_variable("h", [5])
        return [each.op.device for each in (a, b, c, d, e, f, g, h)] + [a.initializer.device]


@pytest.mark.parametrize(
    ("options", "devices"),
    [
        ({"ps_tasks": 2}, [
            "/job:ps/task:0", "/job:ps/task:1", "/job:worker", "/job:ps/task:0",
            "/job:worker/device:GPU:0", "/job:ps/task:1/device:GPU:0", "/job:other", "/job:other",
            "/job:ps/task:0"]),
        ({}, ["", "", "", "", "/device:GPU:0", "/device:GPU:0", "/job:other", "/job:other", ""]),
        ({"cluster": {"ps": ["x", "y", "z"]}, "worker_device": "/job:worker/task:7"}, [
            "/job:ps/task:0", "/job:ps/task:1", "/job:worker/task:7", "/job:ps/task:2",
            "/job:worker/task:7/device:GPU:0", "/job:ps/task:0/device:GPU:0", "/job:other/task:7",
            "/job:other", "/job:ps/task:0"]),
        ({"ps_tasks": 3, "ps_device": "/job:p/cpu:0", "worker_device": "/job:w/gpu:1"}, [
            "/job:p/task:0/device:CPU:0", "/job:p/task:1/device:CPU:0", "/job:w/device:GPU:1",
            "/job:p/task:2/device:CPU:0", "/job:w/device:GPU:0", "/job:p/task:0/device:GPU:0",
            "/job:other/device:GPU:1", "/job:other/device:CPU:0", "/job:p/task:0/device:CPU:0"]),
        ({"ps_tasks": 2, "merge_devices": False}, [
            "/job:ps/task:0", "/job:ps/task:1", "/job:worker", "/job:ps/task:0", "/device:GPU:0",
            "/device:GPU:0", "/job:other", "/job:other", "/job:ps/task:0"]),
        ({"ps_tasks": 2, "ps_ops": ["Const"]}, [
            "/job:worker", "/job:worker", "/job:worker", "/job:worker",
            "/job:ps/task:0/device:GPU:0", "/job:worker/device:GPU:0", "/job:other", "/job:other",
            "/job:worker"]),
    ],
)  # fmt: skip
def test_places_of_variables_and_the_rest(options, devices):
    assert _places(**options) == devices


def test_by_load():
    training = tf.contrib.training
    strategy = training.GreedyLoadBalancingStrategy(2, training.byte_size_load_fn)
    setter = tf.train.replica_device_setter(2, ps_strategy=strategy)
    with tf.Graph().as_default(), tf.device(setter):
        sizes = (100, 10, 20, 30, 50)
        variables = [tf.get_variable(f"v{size}", [size]) for size in sizes]
        tasks = [variable.device[-1] for variable in variables]
        unknown = tf.placeholder(tf.float32)
        with pytest.raises(ValueError, match="fully known"):
            training.byte_size_load_fn(unknown.op)
    assert tasks == ["0", "1", "1", "1", "1"]


def test_at_random_but_alike_everywhere():
    strategy = tf.contrib.training.RandomStrategy(3, seed=7)
    with tf.Graph().as_default():
        nodes = [tf.constant(0.0, name=f"n{index}").op for index in range(50)]
        tasks = [strategy(node) for node in nodes]
        assert set(tasks) == {0, 1, 2}
        assert [tf.contrib.training.RandomStrategy(3, seed=7)(node) for node in nodes] == tasks
