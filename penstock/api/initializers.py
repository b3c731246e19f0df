"""`tf.initializers`: functions from a shape to what a variable starts with."""

from penstock.core.surface import lacking as _lacking
from penstock.functions.initializers import (
    Constant as constant,
    Ones as ones,
    RandomNormal as random_normal,
    RandomUniform as random_uniform,
    TruncatedNormal as truncated_normal,
    Zeros as zeros,
)
from penstock.functions.initializers_scaled import (
    GlorotNormal as glorot_normal,
    GlorotUniform as glorot_uniform,
    Identity as identity,
    Orthogonal as orthogonal,
    UniformUnitScaling as uniform_unit_scaling,
    VarianceScaling as variance_scaling,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
)
from penstock.functions.variable_collections import (
    global_variables_initializer as global_variables,
    local_variables_initializer as local_variables,
    tables_initializer,
    variables_initializer as variables,
)

__all__ = [
    "constant",
    "global_variables",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "local_variables",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "tables_initializer",
    "truncated_normal",
    "uniform_unit_scaling",
    "variables",
    "variance_scaling",
    "zeros",
]

__getattr__ = _lacking(__name__, __all__)
