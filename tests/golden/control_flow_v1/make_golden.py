"""Make the graphs of this folder, and what they give, with TensorFlow 1.15.5.

    python tests/golden/control_flow_v1/make_golden.py

For each case there is a GraphDef, and runs in a row: what is fetched, what is fed, what comes out.
"""

import gzip
import json
import os

import numpy as np
import tensorflow as tf
from function_nodes import CASES as FUNCTION_CASES
from tensorflow.python.ops import control_flow_ops, gen_control_flow_ops

FOLDER = os.path.dirname(os.path.abspath(__file__))
CASES = dict(FUNCTION_CASES)


def case(function):
    CASES[function.__name__] = function
    return function


def inside(value, tensor):
    """A constant in the frame, or on the branch, of a tensor."""
    with tf.control_dependencies([tensor]):
        return tf.constant(value)


def scalar(name, dtype=tf.float32):
    return tf.placeholder(dtype, [], name=name)


@case
def cond_plain():
    x, p = scalar("x"), scalar("p", tf.bool)
    y = tf.cond(p, lambda: x * 2.0, lambda: tf.sin(x) - 1.0)
    return [([y, tf.gradients(y, x)[0]], [{x: 0.5, p: True}, {x: 0.5, p: False}])]


@case
def cond_nested():
    x = tf.placeholder(tf.float32, [None], name="x")
    p, q = scalar("p", tf.bool), scalar("q", tf.bool)
    y = tf.cond(p, lambda: tf.cond(q, lambda: x * x, lambda: tf.sin(x)), lambda: -x)
    slope = tf.gradients(y, x)[0]
    second = tf.gradients(slope, x)[0]
    feeds = [{x: [0.5, 2.0], p: a, q: b} for a in (True, False) for b in (True, False)]
    return [([y, slope, second], feeds)]


@case
def cond_same_predicate_again():
    x, p = scalar("x"), scalar("p", tf.bool)
    y = tf.cond(p, lambda: x * 2.0, lambda: x - 1.0)
    z = tf.cond(p, lambda: tf.cond(p, lambda: y * y, lambda: y), lambda: y + x)
    return [([y, z, tf.gradients(z, x)[0]], [{x: 3.0, p: True}, {x: 3.0, p: False}])]


@case
def cond_chain_of_two_predicates():
    x, p, q = scalar("x"), scalar("p", tf.bool), scalar("q", tf.bool)
    a = tf.cond(p, lambda: x * 2.0, lambda: x - 1.0)
    b = tf.cond(q, lambda: x * 3.0, lambda: x - 2.0)
    c = tf.cond(q, lambda: a * 5.0, lambda: a - 7.0)
    d = tf.cond(p, lambda: b * 11.0, lambda: b - 13.0)
    feeds = [{x: 1.5, p: s, q: t} for s in (True, False) for t in (True, False)]
    return [([a, b, c, d, tf.gradients(c + d, x)[0]], feeds)]


@case
def case_exclusive():
    x = scalar("x")
    pairs = [(x < 0.0, lambda: -x), (x > 10.0, lambda: x * x)]
    y = tf.case(pairs, default=lambda: tf.exp(x), exclusive=True)
    return [([y, tf.gradients(y, x)[0]], [{x: -2.0}, {x: 12.0}, {x: 1.0}])]


@case
def cond_of_reference():
    v = tf.get_variable("v", initializer=1.0, use_resource=False)
    w = tf.get_variable("w", initializer=5.0, use_resource=False)
    p = scalar("p", tf.bool)

    def grow():
        with tf.control_dependencies([tf.assign_add(w, 1.0)]):
            return tf.assign(v, v * 2.0)

    y = tf.cond(p, grow, lambda: v)
    with tf.control_dependencies([y]):
        after = tf.identity(w) * 10.0
    return [
        ([y, after], [{p: True}, {p: False}, {p: True}]),
        ([v, w], [{}]),
    ]


@case
def cond_of_resource():
    v = tf.get_variable("v", initializer=[1.0, 2.0], use_resource=True)
    p = scalar("p", tf.bool)
    y = tf.cond(p, lambda: v.assign_add([1.0, 1.0]).read_value(), lambda: v.read_value() * 3.0)
    return [([y], [{p: True}, {p: False}]), ([v], [{}])]


@case
def cond_that_waits():
    x, p = scalar("x"), scalar("p", tf.bool)
    v = tf.get_variable("v", initializer=0.0, use_resource=False)
    with tf.control_dependencies([tf.assign_add(v, 1.0)]):
        y = tf.cond(p, lambda: tf.group(tf.assign(v, x)), lambda: tf.no_op())
    return [([y], [{x: 7.0, p: False}]), ([v], [{}]), ([y], [{x: 7.0, p: True}]), ([v], [{}])]


