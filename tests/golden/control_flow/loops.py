"""Cases of while_loop and cond."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

X = np.array([0.3, -0.4, 0.7])


@CASES
def counted(tf, feed):
    x, n = feed(X, [None]), feed(np.int32(5))
    i, y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * 0.5 + x), [0, x])
    return [i, y, tf.gradients(y * y, x)]


@CASES
def no_turns(tf, feed):
    x = feed(X)
    i, y = tf.while_loop(lambda i, y: i < 0, lambda i, y: (i + 1, y * x), [0, x * 2.0])
    return [i, y, tf.gradients(y, x)]


@CASES
def ends_by_its_values(tf, feed):
    x = feed(X)
    y = tf.while_loop(lambda y: tf.reduce_sum(y) < 10.0, lambda y: y * 2.0 + x * x, [x])
    return [y]


@CASES
def gradient_of_a_loop_that_ends_by_its_values(tf, feed):
    x = feed(X)
    y = tf.while_loop(
        lambda y: tf.reduce_sum(y) < 10.0, lambda y: y * 2.0 + x * x, [x], maximum_iterations=20
    )
    return [y, tf.gradients(y, x)]


@CASES
def gradient_of_an_unbounded_loop(tf, feed):
    x = feed(X)
    y = tf.while_loop(lambda y: tf.reduce_sum(y) < 10.0, lambda y: y * 2.0 + x * x, [x])
    return [y, tf.gradients(y, x)]


@CASES
def at_most(tf, feed):
    x = feed(X)
    y = tf.while_loop(lambda y: True, lambda y: y * 2.0, [x], maximum_iterations=3)
    return [y, tf.gradients(y, x)]


@CASES
def at_most_zero(tf, feed):
    return [tf.while_loop(lambda y: True, lambda y: y * 2.0, [feed(X)], maximum_iterations=0)]


@CASES
def at_most_a_negative_number(tf, feed):
    return [tf.while_loop(lambda y: True, lambda y: y * 2.0, [feed(X)], maximum_iterations=-3)]


@CASES
def three_deep(tf, feed):
    x = feed(X)

    def third(k, y):
        return k + 1, y * 0.9 + x

    def second(j, y):
        return j + 1, tf.while_loop(lambda k, _: k < 2, third, [0, y])[1]

    def first(i, y):
        return i + 1, tf.while_loop(lambda j, _: j < 2, second, [0, y])[1]

    y = tf.while_loop(lambda i, _: i < 2, first, [0, x])[1]
    return [y, tf.gradients(y * y, x)]


@CASES
def inner_loop_turns_as_the_outer_says(tf, feed):
    x = feed(X)

    def outer(i, y):
        inner = tf.while_loop(lambda j, _: j < i, lambda j, y: (j + 1, y * 0.9 + x), [0, y])
        return i + 1, inner[1]

    y = tf.while_loop(lambda i, _: i < 4, outer, [0, x])[1]
    return [y, tf.gradients(y * y, x)]


@CASES
def branch_in_a_loop_in_a_branch(tf, feed):
    x, p = feed(X), feed(np.array(True))

    def body(i, y):
        return i + 1, tf.cond(tf.reduce_sum(y) > 0.5, lambda: y * 0.5, lambda: y + x * x)

    y = tf.cond(
        p, lambda: tf.while_loop(lambda i, _: i < 6, body, [0, x])[1], lambda: tf.identity(x)
    )
    return [y, tf.gradients(y * y, x)]


@CASES
def captured_weights(tf, feed):
    x, w = feed(X[None]), feed(np.linspace(-1, 1, 9).reshape(3, 3))
    y = tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, tf.tanh(tf.matmul(y, w))), [0, x])[1]
    return [y, *tf.gradients(y * y, [x, w])]


@CASES
def rows_that_grow(tf, feed):
    x = feed(X)
    i, y = tf.while_loop(
        lambda i, _: i < 3,
        lambda i, y: (i + 1, tf.concat([y, x], 0)),
        [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
    )
    return [y, tf.gradients(y * y, x)]


@CASES
def variable_counted_up(tf, feed):
    v = tf.compat.v1.get_variable("v", initializer=1.0, use_resource=True)

    def body(i):
        with tf.control_dependencies([v.assign_add(2.0)]):
            return i + 1

    i = tf.while_loop(lambda i: i < 4, body, [0])
    with tf.control_dependencies([i]):
        return [i, v.read_value()]


@CASES
def gradient_of_a_variable(tf, feed):
    v = tf.compat.v1.get_variable("v", initializer=2.0, use_resource=True)
    y = tf.while_loop(lambda i, _: i < 4, lambda i, y: (i + 1, y * v), [0, feed(X)])[1]
    return [y, tf.gradients(y, v)]


@CASES
def sparse_gradient_in_a_loop(tf, feed):
    table = feed(np.linspace(-1, 1, 8).reshape(4, 2))

    def body(i, y):
        return i + 1, y * 0.5 + tf.reduce_sum(tf.gather(table, [i, 1]), 0)

    y = tf.while_loop(lambda i, _: i < 3, body, [0, tf.zeros([2])])[1]
    return [y, tf.convert_to_tensor(tf.gradients(y * y, table)[0])]


@CASES
def nest_of_variables(tf, feed):
    x = feed(X)
    made = tf.while_loop(
        lambda state: state["i"] < 3,
        lambda state: [{"i": state["i"] + 1, "pair": (state["pair"][1], state["pair"][0] * x)}],
        [{"i": tf.constant(0), "pair": (x, x * 2.0)}],
    )
    (made,) = made
    return [made["i"], *made["pair"], tf.gradients(made["pair"][0], x)]


@CASES
def second_derivative(tf, feed):
    x = feed(X)
    y = tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, y * x), [0, x])[1]
    first = tf.gradients(y, x)[0]
    return [y, first]


@CASES
def sparse_tensor_carried(tf, feed):
    x = feed(X)
    first = tf.SparseTensor(np.array([[0, 1], [1, 0], [2, 2]]), x, [3, 3])
    _, last = tf.while_loop(
        lambda i, _: i < 3,
        lambda i, s: (i + 1, tf.SparseTensor(s.indices, s.values * 2.0, s.dense_shape)),
        [0, first],
    )
    return [last.indices, last.values, last.dense_shape]


@CASES
def random_in_a_loop(tf, feed):
    y = tf.while_loop(
        lambda i, _: i < 3,
        lambda i, y: (i + 1, y + tf.random.uniform([2], seed=3)),
        [0, tf.zeros([2])],
    )[1]
    return [tf.shape(y)]


@CASES
def shape_that_changes(tf, feed):
    x = feed(X)
    return [tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.concat([y, x], 0)), [0, x])]


@CASES
def another_number_of_values(tf, feed):
    return [tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1,), [0, feed(X)])]


@CASES
def condition_that_is_no_function(tf, feed):
    return [tf.while_loop(True, lambda i: i, [0])]


@CASES
def no_variables(tf, feed):
    return [tf.while_loop(lambda: True, lambda: (), [])]


@CASES
def condition_that_looks_up(tf, feed):
    table = feed(np.array([1.0, 2.0, 7.0, 3.0]), [None])
    return tf.while_loop(lambda i: tf.gather(table, i) < 5.0, lambda i: i + 1, [feed(np.int32(0))])


@CASES
def condition_that_looks_beyond(tf, feed):
    table = feed(np.zeros(4), [None])
    return tf.while_loop(lambda i: tf.gather(table, i) < 5.0, lambda i: i + 1, [feed(np.int32(0))])


@CASES
def condition_that_fails_at_once(tf, feed):
    table = feed(np.zeros(4), [None])
    return tf.while_loop(lambda i: tf.gather(table, i) < 5.0, lambda i: i + 1, [feed(np.int32(9))])


@CASES
def condition_that_asserts(tf, feed):
    n = feed(np.int32(6))

    def condition(i, x):
        with tf.control_dependencies([tf.Assert(x < 40.0, [x])]):
            return tf.identity(i) < n

    x = feed(np.float32(1.0))
    return tf.while_loop(condition, lambda i, x: (i + 1, x * 2.0), [feed(np.int32(0)), x])


@CASES
def condition_that_divides(tf, feed):
    n = feed(np.int32(100))
    return tf.while_loop(lambda i: n // i > 3, lambda i: i + 7, [feed(np.int32(1))])


@CASES
def turn_that_fails_and_would_never_end(tf, feed):
    table = feed(np.array([1, 2, 9], np.int32), [None])

    def turn(i, x):
        i = tf.gather(table, i)
        return i, x + 1.0

    return tf.while_loop(lambda i, x: i < 100, turn, [feed(np.int32(0)), 0.0])


@CASES
def loop_in_a_loop_whose_condition_looks_up(tf, feed):
    table = feed(np.array([1.0, 2.0, 7.0, 3.0]), [None])

    def turn(i, total):
        j = tf.while_loop(lambda j: tf.gather(table, j) < 5.0, lambda j: j + 1, [i])
        return i + 1, total + tf.cast(j, tf.float32)

    return tf.while_loop(lambda i, _: tf.gather(table, i) < 5.0, turn, [feed(np.int32(0)), 0.0])
