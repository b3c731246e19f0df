"""Namespaces that are one plain module each: `tf.math` is `penstock.api.math`.

The list of them is `__init__.pyi`.
"""

from penstock.core.surface import attach as _attach

__getattr__, __dir__, __all__ = _attach(__name__, __file__)
