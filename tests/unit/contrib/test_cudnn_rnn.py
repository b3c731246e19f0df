"""cuDNN's networks compute what cells do, and go on with what cells have learnt, and back."""

import numpy as np
import pytest

import penstock as tf

cudnn = tf.contrib.cudnn_rnn
TIME, BATCH, DEPTH, UNITS, LAYERS = 5, 3, 2, 4, 2
X = np.random.RandomState(0).normal(size=(TIME, BATCH, DEPTH)).astype(np.float32)
LENGTHS = np.array([5, 0, 3], np.int32)
CELLS = {
    "CudnnLSTM": lambda: cudnn.CudnnCompatibleLSTMCell(UNITS),
    "CudnnGRU": lambda: cudnn.CudnnCompatibleGRUCell(UNITS),
    "CudnnRNNTanh": lambda: tf.nn.rnn_cell.BasicRNNCell(UNITS),
    "CudnnRNNRelu": lambda: tf.nn.rnn_cell.BasicRNNCell(UNITS, activation=tf.nn.relu),
}


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


@pytest.fixture(params=["numpy", "xla"])
def tier(request):
    return request.param


def session(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return tf.Session(config=config)


def network(kind, direction, **settings):
    """Build a layer whose weights are numbers of their own, biases included."""
    layer = getattr(cudnn, kind)(
        LAYERS, UNITS, direction=direction,
        kernel_initializer=tf.random_uniform_initializer(-0.8, 0.8, seed=2),
        bias_initializer=tf.random_uniform_initializer(-0.5, 0.5, seed=4), **settings,
    )  # fmt: skip
    layer.build([None, None, DEPTH])  # so that it is saved as cells outside of its scope are
    return layer


def cells(kind, direction, x, lengths):
    """Build what computes the same from cells; gives outputs and last states by layer."""
    make = CELLS[kind]
    if direction == "unidirectional":
        stack = tf.nn.rnn_cell.MultiRNNCell([make() for _ in range(LAYERS)])
        outputs, state = tf.nn.dynamic_rnn(stack, x, lengths, dtype=tf.float32, time_major=True)
        return outputs, list(state)
    ways = [[make() for _ in range(LAYERS)] for _ in range(2)]
    outputs, *states = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
        *ways, x, dtype=tf.float32, sequence_length=lengths, time_major=True
    )
    return outputs, [state for pair in zip(*states, strict=True) for state in pair]


def same(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("direction", "lengths", "tier"),
    [
        ("unidirectional", LENGTHS, "numpy"),
        ("bidirectional", None, "xla"),
        ("bidirectional", LENGTHS, "xla"),
    ],
)
@pytest.mark.parametrize("kind", CELLS)
def test_cells_go_on_with_what_a_network_has_learnt(kind, direction, lengths, tier, tmp_path):
    layer = network(kind, direction)
    outputs, last = layer(tf.constant(X), sequence_lengths=lengths)
    saver = tf.train.Saver([layer.saveable])
    with session(tier) as sess:
        sess.run(tf.global_variables_initializer())
        ours = sess.run([outputs, *last])
        path = saver.save(sess, str(tmp_path / "network"))
    with tf.Graph().as_default():
        outputs, states = cells(kind, direction, tf.constant(X), lengths)
        if kind == "CudnnLSTM":
            stacks = [tf.stack([state.h for state in states]), tf.stack([s.c for s in states])]
        else:
            stacks = [tf.stack(states)]
        with session(tier) as sess:
            tf.train.Saver().restore(sess, path)
            same(ours, sess.run([outputs, *stacks]))


@pytest.mark.parametrize("kind", CELLS)
def test_a_network_goes_on_with_what_cells_have_learnt(kind, tmp_path):
    with tf.Graph().as_default(), session("xla") as sess:
        with tf.variable_scope("", initializer=tf.random_uniform_initializer(-0.8, 0.8, seed=5)):
            outputs, _ = cells(kind, "bidirectional", tf.constant(X), None)
        sess.run(tf.global_variables_initializer())
        theirs = sess.run(outputs)
        path = tf.train.Saver().save(sess, str(tmp_path / "cells"))
    layer = network(kind, "bidirectional")
    outputs, _ = layer(tf.constant(X))
    with session("xla") as sess:
        tf.train.Saver([layer.saveable]).restore(sess, path)
        same([sess.run(outputs)], [theirs])


