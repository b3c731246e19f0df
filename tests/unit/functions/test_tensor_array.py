"""`tf.TensorArray`: what the golden cases do not show: messages, forms of loops, gradients."""

import numpy as np
import pytest

import penstock as tf

ROWS = np.linspace(-1, 1, 10).reshape(5, 2).astype(np.float32)


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    """A session of a new default graph, forced to one tier."""
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def slopes(sess, y, x, value, step=1e-2):
    """Central differences of the sum of y by each element of the fed x."""
    found = np.zeros(value.shape)
    for index in np.ndindex(value.shape):
        ends = []
        for sign in (1, -1):
            moved = value.astype(np.float64)
            moved[index] += sign * step
            ends.append(np.sum(sess.run(y, {x: moved}), dtype=np.float64))
        found[index] = (ends[0] - ends[1]) / (2 * step)
    return found


def squares(x, turns=5, **loop):
    """Build a loop that writes the squares of the rows of x."""
    array = tf.TensorArray(tf.float32, turns)
    return tf.while_loop(
        lambda i, _: i < turns, lambda i, a: (i + 1, a.write(i, x[i] ** 2)), [0, array], **loop
    )[1]


def test_a_flow_shows_as_zero(sess):
    x = tf.placeholder(tf.float32, [5, 2])
    array = squares(x)
    flow = sess.run(array.flow, {x: ROWS})
    assert flow == 0.0
    assert flow.dtype == np.float32


def test_an_array_is_a_value(sess):
    """Two writes to one array make two arrays: what one has, the other has not."""
    x = tf.placeholder(tf.float32, [5, 2])
    first = tf.TensorArray(tf.float32, 2, clear_after_read=False).write(0, x[0])
    one, other = first.write(1, x[1]), first.write(1, x[2])
    stacks = sess.run([one.stack(), other.stack(), first.read(0)], {x: ROWS})
    np.testing.assert_array_equal(stacks[0], ROWS[:2])
    np.testing.assert_array_equal(stacks[1], ROWS[[0, 2]])
    np.testing.assert_array_equal(stacks[2], ROWS[0])


def test_second_derivatives(sess):
    x = tf.placeholder(tf.float32, [5, 2])
    array = tf.TensorArray(tf.float32, 2, clear_after_read=False)
    array = array.write(0, x[0] * x[1]).write(1, x[2])
    y = tf.reduce_sum(array.read(0) ** 3) + tf.reduce_sum(array.stack() ** 2)
    (first,) = tf.gradients(y, x)
    (second,) = tf.gradients(first * tf.range(10.0)[:, None][:5], x)
    expected = slopes(sess, first * tf.range(10.0)[:, None][:5], x, ROWS)
    np.testing.assert_allclose(sess.run(second, {x: ROWS}), expected, atol=2e-3)


def test_second_derivatives_through_a_loop(sess):
    x = tf.placeholder(tf.float32, [5, 2])
    given = tf.TensorArray(tf.float32, 5).unstack(x)
    _, total, found = tf.while_loop(
        lambda i, *_: i < 5,
        lambda i, s, a: (i + 1, s * given.read(i) + 0.5, a.write(i, s * s)),
        [0, x[0], tf.TensorArray(tf.float32, 5)],
    )
    y = tf.reduce_sum(found.stack()) + tf.reduce_sum(total)
    (first,) = tf.gradients(y, x)
    (second,) = tf.gradients(tf.reduce_sum(first**2), x)
    expected = slopes(sess, first**2, x, ROWS)
    np.testing.assert_allclose(sess.run(second, {x: ROWS}), expected, atol=2e-2, rtol=2e-2)


def test_gradient_of_a_map_by_what_it_captures(sess):
    x = tf.placeholder(tf.float32, [5, 2])
    total = tf.reduce_sum(x)
    y = tf.map_fn(lambda row: row * total, x)
    (gradient,) = tf.gradients(y, x)
    expected = slopes(sess, y, x, ROWS)
    np.testing.assert_allclose(sess.run(gradient, {x: ROWS}), expected, atol=1e-3)


def test_a_counted_loop_is_compiled_without_conditions():
    """Its accesses are checked before: so the stage may overwrite the state as ever."""
    config = tf.ConfigProto()
    config.experimental.executor_type = "xla"
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        x = tf.placeholder(tf.float32, [5, 2])
        y = squares(x).stack()
        fetches = [y, *tf.gradients(y, x)]
        session.run(fetches, {x: ROWS})
        text = str(session.explain(fetches, [x]))
        assert text.count("scan") == 2, text


def test_sizes_that_are_fed_compile_once_each():
    config = tf.ConfigProto()
    config.experimental.executor_type = "xla"
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        n = tf.placeholder(tf.int32, [])
        y = tf.map_fn(lambda i: i * i, tf.range(n))
        for size in (3, 5, 3, 0, 5):
            assert session.run(y, {n: size}).tolist() == [i * i for i in range(size)]


