"""What a node sees of a variable through its plain read, when a write comes between."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(params=["numpy", "xla"])
def session(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def test_a_node_after_a_write_sees_it_through_the_read(session):
    v = tf.Variable([1.0, 2.0])
    earlier = v * 10.0
    with tf.control_dependencies([tf.assign(v, [3.0, 4.0])]):
        later = v * 10.0  # its input is the read that was made with the variable
    assert later.op.inputs[0] is earlier.op.inputs[0]
    session.run(v.initializer)
    before, after = session.run([earlier, later])
    np.testing.assert_allclose(before, [10.0, 20.0])
    np.testing.assert_allclose(after, [30.0, 40.0])


def test_an_average_follows_the_step_it_waits_for(session):
    v = tf.Variable(10.0)
    step = tf.train.GradientDescentOptimizer(1.0).minimize(1.0 * v)
    ema = tf.train.ExponentialMovingAverage(0.5)
    with tf.control_dependencies([step]):
        train = ema.apply([v])
    session.run(tf.global_variables_initializer())
    session.run(train)
    assert session.run(ema.average(v)) == 9.5


def test_a_writer_does_not_see_what_nothing_orders_before_it(session):
    v = tf.Variable(1.0)
    updates = [tf.assign(v, v + 1.0), tf.assign(v, v * 10.0)]
    session.run(v.initializer)
    session.run([update.op for update in updates])
    assert session.run(v) == 10.0


def test_a_fed_read_is_what_was_fed(session):
    v = tf.Variable(1.0)
    with tf.control_dependencies([tf.assign(v, 5.0)]):
        later = v * 2.0
    session.run(v.initializer)
    assert session.run(later, {v.value(): 7.0}) == 14.0
