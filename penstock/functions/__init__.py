"""TensorFlow's Python functions and variables: each builds nodes, none computes."""
