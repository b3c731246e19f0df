"""Timing of sessions over a cluster, beside TensorFlow's own runtime."""
