"""tf.parse_example and tf.parse_single_example: values and errors of TensorFlow 1.15.5's."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def own_graph():
    with tf.Graph().as_default():
        yield


def example(**lists):
    fields = {int: "int64_list", float: "float_list", bytes: "bytes_list"}
    made = tf.train.Example()
    for name, values in lists.items():
        getattr(made.features.feature[name], fields[type(values[0])]).value.extend(values)
    return made.SerializeToString()


FEATURES = {
    "i": tf.FixedLenFeature([2], tf.int64),
    "f": tf.FixedLenFeature([], tf.float32, default_value=7.0),
    "b": tf.VarLenFeature(tf.string),
    "s": tf.FixedLenSequenceFeature([1], tf.float32, allow_missing=True, default_value=-1.0),
}
FIRST = example(i=[1, 2], f=[0.5], b=[b"x"], s=[3.0, 4.0])
SECOND = example(i=[3, 4], b=[b"y", b"z"], s=[5.0])


def test_several():
    parsed = tf.parse_example(tf.constant([FIRST, SECOND]), FEATURES)
    assert parsed["i"].shape.as_list() == [2, 2]
    assert parsed["s"].shape.as_list() == [2, None, 1]
    with tf.Session() as session:
        found = session.run(parsed)
    assert found["i"].tolist() == [[1, 2], [3, 4]]
    assert found["f"].tolist() == [0.5, 7.0]
    assert found["s"].tolist() == [[[3.0], [4.0]], [[5.0], [-1.0]]]
    assert found["b"].indices.tolist() == [[0, 0], [1, 0], [1, 1]]
    assert found["b"].values.tolist() == [b"x", b"y", b"z"]
    assert found["b"].dense_shape.tolist() == [2, 2]


def test_one():
    text = tf.placeholder(tf.string, [])
    parsed = tf.io.parse_single_example(text, FEATURES)
    with tf.Session() as session:
        for _ in range(3):
            found = session.run(parsed, {text: SECOND})
    assert found["i"].tolist() == [3, 4]
    assert found["f"] == np.float32(7.0)
    assert found["s"].tolist() == [[5.0]]
    assert found["b"].indices.tolist() == [[0], [1]]
    assert found["b"].dense_shape.tolist() == [2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xff", "number 0 of 2 bytes.*is no serialized Example"),
        (example(f=[1.0]), "feature 'i' .data type int64. is required, but missing"),
        (example(i=[1]), r"feature 'i' has 1 values, but its shape \[2\] takes 2"),
        (example(i=[1.0, 2.0]), "'i' holds values of type float, but int64 is expected"),
        (example(i=[1, 2], b=[3]), "'b' holds values of type int64, but string is expected"),
    ],
)
def test_examples_that_do_not_fit(content, message):
    text = tf.placeholder(tf.string, [None])
    several = tf.parse_example(text, FEATURES, example_names=["the name"])
    one = tf.parse_single_example(text[0], FEATURES)
    with tf.Session() as session:
        for parsed in (several, one):
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                session.run(parsed, {text: [content]})
        with pytest.raises(tf.errors.InvalidArgumentError, match="the name"):
            session.run(several, {text: [content]})


def test_rows_that_make_no_whole_elements():
    features = {"s": tf.FixedLenSequenceFeature([2], tf.float32, allow_missing=True)}
    parsed = tf.parse_example([example(s=[1.0, 2.0, 3.0])], features)
    whole = pytest.raises(tf.errors.InvalidArgumentError, match="no whole number of elements")
    with tf.Session() as session, whole:
        session.run(parsed)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({}, "Missing: features"),
        ({"a": 3}, "must be a FixedLenFeature"),
        ({"a": tf.FixedLenFeature([None], tf.int64)}, "sizes are all known"),
        ({"a": tf.FixedLenFeature(None, tf.int64)}, "sizes are all known"),
        ({"a": tf.VarLenFeature(None)}, "must have the dtype int64, float32 or string"),
        ({"a": tf.VarLenFeature(tf.int32)}, "must have the dtype int64, float32 or string"),
        ({"a": tf.FixedLenSequenceFeature([], tf.int64)}, "requires allow_missing to be True"),
    ],
)
def test_features_that_are_none(features, message):
    with pytest.raises(ValueError, match=message):
        tf.parse_example(tf.constant([b""]), features)


def test_ranks_that_do_not_fit():
    with pytest.raises(ValueError, match="one serialized example"):
        tf.parse_single_example(tf.constant([b""]), FEATURES)
    with pytest.raises(ValueError, match="serialized examples of rank 1"):
        tf.parse_example(tf.constant(b""), FEATURES)
