"""Loops of which only a run tells how often they turn are compiled, with room for their turns."""

import numpy as np
import pytest

import penstock as tf


def _session(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return tf.Session(config=config)


def _runs(build, feeds, tier):
    """Run a program for one feed after the other; give the values, and what `explain` says."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [3])
        fetches = build(x)
        with _session(tier) as session:
            session.run(tf.global_variables_initializer())
            values = [session.run(fetches, {x: feed}) for feed in feeds]
            return values, session.explain(fetches, {x: feeds[-1]})


def _starts(*sums):
    return [np.array([0.2, 0.3, 0.5], np.float32) * np.float32(total) for total in sums]


def _doubled(x):
    """Multiply by a number until the sum is 100: the gradients are powers of the number."""
    w = tf.get_variable("w", initializer=np.float32(1.25))
    turns, y = tf.while_loop(
        lambda i, y: tf.reduce_sum(y) < 100.0, lambda i, y: (i + 1, y * w), [0, x]
    )
    return turns, y, *tf.gradients(y, [x, w])


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_gradients_of_a_loop_that_ends_by_its_values(tier):
    starts = _starts(1.0, 90.0, 1e-6, 200.0, 1e-9)
    values, explained = _runs(_doubled, starts, tier)
    for start, (turns, y, by_x, by_w) in zip(starts, values, strict=True):
        expected = int(np.ceil(np.log(100.0 / start.sum()) / np.log(1.25))) if turns else 0
        assert abs(turns - expected) <= 1
        np.testing.assert_allclose(y, start * 1.25**turns, rtol=2e-5)
        np.testing.assert_allclose(by_x, np.full(3, 1.25**turns), rtol=2e-5)
        by_power = turns * 1.25 ** (turns - 1) * start.sum()
        np.testing.assert_allclose(by_w, by_power, rtol=2e-5)
    if tier == "xla":
        assert [form.kind for form in explained.forms] == ["while", "while"]
        assert "room for the values of" in explained.forms[0].reason


def test_room_grows_a_few_times_and_stays():
    starts = _starts(1.0, 10.0, 1e-4, 1.0, 1e-6, 1e-12, 1e-13, 50.0, 1e-5, 1e-9)
    _, explained = _runs(_doubled, starts, "xla")
    reasons = [one.reason for one in explained.compilations]
    assert len(reasons) <= 3
    assert all("needs room for" in reason and "turns, had" in reason for reason in reasons[1:])


def _ragged(x):
    """A loop in a loop that turns each time as often as its values have it."""
    w = tf.get_variable("w", initializer=np.float32(1.5))

    def turn(i, y, count):
        limit = tf.cast(10 * (i + 1) * (i + 1), tf.float32)
        inner, y = tf.while_loop(
            lambda j, y: tf.reduce_sum(y) < limit, lambda j, y: (j + 1, y * w), [0, y]
        )
        return i + 1, y * 0.5, count + inner

    _, y, count = tf.while_loop(lambda i, y, count: i < 5, turn, [0, x, 0])
    return count, y, *tf.gradients(y, [x, w])


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_an_inner_loop_turns_another_number_of_times_in_each_turn(tier):
    starts = _starts(1.0, 20.0, 1e-8)
    values, explained = _runs(_ragged, starts, tier)
    for start, (count, y, by_x, by_w) in zip(starts, values, strict=True):
        np.testing.assert_allclose(y, start * 1.5**count / 32, rtol=1e-4)
        np.testing.assert_allclose(by_x, np.full(3, 1.5**count / 32), rtol=1e-4)
        by_power = count * 1.5 ** (int(count) - 1) / 32 * start.sum()
        np.testing.assert_allclose(by_w, by_power, rtol=1e-4)
    if tier == "xla":
        assert {form.kind for form in explained.forms} == {"while", "scan"}
        assert len(explained.compilations) == 2


def _all_by_values(x):
    """Loops three deep, all of which end by their values."""
    w = tf.get_variable("w", initializer=np.float32(1.5))

    def until(limit, turn):
        def loop(y, count):
            return tf.while_loop(lambda y, count: tf.reduce_sum(y) < limit, turn, [y, count])

        return loop

    inner = until(10.0, lambda y, count: (y * w, count + 1))
    middle = until(200.0, lambda y, count: inner(y * w, count + 1))
    y, count = until(1000.0, lambda y, count: middle(y * w, count + 1))(x, 0)
    return count, y, *tf.gradients(y, [x, w])


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_loops_three_deep(tier):
    for start, (count, y, by_x, by_w) in zip(
        _starts(1.0, 0.01), _runs(_all_by_values, _starts(1.0, 0.01), tier)[0], strict=True
    ):
        np.testing.assert_allclose(y, start * 1.5**count, rtol=1e-4)
        np.testing.assert_allclose(by_x, np.full(3, 1.5**count), rtol=1e-4)
        np.testing.assert_allclose(by_w, count * 1.5 ** (int(count) - 1) * start.sum(), rtol=1e-4)


def test_a_loop_that_is_bounded_has_room_for_all_its_turns():
    def build(x):
        _, y = tf.while_loop(
            lambda i, y: tf.reduce_sum(y) < 100.0,
            lambda i, y: (i + 1, y * 2.0),
            [0, x],
            maximum_iterations=70,
        )
        return y, tf.gradients(y, x)[0]

    values, explained = _runs(build, _starts(1.0, 1e-20), "xla")
    np.testing.assert_allclose(values[0][1], np.full(3, 2.0**7))
    np.testing.assert_allclose(values[1][1], np.full(3, 2.0**70))
    assert "room for the values of 70 turns: it can turn no oftener" in explained.forms[0].reason
    assert len(explained.compilations) == 1


def _collected(x, finish):
    array = tf.TensorArray(tf.float32, 0, dynamic_size=True)
    _, y, array = tf.while_loop(
        lambda i, y, array: tf.reduce_sum(y) < 100.0,
        lambda i, y, array: (i + 1, y * 2.0, array.write(i, y)),
        [0, x, array],
    )
    rows = finish(array)
    return rows, array.size(), tf.gradients(rows, x)[0]


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("finish", [lambda a: a.stack(), lambda a: a.concat()], ids=["s", "c"])
def test_arrays_grow_in_a_loop_that_ends_by_its_values(tier, finish):
    starts = _starts(1.0, 1e-12, 60.0, 500.0)
    values, explained = _runs(lambda x: _collected(x, finish), starts, tier)
    for start, (rows, size, by_x) in zip(starts, values, strict=True):
        expected = start * 2.0 ** np.arange(size)[:, None]
        assert rows.size == expected.size
        np.testing.assert_array_equal(rows.reshape(expected.shape), expected.astype(np.float32))
        np.testing.assert_allclose(by_x, np.full(3, 2.0**size - 1))
    if tier == "xla":
        assert {form.kind for form in explained.forms} <= {"while", "scan"}, explained.forms


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_an_array_that_grows_is_read_where_it_was_written(tier):
    """Fibonacci's numbers, each from the two before it."""

    def build(x):
        array = tf.TensorArray(tf.float32, 2, dynamic_size=True, clear_after_read=False)
        array = array.write(0, x).write(1, x)
        _, last, array = tf.while_loop(
            lambda i, last, array: tf.reduce_sum(last) < 1e6,
            lambda i, last, array: _next(i, array),
            [2, x, array],
        )
        return last, tf.gradients(last, x)[0]

    def _next(i, array):
        made = array.read(i - 1) + array.read(i - 2)
        return i + 1, made, array.write(i, made)

    for start, (last, by_x) in zip(
        _starts(1.0, 1e-3), _runs(build, _starts(1.0, 1e-3), tier)[0], strict=True
    ):
        a, b = 1, 1
        while b * start.sum() < 1e6:
            a, b = b, a + b
        np.testing.assert_allclose(last, b * start, rtol=1e-6)
        np.testing.assert_allclose(by_x, np.full(3, b), rtol=1e-6)


def test_a_step_that_had_too_little_room_changes_the_state_once():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [3])
        w = tf.get_variable("w", initializer=np.float32(1.25))
        noise = tf.random_uniform([3], seed=3)
        _, y = tf.while_loop(
            lambda i, y: tf.reduce_sum(y) < 100.0, lambda i, y: (i + 1, y * w), [0, x + 0 * noise]
        )
        loss = tf.log(tf.reduce_sum(y))
        step = tf.train.GradientDescentOptimizer(1e-6).minimize(loss)
        drawn = {}
        for tier in ("numpy", "xla"):
            with _session(tier) as session:
                session.run(tf.global_variables_initializer())
                drawn[tier] = [
                    session.run([noise, loss, w, step], {x: start})[:3]
                    for start in _starts(1.0, 1e-6, 1.0, 1e-30, 1.0)
                ]
        for one, other in zip(drawn["numpy"], drawn["xla"], strict=True):
            np.testing.assert_array_equal(one[0], other[0])
            np.testing.assert_allclose(one[1:], other[1:], rtol=1e-5)