@case
def loop_plain():
    n = scalar("n", tf.int32)
    i, total = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t + i * i), [0, 0])
    return [([i, total], [{n: 5}, {n: 0}, {n: 1}])]


@case
def loop_nested():
    n, x = scalar("n", tf.int32), scalar("x")

    def outer(i, a):
        _, b = tf.while_loop(
            lambda j, b: j < i + 1, lambda j, b: (j + 1, tf.sin(b) * x), [0, a], name="inner"
        )
        return i + 1, a + b

    _, a = tf.while_loop(lambda i, a: i < n, outer, [0, x], name="outer")
    return [([a, tf.gradients(a, x)[0]], [{n: 4, x: 0.7}, {n: 0, x: 0.7}, {n: 1, x: -1.0}])]


@case
def loop_three_deep():
    x = tf.placeholder(tf.float32, [2], name="x")

    def innermost(k, c):
        return k + 1, tf.cos(c) + 0.5 * x

    def inner(j, b):
        _, c = tf.while_loop(lambda k, c: k < j, innermost, [0, b])
        return j + 1, b * c

    def outer(i, a):
        _, b = tf.while_loop(lambda j, b: j < i, inner, [0, a])
        return i + 1, tf.tanh(b + a)

    _, a = tf.while_loop(lambda i, a: i < 4, outer, [0, x])
    return [([a, tf.gradients(a, x)[0]], [{x: [0.3, -0.4]}])]


@case
def loop_with_cond():
    x = scalar("x")

    def body(i, a):
        return i + 1, tf.cond(a > 1.0, lambda: tf.sin(a) * x, lambda: a * 2.0 + x)

    _, a = tf.while_loop(lambda i, a: i < 6, body, [0, x])
    return [([a, tf.gradients(a, x)[0]], [{x: 0.7}, {x: 2.0}, {x: -0.3}])]


@case
def loop_with_nested_cond():
    x = tf.placeholder(tf.float32, [3], name="x")

    def body(i, a):
        small = tf.reduce_sum(a) < 2.0
        even = tf.equal(i % 2, 0)
        b = tf.cond(
            even,
            lambda: tf.cond(small, lambda: a * x, lambda: tf.sin(a)),
            lambda: a + tf.cond(small, lambda: x * x, lambda: -x),
        )
        return i + 1, b

    _, a = tf.while_loop(lambda i, a: i < 5, body, [0, x])
    feeds = [{x: [0.5, 1.0, 2.0]}, {x: [0.1, 0.2, 0.3]}]
    return [([a, tf.gradients(a, x)[0]], feeds)]


@case
def loop_in_cond():
    x, p = scalar("x"), scalar("p", tf.bool)

    def looped():
        return tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, x])[1]

    y = tf.cond(p, looped, lambda: tf.exp(x))
    return [([y, tf.gradients(y, x)[0]], [{x: 1.5, p: True}, {x: 1.5, p: False}])]


@case
def loops_in_loops_in_cond():
    x, p, q = scalar("x"), scalar("p", tf.bool), scalar("q", tf.bool)

    def inner(j, b):
        return j + 1, tf.cond(q, lambda: b * x, lambda: tf.sin(b))

    def outer(i, a):
        return i + 1, a + tf.while_loop(lambda j, b: j < 2, inner, [0, a])[1]

    y = tf.cond(
        p,
        lambda: tf.while_loop(lambda i, a: i < 3, outer, [0, x])[1],
        lambda: tf.cond(
            q, lambda: tf.while_loop(lambda i: i < 9.0, lambda i: i * x, [x]), lambda: tf.exp(x)
        ),
    )
    feeds = [{x: 1.5, p: a, q: b} for a in (True, False) for b in (True, False)]
    return [([y, tf.gradients(y, x)[0]], feeds)]


@case
def loop_growing():
    x = tf.placeholder(tf.float32, [2, 1], name="x")
    shapes = [tf.TensorShape([]), tf.TensorShape([2, None])]
    _, a = tf.while_loop(
        lambda i, a: i < 3,
        lambda i, a: (i + 1, tf.concat([a, a * 2.0], 1)),
        [0, x],
        shape_invariants=shapes,
    )
    return [([a, tf.gradients(a, x)[0]], [{x: [[1.0], [2.0]]}])]


@case
def loop_unknown_sizes():
    x = tf.placeholder(tf.float32, [None, None], name="x")
    w = tf.placeholder(tf.float32, [None], name="w")
    _, a = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, tf.tanh(a * w) + 0.1), [0, x])
    slopes = tf.gradients(tf.reduce_mean(a), [x, w])
    feeds = [{x: np.ones((2, 3)), w: [0.1, 0.2, 0.3]}, {x: np.ones((1, 2)), w: [0.5, 0.6]}]
    return [([a, *slopes], feeds)]


