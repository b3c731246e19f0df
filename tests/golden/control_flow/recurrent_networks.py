# ruff: noqa: B905 (zip has no `strict` in Python 3.7, which TensorFlow 1.15 needs)
"""Cases of recurrent networks: values, last states, gradients by inputs and variables."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

BATCH, TIME, DEPTH = 3, 5, 2


def _values(*shape, seed=0, dtype=np.float32):
    return np.random.RandomState(seed).normal(size=shape).astype(dtype)


def _results(tf, outputs, state, *inputs):
    """The values, and the gradients of a sum of their squares."""
    tensors = tf.nest.flatten([outputs, state])
    total = tf.add_n([tf.reduce_sum(tf.square(tensor)) for tensor in tensors])
    found = tf.gradients(total, list(inputs) + tf.trainable_variables())
    return tensors + [tf.convert_to_tensor(each) for each in found if each is not None]


def _start(tf):
    """Let variables start at numbers that depend on nothing that was built before."""
    tf.get_variable_scope().set_initializer(tf.random_uniform_initializer(-0.8, 0.8, seed=3))


def _dynamic(make, lengths=None, shape="same", dtype=np.float32, **settings):
    def case(tf, feed):
        _start(tf)
        x = feed(_values(BATCH, TIME, DEPTH), shape)
        if dtype is not np.float32:
            x = tf.cast(x, dtype)
        if lengths is not None:
            settings["sequence_length"] = feed(np.array(lengths, np.int32), [None])
        outputs, state = tf.nn.dynamic_rnn(make(tf), x, dtype=tf.as_dtype(dtype), **settings)
        return _results(tf, outputs, state, x)

    return case


def _static(make, lengths=None, second=False):
    def case(tf, feed):
        _start(tf)
        x = feed(_values(BATCH, TIME, DEPTH))
        given = None if lengths is None else feed(np.array(lengths, np.int32), [None])
        steps = tf.unstack(x, axis=1)
        outputs, state = tf.nn.static_rnn(make(tf), steps, dtype=tf.float32, sequence_length=given)
        results = _results(tf, outputs, state, x)
        if second:
            slopes = tf.add_n([tf.reduce_sum(tf.square(each)) for each in results[-2:]])
            results += tf.gradients(slopes, [x] + tf.trainable_variables())
        return results

    return case


_CELLS = {
    "basic": lambda tf: tf.nn.rnn_cell.BasicRNNCell(4),
    "basic_relu": lambda tf: tf.nn.rnn_cell.BasicRNNCell(4, activation="relu"),
    "gru": lambda tf: tf.nn.rnn_cell.GRUCell(4),
    "basic_lstm": lambda tf: tf.nn.rnn_cell.BasicLSTMCell(4),
    "basic_lstm_one_tensor": lambda tf: tf.nn.rnn_cell.BasicLSTMCell(4, 0.5, False),
    "lstm": lambda tf: tf.nn.rnn_cell.LSTMCell(4),
    "lstm_with_all": lambda tf: tf.nn.rnn_cell.LSTMCell(4, True, 0.5, None, 3, 0.3, 2, 2, 0.5),
    "stack": lambda tf: tf.nn.rnn_cell.MultiRNNCell(
        [tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.BasicLSTMCell(4)]
    ),
    "residual": lambda tf: tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(2)),
    "device": lambda tf: tf.nn.rnn_cell.DeviceWrapper(tf.nn.rnn_cell.GRUCell(2), "/cpu:0"),
    "layer_norm": lambda tf: tf.contrib.rnn.LayerNormBasicLSTMCell(4),
    "coupled": lambda tf: tf.contrib.rnn.CoupledInputForgetGateLSTMCell(4, True, num_proj=3),
    "lstm_block": lambda tf: tf.contrib.rnn.LSTMBlockCell(4, 0.5, 0.4, True),
    "gru_block": lambda tf: tf.contrib.rnn.GRUBlockCellV2(4),
    "ugrnn": lambda tf: tf.contrib.rnn.UGRNNCell(4),
    "intersection": lambda tf: tf.contrib.rnn.IntersectionRNNCell(4, num_in_proj=4),
    "nas": lambda tf: tf.contrib.rnn.NASCell(4, num_proj=3, use_bias=True),
    "sru": lambda tf: tf.contrib.rnn.SRUCell(4),
    "independent": lambda tf: tf.contrib.rnn.IndRNNCell(4),
    "independent_gru": lambda tf: tf.contrib.rnn.IndyGRUCell(4),
    "independent_lstm": lambda tf: tf.contrib.rnn.IndyLSTMCell(4),
    "grouped": lambda tf: tf.contrib.rnn.GLSTMCell(4, num_proj=2, number_of_groups=2),
    "attention": lambda tf: tf.contrib.rnn.AttentionCellWrapper(
        tf.contrib.rnn.BasicLSTMCell(4), 3, 4, 5, 2
    ),
    "highway": lambda tf: tf.contrib.rnn.HighwayWrapper(tf.contrib.rnn.GRUCell(2), False),
    "projected": lambda tf: tf.contrib.rnn.OutputProjectionWrapper(
        tf.contrib.rnn.InputProjectionWrapper(tf.contrib.rnn.GRUCell(4), 3, tf.nn.relu), 2
    ),
}

# Their recurrent weights start at random numbers that depend on the number of nodes before them;
# around a loop, TensorFlow makes others.
_DRAWN = ("independent", "independent_gru", "independent_lstm")

for _name, _make in _CELLS.items():
    if _name in _DRAWN:
        CASES["list_of_" + _name] = _static(_make)
    else:
        CASES["loop_of_" + _name] = _dynamic(_make, lengths=[2, 5, 0])

for _name in ("gru", "lstm", "stack"):
    CASES["full_loop_of_" + _name] = _dynamic(_CELLS[_name])
    CASES["list_of_" + _name] = _static(_CELLS[_name])
    CASES["list_with_lengths_of_" + _name] = _static(_CELLS[_name], [2, 5, 0])

CASES["unknown_sizes"] = _dynamic(_CELLS["lstm"], [2, 5, 1], [None, None, DEPTH])
CASES["all_lengths_zero"] = _dynamic(_CELLS["gru"], [0, 0, 0])
CASES["all_lengths_full"] = _dynamic(_CELLS["gru"], [TIME] * 3)
CASES["shorter_than_time"] = _dynamic(_CELLS["lstm"], [2, 3, 1])
CASES["doubles"] = _dynamic(_CELLS["lstm"], [2, 5, 0], dtype=np.float64)
CASES["halves"] = _dynamic(_CELLS["gru"], [2, 5, 0], dtype=np.float16)
CASES["swapped"] = _dynamic(_CELLS["gru"], swap_memory=True, parallel_iterations=1)
CASES["second_order_of_a_list"] = _static(_CELLS["lstm"], second=True)


def _dropped(tf, **settings):
    return tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(4), seed=7, **settings)


CASES["dropout_of_a_list"] = _static(
    lambda tf: _dropped(
        tf, input_keep_prob=0.7, output_keep_prob=tf.constant(0.6), state_keep_prob=0.5
    )
)
CASES["dropout_of_a_loop"] = _dynamic(
    lambda tf: _dropped(tf, output_keep_prob=0.6, state_keep_prob=0.5), [2, 5, 1]
)
CASES["lasting_dropout"] = _dynamic(
    lambda tf: _dropped(
        tf,
        input_keep_prob=0.7,
        output_keep_prob=0.6,
        state_keep_prob=0.5,
        variational_recurrent=True,
        input_size=DEPTH,
        dtype=tf.float32,
    )
)


@CASES
def time_major(tf, feed):
    _start(tf)
    x = feed(_values(TIME, BATCH, DEPTH), [None, BATCH, DEPTH])
    cell = tf.nn.rnn_cell.LSTMCell(4)
    state = tf.nn.rnn_cell.LSTMStateTuple(*[feed(_values(BATCH, 4, seed=s)) for s in (1, 2)])
    outputs, last = tf.nn.dynamic_rnn(cell, x, [2, 5, 1], initial_state=state, time_major=True)
    return _results(tf, outputs, last, x, *state)


@CASES
def several_inputs(tf, feed):
    class Sum(tf.nn.rnn_cell.RNNCell):
        state_size = 2
        output_size = (2, tf.TensorShape([1, 2]))

        def __call__(self, inputs, state, scope=None):
            new = state * 0.5 + inputs[0] + tf.reduce_sum(inputs[1], 1)
            return (new, tf.expand_dims(new * new, 1)), new

    x, y = feed(_values(BATCH, TIME, 2)), feed(_values(BATCH, TIME, 3, 2))
    outputs, state = tf.nn.dynamic_rnn(Sum(), (x, y), [2, 5, 0], dtype=tf.float32)
    return _results(tf, outputs, state, x, y)


@CASES
def bidirectional(tf, feed):
    _start(tf)
    cell = tf.nn.rnn_cell
    x = feed(_values(BATCH, TIME, DEPTH), [None, None, DEPTH])
    lengths = feed(np.array([2, 5, 1]))
    outputs, states = tf.nn.bidirectional_dynamic_rnn(
        cell.GRUCell(3), cell.LSTMCell(2), x, lengths, dtype=tf.float32
    )
    return _results(tf, outputs, states, x)


@CASES
def bidirectional_time_major(tf, feed):
    _start(tf)
    cell = tf.nn.rnn_cell
    x = feed(_values(TIME, BATCH, DEPTH))
    outputs, states = tf.nn.bidirectional_dynamic_rnn(
        cell.GRUCell(3), cell.GRUCell(2), x, dtype=tf.float32, time_major=True
    )
    return _results(tf, outputs, states, x)


@CASES
def bidirectional_lists(tf, feed):
    _start(tf)
    cell = tf.nn.rnn_cell
    x = feed(_values(BATCH, TIME, DEPTH))
    outputs, fw, bw = tf.nn.static_bidirectional_rnn(
        cell.GRUCell(3),
        cell.LSTMCell(2),
        tf.unstack(x, axis=1),
        dtype=tf.float32,
        sequence_length=[2, 5, 1],
    )
    return _results(tf, outputs, [fw, bw], x)


@CASES
def bidirectional_layers(tf, feed):
    _start(tf)
    cell = tf.nn.rnn_cell
    x = feed(_values(BATCH, TIME, DEPTH))
    forwards, backwards = [cell.GRUCell(3), cell.GRUCell(2)], [cell.GRUCell(2), cell.LSTMCell(2)]
    outputs, fw, bw = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
        forwards, backwards, x, dtype=tf.float32, sequence_length=[2, 5, 1]
    )
    return _results(tf, outputs, [fw, bw], x)


@CASES
def bidirectional_layers_of_lists(tf, feed):
    _start(tf)
    cell = tf.nn.rnn_cell
    x = feed(_values(BATCH, TIME, DEPTH))
    outputs, fw, bw = tf.contrib.rnn.stack_bidirectional_rnn(
        [cell.GRUCell(3), cell.GRUCell(2)],
        [cell.GRUCell(2), cell.GRUCell(4)],
        tf.unstack(x, axis=1),
        dtype=tf.float32,
    )
    return _results(tf, outputs, [fw, bw], x)


@CASES
def steps_by_a_function(tf, feed):
    _start(tf)
    x, lengths = feed(_values(TIME, BATCH, DEPTH)), feed(np.array([2, 5, 1], np.int32))
    cell = tf.nn.rnn_cell.LSTMCell(4)
    inputs = tf.TensorArray(tf.float32, size=TIME).unstack(x)

    def loop_fn(time, output, state, count):
        if output is None:
            state, count = cell.zero_state(BATCH, tf.float32), tf.constant(0.0)
        ended = time >= lengths
        following = tf.cond(
            tf.reduce_all(ended), lambda: tf.zeros([BATCH, DEPTH]), lambda: inputs.read(time)
        )
        return ended, following, state, output, count + 1.0

    outputs, state, count = tf.nn.raw_rnn(cell, loop_fn)
    return _results(tf, outputs.stack(), [state, count], x)


@CASES
def own_outputs_by_a_function(tf, feed):
    _start(tf)
    cell = tf.nn.rnn_cell.GRUCell(DEPTH)
    x = feed(_values(BATCH, DEPTH))

    def loop_fn(time, output, state, _):
        if output is None:
            return tf.zeros([BATCH], tf.bool), x, x * 0.5, (tf.zeros([3]), tf.zeros([])), None
        emitted = (tf.concat([output, output[:, :1]], 1), output[:, 0])
        return tf.fill([BATCH], time >= 3), output, state, emitted, None

    outputs, state, _ = tf.nn.raw_rnn(cell, loop_fn)
    return _results(tf, [each.stack() for each in outputs], state, x)


@CASES
def saved_state(tf, feed):
    _start(tf)
    x = feed(_values(BATCH, TIME, DEPTH))
    kept = {name: tf.Variable(_values(BATCH, 4, seed=s)) for s, name in enumerate("ch")}

    class Saver:
        def state(self, name):
            return kept[name].read_value()

        def save_state(self, name, value):
            return tf.assign(kept[name], value)

    outputs, state = tf.nn.static_state_saving_rnn(
        tf.nn.rnn_cell.LSTMCell(4), tf.unstack(x, axis=1), Saver(), ("c", "h")
    )
    with tf.control_dependencies(outputs[-1:] + list(state)):
        return outputs + list(state) + [kept["c"].read_value(), kept["h"].read_value()]


@CASES
def fused(tf, feed):
    _start(tf)
    x = feed(_values(TIME, BATCH, DEPTH))
    cell = tf.contrib.rnn.LSTMBlockFusedCell(4)
    outputs, state = cell(x, dtype=tf.float32, sequence_length=[2, 4, 0])
    return _results(tf, outputs, state, x)


@CASES
def fused_with_all(tf, feed):
    _start(tf)
    x, c, h = feed(_values(TIME, BATCH, DEPTH)), feed(_values(BATCH, 4)), feed(_values(BATCH, 4))
    cell = tf.contrib.rnn.LSTMBlockFusedCell(4, 0.5, 0.7, True)
    outputs, state = cell(x, initial_state=(c, h))
    return _results(tf, outputs, state, x, c, h)


@CASES
def fused_backwards(tf, feed):
    _start(tf)
    x = feed(_values(TIME, BATCH, DEPTH))
    adapted = tf.contrib.rnn.FusedRNNCellAdaptor(tf.contrib.rnn.GRUCell(4), use_dynamic_rnn=True)
    backwards = tf.contrib.rnn.TimeReversedFusedRNN(adapted)
    outputs, state = backwards(x, dtype=tf.float32, sequence_length=[2, 4, 1])
    return _results(tf, outputs, state, x)


@CASES
def block_of_the_second_kind(tf, feed):
    """By its own gradient op, since TensorFlow's `tf.gradients` takes that of the first kind."""
    inputs = {
        "seq_len_max": feed(np.int64(4)),
        "x": feed(_values(TIME, BATCH, DEPTH)),
        "cs_prev": feed(_values(BATCH, 4, seed=1)),
        "h_prev": feed(_values(BATCH, 4, seed=2)),
        "w": feed(_values(DEPTH + 4, 16, seed=3)),
        "b": feed(_values(16, seed=4)),
        "use_peephole": True,
    }
    inputs.update({f"wc{gate}": feed(_values(4, seed=s)) for s, gate in enumerate("ifo", 5)})
    made = tf.raw_ops.BlockLSTMV2(cell_clip=0.9, **inputs)
    slopes = {f"{name}_grad": feed(_values(TIME, BATCH, 4, seed=8)) for name in ("cs", "h")}
    back = tf.raw_ops.BlockLSTMGradV2(**inputs, **made._asdict(), **slopes)
    return [made.cs, made.h, *back]


