"""TensorFlow 1's graph and session, written anew in Python on XLA.

``import penstock as tf`` gives the names of TensorFlow 1.15: a graph defines a computation, a
session runs it.  The names stand in ``__init__.pyi``; each loads its module when it is first used,
so that importing the package costs little and brings in neither JAX nor protocol buffers.
"""

from penstock.core.surface import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)

__version__ = "0.1.0"
