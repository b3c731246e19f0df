"""Choices and loops of TensorFlow's first control flow, found and made into functions."""
