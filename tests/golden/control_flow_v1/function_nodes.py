"""Cases of nodes that name functions, of references that go through frames, and of rows."""

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import function
from tensorflow.python.ops import control_flow_ops, functional_ops, gen_control_flow_ops

__all__ = ["CASES"]

CASES = {}
X = [0.5, 1.0, -2.0]


def case(build):
    CASES[build.__name__] = build
    return build


def vector():
    return tf.placeholder(tf.float32, [3], name="x")


@function.Defun(tf.float32)
def wave(a):
    return tf.sin(a) * a


@function.Defun(tf.float32, tf.float32)
def mixed(a, b):
    return wave(a) * b, tf.reduce_sum(a) * b[0]


@case
def gradient_of_function():
    x = vector()
    y = wave(x)
    return [([y, tf.gradients(y, x)[0]], [{x: X}])]


@case
def gradient_of_functions_in_functions():
    x = vector()
    one, other = mixed(x, x * 2.0)

    @function.Defun(tf.float32)
    def outer(a):
        return mixed(a, a * a)[0]

    slopes = [tf.gradients(one * 3.0 + other, x)[0], tf.gradients(outer(x), x)[0]]
    return [(slopes, [{x: X}])]


@case
def gradient_of_function_by_a_number():
    x, n = vector(), tf.placeholder(tf.int32, [], name="n")

    @function.Defun(tf.float32, tf.int32)
    def scaled(a, count):
        return a * a * tf.cast(count, tf.float32)

    return [([tf.gradients(scaled(x, n), x)[0]], [{x: X, n: 3}])]


@case
def gradient_of_function_that_chooses():
    x = vector()

    @function.Defun(tf.float32)
    def chosen(a):
        return tf.cond(tf.reduce_sum(a) > 0.0, lambda: a * a, lambda: tf.exp(a))

    return [([chosen(x)], [{x: X}, {x: [1.0, 2.0, 3.0]}])]


@function.Defun(tf.int32, tf.float32)
def grown(i, a):
    return a * 2.0 + tf.cast(i, tf.float32)


def loop_over(start, limit, delta, values, body):
    return functional_ops.For(start, limit, delta, values, body, rewrite_with_while=False)


@case
def loop_over_numbers():
    x, n = vector(), tf.placeholder(tf.int32, [], name="n")
    up = loop_over(0, n, 1, [x], grown)[0]
    down = loop_over(n, 0, -2, [x], grown)[0]
    return [([up, down], [{x: X, n: 3}, {x: X, n: 0}, {x: X, n: 4}])]


@case
def loop_over_numbers_of_two_values_in_a_function():
    x = vector()

    @function.Defun(tf.int32, tf.float32, tf.float32)
    def swapped(i, a, b):
        return b, loop_over(0, i, 1, [a], grown)[0]

    @function.Defun(tf.float32)
    def called(a):
        return loop_over(0, 3, 1, [a, tf.ones_like(a)], swapped)[1]

    return [([called(x)], [{x: X}])]


@case
def reference_through_a_choice():
    p = tf.placeholder(tf.bool, [], name="p")
    v = tf.get_variable("v", initializer=[1.0, 2.0], use_resource=False)
    no, yes = gen_control_flow_ops.ref_switch(v._ref(), p)
    merged = gen_control_flow_ops.ref_merge([no, yes])
    changed = tf.assign_add(merged.output, [10.0, 10.0])
    rows = [([changed, merged.value_index], [{p: True}, {p: False}])]
    return [*rows, ([v], [{}])]


@case
def reference_through_a_frame():
    n = tf.placeholder(tf.int32, [], name="n")
    v = tf.get_variable("v", initializer=[1.0, 2.0], use_resource=False)
    inner = gen_control_flow_ops.ref_enter(v._ref(), "hand", is_constant=False)
    start = gen_control_flow_ops.enter(n, "hand")
    turn, _ = control_flow_ops.merge([start, start])
    reference = gen_control_flow_ops.ref_merge([inner, inner])
    with tf.control_dependencies([turn]):
        zero, one = tf.constant(0), tf.constant(1)
    goes_on = control_flow_ops.loop_cond(turn > zero)
    out, into = control_flow_ops.switch(turn, goes_on)
    last, held = gen_control_flow_ops.ref_switch(reference.output, goes_on)
    turn.op._update_input(1, gen_control_flow_ops.next_iteration(into - one))
    with tf.control_dependencies([into]):
        step = tf.constant([0.5, 1.0])
    again = gen_control_flow_ops.ref_next_iteration(tf.assign_add(held, step))
    reference.output.op._update_input(1, again)
    given = gen_control_flow_ops.ref_exit(last)
    rows = [([tf.identity(given), control_flow_ops.exit(out)], [{n: 0}, {n: 3}])]
    return [*rows, ([v], [{}])]


@case
def rows_of_a_table_in_a_loop():
    ids = tf.placeholder(tf.int32, [None], name="ids")
    table = tf.get_variable("table", initializer=np.ones((4, 2), np.float32), use_resource=False)

    def body(i, total):
        used = tf.cond(
            tf.equal(i, 1), lambda: tf.reduce_sum(tf.gather(table, ids) ** 2), lambda: 0.5
        )
        return i + 1, total + used

    total = tf.while_loop(lambda i, _: i < 3, body, [0, 0.0])[1]
    slices = tf.gradients(total, table)[0]
    step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(total)
    fetches = [total, slices.values, slices.indices]
    return [(fetches, [{ids: [3, 1]}]), ([step], [{ids: [3, 1]}, {ids: [2]}]), ([table], [{}])]
