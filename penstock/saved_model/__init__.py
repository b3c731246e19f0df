"""`tf.saved_model`: models in folders, with their variables, files, and what goes in and comes out.

The names stand in ``__init__.pyi``; each loads its module when it is first used.
"""

from penstock.core.surface import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
