"""Penstock under TensorFlow's module names: what stands behind `import tensorflow`.

`paths` is the table of module paths, `view` the module that a path gives, `finder` what Python's
import asks.
"""
