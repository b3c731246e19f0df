"""tf.gradients: its arguments, what it gives, and how it fails."""

import numpy as np
import pytest

import penstock as tf
from penstock.graph.build import raw


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def run(fetches, feeds=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feeds)


def test_several_ys_add_up():
    x = tf.constant([1.0, 2.0])
    assert tf.gradients([x * x, 3.0 * x], x)[0].shape == [2]
    np.testing.assert_allclose(run(tf.gradients([x * x, 3.0 * x], x))[0], [5.0, 7.0])


def test_grad_ys_weigh_the_ys():
    x = tf.constant([1.0, 2.0])
    gradient = tf.gradients([x * x, x], x, grad_ys=[[1.0, 10.0], None])
    np.testing.assert_allclose(run(gradient)[0], [3.0, 41.0])


def test_stop_gradients_make_derivatives_partial():
    a = tf.constant(0.0)
    b = 2.0 * a
    assert run(tf.gradients(a + b, [a, b])) == [3.0, 1.0]
    assert run(tf.gradients(a + b, [a, b], stop_gradients=[a, b])) == [1.0, 1.0]


def test_gradients_of_what_stands_between():
    x = tf.constant(2.0)
    y = x * x
    assert run(tf.gradients(y * y, [x, y])) == [32.0, 8.0]


def test_an_x_that_is_a_y():
    x = tf.constant([4.0, 5.0])
    np.testing.assert_allclose(run(tf.gradients(x, [x, x])), [[1.0, 1.0], [1.0, 1.0]])


def test_unconnected_is_none_or_zeros():
    x, other = tf.constant([1.0]), tf.constant([[1.0, 2.0]])
    state = tf.get_variable("state", [3], use_resource=True)
    assert tf.gradients(x * 2.0, [other, state]) == [None, None]
    zeros = tf.gradients(x * 2.0, [other, state], unconnected_gradients="zero")
    assert [value.tolist() for value in run(zeros)] == [[[0.0, 0.0]], [0.0, 0.0, 0.0]]


def test_integers_carry_no_gradient():
    x = tf.constant([1.5, 2.5])
    assert tf.gradients(tf.cast(tf.cast(x, tf.int32), tf.float32), x) == [None]


def test_an_output_without_gradient_counts_as_zeros():
    x = tf.constant([1.0, 2.0, 3.0, 4.0])
    _, second = tf.split(x, 2)
    np.testing.assert_allclose(run(tf.gradients(second * second, x))[0], [0.0, 0.0, 6.0, 8.0])


@pytest.mark.parametrize("method", [None, 0, 1, 2])
def test_all_ways_to_add_up_agree(method):
    x = tf.constant([1.0, 2.0])
    y = x * 2.0 + x * 3.0 + x * x
    gradient = tf.gradients(y, x, aggregation_method=method, gate_gradients=True)
    np.testing.assert_allclose(run(gradient)[0], [7.0, 9.0])


@pytest.mark.parametrize("use_resource", [False, True])
def test_gradients_of_rows_stay_rows(use_resource):
    table = tf.get_variable(
        "table", [4, 2], initializer=tf.ones_initializer(), use_resource=use_resource
    )
    one, two = tf.gather(table, [1, 1]), tf.gather(table, [3])
    (gradient,) = tf.gradients([one * 2.0, two], table)
    assert isinstance(gradient, tf.IndexedSlices)
    value = run(gradient)
    assert value.values.shape == (3, 2)
    dense = np.zeros([4, 2])
    np.add.at(dense, value.indices, value.values)
    np.testing.assert_allclose(dense, [[0, 0], [4, 4], [0, 0], [1, 1]])


def test_rows_and_a_dense_part_become_dense():
    table = tf.get_variable("table", [3, 1], initializer=tf.ones_initializer())
    (gradient,) = tf.gradients([tf.gather(table, [1]), table * 5.0], table)
    np.testing.assert_allclose(run(gradient), [[5.0], [6.0], [5.0]])


def test_rows_of_mixed_index_types_add_up():
    table = tf.get_variable("table", [3, 1], initializer=tf.ones_initializer())
    wide = tf.constant([2], tf.int64)
    (gradient,) = tf.gradients([tf.gather(table, [1]), tf.gather(table, wide)], table)
    assert gradient.indices.dtype == tf.int64
    assert run(gradient).indices.tolist() == [1, 2]


def test_a_large_graph_beside_is_not_looked_at(graph, monkeypatch):
    x = tf.constant(1.0)
    aside = x
    for _ in range(50):
        aside = aside + 1.0
    monkeypatch.setattr(type(graph), "get_operations", lambda self: pytest.fail("a scan"))
    before = graph.version
    tf.gradients(x * 2.0, x)
    assert graph.version - before < 10


def test_no_gradient_says_where_and_what_to_do():
    x = tf.constant([1.0, 2.0])
    y = raw.TruncateMod(x, x, name="remainder")
    with pytest.raises(
        LookupError, match=r"remainder.*TruncateMod.*test_gradients\.py:\d+"
    ) as error:
        tf.gradients(y, x)
    assert "RegisterGradient" in str(error.value)


def test_complex_ys_need_grad_ys():
    x = tf.constant([1.0, 2.0])
    y = tf.complex(x, x)
    with pytest.raises(TypeError, match="pass grad_ys"):
        tf.gradients(y, x)
    assert tf.gradients(y, x, grad_ys=y)[0].dtype == tf.float32
    with pytest.raises(TypeError, match="real goes with real"):
        tf.gradients(x, x, grad_ys=y)


def test_arguments_must_fit():
    x = tf.constant(1.0)
    with pytest.raises(ValueError, match="each of the 1 ys, but has 2"):
        tf.gradients(x, x, grad_ys=[None, None])
    with pytest.raises(ValueError, match="'none' or 'zero'"):
        tf.gradients(x, x, unconnected_gradients="some")
    with pytest.raises(ValueError, match="AggregationMethod"):
        tf.gradients(x, x, aggregation_method=9)
    with tf.Graph().as_default():
        stranger = tf.constant(1.0)
    with pytest.raises(ValueError, match="different graph"):
        tf.gradients(x, stranger)


def test_accumulation_takes_one_node_where_the_shapes_are_known():
    x = tf.constant([1.0, 2.0])
    method = tf.AggregationMethod.EXPERIMENTAL_ACCUMULATE_N
    (two,) = tf.gradients([x * 2.0, x * 3.0], x, aggregation_method=method)
    assert two.op.type == "AddN"
    (three,) = tf.gradients([x * 2.0, x * 3.0, x * 4.0], x, aggregation_method=method)
    assert three.op.type == "AccumulateNV2"
    np.testing.assert_allclose(run(three), [9.0, 9.0])
    unknown = tf.placeholder_with_default(x, None)
    ys = [unknown * 2.0, unknown * 3.0, unknown * 4.0]
    (pairwise,) = tf.gradients(ys, unknown, aggregation_method=method)
    assert pairwise.op.type == "AddN"
    np.testing.assert_allclose(run(pairwise), [9.0, 9.0])


@pytest.mark.parametrize("arguments", [(None, 1.0), (1.0, None), ([1.0, None], 1.0)])
def test_none_has_no_gradient(arguments):
    with tf.Graph().as_default(), pytest.raises(TypeError, match="of tf.gradients are tensors"):
        tf.gradients(*arguments)
