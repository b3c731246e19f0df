"""Arguments that hold within a scope, and the variables that a model makes."""

import pytest

import penstock as tf

framework = tf.contrib.framework


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@framework.add_arg_scope
def told(x, a=1, b=2):
    """Say what it was given."""
    return x, a, b


def test_arguments_hold_within_a_scope():
    with framework.arg_scope([told], a=5) as scope:
        assert [told(0), told(0, b=7), told(0, a=2)] == [(0, 5, 2), (0, 5, 7), (0, 2, 2)]
        with framework.arg_scope([told], b=9):
            assert told(0) == (0, 5, 9)
        assert told(0) == (0, 5, 2)
    assert told(0) == (0, 1, 2)
    assert framework.current_arg_scope() == {}
    with framework.arg_scope(scope) as again:
        assert told(0) == (0, 5, 2)
        assert framework.current_arg_scope() is again
    assert told.__doc__ == "Say what it was given."
    assert framework.arg_scoped_arguments(told) == ("a", "b")
    assert framework.has_arg_scope(told) and not framework.has_arg_scope(len)


def test_a_scope_ends_with_an_error():
    with pytest.raises(RuntimeError), framework.arg_scope([told], a=5):
        raise RuntimeError
    assert told(0) == (0, 1, 2)


@pytest.mark.parametrize(
    ("target", "options", "kind", "must"),
    [
        ([len], {"a": 1}, ValueError, "add_arg_scope"),
        ({}, {"a": 1}, ValueError, "takes no arguments"),
        (told, {"a": 1}, TypeError, "list of functions"),
    ],
)
def test_refuses(target, options, kind, must):
    with pytest.raises(kind, match=must), framework.arg_scope(target, **options):
        pass


def test_variables_of_a_model():
    with framework.arg_scope([framework.model_variable], trainable=False):
        frozen = framework.model_variable("frozen", [2])
    other = framework.variable("other", [2], device="/cpu:0")
    local = framework.local_variable(1.0, name="local")
    shared = framework.global_variable(1.0, name="shared")
    assert tf.trainable_variables() == [other]
    assert tf.model_variables() == [frozen]
    assert tf.local_variables() == [local]
    assert tf.global_variables() == [frozen, other, shared]
    framework.add_model_variable(other)
    framework.add_model_variable(other)
    assert framework.get_model_variables() == [frozen, other]
    assert other.device.endswith("CPU:0")


def test_facts_of_a_graph():
    with tf.name_scope("outer"):
        assert framework.get_name_scope() == "outer"
        x = tf.placeholder(tf.float32)
    assert framework.get_placeholders(tf.get_default_graph()) == [x]
    assert framework.get_graph_from_inputs([x]) is x.graph
    step = framework.create_global_step()
    assert framework.assert_or_get_global_step() is step
    assert framework.assert_or_get_global_step(global_step_tensor=step) is step
    with pytest.raises(TypeError, match=r"tf\.Graph"):
        framework.get_placeholders(None)
