"""`tf.version`: the TensorFlow version whose behaviour Penstock follows.

Penstock's own version is `penstock.__version__`.
"""

from penstock.core.surface import lacking as _lacking

__all__ = [
    "COMPILER_VERSION",
    "CXX11_ABI_FLAG",
    "GIT_VERSION",
    "GRAPH_DEF_VERSION",
    "GRAPH_DEF_VERSION_MIN_CONSUMER",
    "GRAPH_DEF_VERSION_MIN_PRODUCER",
    "MONOLITHIC_BUILD",
    "VERSION",
]

VERSION = "1.15.5"
GIT_VERSION = "penstock"
COMPILER_VERSION = "XLA"
CXX11_ABI_FLAG = 0
MONOLITHIC_BUILD = 0
GRAPH_DEF_VERSION = 134
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0

__getattr__ = _lacking(__name__, __all__)
