"""Namespaces that are one plain module each: `tf.math` is `penstock.api.math`.

The list of them is `__init__.pyi`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