@case
def loop_of_matrices():
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    w = tf.get_variable("w", initializer=np.linspace(-0.5, 0.5, 9).reshape(3, 3).astype("f"))
    _, a = tf.while_loop(
        lambda i, a: i < 4, lambda i, a: (i + 1, tf.nn.relu(tf.matmul(a, w) + 0.1)), [0, x]
    )
    slopes = tf.gradients(tf.reduce_sum(a), [x, w])
    return [([a, *slopes], [{x: np.arange(6.0).reshape(2, 3)}])]


@case
def loop_that_assigns():
    v = tf.get_variable("v", initializer=1.0, use_resource=False)
    n = scalar("n", tf.int32)

    def body(i, total):
        with tf.control_dependencies([tf.assign_add(v, 2.0)]):
            return i + 1, total + v.read_value()

    i, total = tf.while_loop(lambda i, t: i < n, body, [0, 0.0], parallel_iterations=1)
    return [([i, total], [{n: 3}, {n: 0}]), ([v], [{}])]


@case
def loop_while_condition_reads():
    v = tf.get_variable("v", initializer=1.0, use_resource=True)

    def body(i):
        with tf.control_dependencies([v.assign_add(1.5)]):
            return i + 1

    i = tf.while_loop(lambda i: v.read_value() < 6.0, body, [0], parallel_iterations=1)
    return [([i], [{}]), ([v], [{}])]


@case
def loop_bounded():
    x = scalar("x")
    _, a = tf.while_loop(
        lambda i, a: a < 100.0, lambda i, a: [i + 1, a * x], [0, x], maximum_iterations=4
    )
    return [([a, tf.gradients(a, x)[0]], [{x: 2.0}, {x: 11.0}])]


@case
def two_loops_one_value():
    x = scalar("x")
    _, a = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, x])
    _, b = tf.while_loop(lambda i, b: i < 2, lambda i, b: (i + 1, b * a + x), [0, a])
    return [([a, b, tf.gradients(b, x)[0]], [{x: 1.1}, {x: -0.5}])]


@case
def mapped_and_scanned():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    y = tf.map_fn(lambda row: tf.reduce_sum(row * row), x)
    z = tf.scan(lambda a, row: a * row + 1.0, x)
    f = tf.foldl(lambda a, row: a + tf.sin(row), x)
    slope = tf.gradients(tf.reduce_sum(y) + tf.reduce_sum(z) + tf.reduce_sum(f), x)[0]
    feeds = [{x: [[1.0, 2.0], [3.0, 4.0], [0.5, -1.0]]}, {x: [[2.0, 1.0]]}]
    return [([y, z, f, slope], feeds)]


def _recurrent(cell, x, lengths):
    outputs, state = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32)
    last = tf.reduce_sum(tf.concat(tf.contrib.framework.nest.flatten(state), 1))
    loss = tf.reduce_sum(outputs * outputs) + last
    slopes = tf.gradients(loss, [x, *tf.trainable_variables()])
    return [outputs, loss, *slopes]


@case
def gru():
    x = tf.placeholder(tf.float32, [None, 4, 2], name="x")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    cell = tf.nn.rnn_cell.GRUCell(3, kernel_initializer=tf.constant_initializer(0.3))
    value = np.linspace(-1.0, 1.0, 24).reshape(3, 4, 2)
    return [(_recurrent(cell, x, lengths), [{x: value, lengths: [4, 2, 0]}])]


@case
def lstm():
    x = tf.placeholder(tf.float32, [2, None, 2], name="x")
    cell = tf.nn.rnn_cell.LSTMCell(2, use_peepholes=True, initializer=tf.constant_initializer(0.2))
    value = np.linspace(-1.0, 1.0, 12).reshape(2, 3, 2)
    return [(_recurrent(cell, x, None), [{x: value}, {x: value[:, :2]}])]


@case
def lstm_of_last_state():
    x = tf.placeholder(tf.float32, [2, 3, 2], name="x")
    cell = tf.nn.rnn_cell.BasicLSTMCell(2)
    with tf.variable_scope("", initializer=tf.constant_initializer(0.2)):
        _, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    loss = tf.reduce_sum(state.h)
    value = np.linspace(-1.0, 1.0, 12).reshape(2, 3, 2)
    return [([loss, *tf.gradients(loss, [x, *tf.trainable_variables()])], [{x: value}])]


@case
def array_read_and_written():
    x = scalar("x")

    def body(i, array):
        return i + 1, array.write(i, array.read(i - 1) * x + 1.0)

    array = tf.TensorArray(tf.float32, 5, clear_after_read=False, element_shape=[])
    _, array = tf.while_loop(lambda i, a: i < 5, body, [1, array.write(0, x)])
    y = array.stack()
    return [([y, tf.gradients(y, x)[0]], [{x: 0.5}])]


