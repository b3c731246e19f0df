"""The initializers of tf.contrib.layers."""

__all__ = ["contrib_initializers"]


def contrib_initializers(tf):
    """Weights of several ranks, by each mode and distribution."""
    layers = tf.contrib.layers
    made = [
        layers.xavier_initializer(),
        layers.xavier_initializer(uniform=False, seed=3),
        layers.xavier_initializer_conv2d(dtype=tf.float64),
        layers.variance_scaling_initializer(),
        layers.variance_scaling_initializer(1.5, "FAN_OUT", True, seed=7),
    ]
    for number, initializer in enumerate(made):
        for rank in range(1, 5):
            name = "w{}_{}".format(number, rank)  # noqa: UP032  Python 3.7 reads it too
            tf.get_variable(name, [3, 4, 5, 6][:rank], initializer=initializer)
    return [made[0]([2, 3]), made[0]([])]
