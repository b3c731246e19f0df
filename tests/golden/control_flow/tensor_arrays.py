"""Cases of TensorArrays: in and outside of loops, with gradients."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

ROWS = np.linspace(-1, 1, 10).reshape(5, 2)
WEIGHT = np.array([[0.5, -0.2], [0.3, 0.8]])


def _loop(tf, body, variables, turns):
    """Build a loop that turns `turns` times; `body` takes and gives all but the counter."""

    def turn(i, *values):
        made = body(i, *values)
        return (i + 1, *made) if isinstance(made, tuple) else (i + 1, made)

    return tf.while_loop(lambda i, *_: i < turns, turn, [0, *variables])[1:]


@CASES
def write_read_stack(tf, feed):
    x = feed(ROWS)
    array = tf.TensorArray(tf.float32, 3, clear_after_read=False)
    array = array.write(1, x[0]).write(0, x[1] * 2.0).write(2, x[2] * x[3])
    y, z = array.stack(), array.read(1)
    return [y, z, array.size(), array.flow, *tf.gradients([y * y, z], x)]


@CASES
def unstack_and_gather(tf, feed):
    x = feed(ROWS)
    array = tf.TensorArray(tf.float32, 5, clear_after_read=False).unstack(x)
    y = array.gather([3, 0, 3])
    return [y, array.stack(), tf.gradients(y * y, x)]


@CASES
def gather_at_fed_indices(tf, feed):
    x, indices = feed(ROWS), feed(np.array([4, 2, 2], np.int32), [None])
    array = tf.TensorArray(tf.float32, 5, clear_after_read=False).unstack(x)
    y = array.gather(indices)
    return [y, tf.gradients(y * y, x)]


@CASES
def read_at_fed_index(tf, feed):
    x, index = feed(ROWS), feed(np.int32(2))
    y = tf.TensorArray(tf.float32, 5).unstack(x).read(index)
    return [y, tf.gradients(y * y, x)]


@CASES
def write_at_fed_index(tf, feed):
    x, index = feed(ROWS), feed(np.int32(2))
    array = tf.TensorArray(tf.float32, 4).write(index, x[0])
    y = array.stack()
    return [y, tf.gradients(y * y, x)]


@CASES
def scatter_out_of_order(tf, feed):
    x = feed(ROWS)
    y = tf.TensorArray(tf.float32, 6).scatter([5, 0, 3, 1, 2], x).stack()
    return [y, tf.gradients(y * tf.range(12.0)[:, None][:6], x)]


@CASES
def scatter_at_fed_indices(tf, feed):
    x, indices = feed(ROWS), feed(np.array([4, 0, 1, 3, 2], np.int32))
    y = tf.TensorArray(tf.float32, 5).scatter(indices, x).stack()
    return [y, tf.gradients(y * tf.range(5.0)[:, None], x)]


@CASES
def split_alike_and_concat(tf, feed):
    x = feed(np.linspace(0, 1, 12).reshape(6, 2))
    array = tf.TensorArray(tf.float32, 3, clear_after_read=False).split(x, [2, 2, 2])
    y, z = array.concat(), array.read(1)
    return [y, z, tf.gradients([y * y, z], x)]


@CASES
def split_in_different_lengths(tf, feed):
    x = feed(np.linspace(0, 1, 12).reshape(6, 2))
    array = tf.TensorArray(tf.float32, 3, infer_shape=False, clear_after_read=False)
    array = array.split(x, [1, 3, 2])
    y, z = array.concat(), array.read(2)
    return [y, z, tf.gradients([y * y, z], x)]


@CASES
def concat_of_different_lengths(tf, feed):
    x = feed(np.linspace(0, 1, 12).reshape(6, 2))
    array = tf.TensorArray(tf.float32, 3, infer_shape=False)
    y = array.write(0, x[:1]).write(1, x[1:5]).write(2, x[5:]).concat()
    return [y, tf.gradients(y * y, x)]


@CASES
def unwritten_elements_are_zeros(tf, feed):
    x = feed(ROWS)
    array = tf.TensorArray(tf.float32, 3, clear_after_read=False).write(1, x[0])
    y = array.stack()
    return [y, array.read(2), tf.gradients(y * y + 1.0, x)]


@CASES
def grows(tf, feed):
    x = feed(ROWS)
    array = tf.TensorArray(tf.float32, 0, dynamic_size=True).write(2, x[0]).write(4, x[1])
    y = array.stack()
    return [y, array.size(), tf.gradients(y * y, x)]


@CASES
def strings(tf, feed):
    array = tf.TensorArray(tf.string, 2, clear_after_read=False)
    array = array.write(0, "a").write(1, tf.as_string(feed(np.int32(7))))
    return [array.stack(), array.read(1), array.size()]


@CASES
def booleans_and_integers(tf, feed):
    flags = tf.TensorArray(tf.bool, 3).unstack(feed(np.array([True, False, True])))
    numbers = tf.TensorArray(tf.int64, 2).unstack(feed(np.array([[1, 2], [3, 4]])))
    return [flags.stack(), numbers.concat()]


@CASES
def no_elements(tf, feed):
    x = feed(np.zeros((0, 3)), [None, 3])
    array = tf.TensorArray(tf.float32, tf.shape(x)[0], element_shape=[3]).unstack(x)
    return [array.stack(), array.size()]


@CASES
def gradient_array(tf, feed):
    x = feed(ROWS)
    array = tf.TensorArray(tf.float32, 3).write(0, x[0])
    found = array.grad("mine").write(0, x[1]).write(0, x[2]).write(1, x[3])
    return [found.stack()]


@CASES
def gradients_given_for_the_flow(tf, feed):
    x = feed(ROWS)
    array = tf.TensorArray(tf.float32, 3).write(0, x[0] * 3.0).write(1, x[1])
    given = array.grad("gradients").write(0, x[2]).write(1, x[3])
    return tf.gradients(array.flow, x, grad_ys=given.flow)


@CASES
def loop_reads_and_writes(tf, feed):
    x, w = feed(ROWS), feed(WEIGHT)
    given = tf.TensorArray(tf.float32, 5).unstack(x)

    def body(i, state, found):
        state = tf.tanh(tf.matmul(state, w) + given.read(i))
        return state, found.write(i, state)

    state, found = _loop(tf, body, [tf.zeros([1, 2]), tf.TensorArray(tf.float32, 5)], 5)
    y = found.stack()
    return [y, state, *tf.gradients([y * y, state], [x, w])]


@CASES
def loop_of_unknown_length(tf, feed):
    x, n = feed(ROWS, [None, None]), feed(np.int32(3))
    given = tf.TensorArray(tf.float32, tf.shape(x)[0]).unstack(x)
    found = tf.TensorArray(tf.float32, n)
    _, found = tf.while_loop(
        lambda i, _: i < n, lambda i, a: (i + 1, a.write(i, given.read(i) ** 2)), [0, found]
    )
    y = found.stack()
    return [y, found.size(), tf.gradients(y * y, x)]


@CASES
def loop_without_turns(tf, feed):
    x, n = feed(ROWS), feed(np.int32(0))
    found = tf.TensorArray(tf.float32, n, element_shape=[2])
    _, found = tf.while_loop(lambda i, _: i < n, lambda i, a: (i + 1, a.write(i, x[i])), [0, found])
    return [found.stack(), found.size()]


@CASES
def loop_backwards(tf, feed):
    x = feed(ROWS)
    given = tf.TensorArray(tf.float32, 5).unstack(x)
    _, total, found = tf.while_loop(
        lambda i, *_: i > 0,
        lambda i, s, a: (i - 1, s * 0.5 + given.read(i - 1), a.write(i - 1, s)),
        [5, tf.zeros([2]), tf.TensorArray(tf.float32, 5)],
    )
    y = found.stack()
    return [y, total, tf.gradients([y * y, total], x)]


@CASES
def loop_reads_what_it_wrote(tf, feed):
    x = feed(ROWS)
    first = tf.TensorArray(tf.float32, 6, clear_after_read=False).write(0, x[0])

    def body(i, array):
        return array.write(i + 1, array.read(i) * x[i])

    (array,) = _loop(tf, body, [first], 5)
    y = array.stack()
    return [y, tf.gradients(y * y, x)]


@CASES
def loop_reads_one_element_always(tf, feed):
    x = feed(ROWS)
    given = tf.TensorArray(tf.float32, 5, clear_after_read=False).unstack(x)
    (total,) = _loop(tf, lambda i, s: s * 0.5 + given.read(2) * given.read(i), [tf.ones([2])], 5)
    return [total, tf.gradients(total, x)]


@CASES
def loop_that_ends_by_its_values(tf, feed):
    x = feed(np.float32(1.5))
    _, last, found = tf.while_loop(
        lambda i, s, a: s < 20.0,
        lambda i, s, a: [i + 1, s * x, a.write(i, s)],
        [0, x, tf.TensorArray(tf.float32, 10)],
        maximum_iterations=10,
    )
    y = found.stack()
    return [y, last, tf.gradients(y * y + last, x)]


@CASES
def loop_lets_an_array_grow(tf, feed):
    x = feed(ROWS)
    first = tf.TensorArray(tf.float32, 0, dynamic_size=True)
    (array,) = _loop(tf, lambda i, a: a.write(i, x[i] * 2.0), [first], 4)
    y = array.stack()
    return [y, array.size(), tf.gradients(y * y, x)]


@CASES
def loop_of_fed_length_lets_an_array_grow(tf, feed):
    x, n = feed(ROWS), feed(np.int32(3))
    first = tf.TensorArray(tf.float32, 1, dynamic_size=True, element_shape=[2])
    (array,) = _loop(tf, lambda i, a: a.write(i, x[i] * 2.0), [first], n)
    y = array.stack()
    return [y, array.size(), tf.gradients(y * y, x)]


@CASES
def unending_loop_lets_an_array_grow(tf, feed):
    x = feed(np.float32(1.5))
    _, last, found = tf.while_loop(
        lambda i, s, a: s < 20.0,
        lambda i, s, a: (i + 1, s * x, a.write(i, s)),
        [0, x, tf.TensorArray(tf.float32, 0, dynamic_size=True)],
    )
    y = found.stack()
    return [y, last, found.size(), tf.gradients(y, x)]


@CASES
def loop_in_a_loop(tf, feed):
    x = feed(ROWS)

    def inner(j, s, array, i):
        return j + 1, s * 0.9 + x[i, j], array.write(2 * i + j, s), i

    def outer(i, s, array):
        _, s, array, _ = tf.while_loop(lambda j, *_: j < 2, inner, [0, s, array, i])
        return i + 1, s, array

    _, s, array = tf.while_loop(
        lambda i, *_: i < 5, outer, [0, tf.constant(1.0), tf.TensorArray(tf.float32, 10)]
    )
    y = array.stack()
    return [y, s, tf.gradients([y * y, s], x)]


@CASES
def array_made_in_a_loop(tf, feed):
    x = feed(ROWS)

    def body(i, total):
        array = tf.TensorArray(tf.float32, 2).write(0, x[i] * total).write(1, x[i])
        return tf.reduce_sum(array.stack() ** 2, 0) * 0.1 + 1.0

    (total,) = _loop(tf, body, [tf.ones([2])], 5)
    return [total, tf.gradients(total, x)]


@CASES
def two_arrays_change_places(tf, feed):
    x = feed(ROWS)
    a = tf.TensorArray(tf.float32, 5, clear_after_read=False).unstack(x)
    b = tf.TensorArray(tf.float32, 5, clear_after_read=False).unstack(x * 2.0)
    _, a, b = tf.while_loop(lambda i, *_: i < 3, lambda i, a, b: (i + 1, b, a), [0, a, b])
    return [a.stack(), b.stack()]


@CASES
def branch_writes(tf, feed):
    x, choice = feed(ROWS), feed(np.array(True))
    array = tf.TensorArray(tf.float32, 2).write(0, x[0])
    flow = tf.cond(choice, lambda: array.write(1, x[1]).flow, lambda: array.write(1, x[2]).flow)
    y = tf.TensorArray(tf.float32, handle=array.handle, flow=flow).stack()
    return [y, tf.gradients(y * y, x)]


@CASES
def branch_in_a_loop_writes(tf, feed):
    x = feed(ROWS)

    def body(i, array):
        return tf.cond(
            x[i, 0] > 0.0, lambda: array.write(i, x[i]), lambda: array.write(i, x[i] * 10.0)
        )

    _, array = tf.while_loop(
        lambda i, _: i < 5,
        lambda i, a: (i + 1, body(i, a)),
        [0, tf.TensorArray(tf.float32, 5)],
    )
    y = array.stack()
    return [y, tf.gradients(y * y, x)]


@CASES
def branch_in_a_loop_writes_or_not(tf, feed):
    x = feed(ROWS)

    def body(i, array):
        return tf.cond(x[i, 0] > 0.0, lambda: array.write(i, x[i]), lambda: array)

    _, array = tf.while_loop(
        lambda i, _: i < 5,
        lambda i, a: (i + 1, body(i, a)),
        [0, tf.TensorArray(tf.float32, 5, element_shape=[2])],
    )
    y = array.stack()
    return [y, tf.gradients(y * y, x)]


@CASES
def rows_taken_within_a_loop(tf, feed):
    x, table = feed(np.array([3, 1, 3], np.int32)), feed(ROWS)
    given = tf.TensorArray(tf.int32, 3).unstack(x)

    def body(i, s, array):
        row = tf.gather(table, [given.read(i)])[0]
        return s + row * row, array.write(i, row)

    s, array = _loop(tf, body, [tf.zeros([2]), tf.TensorArray(tf.float32, 3)], 3)
    y = array.stack()
    return [y, s, tf.convert_to_tensor(tf.gradients([y * y, s], table)[0])]


@CASES
def stop_gradient_in_a_loop(tf, feed):
    x = feed(ROWS)

    def body(i, s, array):
        return s + x[i], array.write(i, tf.stop_gradient(s) * x[i])

    s, array = _loop(tf, body, [tf.zeros([2]), tf.TensorArray(tf.float32, 5)], 5)
    y = array.stack()
    return [y, tf.gradients(y * y + s, x)]


@CASES
def gather_and_scatter_in_a_loop(tf, feed):
    x = feed(ROWS)
    given = tf.TensorArray(tf.float32, 5, clear_after_read=False).unstack(x)

    def body(i, array):
        pair = given.gather([i, i + 1])
        return array.scatter([2 * i, 2 * i + 1], pair * pair)

    (array,) = _loop(tf, body, [tf.TensorArray(tf.float32, 8)], 4)
    y = array.stack()
    return [y, tf.gradients(y * y, x)]


@CASES
def shape_invariants_with_an_array(tf, feed):
    x = feed(ROWS)
    _, y, array = tf.while_loop(
        lambda i, *_: i < 3,
        lambda i, y, a: (i + 1, tf.concat([y, x[i]], 0), a.write(i, x[i])),
        [0, x[0], tf.TensorArray(tf.float32, 3)],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None]), tf.TensorShape(None)],
    )
    return [y, array.stack()]


@CASES
def variables_and_arrays(tf, feed):
    x = feed(ROWS)
    v = tf.compat.v1.get_variable("v", [2], initializer=tf.ones_initializer())
    (array,) = _loop(tf, lambda i, a: a.write(i, x[i] * v), [tf.TensorArray(tf.float32, 5)], 5)
    y = array.stack()
    return [y, *tf.gradients(y * y, [v, x])]


@CASES
def identity_keeps_the_contents(tf, feed):
    x = feed(ROWS)
    array = tf.TensorArray(tf.float32, 5).unstack(x)
    with tf.control_dependencies([x]):
        array = array.identity()
    return [array.stack()]


@CASES
def arrays_of_two_dtypes(tf, feed):
    x = feed(ROWS)

    def body(i, a, b):
        return a.write(i, x[i]), b.write(i, tf.cast(x[i] * 10.0, tf.int64))

    a, b = _loop(tf, body, [tf.TensorArray(tf.float32, 5), tf.TensorArray(tf.int64, 5)], 5)
    y = a.stack()
    return [y, b.stack(), tf.gradients(y, x)]


def _gradient(tf, array, sizes):
    """The array of gradients, whose elements have sizes more than those of `array`."""
    return tf.raw_ops.TensorArrayGradWithShape(
        handle=array.handle, flow_in=array.flow, shape_to_prepend=sizes, source="slopes"
    )


@CASES
def gradients_of_more_axes(tf, feed):
    array = tf.TensorArray(tf.float32, size=2, element_shape=[3], clear_after_read=False)
    array = array.unstack(feed(np.ones((2, 3))))
    handle, flow = _gradient(tf, array, [2])
    for factor in (1.0, 2.0):
        value = feed(np.full((2, 3), factor))
        flow = tf.raw_ops.TensorArrayWriteV3(handle=handle, index=1, value=value, flow_in=flow)
    rows = tf.raw_ops.TensorArrayGatherV3(
        handle=handle, indices=[0, 1], flow_in=flow, dtype=tf.float32
    )
    return [rows, array.read(0)]


@CASES
def gradients_of_more_axes_by_turns(tf, feed):
    array = tf.TensorArray(tf.float32, size=3, infer_shape=False)
    array = array.unstack(feed(np.ones((3, 2))))
    handle, flow = _gradient(tf, array, [2])
    x = feed(np.arange(4).reshape(2, 2) / 2.0)

    def turn(i, flow):
        value = x * tf.cast(i, tf.float32)
        return i + 1, tf.raw_ops.TensorArrayWriteV3(
            handle=handle, index=i, value=value, flow_in=flow
        )

    _, flow = tf.while_loop(lambda i, _: i < 3, turn, [0, flow])
    return [
        tf.raw_ops.TensorArrayReadV3(handle=handle, index=at, flow_in=flow, dtype=tf.float32)
        for at in (0, 2)
    ]


@CASES
def gradients_of_axes_that_do_not_fit(tf, feed):
    array = tf.TensorArray(tf.float32, size=2, element_shape=[3]).unstack(feed(np.ones((2, 3))))
    handle, flow = _gradient(tf, array, [2])
    return tf.raw_ops.TensorArrayWriteV3(handle=handle, index=0, value=tf.ones([3]), flow_in=flow)


@CASES
def gradients_of_negative_sizes(tf, feed):
    array = tf.TensorArray(tf.float32, size=2, element_shape=[3]).unstack(feed(np.ones((2, 3))))
    handle, flow = _gradient(tf, array, feed(np.array([-2], np.int32)))
    return tf.raw_ops.TensorArrayReadV3(handle=handle, index=0, flow_in=flow, dtype=tf.float32)
