"""Cases of gradients through loops, branches and arrays in one another."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

X = np.array([0.3, -0.4, 0.7])
ROWS = np.linspace(-1.0, 1.0, 12).reshape(4, 3)


def repeated(tf, turns, step, first):
    """Apply a step, from a number and a value, some times."""
    body = lambda i, y: (i + 1, step(i, y))
    return tf.while_loop(lambda i, _: i < turns, body, [0, first])[1]


def variable(tf, name, value, use_resource):
    first = np.asarray(value, np.float32)
    return tf.compat.v1.get_variable(name, initializer=first, use_resource=use_resource)


@CASES
def third_order_through_nested_conds(tf, feed):
    x, p, q = feed(X, [None]), feed(np.bool_(True)), feed(np.bool_(False))
    inner = lambda: tf.cond(q, lambda: x * x, lambda: tf.sin(x) * x)
    y = tf.cond(p, inner, lambda: -x)
    (first,) = tf.gradients(y, x)
    (second,) = tf.gradients(first, x)
    (third,) = tf.gradients(second, x)
    return [y, first, second, third]


@CASES
def fourth_order_through_cond(tf, feed):
    x, p = feed(X), feed(np.bool_(False))
    found = [tf.cond(p, lambda: x * 2.0, lambda: tf.exp(x) * x)]
    for _ in range(4):
        found.append(tf.gradients(found[-1], x)[0])
    return found


@CASES
def second_order_through_a_cond_that_takes_no_part(tf, feed):
    x, w, p = feed(X), feed(X * 2.0), feed(np.bool_(True))
    y = tf.cond(p, lambda: x * x * x, lambda: x * w)
    first = tf.gradients(y, [x, w])
    return [first, tf.gradients(first[0], [x, w])]


@CASES
def cond_in_a_loop_in_a_loop(tf, feed):
    x, n = feed(X), feed(np.int32(3))

    def inner(j, y):
        return tf.cond(tf.equal(j % 2, 0), lambda: y * 0.9 + x, lambda: tf.tanh(y) * x)

    y = repeated(tf, n, lambda i, y: repeated(tf, i + 1, inner, y), x)
    return [y, tf.gradients(y * y, x)]


@CASES
def loop_in_a_cond_in_a_loop(tf, feed):
    x, w, n = feed(X), feed(np.float32(0.5)), feed(np.int32(4))

    def step(i, y):
        inner = lambda: repeated(tf, i, lambda j, z: z * w + x, y)
        return tf.cond(tf.equal(i % 2, 1), inner, lambda: y + w)

    y = repeated(tf, n, step, x)
    return [y, tf.gradients(y * y, [x, w])]


@CASES
def cond_by_a_value_of_the_loop(tf, feed):
    x, n = feed(X), feed(np.int32(5))
    step = lambda i, y: tf.cond(tf.reduce_sum(y) > 1.0, lambda: y * 0.3, lambda: y * 2.0 + x)
    y = repeated(tf, n, step, tf.exp(x))
    return [y, tf.gradients(y, x)]


@CASES
def loop_of_no_turns_in_a_loop(tf, feed):
    x, n = feed(X), feed(np.int32(0))
    y = repeated(tf, 3, lambda i, y: repeated(tf, n, lambda j, z: z * x, y) + x, x)
    return [y, tf.gradients(y, x)]


@CASES
def loop_of_no_turns_by_what_it_captures(tf, feed):
    x, w, n = feed(X), feed(X), feed(np.int32(0))
    y = repeated(tf, n, lambda i, y: y * w, x)
    return [y, tf.gradients(y, [x, w])]


@CASES
def loop_by_weights_of_unknown_sizes(tf, feed):
    x, w, n = feed(X[None], None), feed(np.eye(3) * 0.5, [None, None]), feed(np.int32(3))
    y = repeated(tf, n, lambda i, y: tf.reshape(tf.tanh(tf.matmul(y, w)), tf.shape(y)), x)
    return [y, tf.gradients(y, [x, w])]


@CASES
def loop_with_weights_for_its_results(tf, feed):
    x, dy = feed(X), feed(X * 10.0)
    i, y, z = tf.while_loop(
        lambda i, y, z: i < 3, lambda i, y, z: (i + 1, z * x, y + x), [0, x, x * 2.0]
    )
    return [tf.gradients([y, z], x, grad_ys=[dy, None]), tf.gradients([y, z], x, [dy, dy * 2.0])]


@CASES
def loop_with_a_stopped_gradient(tf, feed):
    x, n = feed(X), feed(np.int32(3))
    y = repeated(tf, n, lambda i, y: y * x + tf.stop_gradient(y * x), x)
    return [y, tf.gradients(y, x), tf.gradients(y * x, x, stop_gradients=[y])]


@CASES
def loop_from_which_no_gradient_comes(tf, feed):
    x = feed(X)
    y = repeated(tf, 3, lambda i, y: tf.stop_gradient(y) + 1.0, x)
    found = tf.gradients(y + x * 0.0, x)[0]
    alone = tf.gradients(repeated(tf, 3, lambda i, y: y + 1.0, tf.zeros([3])), x)[0]
    return [found, tf.constant(alone is None)]


@CASES
def loop_that_swaps_and_drops(tf, feed):
    x, w = feed(X), feed(X + 1.0)
    found = tf.while_loop(
        lambda i, a, b, c: i < 3, lambda i, a, b, c: (i + 1, b, a * w, x * 2.0), [0, x, w, x]
    )
    return [found[1:], tf.gradients(found[1], [x, w]), tf.gradients(found[3], [x])]


@CASES
def loop_by_integers_and_floats(tf, feed):
    x, n = feed(X), feed(np.int32(4))
    found = tf.while_loop(
        lambda i, k, y: i < n,
        lambda i, k, y: (i + 1, k * 2 + i, y * tf.cast(k, tf.float32) + x),
        [0, 1, x],
    )
    return [found, tf.gradients(found[2], x)]


@CASES
def loop_in_float64(tf, feed):
    x = tf.cast(feed(X), tf.float64)
    y = repeated(tf, 4, lambda i, y: tf.sin(y) * x, x)
    return [y, tf.gradients(y, x)]


@CASES
def references_in_a_branch_of_a_loop(tf, feed):
    v, w = variable(tf, "v", 0.5, False), variable(tf, "w", X, False)
    n, p = feed(np.int32(3)), feed(np.bool_(True))
    step = lambda i, y: tf.cond(p, lambda: y * v + w, lambda: y * w)
    y = repeated(tf, n, step, w * 2.0)
    return [y, tf.gradients(y * y, [v, w])]


@CASES
def resources_in_a_loop_in_a_branch(tf, feed):
    v, w = variable(tf, "v", 0.5, True), variable(tf, "w", X, True)
    n, p = feed(np.int32(3)), feed(np.bool_(True))
    y = tf.cond(p, lambda: repeated(tf, n, lambda i, y: y * v + w, w * 2.0), lambda: w * v)
    return [y, tf.gradients(y * y, [v, w])]


@CASES
def variable_made_in_a_loop(tf, feed):
    x = feed(X)

    def step(i, y):
        with tf.compat.v1.variable_scope("inner", reuse=tf.compat.v1.AUTO_REUSE, use_resource=True):
            first = tf.compat.v1.initializers.constant(0.7)
            v = tf.compat.v1.get_variable("v", [3], initializer=first)
        return y * v + x

    y = repeated(tf, 3, step, x)
    return [y, tf.gradients(y, tf.compat.v1.trainable_variables())]


@CASES
def array_filled_in_a_loop(tf, feed):
    x, n = feed(X), feed(np.int32(4))
    first = tf.TensorArray(tf.float32, n)
    found = tf.while_loop(
        lambda i, y, a: i < n, lambda i, y, a: (i + 1, y * x, a.write(i, y)), [0, x, first]
    )
    y = found[2].stack()
    return [y, tf.gradients(y * y, x)]


@CASES
def array_read_in_a_loop_by_what_fills_it(tf, feed):
    rows, w = feed(ROWS, [None, 3]), feed(X)
    array = tf.TensorArray(tf.float32, tf.shape(rows)[0], clear_after_read=False).unstack(rows * w)
    y = repeated(tf, 4, lambda i, y: y * 0.5 + array.read(i) * array.read(3 - i), w)
    return [y, tf.gradients(y, [rows, w])]


@CASES
def array_in_loops_in_one_another(tf, feed):
    rows, x = feed(ROWS), feed(X)
    given = tf.TensorArray(tf.float32, 4, clear_after_read=False).unstack(rows)

    def step(i, y, array):
        inner = repeated(tf, 3, lambda j, z: z * 0.8 + given.read(j) * given.read(i), y)
        return i + 1, inner, array.write(i, inner * x)

    first = [0, x, tf.TensorArray(tf.float32, 4)]
    y = tf.while_loop(lambda i, y, a: i < 4, step, first)[2].stack()
    return [y, tf.gradients(y * y, [rows, x])]


@CASES
def array_written_in_a_branch_of_a_loop(tf, feed):
    x, n = feed(X), feed(np.int32(4))

    def step(i, y, array):
        flow = tf.cond(
            tf.equal(i % 2, 0), lambda: array.write(i, y).flow, lambda: array.write(i, y * y).flow
        )
        return i + 1, y * 0.5 + x, tf.TensorArray(tf.float32, handle=array.handle, flow=flow)

    y = tf.while_loop(lambda i, y, a: i < n, step, [0, x, tf.TensorArray(tf.float32, n)])[2].stack()
    return [y, tf.gradients(y, x)]


@CASES
def rows_gathered_from_an_array(tf, feed):
    rows = feed(ROWS)
    array = tf.TensorArray(tf.float32, 4, clear_after_read=False).unstack(rows)
    y = repeated(tf, 3, lambda i, y: y + tf.reduce_sum(array.gather([i, 0]) ** 2), tf.zeros([]))
    return [y, tf.gradients(y, rows)]


@CASES
def array_of_elements_of_different_sizes(tf, feed):
    x, n = feed(X), feed(np.int32(3))
    first = tf.TensorArray(tf.float32, n, infer_shape=False)
    found = tf.while_loop(
        lambda i, a: i < n, lambda i, a: (i + 1, a.write(i, x[: i + 1] * x[0])), [0, first]
    )
    y = found[1].concat()
    return [y, tf.gradients(y, x)]


@CASES
def map_of_a_loop(tf, feed):
    rows, x = feed(ROWS, [None, 3]), feed(X)
    y = tf.map_fn(lambda row: repeated(tf, 2, lambda i, y: y * row + x, x), rows)
    return [y, tf.gradients(y * y, [rows, x])]


@CASES
def map_of_a_cond(tf, feed):
    rows, x = feed(ROWS, [None, 3]), feed(X)
    y = tf.map_fn(
        lambda row: tf.cond(tf.reduce_sum(row) > 0.0, lambda: row * x, lambda: row + x * x), rows
    )
    return [y, tf.gradients(y * y, [rows, x])]


@CASES
def map_of_a_map_of_pairs(tf, feed):
    rows, x = feed(ROWS), feed(X)
    inner = lambda row: tf.map_fn(lambda one: (one[0] * one[1], one[0]), (row, x))[0]
    y = tf.map_fn(inner, rows)
    return [y, tf.gradients(y * y, [rows, x])]


@CASES
def scan_of_a_loop_backwards(tf, feed):
    rows, x = feed(ROWS, [None, 3]), feed(X)
    step = lambda y, row: repeated(tf, 2, lambda i, z: z * 0.5 + row * x, y)
    y = tf.scan(step, rows, initializer=x, reverse=True)
    return [y, tf.gradients(y * y, [rows, x])]


@CASES
def scan_of_pairs_without_a_first_value(tf, feed):
    rows = feed(ROWS)
    step = lambda before, row: (before[0] * row[0], before[1] + row[1] * row[0])
    y = tf.scan(step, (rows, rows * 2.0))
    return [y, tf.gradients(y, rows)]


@CASES
def fold_in_a_fold(tf, feed):
    rows, x = feed(ROWS), feed(X)
    inner = lambda row: tf.foldr(lambda a, b: a * 0.5 + b * b, row)
    y = tf.foldl(lambda a, row: a * inner(row) + x, rows, initializer=x)
    return [y, tf.gradients(y, [rows, x])]


@CASES
def rows_used_in_loops_in_one_another(tf, feed):
    table, n = feed(ROWS), feed(np.int32(3))
    inner = lambda i, y: repeated(
        tf, i, lambda j, z: z * 0.5 + tf.reduce_sum(tf.gather(table, [i, j]), 0), y
    )
    y = repeated(tf, n, inner, tf.zeros([3]))
    return [y, tf.convert_to_tensor(tf.gradients(y * y, table)[0])]


@CASES
def rows_used_and_all_used(tf, feed):
    table, p = feed(ROWS), feed(np.bool_(True))
    y = tf.cond(p, lambda: tf.gather(table, [1, 1, 3]) ** 2, lambda: tf.ones([3, 3]))
    z = repeated(tf, 2, lambda i, z: z + tf.reduce_sum(table * table), tf.zeros([]))
    return [tf.convert_to_tensor(tf.gradients([y, z], table)[0])]


@CASES
def loop_whose_values_grow(tf, feed):
    x, n = feed(X), feed(np.int32(3))
    step = lambda i, y: (i + 1, tf.concat([y * 0.5, x * tf.reduce_sum(y)], 0))
    y = tf.while_loop(
        lambda i, y: i < n, step, [0, x], [tf.TensorShape([]), tf.TensorShape([None])]
    )[1]
    return [y, tf.gradients(y * y, x)]


@CASES
def clipped_gradients_of_a_loop(tf, feed):
    x, w = feed(X), feed(X)
    y = repeated(tf, 3, lambda i, y: y * w + x, x)
    clipped, norm = tf.clip_by_global_norm(tf.gradients(y * y, [x, w]), 0.5)
    return [clipped, norm]


@CASES
def gradients_within_a_loop(tf, feed):
    x, n = feed(X), feed(np.int32(5))
    step = lambda i, y: y - 0.1 * tf.gradients(tf.reduce_sum((y - x) ** 2) * 0.5 + y**4, y)[0]
    y = repeated(tf, n, step, tf.ones([3]))
    return [y]


@CASES
def gradients_within_a_branch(tf, feed):
    x, p = feed(X), feed(np.bool_(True))
    y = tf.cond(p, lambda: tf.gradients(x**3, x)[0], lambda: x)
    return [y, tf.gradients(y, x)]


@CASES
def hessian_through_a_cond(tf, feed):
    x, p = feed(X), feed(np.bool_(True))
    y = tf.cond(p, lambda: tf.reduce_sum(x**3) * x[0], lambda: tf.reduce_sum(x))
    return [tf.hessians(y, x)]


@CASES
def case_in_a_loop(tf, feed):
    x, n = feed(X), feed(np.int32(5))

    def step(i, y):
        pairs = [(tf.equal(i, 1), lambda: y * x), (i > 3, lambda: tf.sin(y))]
        return tf.case(pairs, default=lambda: y + x * x)

    y = repeated(tf, n, step, x)
    return [y, tf.gradients(y, x)]


@CASES
def unconnected_inputs_of_a_loop(tf, feed):
    x, w = feed(X), feed(X)
    y = repeated(tf, 2, lambda i, y: y * x, x)
    found = tf.gradients(y, [x, w], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [found, tf.constant(tf.gradients(y, [w])[0] is None)]
