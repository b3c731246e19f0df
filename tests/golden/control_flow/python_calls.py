"""Cases of Python functions as nodes."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

X = np.array([0.3, -0.4, 0.7])


@CASES
def one_result(tf, feed):
    return [tf.compat.v1.py_func(lambda x: x * 2, [feed(X)], tf.float32)]


@CASES
def several_results(tf, feed):
    made = tf.compat.v1.py_func(
        lambda x, n: (x[:n], np.int64(n), b"text"),
        [feed(X), feed(np.int32(2))],
        [tf.float32, tf.int64, tf.string],
    )
    return [made]


@CASES
def numpy_function(tf, feed):
    return [tf.numpy_function(lambda: np.arange(3), [], tf.int64)]


@CASES
def strings(tf, feed):
    words = tf.constant(["a", "bc"])
    join = lambda a, b: b"".join(a.tolist()) + b
    return [tf.compat.v1.py_func(join, [words, tf.constant("d")], tf.string)]


@CASES
def text_becomes_bytes(tf, feed):
    return [tf.compat.v1.py_func(lambda: "h\xe4", [], tf.string)]


@CASES
def what_arguments_are(tf, feed):
    kinds = lambda *args: " ".join(type(one).__name__ for one in args)
    given = [feed(X), feed(np.float32(1)), tf.constant("a"), tf.constant(["a"])]
    return [tf.compat.v1.py_func(kinds, given, tf.string)]


@CASES
def arguments_may_be_changed(tf, feed):
    def change(x):
        x += 1
        return x

    c = tf.constant(X.astype(np.float32))
    changed = tf.compat.v1.py_func(change, [c], tf.float32)
    with tf.control_dependencies([changed]):
        return [changed, tf.identity(c)]


@CASES
def gradient_by_override(tf, feed):
    name = "HalfOf" + str(id(feed))
    tf.RegisterGradient(name)(lambda op, dy: dy * 0.5)
    x = feed(X)
    with tf.compat.v1.get_default_graph().gradient_override_map({"PyFunc": name}):
        y = tf.compat.v1.py_func(lambda x: x * 2, [x], tf.float32)
    return [y, tf.gradients(y * y, x)]


@CASES
def custom_gradient(tf, feed):
    @tf.custom_gradient
    def double(x):
        y = tf.compat.v1.py_func(lambda x: x * 2, [x], tf.float32)
        return y, lambda dy: tf.compat.v1.py_func(lambda dy: dy * 3, [dy], tf.float32)

    x = feed(X)
    return [tf.gradients(double(x), x)]


@CASES
def in_a_loop(tf, feed):
    x = feed(X)

    def body(i, y):
        y = tf.compat.v1.py_func(lambda y: y + 1, [tf.tanh(y)], tf.float32)
        y.set_shape([3])
        return i + 1, y * x

    return [tf.while_loop(lambda i, y: i < 4, body, [0, x])[1]]


@CASES
def in_a_branch(tf, feed):
    p, x = feed(np.bool_(True)), feed(X)
    call = lambda: tf.compat.v1.py_func(lambda x: x * 2, [x], tf.float32)
    return [tf.cond(p, call, lambda: x)]


@CASES
def stateless(tf, feed):
    return [tf.compat.v1.py_func(lambda x: x + 1, [feed(X)], tf.float32, stateful=False)]


def _wrong(name, returned, kind="float32"):
    def case(tf, feed):
        kinds = [getattr(tf, one) for one in kind] if isinstance(kind, list) else getattr(tf, kind)
        return [tf.compat.v1.py_func(lambda x: returned, [feed(X)], kinds)]

    case.__name__ = name
    CASES(case)


_wrong("float64_for_float32", np.float64(1.0))
_wrong("a_number_for_float32", 1)
_wrong("none_for_one", None)
_wrong("three_for_one", [1, 2, 3])
_wrong("one_for_two", np.float32([1, 2]), ["float32", "float32"])
_wrong("a_number_for_int64", 7, "int64")
_wrong("a_bool", True, "bool")
_wrong("an_array_of_bytes", np.array([b"a", b"bc"]), "string")
_wrong("an_object_for_a_string", np.array([3], object), "string")


def _raising(error):
    def case(tf, feed):
        def fail(x):
            raise error("on purpose")

        return [tf.compat.v1.py_func(fail, [feed(X)], tf.float32)]

    case.__name__ = "raises_" + error.__name__
    CASES(case)


for _error in (
    ValueError, TypeError, StopIteration, MemoryError, NotImplementedError, KeyError, RuntimeError,
    ZeroDivisionError, OSError,
):  # fmt: skip
    _raising(_error)


@CASES
def no_function(tf, feed):
    return [tf.compat.v1.py_func(3, [feed(X)], tf.float32)]


@CASES
def no_list(tf, feed):
    return [tf.compat.v1.py_func(lambda x: x, feed(X), tf.float32)]
