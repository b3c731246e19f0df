"""Runs in parts; what is said here is what TensorFlow 1.15.5 does."""

import numpy as np
import pytest

import penstock as tf
from penstock.core.errors import FailedPreconditionError, InvalidArgumentError


@pytest.fixture(autouse=True, params=["numpy", "xla"])
def tier(request, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", request.param)


@pytest.fixture
def inputs(tier):
    with tf.Graph().as_default():
        yield [tf.placeholder(tf.float32, [], name=name) for name in "abc"]


def test_parts_use_what_earlier_ones_computed(inputs):
    a, b, c = inputs
    total = a + b
    product = total * c
    with tf.Session() as sess:
        handle = sess.partial_run_setup([total, product], inputs)
        assert sess.partial_run(handle, total, {a: 1, b: 2}) == 3
        # What follows is a function of the value that the caller saw, not of the feeds.
        assert sess.partial_run(handle, {"it": [product]}, {c: 4}) == {"it": [12]}
        with pytest.raises(InvalidArgumentError, match="no partial run of handle"):
            sess.partial_run(handle, product)


def test_feeds_may_come_before_they_are_needed(inputs):
    a, b, c = inputs
    total = a + b
    product = total * c
    with tf.Session() as sess:
        handle = sess.partial_run_setup([total, product], inputs)
        assert sess.partial_run(handle, [], {c: 5, a: 1}) == []
        assert sess.partial_run(handle, total, {b: 2}) == 3
        assert sess.partial_run(handle, product) == 15


def test_each_node_runs_once(inputs):
    a, b, _ = inputs
    calls = []
    counted = tf.py_func(lambda x: calls.append(x) or x, [a], tf.float32)
    drawn = tf.random_uniform([])
    both = drawn + counted + b
    with tf.Session() as sess:
        handle = sess.partial_run_setup([drawn, counted, both], [a, b])
        first = sess.partial_run(handle, drawn)
        assert sess.partial_run(handle, counted, {a: 10}) == 10
        last = sess.partial_run(handle, both, {b: 100})
        np.testing.assert_allclose(last, first + 110, rtol=1e-6)
        assert len(calls) == 1


def test_a_value_that_the_caller_changes_is_not_what_goes_on(inputs):
    c = inputs[2]
    row = tf.placeholder(tf.float32, [2])
    doubled = row * 2.0
    scaled = doubled * c
    with tf.Session() as sess:
        handle = sess.partial_run_setup([doubled, scaled], [row, c])
        got = sess.partial_run(handle, doubled, {row: [1, 2]})
        got[:] = 0
        np.testing.assert_array_equal(sess.partial_run(handle, scaled, {c: 3}), [6, 12])


def test_a_fed_tensor_can_be_fetched_and_what_is_behind_it_does_not_run(inputs):
    a, b, c = inputs
    total = a + b
    product = total * c
    with tf.Session() as sess:
        handle = sess.partial_run_setup([total, product], [total, c])
        assert sess.partial_run(handle, total, {total: 5}) == 5
        assert sess.partial_run(handle, product, {c: 5}) == 25


def test_runs_of_two_handles_are_apart(inputs):
    a, b, c = inputs
    total = a + b
    product = total * c
    with tf.Session() as sess:
        one, other = (sess.partial_run_setup([total, product], inputs) for _ in range(2))
        assert one != other
        assert sess.partial_run(one, total, {a: 1, b: 1}) == 2
        assert sess.partial_run(other, total, {a: 2, b: 2}) == 4
        assert sess.partial_run(one, product, {c: 2}) == 4
        assert sess.partial_run(other, product, {c: 2}) == 8


def test_state_is_read_when_the_run_begins_and_operations_run_when_they_can(inputs):
    a, b, _ = inputs
    variable = tf.Variable(1.0, use_resource=True)
    read = variable.read_value() + a
    add = tf.assign_add(variable, b)
    with tf.Session() as sess:
        sess.run(variable.initializer)
        handle = sess.partial_run_setup([read, add.op], [a, b])
        sess.run(variable.assign(10.0))
        assert sess.partial_run(handle, [], {b: 5}) == []
        assert sess.run(variable) == 15
        assert sess.partial_run(handle, read, {a: 0}) == 1


def test_a_later_part_sees_what_it_reads_as_it_was_before_the_write(inputs):
    a, b, _ = inputs
    variable = tf.Variable(1.0, use_resource=True)
    add = tf.assign_add(variable, a)
    with tf.control_dependencies([add]):
        after = variable.read_value() * b
    before = variable.read_value() * b
    with tf.Session() as sess:
        sess.run(variable.initializer)
        handle = sess.partial_run_setup([add, before, after], [a, b])
        assert sess.partial_run(handle, add, {a: 2}) == 3
        assert sess.partial_run(handle, [before, after], {b: 10}) == [10, 30]


def test_loops_and_branches_are_run_whole(inputs):
    a, b, c = inputs
    turned = tf.while_loop(lambda x: x < b, lambda x: [x * 2.0], [a])
    picked = tf.cond(turned > c, lambda: turned, lambda: c)
    with tf.Session() as sess:
        handle = sess.partial_run_setup([turned, picked], inputs)
        assert sess.partial_run(handle, turned, {a: 1, b: 10}) == 16
        assert sess.partial_run(handle, picked, {c: 20}) == 20


def test_names_and_sparse_values_serve_as_in_run():
    with tf.Graph().as_default(), tf.Session() as sess:
        sparse = tf.sparse_placeholder(tf.float32, name="sparse")
        dense = tf.sparse_tensor_to_dense(sparse, name="dense")
        handle = sess.partial_run_setup("dense:0", [sparse])
        value = tf.SparseTensorValue([[0, 1]], [3.0], [1, 2])
        np.testing.assert_array_equal(sess.partial_run(handle, dense, {sparse: value}), [[0, 3]])


def test_the_same_parts_are_prepared_once(inputs):
    a, b, c = inputs
    total = a + b
    product = total * c
    with tf.Session() as sess:
        for number in range(4):
            handle = sess.partial_run_setup([total, product], inputs)
            sess.partial_run(handle, total, {a: number, b: 2})
            sess.partial_run(handle, product, {c: 4})
        (call,) = sess._partial_runs._calls.values()
        begun = call.start.advance(frozenset())
        assert len(call.start._advances) == len(begun.rest._advances) == 1


class TestMistakes:
    @pytest.fixture
    def run(self, inputs):
        a, b, c = inputs
        total = tf.add(a, b, name="total")
        product = tf.multiply(total, c, name="product")
        with tf.Session() as sess:
            yield sess, sess.partial_run_setup([total, product], inputs)

    @pytest.mark.parametrize(
        ("fetch", "feeds", "says"),
        [
            ("total:0", {}, "fetch total:0 has already been fetched"),
            ("product:0", {"a:0": 1, "c:0": 1}, "feed a:0 has already been fed"),
            ("c:0", {}, "fetch c:0 was not specified in partial_run_setup"),
            ("product:0", {"total:0": 1}, "feed total:0 was not specified in partial_run_setup"),
            ("product:0", {}, r"can't be computed from the feeds .* Not fed yet: \['c:0'\]"),
        ],
    )
    def test_what_does_not_fit_changes_nothing(self, run, fetch, feeds, says):
        sess, handle = run
        assert sess.partial_run(handle, "total:0", {"a:0": 1, "b:0": 2}) == 3
        with pytest.raises(InvalidArgumentError, match=says):
            sess.partial_run(handle, fetch, feeds)
        assert sess.partial_run(handle, "product:0", {"c:0": 3}) == 9

    def test_a_value_of_the_wrong_shape(self, run):
        sess, handle = run
        with pytest.raises(ValueError, match="Cannot feed value of shape"):
            sess.partial_run(handle, "total:0", {"a:0": [1, 2], "b:0": 2})
        assert sess.partial_run(handle, "total:0", {"a:0": 1, "b:0": 2}) == 3

    def test_an_operation_among_the_fetches_of_a_part(self, run):
        sess, handle = run
        with pytest.raises(RuntimeError, match="operations such as"):
            sess.partial_run(handle, "total", {"a:0": 1, "b:0": 2})

    @pytest.mark.parametrize("handle", ["nope", None])
    def test_an_unknown_handle(self, run, handle):
        with pytest.raises(InvalidArgumentError, match="no partial run of handle"):
            run[0].partial_run(handle, "total:0", {"a:0": 1, "b:0": 2})

    def test_a_placeholder_that_is_not_declared(self, run):
        with pytest.raises(InvalidArgumentError, match="must feed a value for placeholder"):
            run[0].partial_run_setup("total:0", ["a:0"])

    def test_no_fetches_and_a_feed_twice(self, run):
        with pytest.raises(InvalidArgumentError, match="at least one target"):
            run[0].partial_run_setup([], ["a:0"])
        with pytest.raises(InvalidArgumentError, match="fed more than once"):
            run[0].partial_run_setup("total:0", ["a:0", "b:0", "a:0"])

    def test_what_cannot_be_fed(self, run):
        for feeds in ([3], ["zz:0"], ["a"], [["a:0"]], {"a:0": 1}):
            with pytest.raises(TypeError, match="Cannot interpret feed_dict key"):
                run[0].partial_run_setup("total:0", feeds)

    def test_a_part_that_fails_ends_the_run(self, inputs):
        a, b, _ = inputs
        checked = tf.check_numerics(a, "not finite")
        both = checked + b
        with tf.Session() as sess:
            handle = sess.partial_run_setup([checked, both], [a, b])
            with pytest.raises(InvalidArgumentError, match="not finite"):
                sess.partial_run(handle, checked, {a: np.nan})
            with pytest.raises(InvalidArgumentError, match="no partial run of handle"):
                sess.partial_run(handle, both, {b: 1})
            assert sess.run(checked, {a: 1}) == 1

    def test_a_variable_without_value(self, inputs):
        variable = tf.Variable(3.0)
        with tf.Session() as sess, pytest.raises(FailedPreconditionError, match="uninitialized"):
            sess.partial_run_setup(variable + inputs[0], inputs[:1])

    def test_a_closed_session(self, run):
        sess, handle = run
        sess.close()
        with pytest.raises(RuntimeError, match="closed Session"):
            sess.partial_run(handle, "total:0", {"a:0": 1, "b:0": 2})
        with pytest.raises(RuntimeError, match="closed Session"):
            sess.partial_run_setup("total:0", ["a:0", "b:0"])


def random_graph(random):
    """Build reads, writes and sums of them at random; give the inputs, fetches and variables."""
    inputs = [tf.placeholder(tf.float64, []) for _ in range(3)]
    variables = [tf.Variable(np.float64(number + 1), use_resource=True) for number in range(2)]
    values = list(inputs)
    for _ in range(12):
        one, other = (values[index] for index in random.integers(0, len(values), 2))
        variable = variables[random.integers(0, 2)]
        after = [values[random.integers(0, len(values))]] if random.random() < 0.5 else []
        with tf.control_dependencies(after):
            kind = random.integers(0, 4)
            if kind == 0:
                values.append(variable.read_value() + one)
            elif kind == 1:
                values.append(tf.assign_add(variable, one) * 1.0)
            else:
                values.append(one * 0.5 + other if kind == 2 else tf.identity(one))
    return inputs, values[3:], variables


@pytest.mark.parametrize("seed", range(30))
def test_parts_in_any_order_give_what_one_run_gives(seed):
    random = np.random.default_rng(seed)
    with tf.Graph().as_default(), tf.Session() as sess:
        inputs, fetches, variables = random_graph(random)
        start = tf.global_variables_initializer()
        fed = dict(zip(inputs, [2.0, 3.0, 5.0], strict=True))
        sess.run(start)
        expected = sess.run(fetches, fed), sess.run(variables)
        for _ in range(3):
            sess.run(start)
            handle = sess.partial_run_setup(fetches, inputs)
            found = {}
            for place in random.permutation(3):
                sess.partial_run(handle, [], {inputs[place]: fed[inputs[place]]})
                for fetch in random.permutation([n for n in range(len(fetches)) if n not in found]):
                    try:
                        found[fetch] = sess.partial_run(handle, fetches[fetch])
                    except InvalidArgumentError as error:
                        assert "can't be computed" in str(error)
            assert [found[number] for number in range(len(fetches))] == expected[0]
            assert sess.run(variables) == expected[1]