def test_what_is_not_given_by_all_turns_is_an_error_on_both_tiers():
    def build(x):
        array = tf.TensorArray(tf.float32, 0, dynamic_size=True)
        _, _, array = tf.while_loop(
            lambda i, y, array: tf.reduce_sum(y) < 100.0,
            lambda i, y, array: (i + 1, y * 2.0, array.write(0, y)),
            [0, x, array],
        )
        return array.stack()

    for tier in ("numpy", "xla"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="written"):
            _runs(build, _starts(1.0), tier)


def test_second_gradients():
    def build(x):
        _, y = tf.while_loop(
            lambda i, y: tf.reduce_sum(y) < 1e4, lambda i, y: (i + 1, y * y + y), [0, x]
        )
        first = tf.gradients(y, x)[0]
        return y, first, tf.gradients(first, x)[0]

    starts = _starts(3.0, 30.0, 1.0)
    on_host, compiled = [_runs(build, starts, tier)[0] for tier in ("numpy", "xla")]
    for one, other, start in zip(on_host, compiled, starts, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4)
        y, first, second = start.astype(np.float64), np.ones(3), np.zeros(3)
        while y.sum() < 1e4:
            second = (2 * y + 1) * second + 2 * first * first
            first = (2 * y + 1) * first
            y = y * y + y
        np.testing.assert_allclose(one, [y, first, second], rtol=1e-3)


