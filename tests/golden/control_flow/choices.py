"""Cases of cond, case and switch_case."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

X = np.array([0.3, -0.4, 0.7])
INDICES = (-1, 0, 1, 2, 3, 99)


def _switch(index, default):
    def case(tf, feed):
        i, x = feed(np.int32(index)), feed(X)
        functions = [lambda: x * 2.0, lambda: x * x, lambda: tf.tanh(x) * x]
        y = tf.switch_case(i, functions, default=(lambda: -x) if default else None)
        return [y, tf.gradients(y * y, x)]

    case.__name__ = "switch_{}{}".format(
        str(index).replace("-", "minus_"), "_with_default" if default else ""
    )
    CASES(case)


for _index in INDICES:
    _switch(_index, False)
    _switch(_index, True)


@CASES
def switch_by_a_dict(tf, feed):
    x = feed(X)
    functions = {2: lambda: x * 2.0, 0: lambda: x * x, 1: lambda: -x}
    return [tf.switch_case(feed(np.int32(i)), functions) for i in range(4)]


@CASES
def switch_by_pairs(tf, feed):
    x = feed(X)
    return [tf.switch_case(feed(np.int32(1)), [(1, lambda: x * 2.0), (0, lambda: x * x)])]


@CASES
def switch_of_a_nest(tf, feed):
    x = feed(X)
    made = tf.switch_case(
        feed(np.int32(1)),
        [lambda: {"a": x, "b": [x * 2.0, 1]}, lambda: {"a": -x, "b": [x * x, 2]}],
    )
    return [made["a"], made["b"], tf.gradients([made["a"], made["b"][0]], x)]


@CASES
def switch_of_branches_that_capture_different_tensors(tf, feed):
    x, w, v = feed(X), feed(np.float32(2.0)), feed(np.float32(3.0))
    y = tf.switch_case(feed(np.int32(1)), [lambda: x * w, lambda: x * v * v, lambda: x + 1.0])
    return [y, tf.gradients(y, [x, v])]


@CASES
def switch_in_a_loop(tf, feed):
    x = feed(X)
    y = tf.while_loop(
        lambda i, y: i < 5,
        lambda i, y: (
            i + 1,
            tf.switch_case(i % 3, [lambda: y * 1.5, lambda: y + x, lambda: tf.tanh(y)]),
        ),
        [0, x],
    )[1]
    return [y]


@CASES
def switch_of_an_index_that_is_no_scalar(tf, feed):
    return [tf.switch_case(feed(np.int32([0])), [lambda: 1.0, lambda: 2.0])]


@CASES
def switch_without_functions(tf, feed):
    return [tf.switch_case(feed(np.int32(0)), [])]


@CASES
def switch_by_a_python_number(tf, feed):
    return [tf.switch_case(0, [lambda: 1.0])]


@CASES
def switch_by_an_int64(tf, feed):
    return [tf.switch_case(feed(np.int64(0)), [lambda: 1.0])]


@CASES
def switch_with_numbers_left_out(tf, feed):
    return [tf.switch_case(feed(np.int32(0)), {0: lambda: 1.0, 2: lambda: 2.0})]


@CASES
def switch_with_a_number_twice(tf, feed):
    return [tf.switch_case(feed(np.int32(0)), [(0, lambda: 1.0), (0, lambda: 2.0)])]


def _case(first, second):
    def case(tf, feed):
        x = feed(X)
        p, q = feed(np.bool_(first)), feed(np.bool_(second))
        pairs = [(p, lambda: x * 2.0), (q, lambda: x * x)]
        y = tf.case(pairs, default=lambda: -x)
        return [y, tf.gradients(y, x), tf.case(pairs)]

    case.__name__ = f"case_{first}_{second}".lower()
    CASES(case)


for _first in (False, True):
    for _second in (False, True):
        _case(_first, _second)


@CASES
def exclusive_case(tf, feed):
    p, q = feed(np.bool_(False)), feed(np.bool_(True))
    return [tf.case([(p, lambda: 1.0), (q, lambda: 2.0)], default=lambda: 3.0, exclusive=True)]


@CASES
def exclusive_case_with_two_that_hold(tf, feed):
    p, q = feed(np.bool_(True)), feed(np.bool_(True))
    return [tf.case([(p, lambda: 1.0), (q, lambda: 2.0)], default=lambda: 3.0, exclusive=True)]


@CASES
def exclusive_case_whose_last_is_the_default(tf, feed):
    p, q = feed(np.bool_(True)), feed(np.bool_(True))
    return [tf.case([(p, lambda: 1.0), (q, lambda: 2.0)], exclusive=True)]


@CASES
def case_by_a_dict(tf, feed):
    p, q = feed(np.bool_(False)), feed(np.bool_(True))
    made = tf.case({q: lambda: 2.0, p: lambda: 1.0}, default=lambda: 3.0, exclusive=True)
    return [made]


@CASES
def strict_case(tf, feed):
    p = feed(np.bool_(True))
    loose = tf.case([(p, lambda: [1.0])], default=lambda: [2.0])
    strict = tf.case([(p, lambda: [1.0])], default=lambda: [2.0], strict=True)
    return [loose, strict[0]]


@CASES
def case_by_a_python_bool(tf, feed):
    return [tf.case([(True, lambda: 1.0)], default=lambda: 2.0)]


@CASES
def case_by_a_number(tf, feed):
    return [tf.case([(feed(np.int32(1)), lambda: 1.0)], default=lambda: 2.0)]


@CASES
def case_without_pairs(tf, feed):
    return [tf.case([])]


@CASES
def second_order_through_cond(tf, feed):
    x, p = feed(X), feed(np.bool_(True))
    y = tf.cond(p, lambda: tf.tanh(x) * x, lambda: x)
    (first,) = tf.gradients(y, x)
    return [first, tf.gradients(first, x)]


@CASES
def nested_conds(tf, feed):
    x, p, q = feed(X), feed(np.bool_(True)), feed(np.bool_(False))
    inner = lambda: tf.cond(q, lambda: x * 2.0, lambda: tf.exp(x) * x)
    y = tf.cond(p, inner, lambda: x * 3.0)
    return [y, tf.gradients(y * y, x)]


@CASES
def cond_of_a_loop(tf, feed):
    x, p, n = feed(X), feed(np.bool_(True)), feed(np.int32(3))
    loop = lambda: tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * x + x), [0, x])[1]
    y = tf.cond(p, loop, lambda: x)
    return [y, tf.gradients(y, x)]


@CASES
def cond_of_different_shapes(tf, feed):
    x, p = feed(X), feed(np.bool_(False))
    y = tf.cond(p, lambda: x, lambda: tf.concat([x, x * x], 0))
    return [y, tf.gradients(tf.reduce_sum(y * y), x)]


@CASES
def cond_of_rows_of_a_variable(tf, feed):
    table = tf.compat.v1.get_variable("table", initializer=np.float32([[1, 2], [3, 4], [5, 6]]))
    p, rows = feed(np.bool_(True)), feed(np.int32([2, 0, 2]))
    y = tf.cond(p, lambda: tf.gather(table, rows) ** 2, lambda: tf.zeros([3, 2]))
    return [y, tf.convert_to_tensor(tf.gradients(y, table)[0])]


@CASES
def cond_that_assigns(tf, feed):
    v = tf.compat.v1.get_variable("v", initializer=1.0)
    p = feed(np.bool_(True))
    changed = tf.cond(p, lambda: tf.compat.v1.assign_add(v, 2.0), lambda: tf.identity(v))
    with tf.control_dependencies([changed]):
        return [changed, v.read_value()]


@CASES
def cond_of_strings(tf, feed):
    p = feed(np.bool_(False))
    return [tf.cond(p, lambda: tf.constant("yes"), lambda: tf.constant("no"))]


@CASES
def cond_of_different_types(tf, feed):
    return [tf.cond(feed(np.bool_(True)), lambda: 1.0, lambda: 1)]


@CASES
def cond_of_a_number(tf, feed):
    return [tf.cond(feed(np.int32(1)), lambda: 1.0, lambda: 2.0)]


def _limited(most):
    def case(tf, feed):
        x = feed(X)
        i, y = tf.while_loop(
            lambda i, y: i < 4, lambda i, y: (i + 1, y * x), (0, x), maximum_iterations=most
        )
        return [i, y, tf.gradients(y, x)]

    case.__name__ = "at_most_{}_turns".format(str(most).replace("-", "minus_"))
    CASES(case)


for _most in (-3, 0, 1, 9):
    _limited(_most)
