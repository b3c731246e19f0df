"""The switches between TensorFlow's behaviours."""

import pytest

import penstock as tf


@pytest.mark.parametrize(
    "switch",
    [
        "disable_control_flow_v2",
        "disable_eager_execution",
        "disable_tensor_equality",
        "disable_v2_behavior",
        "disable_v2_tensorshape",
        "enable_control_flow_v2",
    ],
)
def test_tensorflow_1_may_be_asked_for(switch):
    getattr(tf, switch)()
    assert not tf.executing_eagerly()
    assert isinstance(tf.TensorShape([3])[0], tf.Dimension)


@pytest.mark.parametrize(
    "switch",
    [
        "enable_eager_execution",
        "enable_tensor_equality",
        "enable_v2_behavior",
        "enable_v2_tensorshape",
    ],
)
def test_tensorflow_2_is_refused(switch):
    with pytest.raises(NotImplementedError, match=f"tf.{switch}.* Leave the call out"):
        getattr(tf, switch)()
