"""What a loop is compiled to, and how long that takes, does not depend on how often it turns."""

import numpy as np
import pytest

import penstock as tf
from penstock.engine.xla_tier.slice_parts import Runner


def _run(build, feed=()):
    config = tf.ConfigProto()
    config.experimental.executor_type = "xla"
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        return session.run(build(), dict(feed))


@pytest.fixture
def counted(monkeypatch):
    """The number of turns that were taken one by one to find out how many there are."""
    turns = []
    run = Runner.run
    monkeypatch.setattr(Runner, "run", lambda self, table: (turns.append(1), run(self, table))[1])
    return turns


def _counter(start, step, holds):
    def build():
        i, y = tf.while_loop(
            lambda i, y: holds(i),
            lambda i, y: (i + step, y + tf.cast(i, tf.float64)),
            [start, y0()],
        )
        return i, y

    def y0():
        return tf.constant(0.0, tf.float64)

    return build


@pytest.mark.parametrize(
    ("start", "step", "holds", "numbers"),
    [
        (0, 1, lambda i: i < 50_000, range(50_000)),
        (5, 3, lambda i: tf.logical_and(i < 99_999, i >= 5), range(5, 99_999, 3)),
        (70_000, -7, lambda i: i > 3, range(70_000, 3, -7)),
        (0, 1, lambda i: tf.not_equal(i, 0), range(0)),
        (0, 2, lambda i: i // 2 < 1500, range(0, 3000, 2)),
    ],
)
def test_counters(counted, start, step, holds, numbers):
    i, total = _run(_counter(start, step, holds))
    assert i == (numbers[-1] + step if numbers else start)
    assert total == sum(numbers)
    assert len(counted) <= 1


def test_what_no_constant_is_added_to_is_turned_one_by_one(counted):
    i, total = _run(
        lambda: tf.while_loop(lambda i, n: i < 1000, lambda i, n: (i * 2, n + 1), [1, 0])
    )
    assert (i, total) == (1024, 10)
    assert counted


def test_a_counter_wraps_around_as_it_does_in_numpy(counted):
    turns, _ = _run(
        lambda: tf.while_loop(
            lambda n, i: i > 0,
            lambda n, i: (n + 1, i + np.int32(2**30)),
            [0, tf.constant(1)],
        )
    )
    assert turns == 2
    assert not counted


def test_elements_of_arrays_and_their_gradients(counted):
    rows = np.arange(5000, dtype=np.float32) / 5000

    def build():
        x = tf.constant(rows)
        y = tf.map_fn(lambda row: row * row * row, x)
        return y, tf.gradients(y, x)[0]

    y, by_x = _run(build)
    np.testing.assert_allclose(y, rows**3, rtol=1e-6)
    np.testing.assert_allclose(by_x, 3 * rows**2, rtol=1e-6)
    assert not counted


def _array_loop(turns, access):
    def build():
        array = tf.TensorArray(tf.float32, 5, clear_after_read=False, element_shape=[])
        array = array.write(0, 1.0)
        _, array, _ = tf.while_loop(
            lambda i, array, y: i < turns, access, [0, array, tf.constant(0.0)]
        )
        return array.stack()

    return build


def test_what_is_read_and_written_in_turn_is_looked_at_turn_by_turn():
    values = _run(
        _array_loop(4, lambda i, array, y: (i + 1, array.write(i + 1, array.read(i) * 2.0), y))
    )
    np.testing.assert_array_equal(values, [1, 2, 4, 8, 16])


@pytest.mark.parametrize(
    "access",
    [
        lambda i, array, y: (i + 1, array.write(i + 1, y), y),
        lambda i, array, y: (i + 1, array.write(i, y), y),
        lambda i, array, y: (i + 1, array, y + array.read(i + 2)),
    ],
    ids=["beyond the end", "again", "reading beyond the end"],
)
def test_what_is_wrong_is_told(access):
    with pytest.raises(tf.errors.InvalidArgumentError, match="TensorArray"):
        _run(_array_loop(5, access))
