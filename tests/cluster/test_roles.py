"""What each process of a job is told of its role."""

import json

import pytest

import penstock as tf
from penstock.cluster.roles import (
    Role,
    arguments_for,
    environment_for,
    flags_in,
    free_addresses,
    roles_of,
)

ADDRESSES = {"ps": ["a:1", "b:2"], "worker": ["c:3"]}
WORKER = Role("worker", 0)
USUAL = ["job_name", "task_index", "ps_hosts", "worker_hosts"]


def test_the_roles_of_a_job_are_listed_by_job():
    assert [str(role) for role in roles_of({"ps": 2, "worker": 1})] == ["ps 0", "ps 1", "worker 0"]


def test_each_role_has_an_address_of_its_own():
    addresses = free_addresses(roles_of({"ps": 2, "worker": 3}))
    assert {job: len(some) for job, some in addresses.items()} == {"ps": 2, "worker": 3}
    assert len({address for some in addresses.values() for address in some}) == 5


def test_a_role_is_told_by_tf_config():
    config = json.loads(environment_for(WORKER, ADDRESSES)["TF_CONFIG"])
    assert config == {"cluster": ADDRESSES, "task": {"type": "worker", "index": 0}}


@pytest.mark.parametrize(
    ("source", "flags"),
    [
        ("flags.DEFINE_string('job_name', '', '')\nflags.DEFINE_integer('task_index', 0, '')",
         ["job_name", "task_index"]),
        ("parser.add_argument('--task-index')", ["task_index"]),
        ("parser.add_argument('--ps_hosts')\nparser.add_argument('--task_id')",
         ["task_id", "ps_hosts"]),
        ("job_name = 'worker'", []),
        ("print 'of Python 2, with job_name'", []),
    ],
)  # fmt: skip
def test_the_flags_for_a_role_are_found_in_a_program(source, flags):
    assert flags_in(source) == flags


@pytest.mark.parametrize(
    ("given", "flags", "filled"),
    [
        (["--steps=3"], USUAL, ["--steps=3", "--job_name=worker", "--task_index=0",
                                "--ps_hosts=a:1,b:2", "--worker_hosts=c:3"]),
        (["--task_index=7"], ["job_name", "task_index"], ["--task_index=7", "--job_name=worker"]),
        (["--me={job}/{index}", "{ps}"], USUAL, ["--me=worker/0", "a:1,b:2"]),
        (["{'a': 1}", "{}"], [], ["{'a': 1}", "{}"]),
        (["x"], ["chief_hosts"], ["x"]),
    ],
)  # fmt: skip
def test_arguments_are_filled_in_for_a_role(given, flags, filled):
    assert arguments_for(WORKER, ADDRESSES, given, flags) == filled


def test_braces_that_mean_nothing_are_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="'place' is none of them"):
        arguments_for(WORKER, ADDRESSES, ["--at={place}"], [])
