"""Functions that are worked out again for their gradient."""

import numpy as np
import pytest

import penstock as tf

X = np.float32([[0.5, -1.0, 2.0], [1.0, 0.25, -0.5]])


@pytest.fixture(params=["numpy", "xla"])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Graph().as_default(), tf.Session(config=config) as session:
        yield session


def block(x):
    hidden = tf.layers.dense(x, 4, tf.nn.tanh, name="a")
    return tf.layers.dense(hidden, 3, name="b") * x


def in_resources():
    return tf.variable_scope("model", use_resource=True, reuse=tf.AUTO_REUSE)


@pytest.mark.parametrize("use_data_dep", [False, True])
@pytest.mark.parametrize("tupleize_grads", [False, True])
def test_gradients_are_those_of_the_function(sess, use_data_dep, tupleize_grads):
    x = tf.placeholder(tf.float32, [2, 3])
    settings = {"use_data_dep": use_data_dep, "tupleize_grads": tupleize_grads}
    with in_resources():
        again = tf.contrib.layers.recompute_grad(**settings)(block)(x)
        plain = block(x)
    variables = tf.trainable_variables()
    assert len(variables) == 4
    xs = [x, *variables]
    found = tf.gradients(again**2, xs), tf.gradients(plain**2, xs)
    sess.run(tf.global_variables_initializer())
    for _ in range(2):
        (one, of_again), (other, of_plain) = sess.run(
            [(again, found[0]), (plain, found[1])], {x: X}
        )
        np.testing.assert_allclose(one, other, rtol=1e-6)
        for value, wanted in zip(of_again, of_plain, strict=True):
            np.testing.assert_allclose(value, wanted, rtol=1e-5, atol=1e-6)


def test_the_function_may_be_told_that_it_is_called_again(sess):
    told = []

    @tf.contrib.layers.recompute_grad
    def waves(x, is_recomputing=False):
        told.append(is_recomputing)
        return tf.sin(x), tf.cos(x)

    x = tf.constant(X)
    sine, cosine = waves(x)
    assert told == [False]
    (slope,) = tf.gradients(2.0 * sine + cosine, x)
    assert told == [False, True]
    np.testing.assert_allclose(sess.run(slope), 2 * np.cos(X) - np.sin(X), rtol=1e-5)
    assert waves.__name__ == "waves"


def test_within_a_branch_of_a_loop(sess):
    square = tf.contrib.layers.recompute_grad(lambda y: y * y)
    x = tf.constant([2.0, 3.0])
    y = tf.while_loop(
        lambda i, _: i < 2,
        lambda i, y: (i + 1, tf.cond(i > 0, lambda: square(y), lambda: y * 3.0)),
        [0, x],
    )[1]
    np.testing.assert_allclose(sess.run(tf.gradients(y, x)[0]), [36, 54], rtol=1e-6)


def test_wrong_uses():
    recompute_grad = tf.contrib.layers.recompute_grad
    x = tf.placeholder(tf.float32, [2, 3])
    with pytest.raises(ValueError, match="'x'.*Make it an argument"):
        recompute_grad(lambda y: y * x)
    with pytest.raises(ValueError, match="takes tensors, but .* was given 3.0"):
        recompute_grad(lambda y: y)(3.0)
    with pytest.raises(TypeError, match="resource variables only"):
        recompute_grad(lambda y: tf.layers.dense(y, 3))(x)
    unknown = tf.placeholder(tf.float32)
    with pytest.raises(ValueError, match="known rank"):
        tf.gradients(recompute_grad(lambda y: y * 2.0, use_data_dep=True)(unknown), unknown)


def test_other_variables_the_second_time():
    count = []

    def careless(y):
        count.append(None)
        return y * tf.get_variable(f"v{len(count)}", initializer=1.0)

    with tf.Graph().as_default(), in_resources():
        x = tf.placeholder(tf.float32, [2, 3])
        y = tf.contrib.layers.recompute_grad(careless)(x)
        with pytest.raises(ValueError, match="v2"):
            tf.gradients(y, x)
