"""The logic of clusters by itself: literal events in, what is to be done out."""

import subprocess
import sys

import pytest

import penstock as tf
from penstock.cluster.bells import Bells, make_bells
from penstock.cluster.local_ray import Folder, keep
from penstock.cluster.membership import Patience
from penstock.cluster.names import CLIENT, Cluster, TaskName, address_of, matches
from penstock.cluster.placement import TaskPlacement
from penstock.cluster.presence import Client, Presence
from penstock.runtime.prune import prune

CLUSTER = Cluster({"ps": {0: "a:1", 1: "b:1"}, "worker": {0: "c:1"}})


@pytest.mark.parametrize(
    "target, address",
    [
        ("grpc://host:2222", "host:2222"),
        ("host:2222", "host:2222"),
        ("grpc://127.0.0.1:1", "localhost:1"),
    ],
)
def test_addresses_of_targets(target, address):
    assert address_of(target) == address


@pytest.mark.parametrize("target", ["foo", "grpc://host", "grpc://host:x"])
def test_what_is_no_address(target):
    with pytest.raises(tf.errors.InvalidArgumentError, match="address of a task"):
        address_of(target)


def test_device_filters():
    worker = TaskName("worker", 1)
    assert matches(worker, [])
    assert matches(worker, ["/job:ps", "/job:worker/task:1"])
    assert not matches(worker, ["/job:ps", "/job:worker/task:0"])


def test_patience_says_so_and_ends():
    patience = Patience("the task /job:ps/task:0", 25.0, 100.0)
    assert patience.tick(105.0) is None
    assert "/job:ps/task:0" in patience.tick(111.0)
    assert patience.tick(112.0) is None
    assert "21 s" in patience.tick(121.0)
    with pytest.raises(tf.errors.UnavailableError, match="/job:ps/task:0 must run"):
        patience.tick(125.0)


def test_clients_here_are_gone_with_their_process_and_others_when_they_are_silent():
    running = {11, 12}
    presence = Presence(Client("here", 1), running.__contains__)
    presence.add("own", Client("here", 1), 0.0)
    assert not presence
    presence.add("near", Client("here", 11), 0.0)
    presence.add("far", Client("there", 11), 0.0)
    assert presence.gone(59.0) == []
    presence.touch("far", 50.0)
    assert presence.gone(100.0) == []
    assert presence.gone(111.0) == ["far"]
    running.remove(11)
    assert presence.gone(100.0) == ["near"]
    presence.remove("near")
    assert presence.gone(100.0) == []


def test_bells_tell_which_channel_has_something(tmp_path):
    make_bells(tmp_path, ["one", "other"])
    one, other = (Bells(tmp_path, name, ["one", "other"]) for name in ("one", "other"))
    assert not one.wait(3, 0.0)
    other.ring("one", 4)
    other.ring("one", 3)
    assert one.wait(3, 1.0)
    assert one.wait(4, 1.0)
    assert not one.wait(4, 0.0)


def test_ray_ends_with_its_last_member(tmp_path):
    folder = Folder(tmp_path)
    (tmp_path / "members").mkdir()
    member = "import sys, time\nfrom pathlib import Path\n"
    member += "from penstock.cluster.local_ray import Folder\n"
    member += (
        f"Folder(Path({str(tmp_path)!r})).enter()\nprint('in', flush=True)\nsys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", member], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"in\n"
    assert folder.has_members()
    process.kill()
    process.wait()
    ended = []
    keep(folder, lambda: "address", lambda: ended.append(True))
    assert ended == [True]
    assert not folder.has_members() and not folder.address.exists()


def placed(nodes, **how):
    graph = tf.get_default_graph()
    targets = [graph.get_operation_by_name(name) for name in nodes]
    how = {"filters": (), "soft": False, "has_device": lambda task, device: False, **how}
    placement = TaskPlacement(CLUSTER, TaskName("worker", 0), **how)
    found = placement.place(prune((), tuple(targets), ()))
    return {node.name: task for node, task in found.tasks.items()}


@pytest.fixture
def graph():
    with tf.Graph().as_default():
        yield


def test_what_touches_a_variable_goes_where_it_is(graph):
    with tf.device("/job:ps/task:1"):
        variable = tf.Variable(1.0, name="v")
    with tf.device("/job:worker/task:0"):
        tf.assign_add(variable, tf.constant(2.0, name="two"), name="add")
        tf.multiply(variable, 2.0, name="mul")
    tasks = placed(["add", "mul"])
    assert tasks["add"] == tasks["v"] == tasks["v/read"] == "/job:ps/replica:0/task:1"
    assert tasks["mul"] == tasks["two"] == "/job:worker/replica:0/task:0"


def test_what_asks_for_nothing_goes_to_the_target_and_a_job_to_its_first_task(graph):
    tf.no_op(name="free")
    with tf.device("/job:ps"):
        tf.no_op(name="some")
    tasks = placed(["free", "some"])
    assert tasks == {
        "free": "/job:worker/replica:0/task:0",
        "some": "/job:ps/replica:0/task:0",
    }


def test_a_python_function_is_the_clients(graph):
    with tf.device("/job:ps/task:0"):
        call = tf.py_func(lambda: 1.0, [], tf.float32)
    assert placed([call.op.name])[call.op.name] == CLIENT


def test_what_filters_hide_cannot_be_asked_for(graph):
    with tf.device("/job:ps/task:1"):
        tf.no_op(name="hidden")
    with pytest.raises(tf.errors.InvalidArgumentError, match="device_filters"):
        placed(["hidden"], filters=["/job:ps/task:0", "/job:worker"])


def test_a_device_that_a_task_lacks(graph):
    with tf.device("/job:ps/task:1/gpu:0"):
        tf.no_op(name="wanted")
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not have"):
        placed(["wanted"])
    assert placed(["wanted"], soft=True) == {"wanted": "/job:ps/replica:0/task:1"}


def test_one_name_on_two_tasks(graph):
    for index in range(2):
        with tf.device(f"/job:ps/task:{index}"):
            tf.FIFOQueue(1, tf.float32, shared_name="same", name=f"q{index}").close(
                name=f"c{index}"
            )
    with pytest.raises(tf.errors.InvalidArgumentError, match="shares the name 'same'"):
        placed(["c0", "c1"])