@case
def loop_by_hand():
    n = scalar("n")
    start = gen_control_flow_ops.enter(n, "hand")
    limit = gen_control_flow_ops.enter(tf.constant(5.0), "hand", is_constant=True)
    turn, _ = control_flow_ops.merge([start, start])
    goes_on = control_flow_ops.loop_cond(turn < limit)
    out, into = control_flow_ops.switch(turn, goes_on)
    back = gen_control_flow_ops.next_iteration(into + inside(1.5, into))
    turn.op._update_input(1, back)
    return [([control_flow_ops.exit(out)], [{n: 0.0}, {n: 9.0}])]


@case
def loop_without_loop_cond():
    n = scalar("n")
    start = gen_control_flow_ops.enter(n, "hand")
    turn, _ = control_flow_ops.merge([start, start])
    out, into = control_flow_ops.switch(turn, turn < inside(5.0, turn))
    back = gen_control_flow_ops.next_iteration(into + inside(1.5, into))
    turn.op._update_input(1, back)
    y = control_flow_ops.exit(out) * 2.0
    return [([y], [{n: 0.0}, {n: 9.0}])]


@case
def loop_that_counts_by_value_index():
    n = scalar("n", tf.int32)
    start = gen_control_flow_ops.enter(n, "hand")
    turn, index = control_flow_ops.merge([start, start])
    goes_on = control_flow_ops.loop_cond(turn < inside(5, turn))
    out, into = control_flow_ops.switch(turn, goes_on)
    back = gen_control_flow_ops.next_iteration(into + index + inside(1, into))
    turn.op._update_input(1, back)
    return [([control_flow_ops.exit(out)], [{n: 0}, {n: 9}])]


@case
def bare_switch_and_merge():
    x, p = scalar("x"), scalar("p", tf.bool)
    no, yes = control_flow_ops.switch(x, p)
    value, index = control_flow_ops.merge([no + 1.0, yes * 2.0])
    turned, other = control_flow_ops.merge([tf.square(yes), tf.exp(no)])
    return [([value, index, turned, other], [{x: 3.0, p: True}, {x: 3.0, p: False}])]


@case
def merge_of_dead_and_alive():
    x, p = scalar("x"), scalar("p", tf.bool)
    _, yes = control_flow_ops.switch(x, p)
    late = tf.sin(tf.cos(tf.sin(tf.cos(x))))
    first, index = control_flow_ops.merge([yes, yes * 2.0, control_flow_ops.switch(late, p)[0]])
    return [([first + x], [{x: 3.0, p: False}])]


@case
def crossed_choices():
    x, p, q = scalar("x"), scalar("p", tf.bool), scalar("q", tf.bool)
    one = control_flow_ops.switch(x, p)
    other = control_flow_ops.switch(x * 2.0, q)
    both = one[1] + other[1]
    neither, _ = control_flow_ops.merge([one[0], other[0] + 0.0 * x])
    y, _ = control_flow_ops.merge([both, neither])
    feeds = [{x: 3.0, p: True, q: True}, {x: 3.0, p: True, q: False}, {x: 3.0, p: False, q: True}]
    return [([y], feeds)]


@case
def effects_behind_a_switch():
    p = scalar("p", tf.bool)
    v = tf.get_variable("v", initializer=1.0, use_resource=False)
    no, yes = control_flow_ops.switch(p, p)
    with tf.control_dependencies([tf.identity(yes)]):
        grown = tf.assign_add(v, 10.0)
    with tf.control_dependencies([tf.identity(no)]):
        shrunk = tf.assign_sub(v, 1.0)
    done = control_flow_ops.merge([tf.identity(grown), tf.identity(shrunk)])[0]
    return [([done], [{p: True}, {p: False}]), ([v], [{}])]


def _element(fetch):
    return tf.get_default_graph().as_graph_element(fetch)


def _value(tensor, value):
    return np.asarray(value, tensor.dtype.as_numpy_dtype).tolist()


def record(name, build):
    tf.reset_default_graph()
    rows = build()
    runs = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        initializer = tf.global_variables_initializer().name
        graph = tf.get_default_graph().as_graph_def()
        for fetches, feeds in rows:
            for feed in feeds:
                results = session.run(fetches, feed)
                runs.append(
                    {
                        "fetches": [_element(fetch).name for fetch in fetches],
                        "feeds": {key.name: _value(key, value) for key, value in feed.items()},
                        "results": [None if one is None else one.tolist() for one in results],
                    }
                )
    with gzip.GzipFile(os.path.join(FOLDER, name + ".pb.gz"), "wb", mtime=0) as file:
        file.write(graph.SerializeToString())
    return {"initializer": initializer, "runs": runs}


if __name__ == "__main__":
    found = {name: record(name, build) for name, build in CASES.items()}
    with open(os.path.join(FOLDER, "runs.json"), "w") as file:
        json.dump(found, file, indent=0)
        file.write("\n")