def test_a_saver_saves_a_network_with_all_else(tmp_path):
    layer = cudnn.CudnnGRU(1, 3)
    layer.build(X.shape)
    outputs, _ = layer(tf.constant(X))
    saver = tf.train.Saver()
    with session("numpy") as sess:
        sess.run(tf.global_variables_initializer())
        before = sess.run(outputs)
        path = saver.save(sess, str(tmp_path / "all"))
        sess.run(tf.global_variables_initializer())
        saver.restore(sess, path)
        same([sess.run(outputs)], [before])
    names = dict(tf.train.list_variables(path))
    assert names["rnn/multi_rnn_cell/cell_0/cudnn_compatible_gru_cell/gates/kernel"] == [5, 6]
    assert names["cudnn_gru/opaque_kernel"] == [sum(3 * n * 3 for n in (DEPTH, 3)) + 18]


def test_a_network_learns(tier):
    layer = cudnn.CudnnLSTM(LAYERS, 8, direction="bidirectional")
    outputs, _ = layer(tf.constant(X))
    wanted = tf.cumsum(tf.constant(X[..., 0]))
    loss = tf.reduce_mean(tf.square(tf.reduce_sum(outputs, -1) - wanted))
    train = tf.train.AdamOptimizer(0.02).minimize(loss)
    with session(tier) as sess:
        sess.run(tf.global_variables_initializer())
        first = sess.run(loss)
        for _ in range(60):
            sess.run(train)
        assert sess.run(loss) < first / 5


def test_the_order_of_axes(tier):
    layer = network("CudnnLSTM", "unidirectional")
    by_time, last = layer(tf.constant(X))
    first = tuple(tf.zeros([BATCH, LAYERS, UNITS]) for _ in "hc")
    x = tf.constant(X.transpose(1, 0, 2))
    by_batch, turned = layer(x, time_major=False, initial_state=first)
    with session(tier) as sess:
        sess.run(tf.global_variables_initializer())
        same(
            sess.run([tf.transpose(by_time, [1, 0, 2]), *last]),
            sess.run([by_batch, *[tf.transpose(one, [1, 0, 2]) for one in turned]]),
        )


def test_inputs_as_they_are(tier):
    """Without a matrix for the inputs, a network is as one of identity matrices."""
    x = tf.constant(np.tile(X, 2))
    shared = {"kernel_initializer": tf.initializers.identity()}
    plain = cudnn.CudnnGRU(1, UNITS, **shared)(x)[0]
    layer = cudnn.CudnnGRU(1, UNITS, "skip_input", **shared)
    skipping = layer(x)[0]
    slope = tf.gradients(skipping, x) + tf.gradients(plain, x)
    with session(tier) as sess:
        sess.run(tf.global_variables_initializer())
        same([sess.run(plain)], [sess.run(skipping)])
        one, other = sess.run(slope)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_dropout_is_between_layers_and_in_training_only(tier):
    layer = network("CudnnRNNRelu", "unidirectional", dropout=0.5, seed=3)
    x = tf.constant(X)
    trained, still = layer(x)[0], layer(x, training=False)[0]
    plain = network("CudnnRNNRelu", "unidirectional", name="plain")(x, training=False)[0]
    slope = tf.gradients(tf.reduce_sum(trained), x)[0]
    with session(tier) as sess:
        sess.run(tf.global_variables_initializer())
        first, second, without, same_without, sloped = sess.run(
            [trained, trained, still, plain, slope]
        )
        again = sess.run(trained)
    np.testing.assert_array_equal(first, second)
    assert np.any(first != without) and np.any(again != first) and np.all(np.isfinite(sloped))
    assert without.shape == same_without.shape


