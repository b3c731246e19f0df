"""`tf.custom_op`: a user's op in both tiers, with and without a gradient and a shape rule."""

import numpy as np
import pytest

import penstock as tf
from penstock.ops.library import LIBRARY

X = np.array([[1.0, 2.0, 3.0]], np.float32)

cube = tf.custom_op(
    "Cube",
    ["x: T"],
    ["y: T"],
    {"T": [tf.float32, tf.float64, tf.int32]},
    kernel=lambda xp, x: x * x * x,
    doc="x to the third.",
)


@tf.custom_op(
    "WaveAndSum", ["x: T", "n: int32"], ["y: T", "z: T"], {"T": [tf.float32], "alpha": 2.0}
)
def wave_and_sum(xp, x, n, *, alpha):
    return xp.sin(x) * alpha * n, xp.sum(x)


squares = tf.custom_op(
    "Squares",
    ["values: N * T"],
    ["y: N * T"],
    {"T": [tf.float32], "N": 2},
    kernel=lambda xp, values: ([one * one for one in values],),
)


@pytest.fixture(params=["numpy", "xla", ""])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def three(sess, fetches, feeds):
    """Run three times, so that the free choice gets to compile; give the last result."""
    return [sess.run(fetches, feeds) for _ in range(3)][-1]


def test_value_and_gradients_of_any_order(sess):
    x = tf.placeholder(tf.float32, [None, 3])
    y = cube(x, name="third")
    assert y.op.name == "third"
    assert y.op.type == "Cube"
    assert y.shape.as_list() == [None, 3]
    first = tf.gradients(y, x)[0]
    second = tf.gradients(first, x)[0]
    third = tf.gradients(second, x)[0]
    found = three(sess, [y, first, second, third], {x: X})
    for value, expected in zip(found, [X**3, 3 * X**2, 6 * X, 6 + 0 * X], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_several_outputs_attributes_and_inputs_without_gradient(sess):
    x, n = tf.placeholder(tf.float32, [1, 3]), tf.placeholder(tf.int32, [])
    y, z = wave_and_sum(x, n, alpha=0.5)
    assert (y.shape.as_list(), z.shape.as_list()) == ([1, 3], [])
    by_x, by_n = tf.gradients([y, z], [x, n])
    assert by_n is None
    value, total, slope = three(sess, [y, z, by_x], {x: X, n: 3})
    np.testing.assert_allclose(value, 1.5 * np.sin(X), rtol=1e-5)
    assert total == 6
    np.testing.assert_allclose(slope, 1.5 * np.cos(X) + 1, rtol=1e-5)


def test_lists(sess):
    x = tf.placeholder(tf.float32, [None, 3])
    one, other = squares([x, 2.0 * x])
    (slope,) = tf.gradients([one, other], x)
    found = three(sess, [one, other, slope], {x: X})
    for value, expected in zip(found, [X**2, 4 * X**2, 10 * X], strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_complex_gradients_are_those_of_tensorflow(sess):
    square = tf.custom_op(
        "Square2", ["x: T"], ["y: T"], {"T": [tf.complex64]}, kernel=lambda xp, x: x * x
    )
    x = tf.placeholder(tf.complex64, [None])
    slopes = [tf.gradients(tf.real(y) + 2.0 * tf.imag(y), x)[0] for y in (square(x), tf.square(x))]
    own, builtin = three(sess, slopes, {x: [1 + 2j, -3j]})
    np.testing.assert_allclose(own, builtin, rtol=1e-6)


def test_in_a_loop_and_a_branch(sess):
    x = tf.placeholder(tf.float32, [1, 3])
    y = tf.while_loop(lambda i, a: i < 2, lambda i, a: (i + 1, cube(a)), [0, x])[1]
    y = tf.cond(tf.reduce_sum(x) > 0.0, lambda: cube(y), lambda: y)
    value, slope = three(sess, [y, tf.gradients(y, x)[0]], {x: X / 2})
    np.testing.assert_allclose(value, (X / 2) ** 27, rtol=1e-4)
    np.testing.assert_allclose(slope, 27 * (X / 2) ** 26, rtol=1e-4)


def test_own_gradient_and_shape_rule(sess):
    op = tf.custom_op(
        "Clipped",
        ["x: float32"],
        ["y: float32"],
        kernel=lambda xp, x: xp.clip(x, 0.0, 2.0),
        shape=lambda c: c.shape("x"),
        grad=lambda ops, node, dy: [ops.Mul(dy, node.inputs[0])],
    )
    x = tf.placeholder(tf.float32, [None, 3])
    y = op(x)
    found = three(sess, [y, tf.gradients(y, x)[0]], {x: X})
    np.testing.assert_array_equal(found[0], [[1, 2, 2]])
    np.testing.assert_array_equal(found[1], X)


def test_no_gradient(sess):
    op = tf.custom_op("Cut", ["x: float32"], ["y: float32"], kernel=lambda xp, x: x, grad=False)
    x = tf.placeholder(tf.float32, [3])
    assert tf.gradients(op(x), x) == [None]


def test_on_the_host(sess):
    op = tf.custom_op(
        "Louder",
        ["x: string"],
        ["y: string"],
        host=True,
        kernel=lambda xp, x: np.vectorize(bytes.upper, otypes=[object])(x),
    )
    assert three(sess, op(tf.constant(["a", "b"])), None).tolist() == [b"A", b"B"]


def test_static_inputs_are_known(sess):
    op = tf.custom_op(
        "Repeated",
        ["x: T", "times: int32"],
        ["y: T"],
        {"T": [tf.float32]},
        static=["times"],
        kernel=lambda xp, x, times: xp.concatenate([x] * int(times)),
    )
    x, times = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [])
    y = op(x, times)
    slope = tf.gradients(y, x)[0]
    for count in (2, 3, 2):
        value, found = sess.run([y, slope], {x: [1.0, 2.0], times: count})
        assert value.tolist() == [1.0, 2.0] * count
        assert found.tolist() == [count, count]


def test_shapes_that_depend_on_unknown_sizes_are_unknown():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 4])
        halves = tf.custom_op(
            "Halves", ["x: float32"], ["y: float32"], kernel=lambda xp, x: x.reshape(-1, 2)
        )
        assert halves(x).shape.as_list() == [None, 2]
        assert halves(tf.placeholder(tf.float32)).shape.ndims is None


