"""The names of `tf.train`; see ``penstock/__init__.pyi`` for how this file is read."""

from .adagrad import (
    AdagradDAOptimizer as AdagradDAOptimizer,
    AdagradOptimizer as AdagradOptimizer,
    ProximalAdagradOptimizer as ProximalAdagradOptimizer,
)
from .adam import (
    AdamOptimizer as AdamOptimizer,
)
from .cosine_decay import (
    cosine_decay as cosine_decay,
    cosine_decay_restarts as cosine_decay_restarts,
    linear_cosine_decay as linear_cosine_decay,
    noisy_linear_cosine_decay as noisy_linear_cosine_decay,
)
from .decay import (
    exponential_decay as exponential_decay,
    inverse_time_decay as inverse_time_decay,
    natural_exp_decay as natural_exp_decay,
    piecewise_constant as piecewise_constant,
    piecewise_constant_decay as piecewise_constant_decay,
    polynomial_decay as polynomial_decay,
)
from .ftrl import (
    FtrlOptimizer as FtrlOptimizer,
)
from .global_step import (
    assert_global_step as assert_global_step,
    create_global_step as create_global_step,
    get_global_step as get_global_step,
    get_or_create_global_step as get_or_create_global_step,
    global_step as global_step,
)
from .gradient_descent import (
    GradientDescentOptimizer as GradientDescentOptimizer,
    ProximalGradientDescentOptimizer as ProximalGradientDescentOptimizer,
)
from .momentum import (
    MomentumOptimizer as MomentumOptimizer,
)
from .moving_averages import (
    ExponentialMovingAverage as ExponentialMovingAverage,
)
from .optimizer import (
    Optimizer as Optimizer,
)
from .scaled_descent import (
    AdadeltaOptimizer as AdadeltaOptimizer,
    RMSPropOptimizer as RMSPropOptimizer,
)