def test_decoding_to_fed_lengths_compiles_a_few_times():
    """How long it decodes is fed, where a sequence ends comes out: no length is compiled for."""
    from penstock.contrib import seq2seq

    with tf.Graph().as_default():
        tf.set_random_seed(7)
        start = tf.placeholder(tf.int32, [3])
        limit = tf.placeholder(tf.int32, [])
        cell = tf.nn.rnn_cell.GRUCell(8)
        helper = seq2seq.GreedyEmbeddingHelper(tf.get_variable("table", [5, 8]), start, 4)
        state = cell.zero_state(3, tf.float32)
        decoder = seq2seq.BasicDecoder(cell, helper, state, tf.layers.Dense(5))
        outputs, _, lengths = seq2seq.dynamic_decode(decoder, maximum_iterations=limit)
        fetches = [outputs.sample_id, outputs.rnn_output, lengths]
        feeds = [{start: [1, 2, turn % 4], limit: turn} for turn in (3, 9, 31, 17, 40, 5, 33, 12)]
        with tf.Session() as session, _session("numpy") as on_host:
            session.run(tf.global_variables_initializer())
            for variable in tf.global_variables():
                on_host.run(variable.initializer, {variable.initial_value: session.run(variable)})
            for feed in feeds * 3:
                for one, other in zip(
                    session.run(fetches, feed), on_host.run(fetches, feed), strict=True
                ):
                    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
            explained = session.explain(fetches, feeds[0])
        loops = [form for form in explained.forms if form.node.type == "While"]
        assert [form.kind for form in loops] == ["while"]
        assert sum(one.stage == 0 for one in explained.compilations) <= 2


