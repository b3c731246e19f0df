"""Gradients by rows of loops and branches: the rows that were used, as TensorFlow gives them."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def table(use_resource):
    rows = np.arange(8, dtype=np.float32).reshape(4, 2)
    return tf.get_variable("table", initializer=rows, use_resource=use_resource)


def total_of_squares(table, turns):
    """Sum up the squares of a row each turn: of rows 0, 1, 0, 1 and so on."""

    def body(i, total):
        return i + 1, total + tf.reduce_sum(tf.gather(table, i % 2) ** 2)

    return tf.while_loop(lambda i, _: i < turns, body, [0, 0.0])[1]


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("turns", [0, 1, 3])
def test_a_loop_gives_slices_of_the_rows_it_used(sess, use_resource, turns):
    rows = table(use_resource)
    n = tf.placeholder(tf.int32, [])
    (slices,) = tf.gradients(total_of_squares(rows, n), rows)
    assert isinstance(slices, tf.IndexedSlices)
    sess.run(tf.global_variables_initializer())
    wanted = np.zeros((4, 2), np.float32)
    for turn in range(turns):
        wanted[turn % 2] += 2 * np.arange(8).reshape(4, 2)[turn % 2]
    for _ in range(2):
        found = sess.run(slices, {n: turns})
        assert found.values.shape == (1 + turns, 2)
        assert found.indices[0] == 0 and not found.values[0].any()  # as TensorFlow begins
        assert sorted(found.indices[1:]) == sorted(turn % 2 for turn in range(turns))
        np.testing.assert_allclose(sess.run(tf.convert_to_tensor(slices), {n: turns}), wanted)


def test_slices_have_gradients_again(sess):
    rows = table(True)
    (slices,) = tf.gradients(total_of_squares(rows, 3), rows)
    (second,) = tf.gradients(slices.values, rows)
    sess.run(tf.global_variables_initializer())
    np.testing.assert_allclose(sess.run(tf.convert_to_tensor(second))[:, 0], [4, 2, 0, 0])


@pytest.mark.parametrize("use_resource", [False, True])
def test_momentum_leaves_rows_alone_that_no_turn_used(sess, use_resource):
    rows = tf.get_variable(
        "table", [4, 2], initializer=tf.ones_initializer(), use_resource=use_resource
    )
    used = tf.placeholder(tf.int32, [2])

    def body(i, total):
        return i + 1, total + tf.reduce_sum(tf.gather(rows, used[i]))

    loss = tf.while_loop(lambda i, _: i < 2, body, [0, 0.0])[1]
    step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
    sess.run(tf.global_variables_initializer())
    sess.run(step, {used: [1, 3]})
    sess.run(step, {used: [0, 1]})
    np.testing.assert_allclose(sess.run(rows)[:, 0], [0.9, 0.71, 1.0, 0.9], rtol=1e-6)


def rows_of(gradient, sess, feeds):
    """Give the numbers of the rows of a gradient, in two runs that are alike."""
    assert isinstance(gradient, tf.IndexedSlices)
    found = [sess.run(gradient, feeds).indices.tolist() for _ in range(2)]
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_branch_that_uses_no_rows_gives_all(sess, use_resource):
    rows, used, p = table(use_resource), tf.placeholder(tf.int32, [None]), tf.placeholder(tf.bool)
    y = tf.cond(p, lambda: tf.reduce_sum(tf.gather(rows, used)), lambda: 1.0)
    (slices,) = tf.gradients(y, rows)
    sess.run(tf.global_variables_initializer())
    assert rows_of(slices, sess, {p: True, used: [3, 1, 3]}) == [3, 1, 3]
    assert rows_of(slices, sess, {p: False, used: [3, 1, 3]}) == [0, 1, 2, 3]
    assert not sess.run(slices, {p: False, used: [3]}).values.any()


def test_where_both_branches_use_rows_all_are_there(sess):
    rows, p = table(True), tf.placeholder(tf.bool)
    y = tf.cond(
        p, lambda: tf.reduce_sum(tf.gather(rows, [2])), lambda: tf.reduce_sum(tf.gather(rows, [1]))
    )
    (slices,) = tf.gradients(y, rows)
    sess.run(tf.global_variables_initializer())
    assert rows_of(slices, sess, {p: True}) == [2, 0, 1, 2, 3]
    assert rows_of(slices, sess, {p: False}) == [1, 0, 1, 2, 3]


def test_a_branch_by_number_gives_its_rows_alone(sess):
    rows, i = table(True), tf.placeholder(tf.int32, [])
    branches = [lambda: tf.reduce_sum(tf.gather(rows, [2])), lambda: tf.reduce_sum(rows * 2.0)]
    (slices,) = tf.gradients(tf.switch_case(i, branches), rows)
    sess.run(tf.global_variables_initializer())
    assert rows_of(slices, sess, {i: 0}) == [2]
    assert rows_of(slices, sess, {i: 1}) == [0, 1, 2, 3]
    assert sess.run(slices, {i: 1}).values.tolist() == [[2, 2]] * 4


def test_rows_are_dense_where_a_branch_uses_all(sess):
    rows, p = table(True), tf.placeholder(tf.bool)
    y = tf.cond(p, lambda: tf.reduce_sum(tf.gather(rows, [2])), lambda: tf.reduce_sum(rows))
    assert isinstance(tf.gradients(y, rows)[0], tf.Tensor)


def test_row_numbers_of_two_types_become_wide_ones(sess):
    rows, p = table(True), tf.placeholder(tf.bool)
    wide = tf.constant([1], tf.int64)
    y = tf.cond(
        p, lambda: tf.reduce_sum(tf.gather(rows, [2])), lambda: tf.reduce_sum(tf.gather(rows, wide))
    )
    assert tf.gradients(y, rows)[0].indices.dtype == tf.int64


@pytest.mark.parametrize("turns", [0, 3])
def test_turns_may_use_different_numbers_of_rows(sess, turns):
    rows, n = table(True), tf.placeholder(tf.int32, [])

    def body(i, total):
        return i + 1, total + tf.reduce_sum(tf.gather(rows, tf.range(i)) ** 2)

    y = tf.while_loop(lambda i, _: i < n, body, [0, 0.0])[1]
    (slices,) = tf.gradients(y, rows)
    sess.run(tf.global_variables_initializer())
    assert rows_of(slices, sess, {n: turns}) == ([0, 0, 1, 0] if turns else [0])


def test_a_branch_in_a_loop_gives_rows_turn_by_turn(sess):
    rows, n = table(True), tf.placeholder(tf.int32, [])

    def body(i, total):
        used = tf.cond(tf.equal(i, 1), lambda: tf.reduce_sum(tf.gather(rows, [2, 3])), lambda: 1.0)
        return i + 1, total + used

    y = tf.while_loop(lambda i, _: i < n, body, [0, 0.0])[1]
    (slices,) = tf.gradients(y, rows)
    sess.run(tf.global_variables_initializer())
    assert rows_of(slices, sess, {n: 3}) == [0, 0, 1, 2, 3, 2, 3, 0, 1, 2, 3]


def test_rows_go_through_a_loop_that_passes_a_table_on(sess):
    rows = table(True)
    first = [0, 0.0, tf.convert_to_tensor(rows)]
    _, total, last = tf.while_loop(
        lambda i, t, r: i < 2,
        lambda i, t, r: (i + 1, t + tf.reduce_sum(tf.gather(r, [i])), r),
        first,
    )
    both = tf.gradients(total + tf.reduce_sum(tf.gather(last, [3])), rows)[0]
    inside = tf.gradients(total, rows)[0]
    sess.run(tf.global_variables_initializer())
    assert rows_of(both, sess, {}) == [3, 1, 0]
    assert isinstance(inside, tf.Tensor)
    assert sess.run(inside)[:, 0].tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_predicate_that_is_computed(sess, sign):
    rows = tf.get_variable("table", initializer=np.ones((4, 2), np.float32), use_resource=True)
    weight = tf.get_variable("weight", initializer=sign)
    used = tf.placeholder(tf.int32, [None])
    y = tf.cond(weight > 0.0, lambda: tf.reduce_sum(tf.gather(rows, used)), lambda: weight * 2.0)
    step = tf.train.GradientDescentOptimizer(0.5).minimize(y)
    sess.run(tf.global_variables_initializer())
    for _ in range(4):
        sess.run(step, {used: [1, 3, 1]})
    steps = 4 if sign > 0 else 0
    wanted = [1, 1 - 1.0 * steps, 1, 1 - 0.5 * steps]
    np.testing.assert_allclose(sess.run(rows)[:, 0], wanted)
    assert sess.run(weight) == (1.0 if sign > 0 else -5.0)
