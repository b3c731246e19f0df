"""The names of `tf.nn`; `lazy_loader` reads this file as it does `penstock/__init__.pyi`."""

from .activations import (
    bias_add as bias_add,
    bias_add_v1 as bias_add_v1,
    crelu as crelu,
    elu as elu,
    leaky_relu as leaky_relu,
    relu as relu,
    relu6 as relu6,
    relu_layer as relu_layer,
    selu as selu,
    softplus as softplus,
    softsign as softsign,
    swish as swish,
    xw_plus_b as xw_plus_b,
    zero_fraction as zero_fraction,
)
from .cross_entropy import (
    l2_loss as l2_loss,
    log_poisson_loss as log_poisson_loss,
    log_softmax as log_softmax,
    sigmoid_cross_entropy_with_logits as sigmoid_cross_entropy_with_logits,
    softmax as softmax,
    softmax_cross_entropy_with_logits as softmax_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2 as softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits as sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits as weighted_cross_entropy_with_logits,
)
from .normalizing import (
    batch_norm_with_global_normalization as batch_norm_with_global_normalization,
    batch_normalization as batch_normalization,
    fused_batch_norm as fused_batch_norm,
    l2_normalize as l2_normalize,
    local_response_normalization as local_response_normalization,
    lrn as lrn,
)
from .statistics import (
    moments as moments,
    normalize_moments as normalize_moments,
    sufficient_statistics as sufficient_statistics,
    weighted_moments as weighted_moments,
)
from .dropouts import (
    dropout as dropout,
)
