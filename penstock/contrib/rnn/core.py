"""The names of `tf.nn` that are offered in `tf.contrib.rnn` too."""

from penstock.nn.recurrent.cell import LayerRNNCell
from penstock.nn.recurrent.static import (
    static_bidirectional_rnn,
    static_rnn,
    static_state_saving_rnn,
)
from penstock.nn.recurrent.steps import best_effort_input_batch_size, transpose_batch_time
from penstock.nn.rnn_cell import (
    BasicLSTMCell,
    BasicRNNCell,
    DeviceWrapper,
    DropoutWrapper,
    GRUCell,
    LSTMCell,
    LSTMStateTuple,
    MultiRNNCell,
    ResidualWrapper,
    RNNCell,
)

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "LayerRNNCell",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
    "best_effort_input_batch_size",
    "static_bidirectional_rnn",
    "static_rnn",
    "static_state_saving_rnn",
    "transpose_batch_time",
]
