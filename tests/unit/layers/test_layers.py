"""What tf.layers computes, which variables it makes, and when it has them again."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def _numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def _names():
    return [variable.name for variable in tf.global_variables()]


def test_dense_multiplies_the_last_axis():
    x = _numbers(2, 3, 4)
    y = tf.layers.dense(x, 5, activation=tf.nn.relu, bias_initializer=tf.ones_initializer())
    kernel, bias = tf.trainable_variables()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        value, k, b = session.run([y, kernel, bias])
    np.testing.assert_allclose(value, np.maximum(x @ k + b, 0), rtol=1e-5, atol=1e-6)
    assert y.shape.as_list() == [2, 3, 5]


def test_a_layer_makes_its_variables_once():
    layer = tf.layers.Dense(3, name="twice")
    layer(tf.zeros([1, 2]))
    layer(tf.zeros([4, 2]))
    assert _names() == ["twice/kernel:0", "twice/bias:0"]
    assert layer.count_params() == 9
    assert [each.name for each in layer.weights] == _names()
    with pytest.raises(ValueError, match="size 2 along axis -1"):
        layer(tf.zeros([1, 5]))


def test_names_count_up_and_reuse_finds_them():
    x = tf.zeros([1, 2])
    tf.layers.dense(x, 3)
    tf.layers.dense(x, 3)
    tf.layers.dense(x, 3, name="own")
    tf.layers.dense(x, 3, name="own", reuse=True)
    with tf.variable_scope("tower"):
        tf.layers.conv2d(tf.zeros([1, 4, 4, 2]), 3, 2)
    with tf.variable_scope("tower", reuse=True):
        tf.layers.conv2d(tf.zeros([1, 4, 4, 2]), 3, 2)
    scopes = ("dense", "dense_1", "own", "tower/conv2d")
    assert _names() == [f"{scope}/{part}:0" for scope in scopes for part in ("kernel", "bias")]
    with pytest.raises(ValueError, match="own"):
        tf.layers.dense(x, 3, name="own")


def test_regularizers_add_losses_once():
    x = tf.ones([2, 2])
    for reuse in (False, True):
        tf.layers.dense(
            x,
            3,
            kernel_initializer=tf.ones_initializer(),
            kernel_regularizer=tf.nn.l2_loss,
            name="d",
            reuse=reuse,
        )
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(losses) == [3.0]


def test_activity_regularizer_is_per_example():
    layer = tf.layers.Dense(
        3,
        kernel_initializer=tf.ones_initializer(),
        activity_regularizer=lambda y: tf.reduce_sum(y),
    )
    layer(tf.ones([4, 2]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(layer.losses) == [6.0]


@pytest.mark.parametrize("first", [False, True])
def test_convolution_layers_take_both_layouts(first):
    x = _numbers(2, 6, 7, 3)
    layout = "channels_first" if first else "channels_last"
    given = np.moveaxis(x, -1, 1) if first else x
    y = tf.layers.conv2d(given, 4, (3, 2), padding="same", strides=2, data_format=layout)
    up = tf.layers.conv2d_transpose(y, 2, 3, strides=2, data_format=layout)
    apart = tf.layers.separable_conv2d(given, 5, 3, data_format=layout)
    pooled = tf.layers.max_pooling2d(given, 2, 2, data_format=layout)
    kernel = tf.trainable_variables()[0]
    expected = tf.nn.conv2d(x, kernel, 2, "SAME")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        value, wanted, larger, other, small = session.run([y, expected, up, apart, pooled])
    back = np.moveaxis(value, 1, -1) if first else value
    np.testing.assert_allclose(back, wanted, atol=1e-5)
    shapes = [np.moveaxis(each, 1, -1).shape if first else each.shape for each in (larger, other)]
    assert shapes == [(2, 7, 9, 2), (2, 4, 5, 5)]
    halves = x[:, :6, :6].reshape(2, 3, 2, 3, 2, 3).max((2, 4))
    np.testing.assert_array_equal(np.moveaxis(small, 1, -1) if first else small, halves)


def test_lines_and_volumes():
    line, cube = tf.constant(_numbers(2, 9, 3)), tf.constant(_numbers(1, 4, 4, 4, 2))
    made = [
        tf.layers.conv1d(line, 4, 3, dilation_rate=2),
        tf.layers.separable_conv1d(line, 4, 3, strides=2),
        tf.layers.average_pooling1d(line, 3, 2),
        tf.layers.conv3d(cube, 5, 2),
        tf.layers.conv3d_transpose(cube, 5, 2, 2),
        tf.layers.max_pooling3d(cube, 2, 2),
        tf.layers.flatten(cube),
    ]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        values = session.run(made)
    wanted = [(2, 5, 4), (2, 4, 4), (2, 4, 3), (1, 3, 3, 3, 5), (1, 8, 8, 8, 5), (1, 2, 2, 2, 2)]
    assert [value.shape for value in values] == [*wanted, (1, 128)]
    assert [tensor.shape.as_list() for tensor in made] == [list(value.shape) for value in values]


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_batch_normalization_trains_and_then_rests(fused, known):
    x = _numbers(16, 3, 3, 2) * 3 + 5
    training = tf.placeholder_with_default(True, []) if not known else True
    y = tf.layers.batch_normalization(x, training=training, momentum=0.5, fused=fused, name="n")
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    assert len(updates) == 2
    mean, variance = tf.global_variables()[2:]
    assert [each.name for each in (mean, variance)] == ["n/moving_mean:0", "n/moving_variance:0"]
    assert tf.trainable_variables() == tf.global_variables()[:2]
    rested = tf.layers.batch_normalization(x, name="n", reuse=True, fused=fused)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        value, *_ = session.run([y, *updates])
        np.testing.assert_allclose(value.mean((0, 1, 2)), [0, 0], atol=1e-4)
        np.testing.assert_allclose(value.std((0, 1, 2)), [1, 1], rtol=1e-3)
        m, v = session.run([mean, variance])
        np.testing.assert_allclose(m, x.mean((0, 1, 2)) / 2, rtol=1e-4)
        correction = 144 / 143 if fused else 1
        np.testing.assert_allclose(v, 0.5 + x.var((0, 1, 2)) * correction / 2, rtol=1e-3)
        np.testing.assert_allclose(
            session.run(rested), (x - m) / np.sqrt(v + 1e-3), rtol=1e-3, atol=1e-3
        )
        if not known:
            value, *_ = session.run([y, *updates], {training: False})
            np.testing.assert_allclose(value, (x - m) / np.sqrt(v + 1e-3), rtol=1e-3, atol=1e-3)
            np.testing.assert_array_equal(session.run(mean), m)


def test_batch_normalization_along_other_axes():
    x = _numbers(8, 3, 4) + 2
    y = tf.layers.batch_normalization(x, axis=1, training=True)
    z = tf.layers.batch_normalization(x, axis=[1, 2], training=True)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        a, b = session.run([y, z])
    np.testing.assert_allclose(a.mean((0, 2)), np.zeros(3), atol=1e-5)
    np.testing.assert_allclose(b.mean(0), np.zeros((3, 4)), atol=1e-5)
    with pytest.raises(ValueError, match="different ones"):
        tf.layers.batch_normalization(x, axis=3)
    with pytest.raises(NotImplementedError, match="renorm"):
        tf.layers.batch_normalization(x, renorm=True)


def test_dropout_waits_for_training():
    x, training = tf.ones([50, 20]), tf.placeholder(tf.bool, [])
    y = tf.layers.dropout(x, 0.5, training=training, seed=1)
    with tf.Session() as session:
        assert set(np.unique(session.run(y, {training: True}))) == {0.0, 2.0}
        np.testing.assert_array_equal(session.run(y, {training: False}), np.ones([50, 20]))


def test_a_layer_of_ones_own():
    class Scaled(tf.layers.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight(
                "factor", input_shape[1:], initializer=tf.constant_initializer(3.0)
            )
            self.built = True

        def call(self, inputs, shift=0.0):
            return inputs * self.factor + shift

    layer = Scaled()
    y = layer(tf.ones([2, 3]), shift=1.0)
    assert _names() == ["scaled/factor:0"]
    assert layer.scope_name == "scaled"
    assert layer.dtype is tf.float32
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(session.run(y), np.full([2, 3], 4.0))


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda: tf.layers.dense(tf.zeros([3]), 2), ValueError, "at least 2 axes"),
        (lambda: tf.layers.dense(tf.zeros([3, 3], tf.int32), 2), TypeError, "floats"),
        (
            lambda: tf.layers.dense(tf.placeholder(tf.float32, [3, None]), 2),
            ValueError,
            "must be known",
        ),
        (lambda: tf.layers.conv2d(tf.zeros([3, 3, 3]), 2, 2), ValueError, "4 axes"),
        (lambda: tf.layers.conv2d(tf.zeros([1, 3, 3, 1]), 2, (2, 2, 2)), ValueError, "2 of them"),
        (
            lambda: tf.layers.conv2d(tf.zeros([1, 3, 3, 1]), 2, 2, padding="half"),
            ValueError,
            "'valid' or 'same'",
        ),
        (
            lambda: tf.layers.conv2d(tf.zeros([1, 3, 3, 1]), 2, 2, data_format="NHWC"),
            ValueError,
            "channels_last",
        ),
        (lambda: tf.layers.Dense(3, colour="red"), TypeError, "colour"),
    ],
)
def test_arguments_that_do_not_fit(build, error, words):
    with pytest.raises(error, match=words):
        build()
