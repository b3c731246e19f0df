"""TensorArrays outside of loops, and their gradients."""

__all__ = ["tensor_arrays"]


def tensor_arrays(tf):
    """All that can be done to an array, with static and with unknown shapes."""
    x = tf.placeholder(tf.float32, [3, 2], name="x")
    u = tf.placeholder(tf.float32, [None, 2], name="u")
    n = tf.placeholder(tf.int32, [], name="n")
    array = tf.TensorArray(tf.float32, 3, name="named").unstack(x)
    row = array.read(1, name="second")
    grown = tf.TensorArray(tf.float32, size=2, dynamic_size=True, clear_after_read=False)
    grown = grown.write(0, row).write(n, row * 2.0, name="at_n")
    stacked, joined = grown.stack(), grown.concat()
    pieces = tf.TensorArray(tf.float32, 2, infer_shape=False).split(joined, [1, 3])
    unknown = tf.TensorArray(tf.float32, tf.shape(u)[0], element_shape=[2]).unstack(u)
    picked = unknown.gather([n, 0], name="picked")
    still = unknown.identity()
    given = tf.TensorArray(tf.float32, handle=array.handle, flow=array.flow)
    scattered = tf.TensorArray(tf.float32, n, tensor_array_name="mine").scatter([1, 0], x[:2])
    made = [stacked, joined, pieces.concat(), picked, still.size(), given.read(0)]
    made += [scattered.stack("whole"), *tf.gradients([stacked, picked, pieces.read(0)], [x, u])]
    tf.TensorArray(tf.int32, 1).close()
    return made
