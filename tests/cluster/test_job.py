"""When a job is over, by what happens to its processes; what is told of its roles."""

import signal

import pytest

from penstock.cluster.job import Fate, Job
from penstock.cluster.progress import ClientProgress, TaskProgress
from penstock.cluster.roles import roles_of
from penstock.cluster.watching import Pace, progress_of

PS, CHIEF, ONE, TWO = roles_of({"ps": 1, "chief": 1, "worker": 2})
REST, RESTART, END = Fate.REST, Fate.RESTART, Fate.END


@pytest.mark.parametrize(
    ("restarts", "events", "status", "culprit"),
    [
        (0, [(ONE, 0, REST), (CHIEF, 0, REST), (TWO, 0, END)], 0, None),
        (0, [(ONE, 0, REST), (TWO, 3, END), (CHIEF, 5, REST)], 3, TWO),
        (0, [(PS, 0, REST), (ONE, 0, REST), (TWO, 0, REST), (CHIEF, 0, END)], 0, None),
        (0, [(PS, 1, END)], 1, PS),
        (0, [(ONE, -signal.SIGKILL, END)], 137, ONE),
        (1, [(ONE, 1, RESTART), (TWO, 1, RESTART), (ONE, 2, END)], 2, ONE),
        (1, [(PS, -9, RESTART), (ONE, 0, REST), (TWO, 0, REST), (CHIEF, 0, END)], 0, None),
    ],
)
def test_a_job_is_over_when_its_workers_are_or_one_fails(restarts, events, status, culprit):
    job = Job([PS, CHIEF, ONE, TWO], restarts)
    for role, code, fate in events:
        assert job.status is None or fate is REST
        assert job.ended(role, code) is fate
    assert (job.status, job.culprit) == (status, culprit)


def test_a_job_of_servers_alone_lasts_as_long_as_any_does():
    job = Job(roles_of({"ps": 2}))
    first, second = job.standings
    assert job.ended(first, 0) is REST
    assert job.ended(second, 0) is END


def test_an_interrupted_job_has_the_status_of_the_signal():
    job = Job([ONE])
    job.interrupted(signal.SIGINT)
    assert job.ended(ONE, 1) is REST
    assert (job.status, job.culprit) == (130, None)


def test_a_standing_tells_what_happened():
    job = Job([ONE, TWO], 1)
    assert str(job.standings[ONE]) == "running"
    job.ended(ONE, 1)
    assert str(job.standings[ONE]) == "running, restarted 1×"
    job.ended(ONE, -signal.SIGKILL)
    assert str(job.standings[ONE]) == "failed: ended by SIGKILL"
    job.ended(TWO, 0)
    assert str(job.standings[TWO]) == "done"


def test_a_pace_is_steps_by_seconds_of_late():
    pace = Pace(seconds=10)
    assert pace.at(0.0, 0) is None
    assert pace.at(2.0, 10) == 5.0
    assert pace.at(20.0, 10) == 0.0
    assert pace.at(21.0, 3) is None  # started anew
    assert pace.at(22.0, 5) == 2.0


def test_progress_is_put_together_of_what_all_tasks_tell():
    worker = "/job:worker/replica:0/task:0"
    told = {
        PS: TaskProgress(12, {worker: ClientProgress(7, ("sync_token_q",))}),
        ONE: TaskProgress(None, {worker: ClientProgress(9, ())}),
        TWO: TaskProgress(None, {}),
    }
    assert progress_of(told) == {
        PS: (12, ()),
        ONE: (9, ("ps 0: sync_token_q",)),
        TWO: (None, ()),
    }
