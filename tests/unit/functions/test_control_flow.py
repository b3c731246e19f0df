"""`tf.cond`, `tf.case` and `tf.while_loop`: values, state and gradients on both tiers."""

import numpy as np
import pytest

import penstock as tf

X = np.array([0.3, 0.4], np.float32)


@pytest.fixture(params=["numpy", "xla", ""])
def sess(request):
    """A session of a new default graph, forced to one tier or free to choose."""
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def several(sess, fetches, feeds=None):
    """Run three times, so that the free choice of tiers gets to compile, and give one result."""
    results = [sess.run(fetches, feeds) for _ in range(3)]
    for one, other in zip(results, results[1:], strict=False):
        for a, b in zip(tf.nest.flatten(one), tf.nest.flatten(other), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4)
    return results[0]


def slopes(sess, y, x, feeds, step=1e-2):
    """Central differences of the sum of y by each element of the fed x."""
    found = []
    for index in range(len(feeds[x])):
        ends = []
        for sign in (1, -1):
            moved = np.array(feeds[x], np.float64)
            moved[index] += sign * step
            ends.append(np.sum(sess.run(y, {**feeds, x: moved}), dtype=np.float64))
        found.append((ends[0] - ends[1]) / (2 * step))
    return found


def test_cond_runs_one_branch(sess):
    p = tf.placeholder(tf.bool, [])
    v = tf.Variable(5.0)
    added = tf.cond(p, lambda: tf.assign_add(v, 1.0), lambda: tf.identity(v))
    sess.run(tf.global_variables_initializer())
    assert [sess.run(added, {p: choice}) for choice in (True, False, True)] == [6, 6, 7]


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("read", [tf.identity, lambda v: v + 0.0, lambda v: v.read_value()])
def test_a_branch_reads_what_it_wrote_before(sess, use_resource, read):
    p = tf.placeholder(tf.bool, [])
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer(), use_resource=use_resource)

    def write_and_read():
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            return read(v)

    choice = tf.cond(p, write_and_read, lambda: -1.0)
    sess.run(tf.global_variables_initializer())
    assert [sess.run(choice, {p: taken}) for taken in (True, False, True, True)] == [1, -1, 2, 3]


@pytest.mark.parametrize("use_resource", [False, True])
@pytest.mark.parametrize("read", [tf.identity, lambda v: v + 0.0, lambda v: v.read_value()])
def test_a_turn_reads_what_it_wrote_before(sess, use_resource, read):
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer(), use_resource=use_resource)

    def body(i, total):
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            return i + 1, total + read(v)

    loop = tf.while_loop(lambda i, _: i < 4, body, [0, 0.0])
    sess.run(tf.global_variables_initializer())
    assert [sess.run(loop)[1] for _ in range(3)] == [10, 26, 42]


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_condition_reads_what_the_turns_write(sess, use_resource):
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer(), use_resource=use_resource)

    def body(i):
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            return i + 1

    loop = tf.while_loop(lambda i: tf.logical_and(v < 4.0, i < 10), body, [0])
    sess.run(tf.global_variables_initializer())
    assert [sess.run(loop) for _ in range(3)] == [4, 0, 0]


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_turn_reads_before_it_writes_what_the_turn_before_wrote(sess, use_resource):
    v = tf.get_variable("v", [], initializer=tf.zeros_initializer(), use_resource=use_resource)

    def body(i, total):
        def grow():
            with tf.control_dependencies([tf.assign_add(v, 1.0)]):
                return tf.while_loop(lambda j, _: j < 2, lambda j, y: (j + 1, y + v), [0, 0.0])[1]

        return i + 1, total + tf.cond(i < 2, grow, lambda: v * 10.0)

    loop = tf.while_loop(lambda i, _: i < 3, body, [0, 0.0])
    sess.run(tf.global_variables_initializer())
    assert [sess.run(loop)[1] for _ in range(3)] == [26, 54, 82]


def test_a_branch_may_read_what_is_not_initialized(sess):
    v = tf.Variable(5.0)
    value = tf.cond(tf.is_variable_initialized(v), v.read_value, lambda: tf.constant(-1.0))
    assert several(sess, value) == -1.0
    sess.run(v.initializer)
    assert several(sess, value) == 5.0
    unguarded = tf.cond(tf.constant(True), lambda: tf.Variable(1.0, name="w") + 0.0, lambda: 0.0)
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value"):
        sess.run(unguarded)


def test_initial_values_may_use_other_variables(sess):
    v = tf.Variable(tf.random_uniform([2], seed=1))
    w = tf.Variable(v.initialized_value() * 2.0)
    u = tf.Variable(v * 3.0)
    sess.run(tf.global_variables_initializer())
    first, second, third = sess.run([v, w, u])
    np.testing.assert_allclose(second, first * 2)
    np.testing.assert_allclose(third, first * 3)


