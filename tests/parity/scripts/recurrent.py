"""Recurrent networks: cells, what wraps them, unrolled and as loops."""

__all__ = [
    "block_cells",
    "cells",
    "further_cells",
    "looped_networks",
    "unrolled_networks",
    "wrapped_cells",
]


def _steps(tf, cell, x, count=2):
    """Call a cell `count` times; a second time with the same inputs."""
    state = cell.zero_state(tf.shape(x)[0], tf.float32)
    made = []
    for _ in range(count):
        output, state = cell(x, state)
        made += [output, tf.contrib.framework.nest.flatten(state)]
    return made


def cells(tf):
    """The plain cells with all that they take, in scopes, by one tensor of state or several."""
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    cell = tf.nn.rnn_cell
    made = [_steps(tf, one, x) for one in (cell.BasicRNNCell(4), cell.GRUCell(4))]
    made += [_steps(tf, cell.BasicLSTMCell(4), x)]
    with tf.variable_scope("s", initializer=tf.ones_initializer()):
        made += [_steps(tf, cell.LSTMCell(4), x)]
        peeping = cell.LSTMCell(4, True, 1.0, None, 2, 0.5, name="peeping")
        made += [_steps(tf, peeping, x), peeping.trainable_variables]
        shards = cell.LSTMCell(4, num_proj=2, num_unit_shards=2, num_proj_shards=2, name="shards")
        made += [_steps(tf, shards, x)]
    plain = cell.BasicLSTMCell(4, 0.5, False, tf.nn.relu, name="one_tensor")
    made += [_steps(tf, plain, x), plain.zero_state(2, tf.float32)]
    made += [_steps(tf, cell.LSTMCell(4, num_proj=2, state_is_tuple=False, name="two"), x)]
    gru = cell.GRUCell(4, tf.nn.relu, None, tf.zeros_initializer(), tf.ones_initializer(), "g")
    made += [_steps(tf, gru, x), cell.BasicRNNCell(4, reuse=True, name="basic_rnn_cell")]
    with tf.variable_scope("again", reuse=tf.AUTO_REUSE) as scope:
        made += [cell.GRUCell(2)(x, tf.zeros([5, 2]), scope=scope)[0]]
    return [each for each in made if not hasattr(each, "state_size")]


def wrapped_cells(tf):
    """Dropout of both kinds, sums, devices, stacks."""
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    cell = tf.nn.rnn_cell
    stack = cell.MultiRNNCell(
        [
            cell.DropoutWrapper(cell.GRUCell(3), 0.5, 0.6, seed=4),
            cell.ResidualWrapper(cell.GRUCell(3)),
            cell.DeviceWrapper(cell.BasicLSTMCell(2), "/cpu:0"),
        ]
    )
    made = [_steps(tf, stack, x), stack.trainable_variables]
    keep = tf.placeholder_with_default(0.5, [], name="keep")
    with tf.variable_scope("v"):
        lasting = cell.DropoutWrapper(
            cell.LSTMCell(4), keep, keep, keep, True, 3, tf.float32, seed=4
        )
        made += [_steps(tf, lasting, x)]
        made += [_steps(tf, cell.DropoutWrapper(cell.LSTMCell(4, name="q"), 0.5, 1.0, 0.5), x)]
        joined = cell.MultiRNNCell([cell.GRUCell(3), cell.GRUCell(5)], state_is_tuple=False)
        made += [_steps(tf, joined, x)]
    with tf.variable_scope("p"):
        rnn = tf.contrib.rnn
        made += [_steps(tf, rnn.InputProjectionWrapper(rnn.GRUCell(3), 2, tf.nn.relu), x)]
    with tf.variable_scope("o"):
        made += [_steps(tf, rnn.OutputProjectionWrapper(rnn.GRUCell(3), 2), x)]
    with tf.variable_scope("h"):
        made += [_steps(tf, rnn.HighwayWrapper(rnn.GRUCell(3), False), x, 1)]
    with tf.variable_scope("e"):
        embedded = rnn.EmbeddingWrapper(rnn.GRUCell(3), 10, 2)
        made += [embedded(tf.constant([1, 2]), embedded.zero_state(2, tf.float32))[0]]
    with tf.variable_scope("a"):
        made += [_steps(tf, rnn.AttentionCellWrapper(rnn.BasicLSTMCell(4), 3, 4, 5, 2), x)]
    return made


