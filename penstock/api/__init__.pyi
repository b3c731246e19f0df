"""The list of namespaces; the root's `__init__.pyi` attaches each as `tf.<name>`."""

from . import (
    app as app,
    bitwise as bitwise,
    compat as compat,
    debugging as debugging,
    errors as errors,
    flags as flags,
    gfile as gfile,
    initializers as initializers,
    linalg as linalg,
    logging as logging,
    manip as manip,
    math as math,
    nest as nest,
    random as random,
    raw_ops as raw_ops,
    sparse as sparse,
    strings as strings,
    test as test,
    version as version,
)
