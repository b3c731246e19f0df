"""Sessions over a cluster: what runs where, what is shared, and what outlives what."""

import threading

import numpy as np
import pytest

import penstock as tf


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def on(task):
    return tf.device(task)


def test_a_step_across_a_worker_and_two_servers(start, graph):
    cluster = start(worker=1, ps=2)
    variables = []
    for index in range(2):
        with on(f"/job:ps/task:{index}"):
            variables.append(tf.Variable(float(index + 1)))
    with on("/job:worker/task:0"):
        total = tf.add_n([variable * 1.0 for variable in variables])
    step = tf.group(*[variable.assign_add(total) for variable in variables])
    with tf.Session(cluster.target()) as session:
        session.run(tf.global_variables_initializer())
        parts = session.explain(step).staged.parts
        assert [(part.level, part.task[-13:]) for part in parts] == [
            (0, "/replica:0/task:0"[-13:]),
            (0, "/replica:0/task:1"[-13:]),
            (1, "/replica:0/task:0"[-13:]),
            (2, "/replica:0/task:0"[-13:]),
            (2, "/replica:0/task:1"[-13:]),
        ]
        assert session.run(total) == 3.0
        session.run(step)
        assert session.run(variables) == [4.0, 5.0]


def test_variables_outlive_sessions_and_are_shared(start, graph):
    cluster = start(worker=2, ps=1)
    with on("/job:ps/task:0"):
        variable = tf.Variable([1.0, 2.0], name="v")
    with tf.Session(cluster.target()) as session:
        session.run(variable.initializer)
        session.run(variable.assign_add([1.0, 1.0]))
    with tf.Graph().as_default():
        with on("/job:ps/task:0"):
            same = tf.Variable([0.0, 0.0], name="v")
        with tf.Session(cluster.target(index=1)) as session:
            np.testing.assert_array_equal(session.run(same), [2.0, 3.0])


def test_reset_clears_containers(start, graph):
    cluster = start(worker=1, ps=1)
    with on("/job:ps/task:0"):
        plain = tf.Variable(1.0)
        with tf.container("kept"):
            kept = tf.Variable(2.0)
    with tf.Session(cluster.target()) as session:
        session.run(tf.global_variables_initializer())
    tf.Session.reset(cluster.target())
    with tf.Session(cluster.target()) as session:
        assert session.run(kept) == 2.0
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value"):
            session.run(plain)
    tf.Session.reset(cluster.target(), ["kept"])
    with tf.Session(cluster.target()) as session:
        assert session.run(tf.report_uninitialized_variables()).tolist() == [
            b"Variable",
            b"Variable_1",
        ]


def test_a_python_function_runs_in_the_clients_process(start, graph):
    cluster = start(worker=1, ps=1)
    seen = []
    with on("/job:ps/task:0"):
        variable = tf.Variable(3.0)
        doubled = tf.py_func(lambda x: seen.append(x) or x * 2, [variable], tf.float32)
        step = variable.assign(doubled)
    with tf.Session(cluster.target()) as session:
        session.run(variable.initializer)
        assert session.run(step) == 6.0
        assert seen == [3.0]


def test_a_queue_hands_elements_from_client_to_client(start, graph):
    cluster = start(worker=2, ps=1)
    with on("/job:ps/task:0"):
        queue = tf.FIFOQueue(10, tf.float32, shared_name="q")
    take, put = queue.dequeue(), queue.enqueue(5.0)
    found = []
    with tf.Session(cluster.target()) as one, tf.Session(cluster.target(index=1)) as other:
        waiting = threading.Thread(target=lambda: found.append(one.run(take)))
        waiting.start()
        other.run(put)
        waiting.join(10)
        assert found == [5.0]


def test_closing_a_session_ends_what_waits(start, graph):
    cluster = start(worker=1, ps=1)
    with on("/job:ps/task:0"):
        queue = tf.FIFOQueue(10, tf.float32)
    take = queue.dequeue()
    session = tf.Session(cluster.target())
    errors = []

    def wait():
        try:
            session.run(take)
        except tf.errors.OpError as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join(0.3)
    session.close()
    thread.join(10)
    assert isinstance(errors[0], tf.errors.CancelledError)


