"""`tf.random`: random tensors, drawn anew at each run, or as their own seed determines."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.random import (
    categorical,
    multinomial,
    random_gamma as gamma,
    random_normal as normal,
    random_poisson as poisson,
    random_uniform as uniform,
    truncated_normal,
)
from penstock.functions.random_places import random_shuffle as shuffle
from penstock.functions.random_seed import get_seed, set_random_seed
from penstock.functions.random_stateless import (
    stateless_categorical,
    stateless_multinomial,
    stateless_normal,
    stateless_truncated_normal,
    stateless_uniform,
)

__all__ = [
    "categorical",
    "gamma",
    "get_seed",
    "multinomial",
    "normal",
    "poisson",
    "set_random_seed",
    "shuffle",
    "stateless_categorical",
    "stateless_multinomial",
    "stateless_normal",
    "stateless_truncated_normal",
    "stateless_uniform",
    "truncated_normal",
    "uniform",
]

__getattr__ = _lacking(__name__, __all__)
