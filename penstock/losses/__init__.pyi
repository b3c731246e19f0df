"""The names of `tf.losses`; see ``penstock/__init__.pyi`` for how this file is read."""

from .classification import (
    sigmoid_cross_entropy as sigmoid_cross_entropy,
    softmax_cross_entropy as softmax_cross_entropy,
    sparse_softmax_cross_entropy as sparse_softmax_cross_entropy,
)
from .collected import (
    add_loss as add_loss,
    get_losses as get_losses,
    get_regularization_loss as get_regularization_loss,
    get_regularization_losses as get_regularization_losses,
    get_total_loss as get_total_loss,
)
from .distances import (
    absolute_difference as absolute_difference,
    cosine_distance as cosine_distance,
    hinge_loss as hinge_loss,
    huber_loss as huber_loss,
    log_loss as log_loss,
    mean_squared_error as mean_squared_error,
)
from .pairwise import (
    mean_pairwise_squared_error as mean_pairwise_squared_error,
)
from .weighting import (
    Reduction as Reduction,
    compute_weighted_loss as compute_weighted_loss,
)