def test_a_run_has_a_time_limit(start, graph):
    cluster = start(worker=1, ps=1)
    with on("/job:ps/task:0"):
        take = tf.FIFOQueue(10, tf.float32).dequeue()
    with tf.Session(cluster.target()) as session, pytest.raises(tf.errors.DeadlineExceededError):
        session.run(take, options=tf.RunOptions(timeout_in_ms=100))


def test_a_task_that_is_not_in_the_cluster(start, graph):
    cluster = start(worker=1)
    with on("/job:ps/task:7"):
        variable = tf.Variable(1.0)
    with (
        tf.Session(cluster.target()) as session,
        pytest.raises(tf.errors.InvalidArgumentError, match="/job:ps/task:7"),
    ):
        session.run(variable.initializer)


def test_random_numbers_go_on_in_each_session_by_itself(start, graph):
    cluster = start(worker=1, ps=1)
    draw = tf.random_uniform([], seed=7)
    with tf.Session() as session:
        expected = [session.run(draw) for _ in range(3)]
    for _ in range(2):
        with tf.Session(cluster.target()) as session:
            assert [session.run(draw) for _ in range(3)] == expected


def test_partial_run(start, graph):
    cluster = start(worker=1, ps=1)
    with on("/job:ps/task:0"):
        variable = tf.Variable(3.0)
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    a = variable + x
    b = a * y
    with tf.Session(cluster.target()) as session:
        session.run(variable.initializer)
        handle = session.partial_run_setup([a, b], [x, y])
        assert session.partial_run(handle, a, {x: 1.0}) == 4.0
        assert session.partial_run(handle, b, {y: 2.0}) == 8.0


def test_order_by_control_edges_between_tasks(start, graph):
    cluster = start(worker=1, ps=2)
    with on("/job:ps/task:0"):
        first = tf.Variable(1.0)
    with on("/job:ps/task:1"):
        second = tf.Variable(10.0)
    with tf.control_dependencies([first.assign_add(1.0)]):
        moved = second.assign(first.read_value() * 10.0)
    with tf.control_dependencies([moved]), on("/job:ps/task:0"):
        last = first.assign(second.read_value())
    with tf.Session(cluster.target()) as session:
        session.run(tf.global_variables_initializer())
        session.run(last)
        assert session.run([first, second]) == [20.0, 20.0]


def losses_of_training(target, device):
    data = np.random.RandomState(0).rand(16, 2).astype(np.float32)
    with tf.Graph().as_default(), on(device):
        x = tf.placeholder(tf.float32, [None, 2])
        kernel = tf.get_variable("kernel", [2, 1], initializer=tf.zeros_initializer())
        bias = tf.get_variable("bias", [1], initializer=tf.zeros_initializer())
        step = tf.train.get_or_create_global_step()
        loss = tf.reduce_mean(tf.square(tf.matmul(x, kernel) + bias - 3.0))
        train = tf.train.AdamOptimizer(0.1).minimize(loss, global_step=step)
        with tf.Session(target) as session:
            session.run(tf.global_variables_initializer())
            return [session.run([loss, train], {x: data})[0] for _ in range(5)]


def test_training_with_a_replica_device_setter(start):
    cluster = start(worker=1, ps=2)
    setter = tf.train.replica_device_setter(cluster=tf.train.ClusterSpec(cluster.spec))
    here = losses_of_training("", None)
    np.testing.assert_allclose(losses_of_training(cluster.target(), setter), here, rtol=1e-5)


def test_embedding_rows_are_read_where_the_table_is(start, graph):
    cluster = start(worker=1, ps=1)
    with on("/job:ps/task:0"):
        table = tf.Variable(tf.ones([1000, 4]))
    ids = tf.placeholder(tf.int64, [None])
    rows = tf.nn.embedding_lookup(table, ids)
    loss = tf.reduce_sum(rows)
    train = tf.train.GradientDescentOptimizer(1.0).minimize(loss)
    with tf.Session(cluster.target()) as session:
        session.run(tf.global_variables_initializer())
        assert session.run([loss, train], {ids: [1, 1, 5]})[0] == 12.0
        moved = [
            slot
            for part in session.explain([loss, train], {ids: [1, 1, 5]}).staged.parts
            for parcel in part.gives
            for slot in parcel.slots
        ]
        assert moved
        values = session.run(table)
        assert values[1, 0] == -1.0 and values[5, 0] == 0.0 and values[0, 0] == 1.0
