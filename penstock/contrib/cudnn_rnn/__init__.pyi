"""The names of `tf.contrib.cudnn_rnn`; see ``penstock/__init__.pyi`` for how this file is read."""

from .cells import (
    CudnnCompatibleGRUCell as CudnnCompatibleGRUCell,
    CudnnCompatibleLSTMCell as CudnnCompatibleLSTMCell,
)
from .converters import (
    CudnnParamsFormatConverterGRU as CudnnParamsFormatConverterGRU,
    CudnnParamsFormatConverterLSTM as CudnnParamsFormatConverterLSTM,
    CudnnParamsFormatConverterRelu as CudnnParamsFormatConverterRelu,
    CudnnParamsFormatConverterTanh as CudnnParamsFormatConverterTanh,
)
from .layers import (
    CudnnGRU as CudnnGRU,
    CudnnLSTM as CudnnLSTM,
    CudnnRNNRelu as CudnnRNNRelu,
    CudnnRNNTanh as CudnnRNNTanh,
)
from .savers import (
    CudnnGRUSaveable as CudnnGRUSaveable,
    CudnnLSTMSaveable as CudnnLSTMSaveable,
    CudnnRNNReluSaveable as CudnnRNNReluSaveable,
    CudnnRNNTanhSaveable as CudnnRNNTanhSaveable,
)
