"""TensorFlow 1's graph and session, written anew in Python on XLA."""

__version__ = "0.1.0"
