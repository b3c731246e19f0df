"""Staging areas and barriers: what is refused, names of components, steps that overlap."""

from __future__ import annotations

import numpy as np
import pytest

import penstock as tf
from penstock.contrib.staging import StagingArea
from penstock.core import errors
from penstock.functions.barriers import Barrier
from penstock.functions.staging_maps import MapStagingArea


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


@pytest.mark.parametrize("tier", ["numpy", "xla"])
def test_the_next_step_is_fed_while_one_is_made(tier, monkeypatch):
    monkeypatch.setenv("PENSTOCK_TIER", tier)
    batch = tf.placeholder(tf.float32, [2])
    area = StagingArea([tf.float32], [[2]])
    put = area.put([batch])
    (values,) = area.get()
    w = tf.Variable([0.0, 0.0])
    train = w.assign_add(values)
    with tf.Session() as sess:
        sess.run(w.initializer)
        sess.run(put, {batch: [1, 2]})
        for step in range(3):
            sess.run([train, put], {batch: [10 * step, 1]})
        assert sess.run(w).tolist() == [11.0, 4.0]
        assert sess.run(area.size()) == 1


def test_named_components():
    area = StagingArea([tf.float32, tf.int32], names=["x", "y"])
    put = area.put({"y": 2, "x": 1.0})
    got = area.get()
    with tf.Session() as sess:
        sess.run(put)
        assert sess.run(got) == {"x": 1.0, "y": 2}
    with pytest.raises(ValueError, match=r"\['z'\]"):
        area.put({"x": 1.0, "z": 2})
    with pytest.raises(ValueError, match="dict"):
        area.put([1.0, 2])


@pytest.mark.parametrize(
    ("build", "error", "text"),
    [
        (lambda: StagingArea(tf.float32), TypeError, "list"),
        (lambda: StagingArea([tf.float32], shapes=[[], []]), ValueError, "shapes"),
        (lambda: StagingArea([tf.float32], names=["a", "b"]), ValueError, "names"),
        (lambda: StagingArea([tf.float32], shared_name=3), ValueError, "shared_name"),
        (lambda: StagingArea([tf.float32]).put([1]), ValueError, "int32"),
        (lambda: StagingArea([tf.float32]).put([1.0, 2.0]), ValueError, "2 values"),
        (lambda: StagingArea([tf.float32]).put({"a": 1.0}), ValueError, "no names"),
        (lambda: StagingArea([tf.float32], [[2]]).put([[1.0]]), ValueError, "incompatible"),
        (lambda: MapStagingArea([tf.float32]).put(1, [1.0]), ValueError, "indices"),
        (lambda: MapStagingArea([tf.float32]).put(1, [1.0], [4]), IndexError, "4"),
        (lambda: MapStagingArea([tf.float32]).get(1, ["a"]), ValueError, "'a'"),
        (lambda: Barrier((tf.float32,), shapes=((), ())), ValueError, "2"),
        (lambda: Barrier((tf.float32,), shapes=((None,),)), ValueError, "fully known"),
        (lambda: Barrier((tf.float32,)).insert_many(2, ["a"], [1.0]), ValueError, "not 2"),
        (lambda: Barrier((tf.float32,)).insert_many(0, ["a"], [1.0, 2.0]), ValueError, "values"),
    ],
)
def test_what_does_not_fit_shows_when_it_is_built(build, error, text):
    with pytest.raises(error, match=text):
        build()


def test_any_element_of_a_map():
    area = MapStagingArea([tf.float32, tf.int32], ordered=True)
    put = [area.put(key, [float(key), key], [0, 1]) for key in (7, 3)]
    key, (number,) = area.get(indices=[1])
    with tf.Session() as sess:
        sess.run(put)
        assert sess.run([key, number]) == [3, 3]
        assert sess.run(area.size()) == 2  # the other component of 3 is still there


def test_a_barrier_tells_what_is_wrong():
    barrier = Barrier((tf.float32, tf.float32), shapes=((), (2,)))
    keys, values = tf.placeholder(tf.string, [None]), tf.placeholder(tf.float32)
    insert = barrier.insert_many(1, keys, values)
    take = barrier.take_many(tf.placeholder_with_default(-1, []))
    with tf.Session() as sess:
        sess.run(insert, {keys: ["a"], values: [[1, 2]]})
        for wrong, text in (
            ({keys: ["a"], values: [[1, 2]]}, "there already"),
            ({keys: ["b"], values: [[1, 2, 3]]}, "shape"),
            ({keys: ["b", "c"], values: [[1, 2]]}, "values"),
        ):
            with pytest.raises(errors.InvalidArgumentError, match=text):
                sess.run(insert, wrong)
        with pytest.raises(errors.InvalidArgumentError, match="negative"):
            sess.run(take.keys)


def test_nothing_of_a_closed_barrier():
    barrier = Barrier((tf.float32,), shapes=((2,),))
    nothing = barrier.take_many(0)
    with tf.Session() as sess:
        indices, keys, (values,) = sess.run([nothing.indices, nothing.keys, nothing.values])
    assert indices.shape == keys.shape == (0,) and np.size(values) == 0
