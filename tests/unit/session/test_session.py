"""Sessions: which is the default, what they share, callables, devices, the chain they explain."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_a_with_block_makes_default_and_closes():
    x = tf.constant(3)
    with tf.Session() as session:
        assert tf.get_default_session() is session and x.eval() == 3
        tf.no_op().run()
    assert tf.get_default_session() is None
    with pytest.raises(RuntimeError, match="closed"):
        session.run(x)


def test_a_session_of_another_graph_makes_that_the_default():
    other = tf.Graph()
    with tf.Session(graph=other) as session:
        assert tf.get_default_graph() is other is session.graph


def test_as_default_does_not_close():
    x = tf.constant(3)
    session = tf.Session()
    with session.as_default():
        assert x.eval() == 3
    assert session.run(x) == 3
    session.close()


def test_an_interactive_session_is_the_default_until_closed():
    session = tf.InteractiveSession()
    assert tf.constant(4).eval() == 4 and tf.get_default_session() is session
    session.close()
    assert tf.get_default_session() is None


def test_two_sessions_of_one_graph_share_nothing():
    count = tf.Variable(0)
    more = count.assign_add(1)
    first, second = tf.Session(), tf.Session()
    for session in (first, second):
        session.run(count.initializer)
    first.run(more)
    assert (first.run(count), second.run(count)) == (1, 0)


def test_a_callable_takes_values_in_order():
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    with tf.Session() as session:
        function = session.make_callable({"d": x - y, "n": [y]}, [x, y.name])
        for _ in range(3):
            assert function(5.0, 2) == {"d": 3.0, "n": [2.0]}
        assert session.make_callable(tf.no_op())() is None
        with pytest.raises(tf.errors.InvalidArgumentError, match="given 1"):
            function(1.0)


def test_a_callable_takes_options():
    with tf.Session() as session:
        function = session.make_callable(tf.constant(1), accept_options=True)
        assert function(options=tf.RunOptions(), run_metadata=tf.RunMetadata()) == 1


def test_devices_have_full_names():
    with tf.Session() as session:
        names = [device.name for device in session.list_devices()]
    assert "/job:localhost/replica:0/task:0/device:CPU:0" in names


def test_soft_placement_runs_what_has_no_device_here(graph):
    with tf.device("/gpu:99"):
        x = tf.constant(1)
    with tf.Session() as strict, pytest.raises(tf.errors.InvalidArgumentError, match="GPU:99"):
        strict.run(x)
    with tf.Session(graph=graph, config=tf.ConfigProto(allow_soft_placement=True)) as soft:
        assert soft.run(x) == 1


def test_options_are_taken():
    options = tf.GPUOptions(allow_growth=True, per_process_gpu_memory_fraction=0.5)
    config = tf.ConfigProto(
        gpu_options=options, device_count={"GPU": 0}, inter_op_parallelism_threads=1
    )
    with tf.Session(config=config) as session:
        run_options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE, timeout_in_ms=1000)
        assert session.run(tf.constant(1), options=run_options, run_metadata=tf.RunMetadata()) == 1


def test_the_chain_is_explained():
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    kept = tf.Variable(tf.ones([3, 2]), name="kept")
    y = tf.matmul(x, kept, name="y")
    unneeded = tf.exp(x, name="unneeded")
    with tf.Session() as session:
        session.run(kept.initializer)
        chain = session.explain(y, {x: np.ones([1, 3])})
    assert y.op in chain.pruned.nodes and unneeded.op not in chain.pruned.nodes
    assert (list(chain.program.reads), list(chain.program.writes)) == (["kept"], [])
    for link in ("y:0", "x:0", "kept", "pruned", "placed", "lowered", "staged"):
        assert link in str(chain)


def test_placement_is_logged_with_full_names(caplog):
    with tf.device("/cpu:0"):
        x = tf.constant(1, name="placed_here")
    with tf.Session(config=tf.ConfigProto(log_device_placement=True)) as session:
        session.run(tf.identity(x, name="anywhere"))
    device = "/job:localhost/replica:0/task:0/device:CPU:0"
    assert f"placed_here: (Const): {device}" in caplog.text
    assert "anywhere: (Identity): /job:localhost/replica:0/task:0/device:" in caplog.text


def test_a_session_of_an_empty_graph_says_so():
    with tf.Graph().as_default():
        x = tf.constant(1.0)
    with pytest.raises(RuntimeError, match="graph is empty"):
        tf.Session(graph=tf.Graph()).run(x)