@pytest.mark.parametrize("choice", [True, False])
def test_gradient_of_cond(sess, choice):
    p, x = tf.placeholder(tf.bool, []), tf.placeholder(tf.float32, [None])
    inner = lambda: tf.cond(x[0] > 0.35, lambda: x * 2.0, lambda: tf.tanh(x * x) * x)
    y = tf.cond(p, inner, lambda: x * 3.0)
    (gradient,) = tf.gradients(y * y, x)
    feeds = {p: choice, x: X}
    expected = slopes(sess, y * y, x, feeds)
    np.testing.assert_allclose(several(sess, gradient, feeds), expected, rtol=1e-2)


def test_gradient_of_a_random_branch_uses_the_same_draw(sess):
    p, x = tf.placeholder(tf.bool, []), tf.placeholder(tf.float32, [2])
    y = tf.cond(p, lambda: tf.random_uniform([2], seed=1) * x, lambda: x)
    (gradient,) = tf.gradients(y, x)
    for _ in range(3):
        value, slope = sess.run([y, gradient], {p: True, x: X})
        np.testing.assert_allclose(value, slope * X, rtol=1e-5)


def test_case_takes_the_first_that_holds(sess):
    x = tf.placeholder(tf.float32, [])
    y = tf.case([(x > 2, lambda: x * 10), (x > 1, lambda: x * 100)], default=lambda: -x)
    assert [sess.run(y, {x: value}) for value in (3, 1.5, 0.5)] == [30, 150, -0.5]


@pytest.mark.parametrize(
    ("true_fn", "false_fn", "error", "message"),
    [
        (lambda: 1.0, lambda: 1, ValueError, "same type"),
        (lambda: [1.0, 2.0], lambda: [1.0], ValueError, "same nest"),
        (1.0, lambda: 1.0, TypeError, "callable"),
        (lambda: None, lambda: None, ValueError, "true_fn must return at least one"),
        (list, list, ValueError, "at least one tensor or node"),
        (tf.no_op, lambda: 1.0, ValueError, "same type"),
    ],
)
def test_branches_that_do_not_fit(true_fn, false_fn, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        tf.cond(tf.constant(True), true_fn, false_fn)


def test_a_node_of_a_branch_stands_as_the_predicate(sess):
    p, v = tf.placeholder(tf.bool, []), tf.Variable(1.0)
    step = tf.cond(p, lambda: tf.group(tf.assign_add(v, 2.0)), tf.no_op)
    mixed = tf.cond(p, lambda: [tf.no_op(), tf.constant(1.0)], lambda: [tf.no_op(), 2.0])
    assert (step.dtype, step.shape) == (tf.bool, ())
    number = tf.switch_case(tf.cast(p, tf.int32), [tf.no_op, lambda: tf.group(v.initializer)])
    sess.run(tf.global_variables_initializer())
    assert [sess.run(step, {p: taken}) for taken in (True, False, True)] == [True, False, True]
    assert sess.run(v) == 5.0
    assert [sess.run(mixed, {p: taken}) for taken in (True, False)] == [[True, 1.0], [False, 2.0]]
    assert [sess.run(number, {p: taken}) for taken in (False, True)] == [0, 1]
    assert sess.run(v) == 1.0


def test_a_loop_gives_the_type_of_list_that_its_body_returns(sess):
    results = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a), [0, 1.0])
    assert isinstance(results, tuple)
    assert isinstance(sess.run(results), tuple)
    assert isinstance(tf.while_loop(lambda i: i < 3, lambda i: [i + 1], (0,)), tf.Tensor)


def test_counted_loop(sess):
    n, x = tf.placeholder(tf.int32, []), tf.placeholder(tf.float32, [None])
    i, total = tf.while_loop(
        lambda i, t: i < n, lambda i, t: (i + 1, t * 0.5 + x), [0, tf.zeros_like(x)]
    )
    for turns in (5, 5, 0, 3):
        expected = np.zeros(2)
        for _ in range(turns):
            expected = expected * 0.5 + X
        count, value = sess.run([i, total], {n: turns, x: X})
        assert count == turns
        np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_loop_that_ends_by_its_values(sess):
    x = tf.placeholder(tf.float32, [None])
    y = tf.while_loop(lambda a: tf.reduce_sum(a) < 100.0, lambda a: a * 2.0, [x])
    np.testing.assert_array_equal(several(sess, y, {x: [1.0, 2.0]}), [64.0, 128.0])


def test_loop_changes_variables(sess):
    v = tf.Variable(5.0)

    def body(i):
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            return i + 1

    loop = tf.while_loop(lambda i: i < 10, body, [0])
    sess.run(tf.global_variables_initializer())
    for run in range(1, 4):
        assert sess.run(loop) == 10
        assert sess.run(v) == 5.0 + 10 * run


