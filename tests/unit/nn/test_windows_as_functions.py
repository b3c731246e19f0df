"""Values of tf.nn's convolutions and poolings in the forms that are not one op."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


def _run(*fetches):
    with tf.Session() as session:
        results = session.run(list(fetches))
    return results[0] if len(results) == 1 else results


def _numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("known", [True, False])
def test_gaps_by_moving_space_to_the_batch(padding, known):
    x, taps = _numbers(2, 7, 8, 3), _numbers(3, 2, 3, 4, seed=1)
    image = tf.placeholder_with_default(x, x.shape if known else [None, None, None, 3])
    moved = tf.nn.convolution(image, taps, padding, dilation_rate=[2, 3])
    direct = tf.nn.conv2d(x, taps, 1, padding, dilations=[2, 3])
    a, b = _run(moved, direct)
    np.testing.assert_allclose(a, b, atol=1e-4)


def test_convolution_over_lines_and_volumes():
    line, taps = _numbers(2, 9, 3), _numbers(4, 3, 5, seed=1)
    expected = np.stack(
        [np.tensordot(line[:, i : i + 4], taps, ([1, 2], [0, 1])) for i in (0, 2, 4)], 1
    )
    strided = tf.nn.conv1d(line, taps, 2, "VALID")
    same = tf.nn.convolution(line, taps, "VALID", strides=[2])
    for value in _run(strided, same):
        np.testing.assert_allclose(value, expected, atol=1e-5)
    channels_first = tf.nn.conv1d(np.moveaxis(line, 2, 1), taps, 2, "VALID", data_format="NCW")
    np.testing.assert_allclose(np.moveaxis(_run(channels_first), 1, 2), expected, atol=1e-5)
    cube, filters = _numbers(1, 4, 4, 4, 2), _numbers(4, 4, 4, 2, 3, seed=1)
    whole = _run(tf.nn.convolution(cube, filters, "VALID"))
    np.testing.assert_allclose(whole.ravel(), np.tensordot(cube[0], filters, 4).ravel(), atol=1e-4)


def test_transposed_convolutions_are_gradients():
    x, taps = tf.constant(_numbers(2, 4, 5, 3)), _numbers(3, 3, 6, 3, seed=1)
    up = tf.nn.conv2d_transpose(x, taps, [2, 8, 10, 6], 2)
    image = tf.zeros([2, 8, 10, 6])
    gradient = tf.gradients(tf.nn.conv2d(image, taps, 2, "SAME"), image, grad_ys=x)[0]
    a, b = _run(up, gradient)
    np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
def test_the_transpose_of_a_convolution_with_gaps(padding):
    taps, image = _numbers(3, 3, 2, 4, seed=1), tf.constant(_numbers(1, 9, 9, 2))
    y = tf.nn.atrous_conv2d(image, taps, 2, padding)
    gradient = tf.gradients(y, image, grad_ys=tf.ones_like(y))[0]
    up = tf.nn.atrous_conv2d_transpose(tf.ones_like(y), taps, [1, 9, 9, 2], 2, padding)
    a, b = _run(gradient, up)
    np.testing.assert_allclose(a, b, atol=1e-4)


def test_separable_convolution_is_depthwise_and_then_pointwise():
    x, depth, point = _numbers(1, 6, 6, 2), _numbers(3, 3, 2, 3), _numbers(1, 1, 6, 4)
    separable = tf.nn.separable_conv2d(x, depth, point, [1, 1, 1, 1], "SAME")
    full = np.zeros([3, 3, 2, 4], np.float32)
    for channel in range(2):
        part = point[0, 0, channel * 3 : channel * 3 + 3]
        full[:, :, channel] = depth[:, :, channel] @ part
    a, b = _run(separable, tf.nn.conv2d(x, full, 1, "SAME"))
    np.testing.assert_allclose(a, b, atol=1e-4)


def test_pool_is_max_pool_and_avg_pool():
    x = _numbers(2, 6, 6, 3)
    lines = tf.nn.max_pool(x[:, :1], [1, 2], [1, 2], "SAME")[:, 0]
    pairs = [
        (tf.nn.pool(x, [2, 2], "MAX", "SAME", strides=[2, 2]), tf.nn.max_pool(x, 2, 2, "SAME")),
        (tf.nn.pool(x, [3, 2], "AVG", "VALID"), tf.nn.avg_pool(x, [3, 2], 1, "VALID")),
        (tf.nn.max_pool1d(x[:, 0], 2, 2, "SAME"), lines),
    ]
    for pair in pairs:
        a, b = _run(*pair)
        np.testing.assert_array_equal(a, b)
    gapped = _run(tf.nn.pool(x, [2, 1], "MAX", "VALID", dilation_rate=[2, 1]))
    np.testing.assert_array_equal(gapped, np.maximum(x[:, :-2], x[:, 2:]))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda x, k: tf.nn.conv2d(x, k, [1, 2, 3], "SAME"), "strides"),
        (lambda x, k: tf.nn.conv2d(x, k, 1, [[0, 0], [1, 1]]), "four pairs"),
        (lambda x, k: tf.nn.conv2d(x, k, 1, "same"), "padding"),
        (lambda x, k: tf.nn.conv2d(x, k, 1, "SAME", filters=k), "one of"),
        (lambda x, k: tf.nn.conv2d(x, tf.zeros([9, 9, 3, 1]), 1, "VALID"), "no smaller"),
        (lambda x, k: tf.nn.conv2d(x, tf.zeros([2, 2, 2, 1]), 1, "VALID"), "multiple"),
        (lambda x, k: tf.nn.pool(x, [2, 2], "SUM", "SAME"), "'MAX' or 'AVG'"),
        (lambda x, k: tf.nn.pool(x, [2, 2], "MAX", "SAME", strides=[3, 3]), "beyond"),
        (lambda x, k: tf.nn.atrous_conv2d(x, k, 0, "SAME"), "at least 1"),
        (
            lambda x, k: tf.nn.convolution(x, k, "SAME", [2, 2], dilation_rate=[2, 2]),
            "do not go with",
        ),
        (lambda x, k: tf.nn.max_pool(x, [2, 2, 2], 1, "SAME"), "ksize"),
    ],
)
def test_arguments_that_do_not_fit(build, words):
    with pytest.raises(ValueError, match=words):
        build(tf.zeros([1, 5, 5, 3]), tf.zeros([2, 2, 3, 4]))


def test_dilation_by_a_flat_filter_is_max_pooling_and_erosion_its_dual():
    x = _numbers(2, 7, 6, 3)
    flat = np.zeros((2, 3, 3), np.float32)
    unit = [1, 1, 1, 1]
    dilated, pooled, eroded, dual = _run(
        tf.nn.dilation2d(x, flat, unit, unit, "SAME"),
        tf.nn.max_pool(x, [2, 3], 1, "SAME"),
        tf.nn.erosion2d(x, flat, unit, unit, "VALID"),
        -tf.nn.max_pool(-x, [2, 3], 1, "VALID"),
    )
    np.testing.assert_array_equal(dilated, pooled)
    np.testing.assert_array_equal(eroded, dual)
    with pytest.raises(ValueError, match="as many channels"):
        tf.nn.dilation2d(x, flat[..., :2], unit, unit, "SAME")
