"""The names of `tf.contrib.cudnn_rnn`; see ``penstock/__init__.pyi`` for how this file is read."""

from .cells import (
    CudnnCompatibleGRUCell as CudnnCompatibleGRUCell,
    CudnnCompatibleLSTMCell as CudnnCompatibleLSTMCell,
)
