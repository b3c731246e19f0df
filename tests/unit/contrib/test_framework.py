"""tf.contrib.framework and tf.contrib.slim: variables by name, as TensorFlow 1.15.5 finds them."""

import pytest

import penstock as tf
from penstock.contrib import framework, slim


@pytest.fixture(autouse=True)
def variables():
    with tf.Graph().as_default():
        with tf.variable_scope("a"):
            tf.get_variable("w", [1])
            with tf.variable_scope("b"):
                tf.get_variable("w", [1])
                tf.get_variable("w2", [1], trainable=False)
        tf.get_variable("w", [1])
        yield


def names(variables):
    return [variable.op.name for variable in variables]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (lambda: framework.get_variables(), ["a/w", "a/b/w", "a/b/w2", "w"]),
        (lambda: framework.get_variables("a"), ["a/w", "a/b/w", "a/b/w2"]),
        (lambda: framework.get_variables(suffix="w"), ["a/w", "a/b/w", "w"]),
        (lambda: framework.get_variables("a/b", suffix="w2:0"), ["a/b/w2"]),
        (lambda: framework.get_trainable_variables("a/b"), ["a/b/w"]),
        (lambda: framework.get_variables_by_suffix("w2"), ["a/b/w2"]),
        (lambda: framework.get_variables_by_name("w"), ["a/w", "a/b/w", "w"]),
        (lambda: framework.get_model_variables(), []),
        (lambda: framework.get_local_variables(), []),
    ],
)
def test_finding_variables(found, expected):
    assert names(found()) == expected


def test_a_scope_may_be_given_itself():
    with tf.variable_scope("a") as scope:
        assert names(framework.get_variables(scope)) == ["a/w", "a/b/w", "a/b/w2"]


def test_a_unique_variable():
    assert framework.get_unique_variable("a/w").op.name == "a/w"
    with pytest.raises(ValueError, match="There is no variable 'q'"):
        framework.get_unique_variable("q")
    with pytest.raises(ValueError, match="No variable is named 'a'"):
        framework.get_unique_variable("a")


def test_slim_offers_the_same():
    assert slim.get_or_create_global_step is tf.train.get_or_create_global_step
    assert tf.contrib.slim is slim
