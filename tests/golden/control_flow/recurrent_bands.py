"""Cases of cells that run over windows of frequencies: values, last states, gradients."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

BATCH, TIME, DEPTH = 3, 4, 6
BANDS = {"feature_size": 2, "frequency_skip": 2, "num_frequency_blocks": [3]}
TWO = {
    "feature_size": 2,
    "frequency_skip": 1,
    "num_frequency_blocks": [3, 1],
    "start_freqindex_list": [0, 3],
    "end_freqindex_list": [4, 5],
}


def _case(make, lengths=None):
    """A loop over time; the outputs, the last state, the slope of their squares' sum."""

    def case(tf, feed):
        tf.get_variable_scope().set_initializer(tf.random_uniform_initializer(-0.8, 0.8, seed=3))
        x = feed(np.random.RandomState(0).normal(size=(BATCH, TIME, DEPTH)))
        outputs, state = tf.nn.dynamic_rnn(
            make(tf.contrib.rnn), x, sequence_length=lengths, dtype=tf.float32
        )
        tensors = [outputs, *tf.nest.flatten(state)]
        total = tf.add_n([tf.reduce_sum(tf.square(tensor)) for tensor in tensors])
        return [*tensors, *tf.gradients(total, [x, *tf.trainable_variables()])]

    return case


def _wrong(make):
    """A cell that cannot be made, or cannot take what it is given."""

    def case(tf, feed):
        cell = make(tf.contrib.rnn)
        return cell(feed(np.ones((3, DEPTH))), cell.zero_state(3, tf.float32))

    return case


_KINDS = {
    "plain": lambda rnn: rnn.GridLSTMCell(2, **BANDS),
    "peeping": lambda rnn: rnn.GridLSTMCell(2, True, cell_clip=0.5, num_unit_shards=2, **BANDS),
    "shared": lambda rnn: rnn.GridLSTMCell(2, True, True, forget_bias=0.5, **TWO),
    "coupled": lambda rnn: rnn.GridLSTMCell(2, True, couple_input_forget_gates=True, **TWO),
    "one_tensor": lambda rnn: rnn.GridLSTMCell(2, False, True, 0.1, state_is_tuple=False, **BANDS),
    "both_ways": lambda rnn: rnn.BidirectionalGridLSTMCell(2, **TWO),
    "shifted": lambda rnn: rnn.BidirectionalGridLSTMCell(2, True, backward_slice_offset=1, **BANDS),
    "shifted_back": lambda rnn: rnn.BidirectionalGridLSTMCell(
        2, share_time_frequency_weights=True, backward_slice_offset=-2, **BANDS
    ),
}

for _name, _make in _KINDS.items():
    CASES[_name] = _case(_make)
CASES["lengths"] = _case(_KINDS["peeping"], [4, 0, 2])

_WRONG = {
    "no_count": lambda rnn: rnn.GridLSTMCell(2, feature_size=2, frequency_skip=2),
    "wrong_count": lambda rnn: rnn.GridLSTMCell(
        2, feature_size=2, frequency_skip=2, num_frequency_blocks=[2]
    ),
    "wrong_count_in_a_block": lambda rnn: rnn.GridLSTMCell(
        2, **{**TWO, "num_frequency_blocks": [2, 1]}
    ),
    "several_blocks_of_all": lambda rnn: rnn.GridLSTMCell(
        2, feature_size=2, frequency_skip=2, num_frequency_blocks=[2, 1]
    ),
    "ends_missing": lambda rnn: rnn.GridLSTMCell(2, **{**TWO, "end_freqindex_list": [4]}),
}
for _name, _make in _WRONG.items():
    CASES[_name] = _wrong(_make)