def test_graph_with_the_op_in_its_library():
    graph = tf.Graph(library=LIBRARY.extended([cube.spec]))
    with tf.Graph().as_default() as source:
        cube(tf.constant(2.0, name="two"), name="eight")
    with graph.as_default():
        (y,) = tf.import_graph_def(source.as_graph_def(), return_elements=["eight:0"], name="")
    with tf.Session(graph=graph) as sess:
        assert sess.run(y) == 8.0


@pytest.mark.parametrize(
    ("declared", "outputs", "kernel", "message"),
    [
        ({}, ["y: int32"], lambda xp, x: x, "must give int32"),
        ({}, ["y: float32", "z: float32"], lambda xp, x: x, "must give 2 outputs"),
        ({}, ["y: float32"], lambda xp, x: xp.matmul(x, x), "must take arguments of the shapes"),
    ],
)
def test_kernels_that_do_not_fit(sess, declared, outputs, kernel, message):
    op = tf.custom_op("Wrong", ["x: float32"], outputs, declared, kernel=kernel)
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError), match=message):
        sess.run(op(tf.ones([2, 3])))


def test_a_kernel_is_a_python_function():
    with pytest.raises(TypeError, match="must be a Python function"):
        tf.custom_op("Sine", ["x: float32"], ["y: float32"], kernel=np.sin)


def test_dtypes_are_checked_when_a_node_is_built():
    with tf.Graph().as_default(), pytest.raises(TypeError, match=r"tf\.cast"):
        cube(tf.constant("text"))
