"""Functions which build a branch inside: what they build around it."""

__all__ = ["branches"]


def branches(tf):
    """tf.cond, and the functions that use it."""
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    step = tf.placeholder(tf.int64, [], name="step")
    made = [tf.cond(step > 3, lambda: x + 1.0, lambda: 2.0 * x)]
    made += [tf.train.polynomial_decay(0.1, step, 100, cycle=True)]
    made += [tf.train.piecewise_constant(step, [10, 20], [0.3, 0.2, 0.1])]
    made += [tf.Assert(step > 0, [step])]
    return made
