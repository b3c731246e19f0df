"""Recurrent cells and networks as objects: sizes, states, variables, and what errors say."""

import numpy as np
import pytest

import penstock as tf

cell = tf.nn.rnn_cell
X = np.random.RandomState(0).normal(size=(3, 5, 2)).astype(np.float32)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default():
        yield


@pytest.fixture(params=["numpy", "xla", ""])
def sess(request):
    config = tf.ConfigProto()
    config.experimental.executor_type = request.param
    with tf.Session(config=config) as session:
        yield session


def test_sizes():
    stack = cell.MultiRNNCell([cell.GRUCell(3), cell.LSTMCell(4, num_proj=2)])
    assert stack.state_size == (3, cell.LSTMStateTuple(4, 2))
    assert stack.output_size == 2
    assert cell.BasicLSTMCell(4, state_is_tuple=False).state_size == 8
    assert cell.LSTMCell(4, num_proj=2, state_is_tuple=False).state_size == 6
    assert cell.DropoutWrapper(stack).state_size == stack.state_size


def test_first_states():
    lstm = cell.LSTMCell(4)
    state = lstm.zero_state(3, tf.float64)
    assert isinstance(state, cell.LSTMStateTuple)
    assert state.dtype == tf.float64
    assert [part.shape.as_list() for part in state] == [[3, 4], [3, 4]]
    batch = tf.placeholder(tf.int32, [])
    assert lstm.zero_state(batch, tf.float32).c.shape.as_list() == [None, 4]
    assert lstm.get_initial_state(inputs=tf.zeros([7, 2])).h.shape.as_list() == [7, 4]


def test_state_tuples_of_two_dtypes_have_none():
    state = cell.LSTMStateTuple(tf.zeros([1]), tf.zeros([1], tf.float64))
    with pytest.raises(TypeError, match="one dtype"):
        state.dtype  # noqa: B018


def test_variables_belong_to_cells():
    lstm, gru = cell.LSTMCell(4), cell.GRUCell(3)
    stack = cell.MultiRNNCell([lstm, gru])
    tf.nn.dynamic_rnn(stack, tf.constant(X), dtype=tf.float32)
    names = [variable.op.name for variable in lstm.trainable_variables]
    start = "rnn/multi_rnn_cell/cell_0/lstm_cell/"
    assert names == [f"{start}kernel", f"{start}bias"]
    assert stack.trainable_variables == lstm.trainable_variables + gru.trainable_variables
    assert stack.variables == tf.trainable_variables()
    assert lstm.built and lstm.scope_name == start[:-1]


def test_cells_that_make_variables_in_their_call(sess):
    class Scaled(cell.RNNCell):
        state_size = output_size = 2

        def call(self, inputs, state):
            w = tf.get_variable("w", [2], initializer=tf.constant_initializer(2.0))
            fixed = tf.get_variable("fixed", [], trainable=False, initializer=tf.ones_initializer())
            state = state + inputs * w * fixed
            return state, state

    scaled = Scaled()
    outputs, _ = tf.nn.dynamic_rnn(scaled, tf.constant(X), dtype=tf.float32)
    assert [variable.op.name for variable in scaled.trainable_variables] == ["rnn/scaled/w"]
    assert [variable.op.name for variable in scaled.non_trainable_variables] == ["rnn/scaled/fixed"]
    sess.run(tf.global_variables_initializer())
    np.testing.assert_allclose(sess.run(outputs), np.cumsum(X * 2, 1), rtol=1e-5)


def test_attributes_of_a_users_cell_are_its_own():
    class Mine(cell.RNNCell):
        state_size = output_size = 2

        def __init__(self):
            super().__init__()
            self._weights = self._calls = self._cell = None

        def _build(self):
            return "mine"

        def call(self, inputs, state):
            return inputs, state

    mine = Mine()
    tf.nn.static_rnn(mine, tf.unstack(tf.constant(X), axis=1), dtype=tf.float32)
    assert mine._build() == "mine"
    assert mine._weights is None
    assert mine.trainable_variables == []


def test_a_cell_in_two_loops_has_one_set_of_variables(sess):
    lstm = cell.LSTMCell(4)
    first, _ = tf.nn.dynamic_rnn(lstm, tf.constant(X), dtype=tf.float32)
    second, _ = tf.nn.dynamic_rnn(lstm, tf.constant(X), dtype=tf.float32)
    assert len(tf.trainable_variables()) == 2
    sess.run(tf.global_variables_initializer())
    one, other = sess.run([first, second])
    np.testing.assert_allclose(one, other, rtol=1e-6)


def test_lengths_end_sequences(sess):
    lengths = np.array([2, 0, 5])
    outputs, state = tf.nn.dynamic_rnn(cell.GRUCell(4), tf.constant(X), lengths, dtype=tf.float32)
    sess.run(tf.global_variables_initializer())
    values, last = sess.run([outputs, state])
    for row, length in enumerate(lengths):
        assert np.all(values[row, length:] == 0)
        expected = values[row, length - 1] if length else np.zeros(4)
        np.testing.assert_allclose(last[row], expected, rtol=1e-5, atol=1e-8)


def test_a_loop_learns(sess):
    """A GRU remembers the sign of the first element."""
    x = tf.placeholder(tf.float32, [None, None, 1])
    outputs, _ = tf.nn.dynamic_rnn(cell.GRUCell(8), x, dtype=tf.float32)
    y = tf.layers.dense(outputs[:, -1], 1)[:, 0]
    loss = tf.reduce_mean(tf.square(y - tf.sign(x[:, 0, 0])))
    step = tf.train.AdamOptimizer(0.05).minimize(loss)
    random = np.random.RandomState(0)
    tf.set_random_seed(1)
    sess.run(tf.global_variables_initializer())
    losses = [sess.run([loss, step], {x: random.normal(size=(32, 6, 1))})[0] for _ in range(60)]
    assert np.mean(losses[-5:]) < 0.3 * np.mean(losses[:5])


