"""The names of `tf.contrib.rnn`; see ``penstock/__init__.pyi`` for how this file is read."""

from .attention import (
    AttentionCellWrapper as AttentionCellWrapper,
)
from .bidirectional import (
    stack_bidirectional_dynamic_rnn as stack_bidirectional_dynamic_rnn,
    stack_bidirectional_rnn as stack_bidirectional_rnn,
)
from .block_cells import (
    GRUBlockCell as GRUBlockCell,
    GRUBlockCellV2 as GRUBlockCellV2,
    LSTMBlockCell as LSTMBlockCell,
)
from .convolutional import (
    Conv1DLSTMCell as Conv1DLSTMCell,
    Conv2DLSTMCell as Conv2DLSTMCell,
    Conv3DLSTMCell as Conv3DLSTMCell,
    ConvLSTMCell as ConvLSTMCell,
)
from .core import (
    BasicLSTMCell as BasicLSTMCell,
    BasicRNNCell as BasicRNNCell,
    DeviceWrapper as DeviceWrapper,
    DropoutWrapper as DropoutWrapper,
    GRUCell as GRUCell,
    LayerRNNCell as LayerRNNCell,
    LSTMCell as LSTMCell,
    LSTMStateTuple as LSTMStateTuple,
    MultiRNNCell as MultiRNNCell,
    ResidualWrapper as ResidualWrapper,
    RNNCell as RNNCell,
    best_effort_input_batch_size as best_effort_input_batch_size,
    static_bidirectional_rnn as static_bidirectional_rnn,
    static_rnn as static_rnn,
    static_state_saving_rnn as static_state_saving_rnn,
    transpose_batch_time as transpose_batch_time,
)
from .fused import (
    FusedRNNCell as FusedRNNCell,
    FusedRNNCellAdaptor as FusedRNNCellAdaptor,
    LSTMBlockFusedCell as LSTMBlockFusedCell,
    LSTMBlockWrapper as LSTMBlockWrapper,
    TimeReversedFusedRNN as TimeReversedFusedRNN,
)
from .gated import (
    IntersectionRNNCell as IntersectionRNNCell,
    NASCell as NASCell,
    SRUCell as SRUCell,
    UGRNNCell as UGRNNCell,
)
from .grid import (
    BidirectionalGridLSTMCell as BidirectionalGridLSTMCell,
    GridLSTMCell as GridLSTMCell,
)
from .grouped import (
    GLSTMCell as GLSTMCell,
)
from .independent import (
    IndRNNCell as IndRNNCell,
    IndyGRUCell as IndyGRUCell,
    IndyLSTMCell as IndyLSTMCell,
)
from .normalized import (
    CoupledInputForgetGateLSTMCell as CoupledInputForgetGateLSTMCell,
    LayerNormBasicLSTMCell as LayerNormBasicLSTMCell,
)
from .phased import (
    PhasedLSTMCell as PhasedLSTMCell,
)
from .projections import (
    EmbeddingWrapper as EmbeddingWrapper,
    InputProjectionWrapper as InputProjectionWrapper,
    OutputProjectionWrapper as OutputProjectionWrapper,
)
from .time_frequency import (
    TimeFreqLSTMCell as TimeFreqLSTMCell,
)
from .wrappers import (
    CompiledWrapper as CompiledWrapper,
    HighwayWrapper as HighwayWrapper,
)
