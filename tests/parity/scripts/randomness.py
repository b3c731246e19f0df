"""Random ops: which seeds a node gets from the op's and the graph's."""

__all__ = ["dropout", "random_with_graph_seed", "random_without_seed"]


def _random(tf):
    made = [
        tf.random_uniform([2, 3]),
        tf.random_uniform([2], 1, 5, tf.int32),
        tf.random_uniform([], -1.0, 1.0, seed=7),
    ]
    made += [
        tf.random_normal([3]),
        tf.random_normal([3], 1.0, 2.0, seed=1),
        tf.truncated_normal([4], stddev=0.1),
    ]
    made += [
        tf.random_uniform([2], maxval=9, dtype=tf.int64, seed=2),
        tf.random_normal([2], dtype=tf.float64),
    ]
    made += [
        tf.random_shuffle([1, 2, 3]),
        tf.random_shuffle([1, 2, 3], seed=4),
        tf.random_crop(tf.ones([5, 5]), [2, 2]),
    ]
    made += [tf.multinomial(tf.ones([2, 3]), 4), tf.multinomial(tf.ones([2, 3]), 4, seed=5)]
    made += [
        tf.random_gamma([2], 3.0),
        tf.random_poisson(2.0, [3]),
        tf.random.categorical(tf.ones([1, 3]), 2),
    ]
    made += [
        tf.random_gamma([2], [1.0, 2.0], beta=3.0, seed=9),
        tf.random.stateless_uniform([3], [1, 2]),
    ]
    made += [
        tf.random.stateless_normal([3], seed=[1, 2]),
        tf.random.stateless_truncated_normal([2], [3, 4]),
    ]
    made += [tf.nn.dropout(tf.ones([4]), 0.5), tf.nn.dropout(tf.ones([4]), rate=0.25, seed=3)]
    made += [tf.get_variable("w", [2, 2]), tf.Variable(tf.random_uniform([3]))]
    made += [tf.get_variable("o", [2, 2], initializer=tf.orthogonal_initializer())]
    return [*made, tf.get_seed(None), tf.get_seed(3)]


def random_without_seed(tf):
    """No graph seed: only an op's own seed fixes its stream."""
    return _random(tf)


def random_with_graph_seed(tf):
    """A graph seed, set again half-way: the op seed follows from the graph's size."""
    tf.set_random_seed(1234)
    made = _random(tf)
    tf.set_random_seed(87654321)
    tf.constant(1)
    with tf.name_scope("later"):
        return [
            *made,
            tf.random_uniform([3]),
            tf.random_normal([3], seed=5),
            tf.get_default_graph().seed,
        ]


def dropout(tf):
    """Dropout: keep_prob, rate, noise shapes, tensors as rates, gradients."""
    tf.set_random_seed(1)
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    keep = tf.placeholder(tf.float32, [], name="keep")
    made = [
        tf.nn.dropout(x, 0.5),
        tf.nn.dropout(x, keep_prob=keep),
        tf.nn.dropout(x, rate=0.1, seed=2),
    ]
    made += [
        tf.nn.dropout(x, keep, noise_shape=[1, 4]),
        tf.nn.dropout(x, rate=1.0 - keep, name="drop"),
    ]
    made += [
        tf.nn.dropout(x, keep_prob=1.0),
        tf.nn.dropout(x, rate=0.0),
        tf.nn.dropout(tf.ones([3, 3]), 0.9),
    ]
    return [*made, tf.gradients(made[0], x), tf.gradients(made[1], x)]
