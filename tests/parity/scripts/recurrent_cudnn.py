"""Cells that compute what cuDNN's networks do, and others that stand in no public module."""

__all__ = ["cudnn_cells", "private_cells"]


def cudnn_cells(tf):
    """Both cells, in stacks and loops."""
    cudnn = tf.contrib.cudnn_rnn
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    made = []
    for kind in (cudnn.CudnnCompatibleLSTMCell, cudnn.CudnnCompatibleGRUCell):
        cell = tf.nn.rnn_cell.MultiRNNCell([kind(4), kind(2)])
        state = cell.zero_state(tf.shape(x)[0], tf.float32)
        for _ in range(2):
            output, state = cell(x, state)
            made += [output, *tf.contrib.framework.nest.flatten(state)]
        made += cell.trainable_variables
    given = cudnn.CudnnCompatibleGRUCell(2, kernel_initializer=tf.ones_initializer())
    made += given(tf.zeros([5, 2]), tf.zeros([5, 2]))
    return made


def private_cells(tf):
    """Cells that TensorFlow has under a private path alone."""
    names = ("LayerNormLSTMCell", "WeightNormLSTMCell", "MinimalRNNCell", "CFNCell")
    layer_norm, weight_norm, minimal, cfn = _private(tf, names)
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    ones = tf.ones_initializer()
    made = []
    kinds = [
        lambda: layer_norm(4),
        lambda: layer_norm(4, True, 0.5, ones, 2, 0.3, 0.0, tf.nn.relu),
        lambda: layer_norm(4, True, layer_norm=True, norm_gain=0.5, norm_shift=0.1),
        lambda: layer_norm(4, num_proj=3, layer_norm=True),
        lambda: weight_norm(4),
        lambda: weight_norm(4, False, True, 0.5, ones, 2, 0.3, 0.0, tf.nn.relu),
        lambda: weight_norm(4, use_peepholes=True, num_proj=3),
        lambda: minimal(4),
        lambda: minimal(4, "relu", "zeros", "zeros", name="mine"),
        lambda: cfn(4),
        lambda: cfn(4, tf.nn.relu),
    ]
    for index, kind in enumerate(kinds):
        with tf.variable_scope(f"cell{index}"):
            cell = kind()
            state = cell.zero_state(tf.shape(x)[0], tf.float32)
            for _ in range(2):
                output, state = cell(x, state)
                made += [output, *tf.contrib.framework.nest.flatten(state)]
            made += cell.trainable_variables
    return made


def _private(tf, names):
    """Find classes where each of the two has them."""
    if tf.__name__ == "penstock":
        from penstock.contrib.rnn import lstm_variants, simple_gated

        homes = (lstm_variants, simple_gated)
    else:
        from tensorflow.contrib.rnn.python.ops import rnn_cell

        homes = (rnn_cell,)
    return [next(getattr(home, name) for home in homes if hasattr(home, name)) for name in names]