def test_pieces_of_a_loop_that_calls_python_are_compiled():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [20, 20])

        def turn(i, y):
            made = tf.py_func(lambda value: value + np.float32(1), [tf.matmul(y, y)], tf.float32)
            made.set_shape([20, 20])
            return i + 1, tf.tanh(tf.matmul(made, y)) * 0.1

        fetch = tf.while_loop(lambda i, y: i < 5, turn, [0, x])[1]
        start = np.random.RandomState(0).randn(20, 20).astype(np.float32)
        with _session("xla") as session, _session("numpy") as on_host:
            np.testing.assert_allclose(
                session.run(fetch, {x: start}), on_host.run(fetch, {x: start}), rtol=1e-4, atol=1e-6
            )
            explained = session.explain(fetch, {x: start})
        assert "'while/PyFunc' (PyFunc) in it runs on the host" in explained.forms[0].reason
        assert sum(one.within is fetch.op for one in explained.compilations) >= 2
        assert "of a turn or branch of while/While" in str(explained)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_a_body_that_does_not_fit_matters_only_if_it_is_run(tier):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None])
        turns, _ = tf.while_loop(
            lambda i, y: tf.reduce_sum(y) < 10.0,
            lambda i, y: (i + 1, y * tf.reshape(y, [2, 2])[0, 0]),
            [0, x],
        )
        with _session(tier) as session:
            assert session.run(turns, {x: [9.0, 9.0, 9.0]}) == 0
            with pytest.raises(tf.errors.InvalidArgumentError, match="Reshape|reshape"):
                session.run(turns, {x: [1.0, 1.0, 1.0]})
            assert session.run(turns, {x: [2.0, 1.0, 1.0, 1.0]}) == 1


@pytest.mark.parametrize(
    "holds",
    [lambda i, y: i < 40, lambda i, y: tf.reduce_sum(y) < 100.0],
    ids=["counted", "by values"],
)
@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_lists_that_turns_push_to_and_pop_from(tier, holds):
    def build(x):
        rows = tf.raw_ops.EmptyTensorList(
            element_shape=[3], max_num_elements=-1, element_dtype=tf.float32
        )
        turns, y, rows = tf.while_loop(
            lambda i, y, _: holds(i, y),
            lambda i, y, rows: (
                i + 1,
                y * 1.25,
                tf.raw_ops.TensorListPushBack(input_handle=rows, tensor=y),
            ),
            [0, x, rows],
        )

        def pop(i, total, rows):
            rows, row = tf.raw_ops.TensorListPopBack(
                input_handle=rows, element_shape=[3], element_dtype=tf.float32
            )
            return i + 1, total * 0.5 + row, rows

        _, total, _ = tf.while_loop(lambda i, *_: i < turns, pop, [0, tf.zeros([3]), rows])
        stacked = tf.raw_ops.TensorListStack(
            input_handle=rows, element_shape=[3], element_dtype=tf.float32
        )
        return stacked, total, *tf.gradients([stacked, total], x)

    starts = _starts(1.0, 1e-4, 500.0)
    values, explained = _runs(build, starts, tier)
    for start, (stacked, total, by_x) in zip(starts, values, strict=True):
        powers = 1.25 ** np.arange(len(stacked))
        weights = 0.5 ** np.arange(len(stacked))
        np.testing.assert_allclose(stacked, powers[:, None] * start, rtol=1e-4)
        np.testing.assert_allclose(total, (powers * weights).sum() * start, rtol=1e-4)
        np.testing.assert_allclose(by_x, [(powers * (1 + weights)).sum()] * 3, rtol=1e-4)
    if tier == "xla":
        assert {form.kind for form in explained.forms} <= {"while", "scan"}
