"""Cells that compute what cuDNN's networks do."""

__all__ = ["cudnn_cells"]


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
