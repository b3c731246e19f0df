"""What a step does to a session's state: order, versions, atomicity, no aliasing, threads."""

import threading

import numpy as np
import pytest

import penstock as tf
from penstock.core.config import ConfigProto


def session(graph, tier):
    config = ConfigProto()
    config.experimental.executor_type = tier
    return tf.Session(graph=graph, config=config)


@pytest.fixture(params=["numpy", "xla", ""])
def tier(request):
    return request.param


def variable(value, name="v", dtype="float32"):
    raw = tf.raw_ops
    ref = raw.VariableV2(
        shape=np.shape(value), dtype=dtype, container="", shared_name="", name=name
    )
    return ref, raw.Assign(ref=ref, value=np.array(value, dtype), name=f"{name}/init").op


def test_unordered_read_sees_the_value_from_before_the_step(tier):
    raw = tf.raw_ops
    with tf.Graph().as_default() as graph:
        ref, init = variable(1.0)
        add = raw.AssignAdd(ref=ref, value=1.0)
        late_read = raw.Mul(x=ref, y=1.0)  # made after the write, but nothing orders it
        with session(graph, tier) as sess:
            sess.run(init)
            for step in range(4):
                assert sess.run([add, late_read]) == [step + 2, step + 1]


def test_ordered_read_sees_the_write(tier):
    raw = tf.raw_ops
    with tf.Graph().as_default() as graph:
        ref, init = variable(1.0)
        add = raw.AssignAdd(ref=ref, value=1.0)
        with graph.control_dependencies([add]):
            read = raw.Identity(input=ref)
        with session(graph, tier) as sess:
            sess.run(init)
            for step in range(4):
                assert sess.run(read) == step + 2


def test_unordered_writes_go_by_node_order(tier):
    raw = tf.raw_ops
    with tf.Graph().as_default() as graph:
        ref, init = variable(3.0)
        double = raw.Assign(ref=ref, value=raw.Mul(x=raw.Identity(input=ref), y=2.0))
        add = raw.AssignAdd(ref=ref, value=1.0)
        with session(graph, tier) as sess:
            sess.run(init)
            value = 3.0
            for _ in range(4):
                sess.run([add, double])
                value = value * 2.0 + 1.0
                assert sess.run(ref) == value


def test_two_variables_swap(tier):
    raw = tf.raw_ops
    with tf.Graph().as_default() as graph:
        a, init_a = variable(1.0, "a")
        b, init_b = variable(2.0, "b")
        swap = [
            raw.Assign(ref=a, value=raw.Identity(input=b)).op,
            raw.Assign(ref=b, value=raw.Identity(input=a)).op,
        ]
        with session(graph, tier) as sess:
            sess.run([init_a, init_b])
            for expected in ([2, 1], [1, 2], [2, 1]):
                sess.run(swap)
                assert sess.run([a, b]) == expected


def test_failed_step_changes_nothing():
    raw = tf.raw_ops
    with tf.Graph().as_default() as graph:
        ref, init = variable(1.0)
        x = raw.Placeholder(dtype="float32", shape=None)
        y = raw.Placeholder(dtype="float32", shape=None)
        add = raw.AssignAdd(ref=ref, value=1.0)
        with graph.control_dependencies([add]):
            product = raw.Mul(x=x, y=y)
        for tier in ("numpy", "xla", ""):
            with session(graph, tier) as sess:
                sess.run(init)
                for _ in range(3):
                    with pytest.raises(tf.errors.InvalidArgumentError, match=r"test_state\.py:"):
                        sess.run(product, {x: np.ones(2), y: np.ones(3)})
                assert sess.run(ref) == 1.0
                assert sess.run(product, {x: 2.0, y: 3.0}) == 6.0
                assert sess.run(ref) == 2.0


def test_results_and_feeds_are_not_the_sessions_own(tier):
    raw = tf.raw_ops
    with tf.Graph().as_default() as graph:
        ref, init = variable(np.zeros(1000))
        x = raw.Placeholder(dtype="float32", shape=[1000])
        assign = raw.Assign(ref=ref, value=x)
        constant = tf.convert_to_tensor(np.zeros(1000, np.float32))
        with session(graph, tier) as sess:
            sess.run(init)
            for _ in range(3):
                fed = np.ones(1000, np.float32)
                result, again, same = sess.run([assign, x, constant], {x: fed})
                fed[:] = result[:] = again[:] = same[:] = 7.0
                np.testing.assert_array_equal(sess.run(ref), np.ones(1000))
                np.testing.assert_array_equal(sess.run(constant), np.zeros(1000))


def test_sessions_of_one_graph_share_nothing(tier):
    with tf.Graph().as_default() as graph:
        ref, init = variable(1.0)
        add = tf.raw_ops.AssignAdd(ref=ref, value=1.0)
        first, second = session(graph, tier), session(graph, tier)
        first.run(init)
        first.run(add)
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
            second.run(ref)
        second.run(init)
        assert (first.run(ref), second.run(ref)) == (2.0, 1.0)


def test_all_uninitialized_variables_are_listed(tier):
    raw = tf.raw_ops
    with tf.Graph().as_default() as graph:
        names = ["first", "second", "third"]
        refs = [variable(1.0, name)[0] for name in names]
        total = raw.Mul(x=raw.Mul(x=refs[0], y=refs[1]), y=refs[2])
        with (
            session(graph, tier) as sess,
            pytest.raises(tf.errors.FailedPreconditionError) as caught,
        ):
            sess.run(total)
        assert "Attempting to use uninitialized value first" in str(caught.value)
        assert all(name in caught.value.message for name in names)
        assert "global_variables_initializer" in caught.value.message


@pytest.mark.parametrize("size", [1, 1000])
def test_threads_lose_no_update(tier, size):
    with tf.Graph().as_default() as graph:
        ref, init = variable(np.zeros(size))
        other, init_other = variable(np.zeros(size), "w")
        add = tf.raw_ops.AssignAdd(ref=ref, value=np.ones(size, np.float32)).op
        add_other = tf.raw_ops.AssignAdd(ref=other, value=np.ones(size, np.float32)).op
        with session(graph, tier) as sess:
            sess.run([init, init_other])
            torn = []

            def work():
                for _ in range(1000):
                    sess.run([add, add_other])
                    a, b = sess.run([ref, other])
                    if not np.array_equal(a, b):
                        torn.append((a, b))

            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not torn
            np.testing.assert_array_equal(sess.run(ref), np.full(size, 8000.0))
