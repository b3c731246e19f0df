"""Cases of map_fn, foldl, foldr, scan and vectorized_map."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

ROWS = np.linspace(-1, 1, 10).reshape(5, 2)


@CASES
def map_of_rows(tf, feed):
    x = feed(ROWS)
    y = tf.map_fn(lambda row: tf.reduce_sum(row) * row, x)
    return [y, tf.gradients(y * y, x)]


@CASES
def map_of_unknown_shape(tf, feed):
    x = feed(ROWS, None)
    y = tf.map_fn(lambda row: row * 2.0, x)
    return [y, tf.gradients(y * y, x)]


@CASES
def map_of_two(tf, feed):
    x, y = feed(ROWS, [None, 2]), feed(ROWS[::-1].copy(), [None, 2])
    z = tf.map_fn(lambda pair: tf.reduce_sum(pair[0] * pair[1]), (x, y), dtype=tf.float32)
    return [z, *tf.gradients(z * z, [x, y])]


@CASES
def map_to_a_dict(tf, feed):
    x = feed(ROWS)
    made = tf.map_fn(
        lambda row: {"sum": tf.reduce_sum(row), "int": tf.cast(row * 10.0, tf.int32)},
        x,
        dtype={"sum": tf.float32, "int": tf.int32},
    )
    return [made["sum"], made["int"], tf.gradients(made["sum"] ** 2, x)]


@CASES
def map_of_strings(tf, feed):
    return [tf.map_fn(lambda s: tf.strings.join([s, "!"]), tf.constant(["a", "b"]))]


@CASES
def map_to_another_dtype(tf, feed):
    return [tf.map_fn(lambda i: tf.cast(i, tf.float64) / 2, feed(np.arange(4)), dtype=tf.float64)]


@CASES
def map_of_no_rows(tf, feed):
    return [tf.map_fn(lambda row: row * 2.0, feed(np.zeros((0, 2)), [None, 2]))]


@CASES
def map_in_a_map(tf, feed):
    x = feed(ROWS)
    y = tf.map_fn(lambda row: tf.map_fn(lambda a: a * a * row[0], row), x)
    return [y, tf.gradients(y * y, x)]


@CASES
def map_with_a_variable(tf, feed):
    x = feed(ROWS)
    v = tf.compat.v1.get_variable("v", [2], initializer=tf.ones_initializer())
    y = tf.map_fn(lambda row: row * v, x)
    return [y, *tf.gradients(y * y, [x, v])]


@CASES
def map_with_a_branch(tf, feed):
    x = feed(ROWS)
    y = tf.map_fn(lambda row: tf.cond(row[0] > 0.0, lambda: row, lambda: row * row), x)
    return [y, tf.gradients(y * y, x)]


@CASES
def map_of_a_scalar(tf, feed):
    return [tf.map_fn(lambda a: a, feed(np.float32(1.0)))]


@CASES
def map_to_another_nest(tf, feed):
    return [tf.map_fn(lambda row: (row, row), feed(ROWS))]


@CASES
def map_to_other_shapes(tf, feed):
    return [tf.map_fn(lambda n: tf.range(n), feed(np.array([1, 2], np.int32)))]


@CASES
def map_of_a_function_that_is_none(tf, feed):
    return [tf.map_fn(3, feed(ROWS))]


@CASES
def fold_from_the_left(tf, feed):
    x = feed(ROWS)
    y = tf.foldl(lambda a, row: a * 0.5 + row, x)
    return [y, tf.gradients(y, x)]


@CASES
def fold_from_the_left_with_initializer(tf, feed):
    x = feed(ROWS, [None, 2])
    y = tf.foldl(lambda a, row: a * 0.5 + tf.reduce_sum(row), x, initializer=tf.constant(1.0))
    return [y, tf.gradients(y, x)]


@CASES
def fold_from_the_right(tf, feed):
    x = feed(ROWS, [None, 2])
    y = tf.foldr(lambda a, row: a * 0.5 + row, x)
    return [y, tf.gradients(y, x)]


@CASES
def fold_from_the_right_with_initializer(tf, feed):
    x = feed(ROWS)
    y = tf.foldr(lambda a, row: a * row, x, initializer=tf.ones([2]))
    return [y, tf.gradients(y, x)]


@CASES
def fold_of_two(tf, feed):
    x, y = feed(ROWS), feed(ROWS * 2.0)
    z = tf.foldl(lambda a, pair: a + pair[0] * pair[1], (x, y), initializer=tf.zeros([2]))
    return [z, *tf.gradients(z, [x, y])]


@CASES
def scan_of_rows(tf, feed):
    x = feed(ROWS)
    y = tf.scan(lambda a, row: a * 0.5 + row, x)
    return [y, tf.gradients(y * y, x)]


@CASES
def scan_with_initializer(tf, feed):
    x = feed(ROWS, [None, 2])
    y = tf.scan(lambda a, row: a + tf.reduce_sum(row), x, initializer=tf.constant(1.0))
    return [y, tf.gradients(y * y, x)]


@CASES
def scan_backwards(tf, feed):
    x = feed(ROWS)
    y = tf.scan(lambda a, row: a * 0.5 + row, x, reverse=True)
    return [y, tf.gradients(y * y, x)]


@CASES
def scan_backwards_with_initializer(tf, feed):
    x = feed(ROWS, [None, 2])
    y = tf.scan(lambda a, row: a * row, x, initializer=tf.ones([2]), reverse=True)
    return [y, tf.gradients(y * y, x)]


@CASES
def scan_of_a_nest(tf, feed):
    x = feed(ROWS)
    n, y = tf.scan(
        lambda a, row: (a[0] + 1, a[1] * 0.5 + row),
        x,
        initializer=(tf.constant(0), tf.zeros([2])),
    )
    return [n, y, tf.gradients(y * y, x)]


@CASES
def scan_of_an_lstm(tf, feed):
    x = feed(ROWS)
    w = feed(np.linspace(-1, 1, 32).reshape(4, 8))

    def step(state, row):
        c, h = state
        i, j, f, o = tf.split(tf.matmul(tf.concat([row[None], h], 1), w), 4, 1)
        c = c * tf.sigmoid(f) + tf.sigmoid(i) * tf.tanh(j)
        return c, tf.tanh(c) * tf.sigmoid(o)

    _, h = tf.scan(step, x, initializer=(tf.zeros([1, 2]), tf.zeros([1, 2])))
    return [h, *tf.gradients(h * h, [x, w])]


@CASES
def fibonacci(tf, feed):
    first = (tf.constant(0, tf.int64), tf.constant(1, tf.int64))
    return [tf.scan(lambda a, _: (a[1], a[0] + a[1]), feed(np.zeros(6, np.int64)), first)]


@CASES
def vectorized(tf, feed):
    x = feed(ROWS)
    outer, total = tf.vectorized_map(lambda row: (tf.tensordot(row, row, 0), tf.reduce_sum(row)), x)
    return [outer, total, tf.gradients(outer * outer, x)]


@CASES
def vectorized_over_two(tf, feed):
    x, y = feed(ROWS), feed(ROWS * 3.0)
    z = tf.vectorized_map(lambda pair: tf.reduce_sum(pair[0] * pair[1]), (x, y))
    return [z, *tf.gradients(z * z, [x, y])]
