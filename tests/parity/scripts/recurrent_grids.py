"""Cells that run over windows of frequencies, in one direction and in two."""

__all__ = ["grid_cells"]


def _step(tf, cell, x):
    output, state = cell(x, cell.zero_state(3, tf.float32))
    return [output, *tf.contrib.framework.nest.flatten(state)]


def grid_cells(tf):
    """Shared and coupled weights, peepholes, blocks, shards, states of one tensor."""
    rnn = tf.contrib.rnn
    known = tf.placeholder(tf.float32, [3, 6], name="known")
    x = tf.placeholder(tf.float32, [None, 6], name="x")
    bands = {"feature_size": 2, "frequency_skip": 2, "num_frequency_blocks": [3]}
    two = {
        "feature_size": 2,
        "frequency_skip": 1,
        "num_frequency_blocks": [3, 1],
        "start_freqindex_list": [0, 3],
        "end_freqindex_list": [4, 5],
    }
    kinds = [
        (lambda: rnn.GridLSTMCell(2, **bands), known),
        (lambda: rnn.GridLSTMCell(2, True, cell_clip=0.5, num_unit_shards=2, **bands), x),
        (lambda: rnn.GridLSTMCell(2, True, True, forget_bias=0.5, **two), x),
        (lambda: rnn.GridLSTMCell(2, True, couple_input_forget_gates=True, **two), known),
        (lambda: rnn.GridLSTMCell(2, False, True, 0.1, state_is_tuple=False, **bands), x),
        (lambda: rnn.BidirectionalGridLSTMCell(2, **two), known),
        (lambda: rnn.BidirectionalGridLSTMCell(2, True, backward_slice_offset=1, **bands), x),
        (lambda: rnn.BidirectionalGridLSTMCell(2, True, backward_slice_offset=-2, **bands), x),
    ]
    made = []
    for index, (kind, inputs) in enumerate(kinds):
        with tf.variable_scope(f"cell{index}"):
            cell = kind()
            made += _step(tf, cell, inputs)
            made += [tf.constant([cell.output_size])]
    return made
