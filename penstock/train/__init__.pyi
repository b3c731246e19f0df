"""The names of `tf.train`; see ``penstock/__init__.pyi`` for how this file is read."""

from .adagrad import (
    AdagradDAOptimizer as AdagradDAOptimizer,
    AdagradOptimizer as AdagradOptimizer,
    ProximalAdagradOptimizer as ProximalAdagradOptimizer,
)
from .adam import (
    AdamOptimizer as AdamOptimizer,
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
from .optimizer import (
    Optimizer as Optimizer,
)
from .scaled_descent import (
    AdadeltaOptimizer as AdadeltaOptimizer,
    RMSPropOptimizer as RMSPropOptimizer,
)