def test_loop_whose_sizes_grow(sess):
    x = tf.placeholder(tf.float32, [None])
    y = tf.while_loop(
        lambda i, a: i < 4,
        lambda i, a: (i + 1, tf.concat([a, a], 0)),
        [0, x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
    )[1]
    assert several(sess, y, {x: X}).shape == (32,)


def test_maximum_iterations(sess):
    loop = tf.while_loop(lambda i: i < 100, lambda i: i + 1, [0], maximum_iterations=7)
    assert several(sess, loop) == 7


def loops(x, w, n):
    """Loops with a slope: counted, ended by a value, nested, with a choice in them."""
    counted = tf.while_loop(
        lambda i, t: i < n, lambda i, t: (i + 1, tf.tanh(t * w) + x), [0, tf.zeros_like(x)]
    )[1]
    by_value = tf.while_loop(lambda a: tf.reduce_sum(a) < 3.0, lambda a: a * a * w + a, [x])
    inner = lambda i, a: tf.while_loop(
        lambda q, z: q < i, lambda q, z: (q + 1, z * z * w + z), [0, a]
    )[1]
    nested = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, inner(i, a)), [0, x])[1]
    choice = lambda i, a: tf.cond(tf.equal(i % 2, 0), lambda: a * a * w, lambda: a + 1.0)
    with_choice = tf.while_loop(lambda i, a: i < 6, lambda i, a: (i + 1, choice(i, a)), [0, x])[1]
    return [counted, by_value, nested, with_choice]


@pytest.mark.parametrize("which", range(4))
def test_gradient_of_a_loop(sess, which):
    x, n = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [])
    w = tf.placeholder(tf.float32, [1])
    y = loops(x, w[0], n)[which]
    feeds = {x: X, w: np.array([0.5], np.float32), n: 5}
    by_x, by_w = several(sess, tf.gradients(y, [x, w]), feeds)
    np.testing.assert_allclose(by_x, slopes(sess, y, x, feeds, 3e-3), rtol=2e-2)
    np.testing.assert_allclose(by_w, slopes(sess, y, w, feeds, 3e-3), rtol=2e-2)


def test_second_gradient_of_a_loop(sess):
    x, n = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [])
    y = loops(x, tf.constant(0.5), n)[0]
    (first,) = tf.gradients(y, x)
    (second,) = tf.gradients(first, x)
    feeds = {x: X, n: 5}
    expected = slopes(sess, first, x, feeds)
    np.testing.assert_allclose(several(sess, second, feeds), expected, rtol=2e-2)


@pytest.mark.parametrize("use_resource", [False, True])
def test_gradient_by_a_variable_used_in_a_loop(sess, use_resource):
    w = tf.Variable([0.5, 0.25], use_resource=use_resource)
    y = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * w), [0, tf.ones([2])])[1]
    (gradient,) = tf.gradients(y, w)
    sess.run(w.initializer)
    np.testing.assert_allclose(several(sess, gradient), 3 * np.array([0.25, 0.0625]))


@pytest.mark.parametrize(
    ("body", "invariants", "error", "message"),
    [
        (lambda i, a: (i + 1, tf.concat([a, a], 0)), None, ValueError, "shape_invariants"),
        (lambda i, a: (i + 1, a > 0.0), None, tf.errors.InvalidArgumentError, "tf.cast"),
        (lambda i, a: i + 1, None, ValueError, "number of values"),
    ],
)
def test_loops_that_do_not_fit(body, invariants, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        tf.while_loop(lambda i, a: i < 3, body, [0, tf.ones([2])], shape_invariants=invariants)


def test_a_constant_around_a_body_can_be_fed_and_has_a_gradient(sess):
    x, sizes = tf.constant(2.0), tf.constant([3, -1])
    chosen = tf.cond(tf.placeholder_with_default(True, []), lambda: x * x, lambda: x)
    _, power = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, 1.0])
    wanted = [chosen, power, tf.gradients(chosen, x)[0], tf.gradients(power, x)[0]]
    assert several(sess, wanted) == [4.0, 8.0, 4.0, 12.0]
    assert several(sess, wanted, {x: 3.0}) == [9.0, 27.0, 6.0, 27.0]
    flat = tf.placeholder(tf.float32, [None])
    shaped = tf.cond(chosen > 0.0, lambda: tf.reshape(flat, sizes), lambda: flat[None])
    assert several(sess, shaped, {flat: [1, 2, 3]}).tolist() == [[1], [2], [3]]


@pytest.mark.parametrize(
    ("cond", "given", "error", "message"),
    [
        (lambda i: [i < 3], {}, ValueError, "cond must be a scalar.*reduce_all"),
        (lambda i: i < 3, {"maximum_iterations": [3]}, ValueError, "maximum_iterations must be a"),
        (
            lambda i: i < 3,
            {"parallel_iterations": 0},
            TypeError,
            "must be a positive integer, but is 0",
        ),
    ],
)
def test_loops_of_wrong_arguments(cond, given, error, message):
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        tf.while_loop(cond, lambda i: i + 1, [0], **given)


def test_a_body_that_returns_another_type_of_nest():
    with tf.Graph().as_default(), pytest.raises(TypeError, match="one is a tuple, the other a"):
        tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, {"a": x[0]}), [0, (1.0,)])
