"""The modules of `tf.contrib.learn`; see ``penstock/__init__.pyi`` for how this file is read."""

from . import (
    preprocessing as preprocessing,
)
