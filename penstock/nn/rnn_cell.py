"""`tf.nn.rnn_cell`: the cells of recurrent networks."""

from penstock.nn.recurrent.basic_cells import BasicRNNCell, GRUCell
from penstock.nn.recurrent.cell import RNNCell
from penstock.nn.recurrent.dropout_wrapper import DropoutWrapper
from penstock.nn.recurrent.lstm_cells import BasicLSTMCell, LSTMCell
from penstock.nn.recurrent.lstm_state import LSTMStateTuple
from penstock.nn.recurrent.stacked import MultiRNNCell
from penstock.nn.recurrent.wrappers import DeviceWrapper, ResidualWrapper

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
]
