"""Fetches of every nest come back in that nest."""

import collections

import numpy as np
import pytest

import penstock as tf

Pair = collections.namedtuple("Pair", "first second")
Attribute = collections.namedtuple("Attribute", "name")


class Attrs:
    """A class as the package attrs makes them."""

    __attrs_attrs__ = (Attribute("x"), Attribute("y"))

    def __init__(self, x, y):
        self.x = x
        self.y = y


@pytest.fixture
def session():
    with tf.Graph().as_default(), tf.Session() as session:
        tf.constant(1, name="one")
        tf.constant([2.0, 3.0], name="more")
        tf.no_op(name="nothing")
        yield session


def one():
    return tf.get_default_graph().get_tensor_by_name("one:0")


def more():
    return tf.get_default_graph().get_tensor_by_name("more:0")


def test_lists_and_tuples(session):
    assert session.run([one(), (one(),), []]) == [1, (1,), []]


def test_named_tuples(session):
    got = session.run(Pair(one(), [one()]))
    assert type(got) is Pair and got == Pair(1, [1])


@pytest.mark.parametrize("make", [dict, collections.OrderedDict])
def test_dicts_keep_their_class_and_order(session, make):
    got = session.run(make([("z", one()), ("a", {"b": one()})]))
    assert type(got) is make and list(got.items()) == [("z", 1), ("a", {"b": 1})]


def test_a_defaultdict_keeps_its_default(session):
    wanted = collections.defaultdict(list, x=one())
    got = session.run(wanted)
    assert got == {"x": 1} and got["y"] == []


def test_classes_of_attrs(session):
    got = session.run(Attrs(one(), [one()]))
    assert type(got) is Attrs and (got.x, got.y) == (1, [1])


def test_names_of_tensors_and_operations(session):
    assert session.run(["one:0", "one", b"one:0", "nothing"]) == [1, None, 1, None]


def test_an_operation_gives_none(session):
    assert session.run(tf.get_default_graph().get_operation_by_name("nothing")) is None


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_variable_gives_its_value(session, use_resource):
    variable = tf.Variable(7, use_resource=use_resource)
    session.run(variable.initializer)
    assert session.run({"v": variable}) == {"v": 7}


def test_a_sparse_tensor_gives_its_parts(session):
    got = session.run(tf.SparseTensor([[0, 1]], [5.0], [2, 2]))
    assert type(got) is tf.SparseTensorValue
    assert [part.tolist() for part in got] == [[[0, 1]], [5.0], [2, 2]]


@pytest.mark.parametrize("shape", [None, [3]])
def test_indexed_slices_give_their_parts(session, shape):
    dense_shape = None if shape is None else tf.constant(shape)
    got = session.run(tf.IndexedSlices(more(), tf.constant([0, 2]), dense_shape))
    assert type(got).__name__ == "IndexedSlicesValue"
    assert got.values.tolist() == [2.0, 3.0] and got.indices.tolist() == [0, 2]
    assert (got.dense_shape if shape is None else got.dense_shape.tolist()) == shape


def test_the_same_tensor_twice_is_computed_once(session):
    noise = tf.random_uniform([3])
    first, second = session.run([noise, noise])
    assert first.tolist() == second.tolist()


def test_what_comes_back_is_the_callers(session):
    kept = tf.Variable([1.0, 2.0])
    session.run(kept.initializer)
    first, second = session.run([kept, kept.value()])
    first[0] = second[1] = 9.0
    assert session.run(kept).tolist() == [1.0, 2.0]
    assert np.all(session.run("more:0") == [2.0, 3.0])


def test_a_handle_is_neither_fetched_nor_fed(session):
    variable = tf.Variable(1.0, use_resource=True)
    session.run(variable.initializer)
    with pytest.raises(TypeError, match=r"Fetch argument .*handle.*test_fetches.py"):
        session.run(variable.handle)
    with pytest.raises(TypeError, match=r"Cannot interpret feed_dict key.*handle"):
        session.run(variable, {variable.handle: 2.0})
    assert session.run(variable) == 1.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.zeros([2], tf.string),
        lambda: tf.zeros_like(tf.constant(["a", "b"])),
        lambda: tf.constant("", shape=[2]),
        lambda: tf.pad(tf.constant([], tf.string), [[1, 1]]),
    ],
)
def test_text_comes_as_objects(session, make):
    got = session.run(make())
    assert got.dtype == object and [type(item) for item in got] == [bytes, bytes]


@pytest.mark.parametrize(("value", "dtype"), [([1.5], tf.string), (["1.5"], tf.float32)])
def test_no_cast_makes_text_or_reads_it(session, value, dtype):
    with pytest.raises(tf.errors.UnimplementedError, match=r"Cast of .*as_string(?s:.)*made at"):
        session.run(tf.cast(value, dtype))
