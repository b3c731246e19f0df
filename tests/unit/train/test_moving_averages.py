"""Moving averages follow what they are given."""

import numpy as np
import pytest

import penstock as tf
from penstock.train.moving_averages import assign_moving_average, weighted_moving_average


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture(params=[False, True], ids=["reference", "resource"])
def use_resource(request):
    return request.param


def started():
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


def test_an_average_follows_a_variable(use_resource):
    v = tf.get_variable("v", initializer=10.0, use_resource=use_resource)
    ema = tf.train.ExponentialMovingAverage(0.9)
    update = ema.apply([v])
    average = ema.average(v)
    assert (average.op.name, ema.average_name(v)) == ("v/ExponentialMovingAverage",) * 2
    assert tf.moving_average_variables() == [v]
    set_to_20 = v.assign(20.0)
    with started() as session:
        assert session.run(average) == 10.0
        session.run(set_to_20)
        session.run(update)
        np.testing.assert_allclose(session.run(average), 11.0, rtol=1e-6)


def test_steps_quicken_the_first_averages():
    v = tf.Variable(0.0)
    steps = tf.Variable(0, trainable=False)
    ema = tf.train.ExponentialMovingAverage(0.99, num_updates=steps)
    update = ema.apply([v])
    set_to_1 = v.assign(1.0)
    with started() as session:
        session.run(set_to_1)
        session.run(update)
        np.testing.assert_allclose(session.run(ema.average(v)), 0.9, rtol=1e-6)


def test_an_average_of_a_tensor_starts_from_zero_unless_debiased():
    x = tf.placeholder(tf.float32, [2], name="x")
    plain = tf.train.ExponentialMovingAverage(0.5, name="Plain")
    free = tf.train.ExponentialMovingAverage(0.5, zero_debias=True, name="Free")
    updates = [plain.apply([x]), free.apply([x])]
    averages = [plain.average(x), free.average(x)]
    with started() as session:
        session.run(updates, {x: [2.0, 4.0]})
        np.testing.assert_allclose(session.run(averages), [[1.0, 2.0], [2.0, 4.0]])
        session.run(updates, {x: [4.0, 8.0]})
        expected = [[2.5, 5.0], [2.5 / 0.75, 5.0 / 0.75]]
        np.testing.assert_allclose(session.run(averages), expected, rtol=1e-6)


def test_names_to_restore(graph):
    v, w = tf.Variable(1.0, name="v"), tf.Variable(2.0, name="w")
    frozen = tf.Variable(3.0, trainable=False, name="frozen")
    ema = tf.train.ExponentialMovingAverage(0.9)
    ema.apply([v])
    names = ema.variables_to_restore([v])
    assert names["v/ExponentialMovingAverage"] is v
    assert names["w"] is w and names["frozen"] is frozen
    assert "w/ExponentialMovingAverage" in ema.variables_to_restore()


def test_only_floats_have_one():
    with pytest.raises(TypeError, match="is int32"):
        tf.train.ExponentialMovingAverage(0.9).apply([tf.Variable(1)])


def test_assign_moving_average(use_resource):
    v = tf.get_variable("v", initializer=0.0, use_resource=use_resource)
    plain = assign_moving_average(v, 8.0, 0.75, zero_debias=False)
    with started() as session:
        session.run(plain)
        assert session.run(v) == 2.0


def test_weighted_moving_average():
    x, weight = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    average = weighted_moving_average(x, 0.5, weight)
    with started() as session:
        assert session.run(average, {x: 4.0, weight: 1.0}) == 4.0
        # (0.5 * 2 + 0.5 * 24) / (0.5 * 0.5 + 0.5 * 3)
        np.testing.assert_allclose(session.run(average, {x: 8.0, weight: 3.0}), 13.0 / 1.75)
