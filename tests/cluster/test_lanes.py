"""Lanes: programs that are run again and again, without calls."""

import threading

import numpy as np
import pytest

import penstock as tf
from penstock.cluster.channels import ChannelClosed, ChannelIdle, Failed
from penstock.cluster.lanes import Lane, LaneBroken
from penstock.cluster.replies import Replies
from penstock.cluster.scripts import Script, ScriptPart, follow
from penstock.core.errors import CancelledError, InvalidArgumentError


class Wire:
    """A channel within a test: what was written is read in order."""

    def __init__(self, values=()):
        self.values = list(values)
        self.is_closed = False

    def write(self, value, seconds):
        if self.is_closed:
            raise ChannelClosed
        self.values.append(value)

    def read(self, seconds):
        if self.values:
            return self.values.pop(0)
        raise ChannelClosed if self.is_closed else ChannelIdle

    def close(self):
        self.is_closed = True


def steps(*values):
    """Give a request channel with steps, which is taken down after them."""
    request = Wire(values)
    request.is_closed = True
    return request


def test_a_script_runs_parts_with_what_they_take():
    source, sink = Wire([(2.0,)]), Wire()
    parts = (
        ScriptPart(0, 10, (), (None,)),
        ScriptPart(2, 11, ((0, 0), (1, 0)), (sink,)),
    )
    ran = []

    def run(session, life, number, step, oldest, milliseconds, fed, *parcels):
        ran.append((number, step, list(fed), parcels))
        return [(number,)]

    request = steps((7, 6, 0, {0: [1.5]}))
    follow(Script("s", 1, request, parts, {(1, 0): source}), run, lambda: True)
    assert ran == [(10, 7, [1.5], ()), (11, 7, [], ((10,), (2.0,)))]
    assert sink.values == [(11,)]


def test_what_failed_goes_on_in_place_of_parcels():
    sink, ran = Wire(), []
    parts = (ScriptPart(0, 10, (), (None,)), ScriptPart(1, 11, ((0, 0),), (sink,)))

    def run(session, life, number, *rest):
        ran.append(number)
        raise InvalidArgumentError(None, None, "no")

    follow(Script("s", 1, steps((0, 0, 0, {})), parts, {}), run, lambda: True)
    assert ran == [10]
    assert isinstance(sink.values[0], Failed)


def test_a_lane_gives_what_went_wrong_first():
    cancelled = Failed(CancelledError(None, None, "ended"))
    wrong = Failed(InvalidArgumentError(None, None, "wrong"))
    lane = Lane(Wire(), [Wire([cancelled]), Wire([wrong])], lambda: True)
    with pytest.raises(InvalidArgumentError, match="wrong"):
        lane.run(0, 0, 0, {}, None)


def test_a_lane_whose_task_is_gone_is_broken():
    lane = Lane(Wire(), [Wire()], lambda: False)
    with pytest.raises(LaneBroken):
        lane.run(0, 0, 0, {}, None)
    assert not lane.try_take()


def test_a_call_that_comes_again_gets_the_same_answer():
    replies, count = Replies(), iter(range(10))
    assert replies.once((0, 0), 0, lambda: next(count)) == 0
    assert replies.once((0, 0), 0, lambda: next(count)) == 0
    assert replies.once((0, 1), 0, lambda: next(count)) == 1
    assert replies.once((1, 0), 1, lambda: next(count)) == 2
    assert len(replies) == 1


def test_a_call_that_comes_while_it_runs_waits_for_its_answer():
    replies, begun, go_on = Replies(), threading.Event(), threading.Event()

    def slow():
        begun.set()
        go_on.wait(10)
        return "once"

    found = []
    first = threading.Thread(target=lambda: found.append(replies.once((0, 0), 0, slow)))
    first.start()
    begun.wait(10)
    second = threading.Thread(target=lambda: found.append(replies.once((0, 0), 0, slow)))
    second.start()
    go_on.set()
    first.join(10)
    second.join(10)
    assert found == ["once", "once"]


def test_steps_of_all_kinds_through_a_lane(start):
    cluster = start(worker=1, ps=2)
    with tf.Graph().as_default():
        with tf.device("/job:ps/task:0"):
            small = tf.Variable(0.0)
        with tf.device("/job:ps/task:1"):
            large = tf.Variable(tf.zeros([300, 100]))
        x = tf.placeholder(tf.float32, [None])
        total = tf.reduce_sum(x)
        with tf.control_dependencies([tf.assert_less(total, 100.0)]):
            total = tf.identity(total)
        name = tf.placeholder(tf.string, [])
        joined = tf.string_join([name, "!"])
        updates = [small.assign_add(total), large.assign_add(tf.fill([300, 100], total))]
        with tf.Session(cluster.target()) as session:
            session.run(tf.global_variables_initializer())
            for step in range(1, 30):
                fetches = [*updates, joined]
                one, many, text = session.run(fetches, {x: [0.5, 0.5], name: f"n{step}"})
                assert one == step and text == f"n{step}!".encode()
                np.testing.assert_array_equal(many, np.full([300, 100], step, np.float32))
                many[:] = 0.0
                if step % 10 == 0:
                    with pytest.raises(tf.errors.InvalidArgumentError):
                        session.run(fetches, {x: [100.0], name: ""})


def test_threads_share_a_lane(start):
    cluster = start(worker=1, ps=1)
    with tf.Graph().as_default():
        with tf.device("/job:ps/task:0"):
            count = tf.Variable(0)
        more = count.assign_add(1)
        with tf.Session(cluster.target()) as session:
            session.run(count.initializer)
            threads = [
                threading.Thread(target=lambda: [session.run(more) for _ in range(40)])
                for _ in range(3)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert session.run(count) == 120


def test_a_step_goes_on_by_calls_when_its_lane_breaks(start):
    cluster = start(worker=1, ps=1)
    with tf.Graph().as_default():
        with tf.device("/job:ps/task:0"):
            count = tf.Variable(0)
        more = count.assign_add(1)
        with tf.Session(cluster.target()) as session:
            session.run(count.initializer)
            for _ in range(12):
                session.run(more)
            for runner in list(session._machine._runners):
                lane = runner._lane
                if lane is not None:
                    for channel in (lane._request, *lane._awaited):
                        channel.close()
            for _ in range(12):
                session.run(more)
            assert session.run(count) == 24
