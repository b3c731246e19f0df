"""`tf.train.Server`: which task it is, and what it is a target of."""

import pytest

import penstock as tf
from penstock.cluster import membership
from penstock.core.config import JobDef

TWO = {"ps": ["localhost:1"], "worker": ["localhost:2", "localhost:3"]}


def test_a_local_server_runs_what_its_sessions_ask():
    server = tf.train.Server.create_local_server()
    with tf.Graph().as_default():
        variable = tf.Variable(2.0)
        with tf.Session(server.target) as session:
            session.run(variable.initializer)
        with tf.Session(server.target.encode()) as session:
            assert session.run(variable * 3.0) == 6.0
            assert session.sess_str == server.target
    assert server.server_def.job_name == "local"


def test_a_server_that_is_not_started_knows_its_task():
    server = tf.train.Server(TWO, "worker", 1, start=False)
    assert server.target == "grpc://localhost:3"
    made = server.server_def
    assert (made.job_name, made.task_index, made.protocol) == ("worker", 1, "grpc")
    assert dict(made.cluster.job[1].tasks) == {0: "localhost:2", 1: "localhost:3"}
    assert tf.train.Server(made, start=False).target == server.target


def test_a_server_is_made_of_either_kind_of_message():
    cluster = tf.train.ClusterDef(job=[JobDef(name="a", tasks={0: "x:1", 1: "y:1"})])
    given = tf.train.ServerDef(cluster=cluster, job_name="a", task_index=1)
    assert tf.train.Server(given, start=False).target == "grpc://y:1"


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((3,), TypeError, "ClusterSpec"),
        ((TWO,), ValueError, "job_name"),
        ((TWO, "worker"), ValueError, "task_index"),
        ((TWO, "chief", 0), tf.errors.InvalidArgumentError, "/job:chief"),
        ((TWO, "worker", 5), tf.errors.InvalidArgumentError, "/task:5"),
    ],
)
def test_what_is_no_task(arguments, error, words):
    with pytest.raises(error, match=words):
        tf.train.Server(*arguments, start=False)


def test_without_ray_a_target_elsewhere_names_what_to_install(monkeypatch):
    monkeypatch.setattr(membership, "has_ray", lambda: False)
    with pytest.raises(tf.errors.UnimplementedError, match=r"penstock\[cluster\]"):
        tf.Session("grpc://localhost:2222")


def test_reset_wants_an_address():
    with pytest.raises(tf.errors.InvalidArgumentError, match="address of a task"):
        tf.Session.reset("nowhere")