@CASES
def images(tf, feed):
    _start(tf)
    x = feed(_values(2, 3, 4, 5, 2))
    cell = tf.contrib.rnn.ConvLSTMCell(2, [4, 5, 2], 3, [3, 2])
    outputs, state = tf.nn.dynamic_rnn(cell, x, [1, 3], dtype=tf.float32)
    return _results(tf, outputs, state, x)


@CASES
def lines(tf, feed):
    _start(tf)
    x = feed(_values(2, 3, 5, 2))
    cell = tf.contrib.rnn.Conv1DLSTMCell(
        input_shape=[5, 2], output_channels=3, kernel_shape=[3], use_bias=False
    )
    outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    return _results(tf, outputs, state, x)


@CASES
def phased(tf, feed):
    _start(tf)
    x, times = feed(_values(BATCH, TIME, DEPTH)), feed(np.cumsum(np.ones((BATCH, TIME, 1)), 1))
    cell = tf.contrib.rnn.PhasedLSTMCell(4, ratio_on=0.4, period_init_max=20.0)
    steps = zip(tf.unstack(times, axis=1), tf.unstack(x, axis=1))
    outputs, state = tf.nn.static_rnn(cell, list(steps), dtype=tf.float32)
    return _results(tf, outputs, state, x)


@CASES
def embedded(tf, feed):
    _start(tf)
    words = feed(np.array([[1, 2, 0], [3, 3, 1]], np.int32))
    cell = tf.contrib.rnn.EmbeddingWrapper(tf.contrib.rnn.GRUCell(4), 5, 3)
    outputs, state = tf.nn.static_rnn(cell, tf.unstack(words, axis=1), dtype=tf.float32)
    return _results(tf, outputs, state)


@CASES
def shared_variables(tf, feed):
    _start(tf)
    x = feed(_values(BATCH, TIME, DEPTH))
    made = []
    for _ in range(2):
        with tf.variable_scope("shared", reuse=tf.AUTO_REUSE):
            made += tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
    return _results(tf, made, [], x)


@CASES
def one_cell_twice(tf, feed):
    _start(tf)
    x = feed(_values(BATCH, TIME, DEPTH))
    cell = tf.nn.rnn_cell.LSTMCell(4)
    first, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    second, state = tf.nn.dynamic_rnn(cell, x[:, :3], initial_state=state)
    return _results(tf, [first, second], state, x)


@CASES
def trained(tf, feed):
    _start(tf)
    x, lengths = feed(_values(BATCH, TIME, DEPTH)), feed(np.array([2, 5, 1], np.int32))
    outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(4), x, lengths, dtype=tf.float32)
    loss = tf.reduce_mean(tf.square(outputs - 0.5))
    step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    with tf.control_dependencies([step]):
        return [loss] + [variable.read_value() for variable in tf.trainable_variables()]