def block_cells(tf):
    """Steps and sequences as single ops, and their gradients."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    sequence = tf.placeholder(tf.float32, [None, 2, 4], name="sequence")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    rnn = tf.contrib.rnn
    made = []
    kinds = [rnn.LSTMBlockCell(4), rnn.LSTMBlockCell(4, 0.5, 1.0, True, name="peeping")]
    for cell in [*kinds, rnn.GRUBlockCell(4), rnn.GRUBlockCellV2(4, name="v2")]:
        made += [_steps(tf, cell, x)]
        made += [tf.gradients(made[-1][0], [x, *cell.trainable_variables])]
    fused = rnn.LSTMBlockFusedCell(3)
    outputs, state = fused(sequence, dtype=tf.float32)
    made += [outputs, *state, *fused(sequence, initial_state=state, sequence_length=lengths)]
    made += [tf.gradients(made[-2], [sequence, *fused.trainable_variables])]
    adapted = rnn.TimeReversedFusedRNN(rnn.FusedRNNCellAdaptor(rnn.GRUCell(3)))
    made += [*adapted(tf.zeros([3, 2, 4]), dtype=tf.float32)]
    return made


def further_cells(tf):
    """The other cells of tf.contrib.rnn."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    rnn = tf.contrib.rnn
    made = []
    kinds = [
        lambda: rnn.LayerNormBasicLSTMCell(4),
        lambda: rnn.LayerNormBasicLSTMCell(
            4, layer_norm=False, dropout_keep_prob=0.5, dropout_prob_seed=3
        ),
        lambda: rnn.CoupledInputForgetGateLSTMCell(4),
        lambda: rnn.CoupledInputForgetGateLSTMCell(
            4, True, None, 3, 0.3, 2, 3, state_is_tuple=False, layer_norm=True
        ),
        lambda: rnn.UGRNNCell(4),
        lambda: rnn.IntersectionRNNCell(4),
        lambda: rnn.IntersectionRNNCell(3, num_in_proj=3),
        lambda: rnn.NASCell(4),
        lambda: rnn.NASCell(4, num_proj=3, use_bias=True),
        lambda: rnn.SRUCell(4),
        lambda: rnn.IndRNNCell(4),
        lambda: rnn.IndyGRUCell(4),
        lambda: rnn.IndyLSTMCell(4),
        lambda: rnn.GLSTMCell(4, number_of_groups=2),
        lambda: rnn.GLSTMCell(4, tf.zeros_initializer(), 2, 2),
    ]
    for index, kind in enumerate(kinds):
        with tf.variable_scope(f"cell{index}"):
            made += [_steps(tf, kind(), x, 1)]
    with tf.variable_scope("bands"):
        bands = rnn.TimeFreqLSTMCell(
            2, True, 0.5, feature_size=2, frequency_skip=2, num_unit_shards=2
        )
        made += bands(tf.zeros([3, 4]), tf.zeros([3, 8]))
    with tf.variable_scope("phased"):
        phased = rnn.PhasedLSTMCell(4, use_peepholes=True, trainable_ratio_on=False)
        made += [phased((x[:, :1], x), phased.zero_state(tf.shape(x)[0], tf.float32))[0]]
    with tf.variable_scope("convolutions"):
        image = rnn.ConvLSTMCell(2, [5, 6, 3], 2, [3, 3])
        made += [image(tf.zeros([2, 5, 6, 3]), image.zero_state(2, tf.float32))[0]]
        line = rnn.Conv1DLSTMCell(
            input_shape=[5, 3], output_channels=2, kernel_shape=[3], use_bias=False
        )
        made += [line(tf.zeros([2, 5, 3]), line.zero_state(2, tf.float32))[0]]
    return made


def unrolled_networks(tf):
    """Networks over lists, forwards, backwards and stacked; with lengths inside branches."""
    x = tf.placeholder(tf.float32, [None, 2, 3], name="x")
    fixed = tf.unstack(tf.placeholder(tf.float32, [5, 2, 3], name="fixed"), axis=1)
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    cell = tf.nn.rnn_cell
    steps = tf.unstack(x, axis=1)
    made = [tf.nn.static_rnn(cell.LSTMCell(4), steps, dtype=tf.float32)[0]]
    made += [tf.gradients(made[0][1], [x, *tf.trainable_variables()])]
    made += tf.nn.static_bidirectional_rnn(
        cell.GRUCell(4), cell.GRUCell(3), fixed, dtype=tf.float32
    )
    with tf.variable_scope("b"):
        made += tf.nn.static_bidirectional_rnn(
            cell.GRUCell(4), cell.GRUCell(3), steps, dtype=tf.float32, sequence_length=lengths
        )
    with tf.variable_scope("c"):
        stack = cell.MultiRNNCell([cell.GRUCell(3), cell.BasicLSTMCell(2)])
        state = stack.zero_state(5, tf.float32)
        made += [tf.nn.static_rnn(stack, fixed, state)[0]]
    made += tf.contrib.rnn.stack_bidirectional_rnn(
        [cell.GRUCell(2), cell.GRUCell(3)],
        [cell.GRUCell(4), cell.GRUCell(2)],
        fixed,
        dtype=tf.float32,
    )
    return made


def looped_networks(tf):
    """Loops over sequences, forwards, backwards, stacked, and with a function of the caller's."""
    x = tf.placeholder(tf.float32, [None, None, 3], name="x")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    cell = tf.nn.rnn_cell
    made = []
    with tf.variable_scope("a"):
        made += [tf.nn.dynamic_rnn(cell.LSTMCell(4), x, dtype=tf.float32)[0]]
    with tf.variable_scope("b"):
        stack = cell.MultiRNNCell([cell.GRUCell(4), cell.BasicLSTMCell(3)])
        made += [tf.nn.dynamic_rnn(stack, x, dtype=tf.float32, sequence_length=lengths)[0]]
    with tf.variable_scope("c"):
        made += tf.nn.bidirectional_dynamic_rnn(
            cell.GRUCell(4), cell.GRUCell(3), x, dtype=tf.float32, sequence_length=lengths
        )[0]
    with tf.variable_scope("d"):
        made += tf.nn.bidirectional_dynamic_rnn(
            cell.GRUCell(4), cell.GRUCell(3), tf.zeros([5, 2, 3]), dtype=tf.float32, time_major=True
        )[0]
    with tf.variable_scope("e"):
        made += tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
            [cell.GRUCell(4)], [cell.GRUCell(3)], x, dtype=tf.float32
        )[:1]
    gru = cell.GRUCell(4)

    def loop_fn(time, output, state, _):
        state = gru.zero_state(2, tf.float32) if output is None else state
        return time >= lengths, tf.ones([2, 3]), state, output, None

    with tf.variable_scope("f"):
        made += [tf.nn.raw_rnn(gru, loop_fn)[0].stack()]
    with tf.variable_scope("g"):
        state = tf.zeros([2, 4])
        made += tf.nn.dynamic_rnn(cell.BasicRNNCell(4), tf.zeros([2, 5, 3]), [1, 2], state)[:1]
    return made
