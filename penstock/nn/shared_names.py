"""Functions of the root that go by the same name in `tf.nn`."""

from penstock.functions.arrays_ordering import depth_to_space, space_to_batch, space_to_depth
from penstock.functions.math_elementwise import sigmoid, tanh

__all__ = ["depth_to_space", "sigmoid", "space_to_batch", "space_to_depth", "tanh"]
