"""Cases of functions of a graph, and of what calls them."""

import importlib

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

X = np.array([0.3, -0.4, 0.7])


def _function(tf):
    own = "tensorflow.python.framework.function"
    path = own if "tensorflow" in tf.__name__ else "penstock.functions.defun"
    return importlib.import_module(path)


class _Functional:
    """The names of functional_ops, wherever they are."""

    def __init__(self, tf):
        paths = ["penstock.functions.functional", "penstock.autodiff.function_gradients"]
        if "tensorflow" in tf.__name__:
            paths = ["tensorflow.python.ops.functional_ops"]
        self._modules = [importlib.import_module(path) for path in paths]

    def __getattr__(self, name):
        return next(getattr(one, name) for one in self._modules if hasattr(one, name))


@CASES
def value_and_gradient(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32, tf.float32)
    def product(x, y):
        return x * y, tf.tanh(x) + y

    x, y = feed(X), feed(X * 2.0)
    made = product(x, y, name="call")
    return [made[0], made[1], tf.gradients(made[0] * made[1], [x, y])]


@CASES
def called_twice(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32)
    def square(x):
        return x * x

    x = feed(X)
    y = square(x) + square(x * 3.0)
    return [y, tf.gradients(y, x)]


@CASES
def one_function_in_another(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32)
    def inner(x):
        return tf.sin(x) * x

    @defun(tf.float32)
    def outer(x):
        return inner(x) + inner(x * 2.0)

    x = feed(X)
    y = outer(x)
    return [y, tf.gradients(y, x)]


@CASES
def captured_tensors_and_variables(tf, feed):
    k = feed(np.float32(3.0))
    v = tf.compat.v1.get_variable("v", initializer=2.0)
    w = tf.compat.v1.get_variable("w", initializer=5.0, use_resource=True)

    defun = _function(tf).Defun

    @defun(tf.float32)
    def f(x):
        return x * k * v + w

    x = feed(X)
    y = f(x)
    return [y, tf.gradients(y, [x, k, v, w])]


@CASES
def variable_made_inside(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32)
    def f(x):
        return x * tf.compat.v1.get_variable("inside", initializer=4.0)

    x = feed(X)
    y = f(x)
    return [y, tf.gradients(y, tf.compat.v1.trainable_variables())]


@CASES
def effects_happen_though_nothing_depends_on_them(tf, feed):
    v = tf.compat.v1.get_variable("v", initializer=1.0, use_resource=True)

    defun = _function(tf).Defun

    @defun(tf.float32)
    def f(x):
        v.assign_add(2.0)
        return x * 2.0

    y = f(feed(X))
    with tf.control_dependencies([y]):
        return [y, v.read_value()]


@CASES
def gradient_function(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32, tf.float32)
    def hundred(x, dy):
        return dy * 100.0 * x

    @defun(tf.float32, grad_func=hundred)
    def square(x):
        return x * x

    x = feed(X)
    return [square(x), tf.gradients(square(x) * 2.0, x)]


@CASES
def gradient_in_python(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32, python_grad_func=lambda op, dy: dy * op.inputs[0] * 7.0)
    def square(x):
        return x * x

    x = feed(X)
    return [tf.gradients(square(x), x)]


@CASES
def types_by_the_call(tf, feed):
    defun = _function(tf).Defun

    @defun(func_name="Twice")
    def twice(x):
        return x + x

    return [twice(feed(X)), twice(feed(np.int32(3))), twice(feed(np.complex64(1j)))]


@CASES
def seeded_draws(tf, feed):
    defun = _function(tf).Defun

    @defun()
    def draw():
        return tf.compat.v1.random_uniform([3], seed=5)

    return [draw()]


@CASES
def in_a_loop_and_a_branch(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32, shape_func=lambda op: [op.inputs[0].get_shape()])
    def step(x):
        return tf.tanh(x) + 0.1

    x, p = feed(X), feed(np.bool_(True))
    y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, step(y)), [0, x])[1]
    return [tf.cond(p, lambda: step(y), lambda: y)]


@CASES
def wrong_number_of_arguments(tf, feed):
    return [_function(tf).Defun(tf.float32, func_name="F")(lambda x: x)(1.0, 2.0)]


@CASES
def wrong_type_of_argument(tf, feed):
    return [_function(tf).Defun(tf.float32, func_name="F")(lambda x: x)(feed(np.int32(1)))]


@CASES
def unknown_keyword(tf, feed):
    return [_function(tf).Defun(tf.float32, func_name="F")(lambda x: x)(1.0, wrong=3)]


@CASES
def partitioned_call(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32)
    def f(x):
        return x * x * x

    x = feed(X)
    (y,) = _Functional(tf).partitioned_call([x], f)
    return [y, tf.gradients(y, x)]


@CASES
def symbolic_gradient(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.float32, tf.float32)
    def f(x, y):
        return x * x * y

    return [_Functional(tf).Gradient([feed(X), feed(X), feed(X)], f)]


def _predicate(name, value):
    def case(tf, feed):
        defun = _function(tf).Defun

        @defun(tf.float32)
        def first(x):
            return x * x

        @defun(tf.float32)
        def second(x):
            return -x

        return [_Functional(tf).If(feed(value, None), [feed(X)], first, second)]

    case.__name__ = "if_" + name
    CASES(case)


for _name, _value in {
    "true": np.bool_(True),
    "false": np.bool_(False),
    "zero": np.int32(0),
    "half": np.float32(0.5),
    "one_element": np.float32([0.0]),
    "no_elements": np.float32([]),
}.items():
    _predicate(_name, _value)


@CASES
def loop_by_functions(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.int32, tf.float32)
    def goes_on(n, x):
        return n > 0

    @defun(tf.int32, tf.float32)
    def body(n, x):
        return n - 1, x * x + 0.5

    return [_Functional(tf).While([feed(np.int32(3)), feed(X)], goes_on, body)]


@CASES
def for_loops(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.int32, tf.float32)
    def body(i, x):
        return x * 2.0 + tf.cast(i, tf.float32)

    x, loop = feed(X), _Functional(tf).For
    bounds = [(0, 4, 1), (0, 5, 2), (5, 0, -2), (3, 3, 1)]
    return [loop(start, feed(np.int32(limit)), delta, [x], body) for start, limit, delta in bounds]


@CASES
def for_loop_that_leads_nowhere(tf, feed):
    defun = _function(tf).Defun

    @defun(tf.int32, tf.float32)
    def body(i, x):
        return x + 1.0

    return [_Functional(tf).For(feed(np.int32(4)), 0, 1, [feed(X)], body)]
