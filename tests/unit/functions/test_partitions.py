"""Partitioned variables and partitioners."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_partitioners():
    by_size = tf.variable_axis_size_partitioner(40)
    assert by_size(shape=[10, 4], dtype=tf.float32) == [5, 1]
    assert by_size(shape=[3], dtype=tf.string) == [2]
    limited = tf.variable_axis_size_partitioner(40, axis=1, max_shards=2)
    assert limited(shape=[10, 4], dtype=tf.float32) == [1, 2]
    bounded = tf.min_max_variable_partitioner(max_partitions=4, min_slice_size=16)
    assert bounded(shape=[8, 2], dtype=tf.float32) == [4, 1]
    assert bounded(shape=[2, 2], dtype=tf.float32) == [1, 1]
    fixed = tf.fixed_size_partitioner(3, axis=1)
    assert fixed(shape=[5, 7], dtype=tf.float32) == [1, 3]
    assert fixed(shape=[5, 2], dtype=tf.float32) == [1, 2]
    with pytest.raises(ValueError, match="positive"):
        tf.variable_axis_size_partitioner(0)
    with pytest.raises(ValueError, match="fully known"):
        by_size(shape=[None], dtype=tf.float32)


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_variable_in_parts(use_resource):
    value = np.arange(14.0, dtype=np.float32).reshape(7, 2)
    whole = tf.get_variable(
        "w", initializer=value, partitioner=tf.fixed_size_partitioner(3), shape=[7, 2],
        use_resource=use_resource,
    )  # fmt: skip
    assert whole.name == "w"
    assert whole.shape.as_list() == [7, 2]
    assert len(whole) == 3
    assert [part.name for part in whole] == ["w/part_0:0", "w/part_1:0", "w/part_2:0"]
    assert [part.shape.as_list()[0] for part in whole] == [3, 2, 2]
    assert [part._get_save_slice_info().spec for part in whole] == [
        "7 2 0,3:0,2",
        "7 2 3,2:0,2",
        "7 2 5,2:0,2",
    ]
    doubled = tf.convert_to_tensor(whole) * 2.0
    changes = [
        whole.assign(value + 1.0),
        whole.assign_add([part.value() * 0.0 + 1.0 for part in whole]),
        whole.assign_sub(value),
    ]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(sess.run(doubled), 2 * value)
        for change in changes:
            sess.run(change)
        np.testing.assert_array_equal(sess.run(whole.as_tensor()), np.full([7, 2], 2.0))


def test_reuse_of_parts():
    cut = tf.fixed_size_partitioner(2)
    with tf.variable_scope("s", partitioner=cut) as scope:
        whole = tf.get_variable("w", [4])
        scalar = tf.get_variable("scalar", [])
    assert isinstance(scalar, tf.Variable)
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("w", [4]) is whole
        with pytest.raises(ValueError, match="shape"):
            tf.get_variable("w", [5], partitioner=cut)
        with pytest.raises(ValueError, match="partitions"):
            tf.get_variable("w", [4], partitioner=tf.fixed_size_partitioner(4))
        with pytest.raises(ValueError, match="does not exist"):
            tf.get_variable("other", [4], partitioner=cut)
    with tf.variable_scope(scope), pytest.raises(ValueError, match="already exists"):
        tf.get_variable("w", [4])
    with tf.variable_scope("s"), pytest.raises(ValueError, match="in parts"):
        tf.get_variable("w", [4])
    tf.get_variable("single", [4])
    with pytest.raises(ValueError, match="in one piece"):
        tf.get_variable("single", [4], partitioner=cut)


def test_initializers_see_the_whole():
    cut = tf.fixed_size_partitioner(2)
    unit = tf.initializers.identity()
    whole = tf.get_variable("unit", [4, 4], initializer=unit, partitioner=cut)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(sess.run(whole.as_tensor()), np.eye(4))


def test_bad_partitioners():
    for answer, message in (([2, 2], "one axis"), ([2], "each of the axes"), ([0, 1], "positive")):
        with pytest.raises(ValueError, match=message):
            tf.get_variable("w", [4, 4], partitioner=lambda answer=answer, **_: answer)
    with pytest.raises(ValueError, match="list of numbers"):
        tf.get_variable("w", [4, 4], partitioner=lambda **_: 3)
    with pytest.raises(ValueError, match="function"):
        tf.get_variable("w", [4, 4], partitioner=3)
    with pytest.raises(ValueError, match="fully known"):
        tf.get_variable("w", [None, 4], partitioner=tf.fixed_size_partitioner(2))


def test_parts_as_a_list():
    parts = tf.create_partitioned_variables([5, 2], [2, 1], tf.ones_initializer(), name="w")
    assert [part.name for part in parts] == ["w/part_0:0", "w/part_1:0"]
    assert [part.shape.as_list() for part in parts] == [[3, 2], [2, 2]]
    assert [part._get_save_slice_info().spec for part in parts] == ["5 2 0,3:0,2", "5 2 3,2:0,2"]
    again = tf.create_partitioned_variables([5, 2], [2, 1], None, name="w", reuse=True)
    assert [one is other for one, other in zip(parts, again, strict=True)] == [True, True]
    with tf.variable_scope("s"):
        given = tf.create_partitioned_variables(
            [2, 4], [1, 2], tf.reshape(tf.range(8.0), [2, 4]), trainable=False, collections=["own"]
        )
    assert [part.name for part in given] == [
        f"s/PartitionedVariable/part_{number}:0" for number in range(2)
    ]
    assert tf.get_collection("own") == given and tf.trainable_variables() == parts
    with tf.Session() as sess:
        sess.run([part.initializer for part in given])
        assert sess.run(given)[1].tolist() == [[2, 3], [6, 7]]


@pytest.mark.parametrize(
    ("shape", "slicing", "error"),
    [
        ([4, 2], [2, 2], ValueError),
        ([4, 2], [2], ValueError),
        ([4, 2], [0, 1], ValueError),
        ([4, 2], [9, 1], ValueError),
        ([4, 2], 2, TypeError),
        (4, [2], TypeError),
    ],
)
def test_slicings_that_cut_nothing(shape, slicing, error):
    with pytest.raises(error):
        tf.create_partitioned_variables(shape, slicing, tf.ones_initializer())
