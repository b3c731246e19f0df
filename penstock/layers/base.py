"""`tf.layers.Layer` and what goes with it, as names of this package."""

from penstock.functions.input_spec import InputSpec
from penstock.functions.layer import Layer

__all__ = ["InputSpec", "Layer"]
