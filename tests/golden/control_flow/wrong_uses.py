"""Cases of loops and branches used wrongly: which error comes."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()


@CASES
def shape_changes(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.concat([y, y], 0)), [0, x])


@CASES
def shape_changes_unknown_at_build(tf, feed):
    x = feed([1.0, 2.0])
    n = feed(np.int32(5))
    return tf.while_loop(
        lambda i, y: i < 3, lambda i, y: (i + 1, tf.reshape(tf.tile(y, [2]), [n])[:2]), [0, x]
    )


@CASES
def rank_changes(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.expand_dims(y, 0)), [0, x])


@CASES
def dtype_changes(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.cast(y, tf.int32)), [0, x])


@CASES
def dtype_changes_float64(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.cast(y, tf.float64)), [0, x])


@CASES
def structure_changes(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, [y, y]), [0, x])


@CASES
def structure_dict(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, {"b": y["a"]}), [0, {"a": x}])


@CASES
def returns_none(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: None, [0, x])


@CASES
def returns_none_in(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, None), [0, x])


@CASES
def invariant_not_held(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(
        lambda i, y: i < 3,
        lambda i, y: (i + 1, y),
        [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([3])],
    )


@CASES
def invariant_wrong_rank(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(
        lambda i, y: i < 3,
        lambda i, y: (i + 1, tf.expand_dims(y, 0)),
        [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
    )


@CASES
def invariants_count(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(
        lambda i, y: i < 3, lambda i, y: (i + 1, y), [0, x], shape_invariants=[tf.TensorShape([])]
    )


@CASES
def cond_vector(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: y < 3.0, lambda i, y: (i + 1, y), [0, x])


@CASES
def cond_vector_unknown(tf, feed):
    x = feed([1.0, 2.0], None)
    return tf.while_loop(
        lambda i, y: y < 3.0,
        lambda i, y: (i + 1, y + 1),
        [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)],
    )


@CASES
def cond_number(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: 3 - i, lambda i, y: (i + 1, y), [0, x])


@CASES
def cond_none(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: None, lambda i, y: (i + 1, y), [0, x])


@CASES
def max_vector(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(
        lambda i, y: True, lambda i, y: (i + 1, y * 2), [0, x], maximum_iterations=[3]
    )


@CASES
def max_float(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(
        lambda i, y: True, lambda i, y: (i + 1, y * 2), [0, x], maximum_iterations=3.5
    )


@CASES
def max_none_type(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(
        lambda i, y: i < 2, lambda i, y: (i + 1, y * 2), [0, x], maximum_iterations="a"
    )


@CASES
def parallel_zero(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(lambda i, y: i < 2, lambda i, y: (i + 1, y), [0, x], parallel_iterations=0)


@CASES
def parallel_str(tf, feed):
    x = feed([1.0, 2.0])
    return tf.while_loop(
        lambda i, y: i < 2, lambda i, y: (i + 1, y), [0, x], parallel_iterations="3"
    )


@CASES
def branches_dtype(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: 1.0, lambda: 1)


@CASES
def branches_count(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: (1.0, 2.0), lambda: 1.0)


@CASES
def branches_dict_keys(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: {"a": 1.0}, lambda: {"b": 1.0})


@CASES
def branches_tuple_list(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: (1.0, 2.0), lambda: [1.0, 2.0])


@CASES
def branch_none(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: None, lambda: 1.0)


@CASES
def branch_both_none(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: None, lambda: None)


@CASES
def branch_not_callable(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, 1.0, lambda: 1.0)


@CASES
def branch_missing(tf, feed):
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: 1.0)


@CASES
def pred_vector(tf, feed):
    p = feed(np.bool_([1, 0]))
    return tf.cond(p, lambda: 1.0, lambda: 2.0)


@CASES
def pred_vector_unknown(tf, feed):
    p = feed(np.bool_([1, 0]), None)
    return tf.cond(p, lambda: 1.0, lambda: 2.0)


@CASES
def pred_python(tf, feed):
    return tf.cond(True, lambda: 1.0, lambda: 2.0)


@CASES
def pred_int(tf, feed):
    p = feed(np.int32(1))
    return tf.cond(p, lambda: 1.0, lambda: 2.0)


@CASES
def pred_none(tf, feed):
    return tf.cond(None, lambda: 1.0, lambda: 2.0)


@CASES
def gather_out_in_loop(tf, feed):
    x = feed([1.0, 2.0])
    n = feed(np.int32(5))
    return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y + tf.gather(x, i)), [0, 0.0])


@CASES
def gather_out_in_branch(tf, feed):
    x = feed([1.0, 2.0])
    n = feed(np.int32(5))
    p = feed(np.bool_(1))
    return tf.cond(p, lambda: tf.gather(x, n), lambda: x[0])


@CASES
def slice_out_in_loop(tf, feed):
    x = feed([1.0, 2.0])
    n = feed(np.int32(5))
    return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y + x[i]), [0, 0.0])


@CASES
def ta_unwritten(tf, feed):
    return tf.TensorArray(tf.float32, 3).read(feed(np.int32(1)))


@CASES
def ta_twice(tf, feed):
    x = feed(np.float32(1))
    i = feed(np.int32(1))
    return tf.TensorArray(tf.float32, 3).write(i, x).write(i, x).stack()


@CASES
def ta_out(tf, feed):
    x = feed(np.float32(1))
    i = feed(np.int32(7))
    return tf.TensorArray(tf.float32, 3).write(i, x).flow


@CASES
def ta_dtype(tf, feed):
    return tf.TensorArray(tf.float32, 3).write(0, feed(np.int32(1))).flow


@CASES
def ta_negative_size(tf, feed):
    return tf.TensorArray(tf.float32, feed(np.int32(-3))).flow


@CASES
def assert_in_loop(tf, feed):
    x = feed([1.0, 2.0])
    n = feed(np.int32(5))

    def b(i, y):
        with tf.control_dependencies([tf.compat.v1.assert_less(i, 3, message="too far")]):
            return i + 1, y * 2

    return tf.while_loop(lambda i, y: i < n, b, [0, x])


@CASES
def assert_in_branch(tf, feed):
    p = feed(np.bool_(1))
    x = feed(np.float32(3))

    def b():
        with tf.control_dependencies([tf.compat.v1.assert_less(x, 2.0)]):
            return x * 2

    return tf.cond(p, b, lambda: x)


@CASES
def nan_in_loop(tf, feed):
    x = feed(np.float32(1))
    return tf.while_loop(
        lambda i, y: i < 5,
        lambda i, y: (i + 1, tf.debugging.check_numerics(tf.math.log(y - 1.0), "bad")),
        [0, x],
    )


@CASES
def map_dtype(tf, feed):
    return tf.map_fn(lambda v: (v, v), feed([1.0, 2.0]))


@CASES
def map_count(tf, feed):
    return tf.map_fn(lambda a: a[0], (feed([1.0, 2.0]), feed(np.float32([1, 2, 3]), [None])))


@CASES
def map_scalar(tf, feed):
    return tf.map_fn(lambda a: a, feed(np.float32(3)))


@CASES
def map_not_callable(tf, feed):
    return tf.map_fn(3, feed(np.float32([3])))


@CASES
def map_ragged(tf, feed):
    return tf.map_fn(lambda n: tf.range(n), feed(np.int32([1, 2])))


@CASES
def map_wrong_dtype(tf, feed):
    return tf.map_fn(lambda n: tf.cast(n, tf.float32), feed(np.int32([1, 2])))


@CASES
def scan_changes(tf, feed):
    return tf.scan(
        lambda a, b: tf.concat([a, [b]], 0), feed([1.0, 2.0]), initializer=feed(np.float32([0]))
    )


@CASES
def scan_empty(tf, feed):
    return tf.scan(lambda a, b: a + b, feed(np.zeros(0, np.float32), [None]))


@CASES
def foldl_empty(tf, feed):
    return tf.foldl(lambda a, b: a + b, feed(np.zeros(0, np.float32), [None]))


@CASES
def case_two(tf, feed):
    return tf.case(
        [(feed(np.bool_(1)), lambda: 1.0), (feed(np.bool_(1)), lambda: 2.0)],
        exclusive=True,
        default=lambda: 0.0,
    )


@CASES
def case_dtype(tf, feed):
    return tf.case([(feed(np.bool_(1)), lambda: 1.0)], default=lambda: 0)


@CASES
def case_not_callable(tf, feed):
    return tf.case([(feed(np.bool_(1)), 1.0)], default=lambda: 0.0)


@CASES
def case_bad_pair(tf, feed):
    return tf.case([(feed(np.bool_(1)),)], default=lambda: 0.0)


@CASES
def switch_out(tf, feed):
    return tf.switch_case(feed(np.int32(7)), [lambda: 1.0, lambda: 2.0])


@CASES
def switch_dtype(tf, feed):
    return tf.switch_case(feed(np.int32(0)), [lambda: 1.0, lambda: 2])


@CASES
def use_inside_outside(tf, feed):
    kept = []

    def b(i, y):
        kept.append(y * 2)
        return i + 1, kept[-1]

    tf.while_loop(lambda i, y: i < 3, b, [0, feed(np.float32(1))])
    return kept[-1] + 1.0