@pytest.mark.parametrize(
    ("build", "error", "facts"),
    [
        (
            lambda: tf.nn.dynamic_rnn(cell.GRUCell(4), tf.placeholder(tf.float32, [3, 5, None]),
                                      dtype=tf.float32),
            ValueError,
            ["must be known", "(5, 3, ?)", "set_shape"],
        ),
        (
            lambda: tf.nn.dynamic_rnn(cell.GRUCell(4), tf.placeholder(tf.float32), dtype="float32"),
            ValueError,
            ["[batch, time, depth", "not known at all", "set_shape"],
        ),
        (
            lambda: tf.nn.dynamic_rnn(cell.GRUCell(4), X),
            ValueError,
            ["initial_state", "dtype", "neither"],
        ),
        (
            lambda: tf.nn.dynamic_rnn(cell.GRUCell(4), X, [[1], [2], [3]], dtype=tf.float32),
            ValueError,
            ["vector [batch]", "(3, 1)"],
        ),
        (
            lambda: tf.nn.dynamic_rnn("gru", X, dtype=tf.float32),
            TypeError,
            ["'cell'", "'gru'", "state_size", "cannot be called", "tf.nn.rnn_cell"],
        ),
        (
            lambda: tf.nn.static_rnn(cell.GRUCell(4), tf.constant(X), dtype=tf.float32),
            TypeError,
            ["list of steps", "tf.unstack", "dynamic_rnn"],
        ),
        (
            lambda: cell.LSTMCell(4)(tf.zeros([3, 2]), tf.zeros([3, 4])),
            TypeError,
            ["pair", "LSTMStateTuple", "zero_state"],
        ),
        (
            lambda: cell.LSTMCell(4)(tf.zeros([3, 2]), (tf.zeros([3, 4]),) * 3),
            ValueError,
            ["two parts", "has 3"],
        ),
        (
            lambda: cell.GRUCell(4)(tf.zeros([3, 2], tf.int32), tf.zeros([3, 4])),
            ValueError,
            ["floating point", "int32", "tf.cast"],
        ),
        (
            lambda: cell.DropoutWrapper(cell.GRUCell(4), 1.5),
            ValueError,
            ["input_keep_prob", "[0, 1]", "1.5"],
        ),
        (
            lambda: cell.MultiRNNCell([cell.LSTMCell(4)], state_is_tuple=False),
            ValueError,
            ["single tensors", "LSTMStateTuple(c=4, h=4)", "state_is_tuple=True"],
        ),
        (
            lambda: tf.contrib.rnn.IntersectionRNNCell(4)(tf.zeros([3, 2]), tf.zeros([3, 4])),
            ValueError,
            ["4", "have 2", "num_in_proj=4"],
        ),
    ],
)  # fmt: skip
def test_errors_tell_what_must_hold_what_came_and_what_to_do(build, error, facts):
    with pytest.raises(error) as raised:
        build()
    for fact in facts:
        assert fact in str(raised.value)


def test_too_few_lengths_fail_when_run(sess):
    lengths = tf.placeholder(tf.int32, [None])
    outputs, _ = tf.nn.dynamic_rnn(cell.GRUCell(4), X, lengths, dtype=tf.float32)
    sess.run(tf.global_variables_initializer())
    with pytest.raises(tf.errors.InvalidArgumentError, match="shape of rnn/sequence_length"):
        sess.run(outputs, {lengths: [1, 2]})
    assert sess.run(outputs, {lengths: [1, 2, 3]}).shape == (3, 5, 4)


def test_older_helpers_have_their_names():
    from penstock.contrib.rnn.linear import Linear, linear

    x = tf.zeros([3, 2])
    assert linear([x, x], 4, True).shape.as_list() == [3, 4]
    with tf.variable_scope("object"):
        mapped = Linear(x, 4, False)
        assert mapped(x).shape.as_list() == mapped(x).shape.as_list() == [3, 4]
    assert len(tf.trainable_variables()) == 3
    with pytest.raises(ValueError, match="second size is known"):
        linear(tf.placeholder(tf.float32, [3, None]), 4, True)


def test_gradients_of_both_kinds_of_blocks_are_the_same(sess):
    """The second kind has its weights in another order; TensorFlow 1.15 forgets that."""

    def drawn(*shape, seed):
        return tf.constant(np.random.RandomState(seed).normal(size=shape).astype(np.float32))

    x, cs, h, w, b = (
        drawn(*shape, seed=seed)
        for seed, shape in enumerate([(5, 3, 2), (3, 4), (3, 4), (6, 16), (16,)])
    )
    peephole = drawn(4, seed=9)

    def block(make, kernel, bias, **settings):
        made = make(
            seq_len_max=5, x=x, cs_prev=cs, h_prev=h, w=kernel, wci=peephole, wcf=peephole,
            wco=peephole, b=bias, use_peephole=True, **settings,
        )  # fmt: skip
        return [made.h, *tf.gradients(tf.reduce_sum(made.h**2 + made.cs), [x, cs, h, w, b])]

    def swapped(weights):
        i, j, f, o = tf.split(weights, 4, axis=-1)
        return tf.concat([i, f, j, o], -1)

    first = block(tf.raw_ops.BlockLSTM, w, b, forget_bias=0.0, cell_clip=-1.0)
    second = block(tf.raw_ops.BlockLSTMV2, swapped(w), swapped(b))
    for one, other in zip(*sess.run([first, second]), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
