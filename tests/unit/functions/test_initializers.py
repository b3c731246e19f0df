"""Initializers: settings and back, both names, values, and what goes wrong."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


# Name in tf.initializers, and the name in tf, where there is one.
_NAMES = {
    "constant": "constant_initializer",
    "glorot_normal": "glorot_normal_initializer",
    "glorot_uniform": "glorot_uniform_initializer",
    "ones": "ones_initializer",
    "orthogonal": "orthogonal_initializer",
    "random_normal": "random_normal_initializer",
    "random_uniform": "random_uniform_initializer",
    "truncated_normal": "truncated_normal_initializer",
    "uniform_unit_scaling": "uniform_unit_scaling_initializer",
    "variance_scaling": "variance_scaling_initializer",
    "zeros": "zeros_initializer",
    "identity": None,
}


@pytest.mark.parametrize(("new", "old"), _NAMES.items())
def test_names_and_settings(new, old):
    kind = getattr(tf.initializers, new)
    assert old is None or getattr(tf, old) is kind
    config = kind().get_config()
    assert config["dtype"] == "float32"
    again = kind.from_config({**config, "dtype": "float64"})
    dtype = "float32" if new.startswith("glorot") else "float64"  # as TensorFlow has it
    assert again.get_config() == {**config, "dtype": dtype}
    assert again([2, 2]).dtype == dtype
    assert again([2, 2], tf.float64).dtype == tf.float64


def test_settings_are_those_of_tensorflow():
    made = tf.initializers
    assert made.zeros().get_config() == {"dtype": "float32"}
    assert made.constant([1, 2], tf.int32).get_config() == {"value": [1, 2], "dtype": "int32"}
    assert made.random_uniform().get_config() == {
        "minval": 0,
        "maxval": None,
        "seed": None,
        "dtype": "float32",
    }
    scaling = {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal"}
    rest = {"seed": None, "dtype": "float32"}
    assert made.variance_scaling().get_config() == {**scaling, **rest}
    assert made.lecun_normal().get_config() == {**scaling, **rest}
    assert made.he_uniform(3).get_config() == {
        "scale": 2.0, "mode": "fan_in", "distribution": "uniform", "seed": 3, "dtype": "float32",
    }  # fmt: skip
    assert made.glorot_normal(seed=1).get_config() == {"seed": 1, "dtype": "float32"}


def _value(tensor):
    with tf.Session() as sess:
        return sess.run(tensor)


def test_plain_values():
    for initializer, wanted in (
        (tf.zeros_initializer(), [[0, 0], [0, 0]]),
        (tf.ones_initializer(), [[1, 1], [1, 1]]),
        (tf.constant_initializer(3), [[3, 3], [3, 3]]),
        (tf.constant_initializer([1, 2]), [[1, 2], [2, 2]]),
        (tf.constant_initializer(np.arange(4)), [[0, 1], [2, 3]]),
        (tf.initializers.identity(2.0), [[2, 0], [0, 2]]),
    ):
        value = _value(initializer([2, 2]))
        assert value.dtype == np.float32
        np.testing.assert_array_equal(value, wanted)
    assert _value(tf.zeros_initializer()([2], tf.int32)).dtype == np.int32


@pytest.mark.parametrize("shape", [[6, 4], [4, 6], [3, 2, 5]])
def test_orthogonal_matrices(shape):
    value = _value(tf.orthogonal_initializer(gain=2.0, seed=1)(shape))
    assert list(value.shape) == shape
    flat = value.reshape(-1, shape[-1]) / 2.0
    product = flat.T @ flat if flat.shape[0] >= flat.shape[1] else flat @ flat.T
    np.testing.assert_allclose(product, np.eye(len(product)), atol=1e-5)


@pytest.mark.parametrize("distribution", ["uniform", "truncated_normal", "untruncated_normal"])
@pytest.mark.parametrize(("mode", "fan"), [("fan_in", 100), ("fan_out", 400), ("fan_avg", 250)])
def test_variance_is_scaled(distribution, mode, fan):
    initializer = tf.variance_scaling_initializer(2.0, mode, distribution, seed=1)
    value = _value(initializer([100, 400]))
    np.testing.assert_allclose(value.var(), 2.0 / fan, rtol=0.02)
    assert abs(value.mean()) < 0.01


def test_a_seed_gives_the_same_values_and_none_gives_others():
    same = [_value(tf.random_normal_initializer(seed=1)([3])) for _ in range(2)]
    np.testing.assert_array_equal(*same)
    first, second = (_value(tf.random_normal_initializer()([3])) for _ in range(2))
    assert (first != second).all()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: tf.constant_initializer({}), TypeError, "Invalid type for initial value"),
        (lambda: tf.constant_initializer([1, 2, 3])([2]), ValueError, "room for 2"),
        (lambda: tf.constant_initializer([1], verify_shape=True)([2]), TypeError, "verify_shape"),
        (lambda: tf.variance_scaling_initializer(-1.0), ValueError, "scale"),
        (lambda: tf.variance_scaling_initializer(mode="x"), ValueError, "mode"),
        (lambda: tf.variance_scaling_initializer(distribution="x"), ValueError, "distribution"),
        (lambda: tf.orthogonal_initializer()([3]), ValueError, "two axes"),
        (lambda: tf.initializers.identity()([3]), ValueError, "two axes"),
        (lambda: tf.truncated_normal_initializer(dtype=tf.int32), ValueError, "floating"),
        (lambda: tf.random_uniform_initializer(dtype=tf.int32)([2]), ValueError, "maxval"),
    ],
)
def test_bad_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()