@pytest.mark.parametrize(
    ("use", "facts"),
    [
        (lambda a, i: a.write(i + 3, [1.0, 2.0]).flow, [r"\[0, 3\)", "is 3", "dynamic_size"]),
        (lambda a, i: a.write(i, [1.0, 2.0]).write(i, [1.0, 2.0]).flow, ["once", "another index"]),
        (lambda a, i: a.read(i - 1), [r"\[0, 3\)", "is -1"]),
        (lambda a, i: a.read(i), ["written before", "element_shape"]),
        (
            lambda a, i: a.write(i, tf.fill([i + 3], 0.0)).flow,
            [r"\(2,\)", r"\(3,\)", "infer_shape"],
        ),
        (lambda a, i: a.unstack(tf.zeros([4, 2])).flow, [r"\[0, 3\)", "is 3"]),
    ],
)
def test_a_message_says_what_must_hold_what_came_where_and_what_to_do(use, facts):
    config = tf.ConfigProto()
    config.experimental.executor_type = "numpy"
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        shape = tf.placeholder_with_default(np.zeros(2, np.float32), [None])
        array = tf.TensorArray(tf.float32, 3, element_shape=None if "written" in facts[0] else [2])
        array = tf.TensorArray(tf.float32, handle=array.handle, flow=array.flow)
        i = tf.placeholder(tf.int32, [])
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            session.run([use(array, i), shape], {i: 0})
        for fact in [*facts, "made at", "test_tensor_array.py"]:
            assert raised.match(fact)


def test_a_mistake_in_a_compiled_loop_leaves_the_state(sess):
    v = tf.Variable([1.0, 2.0])
    x = tf.placeholder(tf.float32, [])
    _, s, array = tf.while_loop(
        lambda i, s, _: s < 10.0,
        lambda i, s, a: (i + 1, s * 2.0, a.write(1, s)),
        [0, x, tf.TensorArray(tf.float32, 3)],
    )
    with tf.control_dependencies([array.flow]):
        changed = tf.assign_add(v, [s, s])
    sess.run(tf.global_variables_initializer())
    with pytest.raises(tf.errors.InvalidArgumentError, match="once"):
        sess.run([changed, array.flow], {x: 1.0})
    np.testing.assert_array_equal(sess.run(v), [1.0, 2.0])


def test_nests_see_an_array_as_a_leaf_or_as_its_flow():
    with tf.Graph().as_default():
        array = tf.TensorArray(tf.float32, 3)
        assert tf.nest.flatten([array, 1]) == [array, 1]
        (flow,) = tf.nest.flatten(array, expand_composites=True)
        assert flow is array.flow
        doubled = tf.nest.map_structure(tf.identity, array, expand_composites=True)
        assert isinstance(doubled, tf.TensorArray)
        assert doubled.handle is array.handle


def test_properties():
    with tf.Graph().as_default():
        array = tf.TensorArray("float32", 3, dynamic_size=True, element_shape=[None, 2])
        assert array.dtype == tf.float32
        assert array.dynamic_size
        assert array.element_shape.as_list() == [None, 2]
        assert array.write(0, tf.zeros([4, 2])).element_shape.as_list() == [4, 2]
        assert array.handle.dtype == tf.resource
        assert array.flow.shape.as_list() == []


def test_strings_go_through_loops(sess):
    words = tf.placeholder(tf.string, [None])
    made = tf.map_fn(lambda word: tf.strings.join([word, "!"]), words)
    assert sess.run(made, {words: ["a", "bc"]}).tolist() == [b"a!", b"bc!"]


def test_lists_in_a_loop(sess):
    raw = tf.raw_ops
    x = tf.placeholder(tf.float32, [5, 2])
    first = raw.TensorListReserve(element_shape=[2], num_elements=5, element_dtype=tf.float32)

    def turn(i, made):
        return i + 1, raw.TensorListSetItem(input_handle=made, index=i, item=x[i] * x[i])

    _, made = tf.while_loop(lambda i, _: i < 5, turn, [0, first])
    y = raw.TensorListStack(input_handle=made, element_shape=[2], element_dtype=tf.float32)
    values, gradient = sess.run([y, tf.gradients(y, x)[0]], {x: ROWS})
    np.testing.assert_allclose(values, ROWS**2)
    np.testing.assert_allclose(gradient, 2 * ROWS)


def test_a_list_that_grows_in_a_loop(sess):
    raw = tf.raw_ops
    x = tf.placeholder(tf.float32, [5, 2])
    first = raw.EmptyTensorList(element_shape=[2], max_num_elements=-1, element_dtype=tf.float32)

    def turn(i, made):
        return i + 1, raw.TensorListPushBack(input_handle=made, tensor=x[i] * 2.0)

    _, made = tf.while_loop(lambda i, _: i < 5, turn, [0, first])
    y = raw.TensorListStack(input_handle=made, element_shape=[2], element_dtype=tf.float32)
    values, gradient = sess.run([y, tf.gradients(y, x)[0]], {x: ROWS})
    np.testing.assert_allclose(values, 2 * ROWS)
    np.testing.assert_allclose(gradient, np.full([5, 2], 2.0))


def test_a_sparse_tensor_is_a_loop_variable(sess):
    x = tf.placeholder(tf.float32, [2])
    first = tf.SparseTensor(np.array([[0, 1], [1, 0]]), x, [2, 2])
    _, last = tf.while_loop(
        lambda i, _: i < 3,
        lambda i, s: (i + 1, tf.SparseTensor(s.indices, s.values * 2.0, s.dense_shape)),
        [0, first],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, None])],
    )
    np.testing.assert_array_equal(sess.run(last.values, {x: [1.0, 2.0]}), [8.0, 16.0])
