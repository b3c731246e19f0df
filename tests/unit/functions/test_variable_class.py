"""`tf.Variable` as a class: its methods, subclasses of it, references that can be hashed."""

import inspect
import operator

import numpy as np
import pytest

import penstock as tf

METHODS = (
    "assign assign_add assign_sub batch_scatter_update count_up_to eval gather_nd get_shape "
    "initialized_value load read_value scatter_add scatter_div scatter_max scatter_min "
    "scatter_mul scatter_nd_add scatter_nd_sub scatter_nd_update scatter_sub scatter_update "
    "set_shape sparse_read value"
)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize("name", METHODS.split())
def test_methods_are_attributes_of_the_class(name):
    method = getattr(tf.Variable, name)
    assert callable(method) and method.__doc__
    for use_resource in (False, True):
        made = getattr(type(tf.Variable(1.0, use_resource=use_resource)), name)
        ours, theirs = (list(inspect.signature(one).parameters) for one in (method, made))
        assert ours == theirs


@pytest.mark.parametrize("use_resource", [False, True])
def test_what_the_forms_do_differently_is_theirs(use_resource):
    v = tf.Variable([1.0, 2.0], use_resource=use_resource)
    for call in (tf.Variable.value, tf.Variable.read_value, tf.Variable.eval):
        with pytest.raises(NotImplementedError):
            call(v)
    with pytest.raises(NotImplementedError):
        tf.Variable.assign(v, [1.0, 1.0])
    doubled = tf.Variable.__add__(v, v)
    first = tf.Variable.initialized_value(v)
    with tf.Session() as sess:
        assert sess.run(first).tolist() == [1, 2]
        sess.run(v.initializer)
        assert sess.run(doubled).tolist() == [2, 4]


@pytest.mark.parametrize("use_resource", [False, True])
def test_instances_and_subclasses(use_resource):
    class Own(tf.Variable):
        def __init__(self, number):
            self.number = number

    v = tf.Variable(1.0, use_resource=use_resource)
    assert isinstance(v, tf.Variable) and issubclass(type(v), tf.Variable)
    assert isinstance(Own(3), tf.Variable) and Own(3).number == 3
    assert not isinstance(v, Own)


def test_the_shape_of_a_resource_is_settled():
    assert tf.Variable([1.0]).set_shape([1]) is None
    with pytest.raises(NotImplementedError, match="settled"):
        tf.Variable([1.0], use_resource=True).set_shape([1])


def test_a_slice_in_the_notation_of_checkpoints():
    info = tf.Variable.SaveSliceInfo("whole", [4, 2], [2, 0], [2, 2])
    assert info.spec == "4 2 2,2:0,2"


@pytest.mark.parametrize("kind", ["reference", "resource", "tensor"])
def test_references(kind):
    value = {
        "reference": lambda: tf.Variable(1.0),
        "resource": lambda: tf.Variable(1.0, use_resource=True),
        "tensor": lambda: tf.constant(1.0),
    }[kind]()
    reference = value.experimental_ref()
    assert reference.deref() is value
    assert reference == value.experimental_ref()
    assert reference != tf.constant(1.0).experimental_ref()
    assert len({reference, value.experimental_ref()}) == 1
    assert "wrapping" in repr(reference)
    with pytest.raises(TypeError, match="experimental_ref"):
        assert reference == value


@pytest.mark.parametrize("method", ["assign", "assign_add", "assign_sub"])
@pytest.mark.parametrize("use_resource", [False, True])
def test_a_change_by_another_shape_is_refused_while_building(method, use_resource):
    v = tf.Variable(np.zeros([2, 2]), use_resource=use_resource)
    with pytest.raises(ValueError, match=r"\(2, 2\)"):
        getattr(v, method)(np.zeros([3]))


def test_no_value_without_a_session():
    with pytest.raises(NotImplementedError, match="session"):
        tf.Variable(1.0, use_resource=True).numpy()


@pytest.mark.parametrize("method", ["iadd", "isub", "imul", "itruediv", "ipow"])
def test_in_place_operators(method):
    resource, reference = tf.Variable(1.0, use_resource=True), tf.Variable(1.0, use_resource=False)
    with pytest.raises(RuntimeError, match=r"v\.assign\(v .* value\)"):
        getattr(operator, method)(resource, 2.0)
    assert isinstance(getattr(operator, method)(reference, 2.0), tf.Tensor)


def test_a_resource_has_no_truth():
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(tf.Variable(True, use_resource=True))


def test_division_by_its_older_name():
    for value in (tf.constant([5]), tf.Variable([5])):
        assert [value.__div__(2).op.type, value.__rdiv__(2).dtype] == ["FloorDiv", tf.int32]
    assert tf.constant(5.0).__div__(2).op.type == "RealDiv"


def test_settings_by_their_numbers():
    v = tf.Variable(1.0, aggregation=2, synchronization=2)
    assert v.aggregation is tf.VariableAggregation.MEAN
    assert v.synchronization is tf.VariableSynchronization.ON_WRITE
    with pytest.raises(ValueError, match="VariableAggregation"):
        tf.Variable(1.0, aggregation=9)


def test_operators_that_can_be_overloaded():
    assert {name for name in tf.Tensor.OVERLOADABLE_OPERATORS if hasattr(tf.Tensor, name)} == set(
        tf.Tensor.OVERLOADABLE_OPERATORS
    )
    assert {"__add__", "__rsub__", "__getitem__"} < tf.Tensor.OVERLOADABLE_OPERATORS
