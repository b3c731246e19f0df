"""TF1 programs whose graphs are compared, node by node, with those TensorFlow 1.15.5 builds."""
