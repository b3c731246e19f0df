"""Cases of TensorArrays used wrongly: which error comes."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()


@CASES
def written_twice(tf, feed):
    return tf.TensorArray(tf.float32, 3).write(0, 1.0).write(0, 2.0).flow


@CASES
def written_twice_in_a_loop(tf, feed):
    n = feed(np.int32(3))
    array = tf.TensorArray(tf.float32, 3)
    return tf.while_loop(lambda i, _: i < n, lambda i, a: (i + 1, a.write(1, 1.0)), [0, array])[
        1
    ].flow


@CASES
def written_twice_in_a_loop_that_ends_by_its_values(tf, feed):
    x = feed(np.float32(1.0))
    array = tf.TensorArray(tf.float32, 3)
    _, s, array = tf.while_loop(
        lambda i, s, _: s < 10.0, lambda i, s, a: (i + 1, s * 2.0, a.write(1, s)), [0, x, array]
    )
    return [s, array.stack()]


@CASES
def written_beyond_the_end(tf, feed):
    return tf.TensorArray(tf.float32, 3).write(3, 1.0).flow


@CASES
def written_beyond_the_end_in_a_loop(tf, feed):
    x = feed(np.float32(1.0))
    array = tf.TensorArray(tf.float32, 2)
    _, s, array = tf.while_loop(
        lambda i, s, _: s < 10.0, lambda i, s, a: (i + 1, s * 2.0, a.write(i, s)), [0, x, array]
    )
    return [s, array.stack()]


@CASES
def written_at_a_negative_index(tf, feed):
    return tf.TensorArray(tf.float32, 3).write(feed(np.int32(-1)), 1.0).flow


@CASES
def read_beyond_the_end(tf, feed):
    return tf.TensorArray(tf.float32, 3).write(0, 1.0).read(feed(np.int32(3)))


@CASES
def read_beyond_the_end_in_a_loop(tf, feed):
    x = feed(np.ones((3, 2)))
    array = tf.TensorArray(tf.float32, 3).unstack(x)
    return tf.while_loop(lambda i, _: i < 5, lambda i, s: (i + 1, s + array.read(i)), [0, x[0]])


@CASES
def read_without_a_write(tf, feed):
    return tf.TensorArray(tf.float32, 3).read(0)


@CASES
def read_without_a_write_where_shapes_differ(tf, feed):
    array = tf.TensorArray(tf.float32, 3, infer_shape=False).write(0, feed([1.0]))
    return array.read(1)


@CASES
def read_twice(tf, feed):
    array = tf.TensorArray(tf.float32, 3).write(0, feed(np.float32(1.0)))
    first = array.read(0)
    with tf.control_dependencies([first]):
        return [first, array.read(0)]


@CASES
def read_twice_in_a_loop(tf, feed):
    x = feed(np.ones((3, 2)))
    array = tf.TensorArray(tf.float32, 3).unstack(x)
    return tf.while_loop(lambda i, _: i < 2, lambda i, s: (i + 1, s + array.read(0)), [0, x[0]])


@CASES
def stack_after_read(tf, feed):
    array = tf.TensorArray(tf.float32, 1).write(0, feed(np.float32(1.0)))
    with tf.control_dependencies([array.read(0)]):
        return array.stack()


@CASES
def elements_of_different_shapes(tf, feed):
    x, y = feed([1.0, 2.0], [None]), feed([1.0, 2.0, 3.0], [None])
    return tf.TensorArray(tf.float32, 2).write(0, x).write(1, y).flow


@CASES
def stack_of_different_shapes(tf, feed):
    x, y = feed([1.0, 2.0], [None]), feed([1.0, 2.0, 3.0], [None])
    return tf.TensorArray(tf.float32, 2, infer_shape=False).write(0, x).write(1, y).stack()


@CASES
def static_shapes_that_differ(tf, feed):
    return tf.TensorArray(tf.float32, 2).write(0, [1.0, 2.0]).write(1, [1.0]).flow


@CASES
def element_of_another_shape_than_declared(tf, feed):
    x = feed([1.0, 2.0], [None])
    return tf.TensorArray(tf.float32, 2, element_shape=[3]).write(0, x).flow


@CASES
def element_of_another_dtype(tf, feed):
    return tf.TensorArray(tf.float32, 2).write(0, feed(np.int32(1))).flow


@CASES
def stack_of_nothing(tf, feed):
    return tf.TensorArray(tf.float32, feed(np.int32(0))).stack()


@CASES
def concat_of_nothing(tf, feed):
    return tf.TensorArray(tf.float32, feed(np.int32(0))).concat()


@CASES
def concat_of_scalars(tf, feed):
    x = feed(np.float32(1.0), None)
    return tf.TensorArray(tf.float32, 1, infer_shape=False).write(0, x).concat()


@CASES
def negative_size(tf, feed):
    return tf.TensorArray(tf.float32, feed(np.int32(-1))).flow


@CASES
def size_that_is_a_vector(tf, feed):
    return tf.TensorArray(tf.float32, [1, 2]).flow


@CASES
def no_size(tf, feed):
    return tf.TensorArray(tf.float32).flow


@CASES
def scattered_beyond_the_end(tf, feed):
    return tf.TensorArray(tf.float32, 2).scatter([0, 2], feed([1.0, 2.0])).flow


@CASES
def more_indices_than_rows(tf, feed):
    return tf.TensorArray(tf.float32, 2).scatter([0], feed([1.0, 2.0])).flow


@CASES
def more_rows_than_elements(tf, feed):
    return tf.TensorArray(tf.float32, 2).unstack(feed([1.0, 2.0, 3.0], [None])).flow


@CASES
def scattered_scalar(tf, feed):
    return tf.TensorArray(tf.float32, 2).scatter([0], feed(np.float32(1.0), None)).flow


@CASES
def gathered_beyond_the_end(tf, feed):
    return tf.TensorArray(tf.float32, 3).unstack(feed([1.0, 2.0, 3.0])).gather([0, 3])


@CASES
def gathered_twice(tf, feed):
    return tf.TensorArray(tf.float32, 3).unstack(feed([1.0, 2.0, 3.0])).gather([0, 0])


@CASES
def lengths_that_do_not_add_up(tf, feed):
    return tf.TensorArray(tf.float32, 2).split(feed([1.0, 2.0, 3.0]), [1, 1]).flow


@CASES
def lengths_for_other_elements(tf, feed):
    return tf.TensorArray(tf.float32, 3).split(feed([1.0, 2.0, 3.0]), [1, 2]).flow


@CASES
def split_of_a_scalar(tf, feed):
    return tf.TensorArray(tf.float32, 2).split(feed(np.float32(1.0), None), [1, 2]).flow


@CASES
def handle_and_size(tf, feed):
    array = tf.TensorArray(tf.float32, 2)
    return tf.TensorArray(tf.float32, 2, handle=array.handle, flow=array.flow).flow


@CASES
def handle_without_flow(tf, feed):
    return tf.TensorArray(tf.float32, handle=tf.TensorArray(tf.float32, 2).handle).flow


@CASES
def gradient_beyond_the_end(tf, feed):
    array = tf.TensorArray(tf.float32, 2, dynamic_size=True).write(0, feed([1.0, 2.0]))
    return array.grad("x").write(5, [1.0, 1.0]).flow
