"""The names of `tf.contrib.seq2seq`; `lazy_loader` reads this file as `penstock/__init__.pyi`."""

from .attention_state import (
    AttentionWrapperState as AttentionWrapperState,
)
from .attention_wrapper import (
    AttentionWrapper as AttentionWrapper,
)
from .basic_decoder import (
    BasicDecoder as BasicDecoder,
    BasicDecoderOutput as BasicDecoderOutput,
)
from .beam_search import (
    BeamSearchDecoder as BeamSearchDecoder,
)
from .beam_steps import (
    BeamSearchDecoderOutput as BeamSearchDecoderOutput,
    BeamSearchDecoderState as BeamSearchDecoderState,
    FinalBeamSearchDecoderOutput as FinalBeamSearchDecoderOutput,
)
from .beam_trees import (
    gather_tree as gather_tree,
    tile_batch as tile_batch,
)
from .decoder import (
    Decoder as Decoder,
    dynamic_decode as dynamic_decode,
)
from .helpers import (
    CustomHelper as CustomHelper,
    Helper as Helper,
    TrainingHelper as TrainingHelper,
)
from .inference_helpers import (
    GreedyEmbeddingHelper as GreedyEmbeddingHelper,
    InferenceHelper as InferenceHelper,
    SampleEmbeddingHelper as SampleEmbeddingHelper,
)
from .loss import (
    sequence_loss as sequence_loss,
)
from .mechanisms import (
    BahdanauAttention as BahdanauAttention,
    LuongAttention as LuongAttention,
)
from .memory_attention import (
    AttentionMechanism as AttentionMechanism,
)
from .monotonic import (
    BahdanauMonotonicAttention as BahdanauMonotonicAttention,
    LuongMonotonicAttention as LuongMonotonicAttention,
    monotonic_attention as monotonic_attention,
    safe_cumprod as safe_cumprod,
)
from .scheduled_helpers import (
    ScheduledEmbeddingTrainingHelper as ScheduledEmbeddingTrainingHelper,
    ScheduledOutputTrainingHelper as ScheduledOutputTrainingHelper,
)
from .scores import (
    hardmax as hardmax,
)