def test_gradients_need_training():
    layer = cudnn.CudnnGRU(1, UNITS)
    x = tf.constant(X)
    outputs, _ = layer(x, training=False)
    with pytest.raises(ValueError, match="is_training=False.*training=True"):
        tf.gradients(outputs, x)


def test_what_a_layer_tells():
    layer = cudnn.CudnnLSTM(2, 3, direction="bidirectional", name="mine")
    with pytest.raises(ValueError, match="before the network is built"):
        _ = layer.input_size
    layer.build([None, None, 4])
    layer.build([None, None, 4])
    assert (layer.num_layers, layer.num_units, layer.num_dirs, layer.input_size) == (2, 3, 2, 4)
    assert (layer.input_mode, layer.direction, layer.rnn_mode) == (
        "linear_input", "bidirectional", "lstm",
    )  # fmt: skip
    assert (
        layer.canonical_weight_shapes
        == ([(3, 4)] * 4 + [(3, 3)] * 4) * 2 + ([(3, 6)] * 4 + [(3, 3)] * 4) * 2
    )
    assert layer.canonical_bias_shapes == [[3]] * 32
    assert layer.state_shape(7) == ([4, 7, 3], [4, 7, 3])
    assert [each.name for each in layer.trainable_variables] == ["mine/opaque_kernel:0"]
    outputs, (h, c) = layer(tf.zeros([5, 2, 4]))
    assert (outputs.shape.as_list(), h.shape.as_list()) == ([5, 2, 6], [4, 2, 3])
    assert c.shape.as_list() == [4, 2, 3]
    assert tf.get_collection(tf.GraphKeys.SAVEABLE_OBJECTS) == [layer.saveable]


@pytest.mark.parametrize(
    ("build", "error", "fact"),
    [
        (lambda: cudnn.CudnnLSTM(1, 2, "linear"), ValueError, "input_mode must be one of"),
        (lambda: cudnn.CudnnLSTM(1, 2, direction="up"), ValueError, "direction must be one of"),
        (lambda: cudnn.CudnnLSTM(1, 2, dtype=tf.int32), ValueError, "float16, float32 or float64"),
        (lambda: cudnn.CudnnGRU(1, 2).build([3, 4]), ValueError, "three axes"),
        (lambda: cudnn.CudnnGRU(1, 2).build([3, 4, None]), ValueError, "last one known"),
        (lambda: cudnn.CudnnGRU(1, 2)(X, initial_state=[1.0]), TypeError, "must be a tuple"),
        (
            lambda: cudnn.CudnnParamsFormatConverterLSTM(1, 2, 3, num_proj=1),
            ValueError,
            "no projections",
        ),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(build, error, fact):
    with pytest.raises(error, match=fact):
        build()


def test_wrong_sizes_are_refused_when_run(tier):
    ops = tf.raw_ops
    sizes = {"num_layers": 1, "num_units": 2, "input_size": 3}
    few = ops.CudnnRNNCanonicalToParams(
        **sizes, weights=[tf.zeros([2, 3])] * 8, biases=[tf.zeros([2])] * 8
    )
    run = ops.CudnnRNN(
        input=tf.zeros([4, 5, 3]), input_h=tf.zeros([1, 5, 2]), input_c=tf.zeros([1, 5, 2]),
        params=tf.zeros([7]),
    )  # fmt: skip
    skip = ops.CudnnRNNParamsSize(**sizes, T=tf.float32, S=tf.int32, input_mode="skip_input")
    projected = ops.CudnnRNNParamsSize(**sizes, T=tf.float32, S=tf.int32, num_proj=1)
    with session(tier) as sess:
        for fetch, error, fact in (
            (few, tf.errors.InvalidArgumentError, "layer by layer"),
            (run.output, tf.errors.InvalidArgumentError, "but has shape"),
            (skip, tf.errors.InvalidArgumentError, "linear_input"),
            (projected, tf.errors.UnimplementedError, "num_proj"),
        ):
            with pytest.raises(error, match=fact):
                sess.run(fetch)
