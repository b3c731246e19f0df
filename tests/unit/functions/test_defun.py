"""Functions of a graph beyond what TensorFlow does: any order of gradient, draws kept, names."""

import numpy as np
import pytest

import penstock as tf
from penstock.autodiff.function_gradients import Gradient
from penstock.functions.defun import Defun
from penstock.functions.functional import For, If, While, partitioned_call, remote_call

X = np.array([0.3, -0.4], np.float32)


@pytest.fixture(params=["numpy", "xla", ""])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def three(sess, fetches, feeds=None):
    """Run three times, so that the free choice gets to compile; give the last result."""
    return [sess.run(fetches, feeds) for _ in range(3)][-1]


def test_the_graph_knows_its_functions_by_name():
    with tf.Graph().as_default() as graph:

        @Defun(tf.float32, func_name="Square", noinline=True)
        def square(x):
            return x * x

        y = square(3.0, name="nine")
        assert (y.op.name, y.op.type) == ("nine", "Square")
        assert graph._is_function("Square")
        assert graph._get_function("Square") is graph.functions["Square"]
        assert graph.functions["Square"].attrs == {"_noinline": True}
        assert square.declared_input_types == (tf.float32,)
        with pytest.raises(ValueError, match="names of their own"):
            Defun(tf.float32, func_name="Square")(lambda x: x)(1.0)


def test_a_call_after_a_write_reads_what_was_written(sess):
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer(), use_resource=True)

    @Defun(tf.float32)
    def plus(x):
        return x + v

    with tf.control_dependencies([tf.assign_add(v, 1.0)]):
        y = plus(0.0)
    sess.run(tf.global_variables_initializer())
    assert [sess.run(y) for _ in range(3)] == [1, 2, 3]


def test_the_definition_is_that_of_the_graphs_library():
    with tf.Graph().as_default() as graph:

        @Defun(tf.float32, tf.float32, func_name="Mix")
        def mix(a, b):
            return a * b + 1.0

        @Defun(tf.float32, func_name="Twice")
        def twice(a):
            return mix(a, a)

        twice(3.0)
        library = graph.as_graph_def().library.function
        by_name = {function.signature.name: function for function in library}
        assert twice.definition == by_name["Twice"]
        assert mix.definition == by_name["Mix"]
        assert [node.op for node in twice.definition.node_def] == ["Mix"]


def test_gradients_of_second_order(sess):
    @Defun(tf.float32)
    def inner(x):
        return x * x * x

    @Defun(tf.float32)
    def outer(x):
        return inner(x) + inner(2.0 * x)

    x = tf.placeholder(tf.float32, [2])
    y = outer(x)
    first = tf.gradients(y, x)[0]
    second = tf.gradients(first, x)[0]
    found = three(sess, [y, first, second], {x: X})
    for value, expected in zip(found, [9 * X**3, 27 * X**2, 54 * X], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_a_gradient_uses_the_draw_of_its_call(sess):
    @Defun(tf.float32)
    def noisy(x):
        return x * tf.random_uniform([2], seed=3)

    x = tf.placeholder(tf.float32, [2])
    one, other = noisy(x), noisy(x)
    slopes = [tf.gradients(y, x)[0] for y in (one, other)]
    for _ in range(3):
        values, found = sess.run([[one, other], slopes], {x: X})
        np.testing.assert_allclose(values, np.array(found) * X, rtol=1e-5)


def test_calls_without_a_seed_draw_apart(sess):
    @Defun()
    def draw():
        return tf.random_uniform([4])

    one, other = three(sess, [draw(), draw()])
    assert not np.array_equal(one, other)


def test_a_function_given_to_several_nodes_is_differentiated_for_each(sess):
    @Defun(tf.float32)
    def square(x):
        return tf.exp(x) * x

    @Defun(tf.float32)
    def other(x):
        return -x

    x, p = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.bool, [])
    (called,) = partitioned_call([x], square)
    (chosen,) = If(p, [x], square, other)
    (remote,) = remote_call("/cpu:0", [x], [tf.float32], square)
    slopes = [tf.gradients(y, x)[0] for y in (called, chosen, remote)]
    expected = np.exp(X) * (X + 1)
    for slope in three(sess, slopes, {x: X, p: True}):
        np.testing.assert_allclose(slope, expected, rtol=1e-5)
    assert sess.run(slopes[1], {x: X, p: False}).tolist() == [-1, -1]


def test_gradients_of_loops_made_of_functions(sess):
    @Defun(tf.int32, tf.float32)
    def goes_on(n, x):
        return n > 0

    @Defun(tf.int32, tf.float32)
    def body(n, x):
        return n - 1, x * x

    @Defun(tf.int32, tf.float32)
    def step(i, x):
        return x * tf.cast(i + 1, tf.float32)

    x, n = tf.placeholder(tf.float32, [2]), tf.placeholder(tf.int32, [])
    looped = While([n, x], goes_on, body)[1]
    (numbered,) = For(0, n, 1, [x], step)
    by_loop, by_numbers = tf.gradients(looped, x)[0], tf.gradients(numbered, x)[0]
    found = three(sess, [looped, by_loop, numbered, by_numbers], {x: X, n: 3})
    for value, expected in zip(found, [X**8, 8 * X**7, 6 * X, [6, 6]], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_gradient_of_a_gradient_function(sess):
    @Defun(tf.float32)
    def cube(x):
        return x * x * x

    x = tf.placeholder(tf.float32, [2])
    (first,) = Gradient([x, tf.ones([2])], cube)
    second = tf.gradients(first, x)[0]
    np.testing.assert_allclose(three(sess, second, {x: X}), 6 * X, rtol=1e-5)


def test_python_calls_in_a_function_keep_the_rest_compiled(sess):
    @Defun(tf.float32)
    def mixed(x):
        y = tf.py_func(lambda v: v + 1, [tf.tanh(x)], tf.float32)
        y.set_shape([2])
        return y * 2.0

    x = tf.placeholder(tf.float32, [2])
    y = mixed(x) * 3.0
    np.testing.assert_allclose(three(sess, y, {x: X}), (np.tanh(X) + 1) * 6, rtol=1e-5)


def test_a_function_must_not_call_itself():
    @Defun(tf.float32)
    def again(x):
        return again(x) + 1.0

    with tf.Graph().as_default(), pytest.raises(RuntimeError, match="must not call itself"):
        again(1.0)


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: Defun(tf.float32)(3), ValueError, "not callable"),
        (lambda: Defun(tf.float32)(lambda x, y: x), ValueError, "must take an argument"),
        (lambda: Defun(tf.float32)(lambda x, y=1.0: x), ValueError, "must not have defaults"),
        (
            lambda: Defun(tf.float32, func_name="F", out_names=["a", "b"])(lambda x: x)(1.0),
            ValueError,
            "out_names",
        ),
        (
            lambda: If(True, [1], Defun(tf.float32, func_name="F")(lambda x: x), 3),
            TypeError,
            "Defun",
        ),
    ],
)
def test_wrong_uses(use, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        use()
