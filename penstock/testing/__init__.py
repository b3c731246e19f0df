"""What stands behind `tf.test`: a test case that knows tensors, and the check of gradients."""
