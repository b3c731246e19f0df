"""Indexing, joining, splitting, gathering and scattering."""

import numpy as np

__all__ = ["gathering", "indexing", "joining", "reshaping", "static_sizes"]


def indexing(tf):
    """Python's subscripts on a tensor, with all that may stand in them."""
    x = tf.placeholder(tf.float32, [5, None, 7, 3], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    m = tf.placeholder(tf.int64, [], name="m")
    vector = tf.placeholder(tf.float32, [None], name="vector")
    unknown = tf.placeholder(tf.float32, name="unknown")
    made = [x[0], x[-1], x[1:3], x[::2], x[::-1], x[..., 0], x[:, 1], x[0, ..., 1:]]
    made += [x[:, tf.newaxis], x[tf.newaxis, ..., None], x[..., tf.newaxis, 1], x[1, 2, 3, 0]]
    made += [x[n], x[:n], x[n:, ::n], x[n, ..., n:], x[m], x[m : m + 1], x[1:-1, -2:]]
    made += [x[np.int64(2)], x[2:1], x[4:0:-2], x[:, :, 1:100], vector[0], vector[1:], vector[n:]]
    made += [unknown[0], unknown[..., 1], x[0:1, n], x[tf.constant(1)], x[tf.shape(x)[0] - 1]]
    made += [
        tf.strided_slice(x, [0, 1], [2, 3]),
        tf.strided_slice(x, [0], [4], [2], name="strided"),
    ]
    made += [tf.slice(x, [0, 0, 1, 0], [2, -1, 3, 3]), tf.slice(x, [0, n, 0, 0], [1, 1, n, 2])]
    first, second = tf.unstack(tf.placeholder(tf.float32, [2, 3]))
    return [*made, first, second]


def reshaping(tf):
    """Reshapes with static, computed and partly known sizes; transposes, padding, tiling."""
    x = tf.placeholder(tf.float32, [None, 4, 6], name="x")
    unknown = tf.placeholder(tf.float32, name="unknown")
    size = tf.shape(x)
    made = [tf.reshape(x, [-1]), tf.reshape(x, [-1, 24]), tf.reshape(x, [size[0], 24])]
    made += [tf.reshape(x, tf.stack([size[0], 2, -1])), tf.reshape(x, [-1, 8, 3], name="blocks")]
    made += [tf.reshape(unknown, [2, -1]), tf.reshape(x, size), tf.reshape(tf.ones([6]), (2, 3))]
    made += [tf.reshape(x, tf.concat([size[:1], [24]], 0)), tf.reshape([1, 2, 3, 4], [2, 2])]
    made += [tf.reshape(x, tf.TensorShape([None, 24]).as_list()[1:] + [-1])]
    made += [tf.expand_dims(x, 0), tf.expand_dims(x, -1), tf.expand_dims(x, axis=1)]
    made += [tf.squeeze(tf.ones([1, 2, 1])), tf.squeeze(x[:, :1], [1]), tf.squeeze(x[:1], axis=0)]
    made += [tf.transpose(x), tf.transpose(x, [2, 0, 1]), tf.transpose(x, perm=[0, 2, 1])]
    made += [tf.pad(x, [[0, 0], [1, 2], [3, 0]]), tf.pad(x, [[0, 0], [1, 1], [1, 1]], "REFLECT")]
    made += [
        tf.pad(x, [[0, 0], [1, 1], [1, 1]], "SYMMETRIC"),
        tf.pad([1, 2], [[1, 1]], constant_values=9),
    ]
    made += [
        tf.tile(x, [1, 2, 3]),
        tf.tile(x, [size[1], 1, 1]),
        tf.reverse(x, [1]),
        tf.reverse(x, [-1, 0]),
    ]
    made += [tf.reverse_sequence(x, tf.placeholder(tf.int32, [None]), seq_axis=1, batch_axis=0)]
    made += [
        tf.space_to_depth(tf.ones([1, 4, 4, 2]), 2),
        tf.depth_to_space(tf.ones([1, 2, 2, 8]), 2),
    ]
    made += [tf.space_to_batch_nd(tf.ones([1, 4, 4, 2]), [2, 2], [[0, 0], [0, 0]])]
    made += [tf.batch_to_space_nd(tf.ones([4, 2, 2, 2]), [2, 2], [[0, 0], [0, 0]])]
    made += [
        tf.invert_permutation([2, 0, 1]),
        tf.sequence_mask([1, 3, 2]),
        tf.sequence_mask([1, 2], 5),
    ]
    made += [tf.meshgrid([1, 2], [3, 4, 5]), tf.meshgrid([1, 2], [3, 4, 5], indexing="ij")]
    x.set_shape([8, 4, 6])
    made += [x + 1.0, tf.reshape(x, [-1])]
    return made


def joining(tf):
    """Concatenation, stacking, splitting, in their list and tensor forms."""
    a = tf.placeholder(tf.float32, [2, None], name="a")
    b = tf.placeholder(tf.float32, [None, 3], name="b")
    made = [tf.concat([a, a], 0), tf.concat([a, b], axis=1), tf.concat([a], 0), tf.concat(a, 0)]
    made += [tf.concat([b, tf.ones([1, 3])], 0, name="grown"), tf.concat([a, a], -1)]
    made += [tf.concat([[1], tf.shape(a), [2, 3]], 0), tf.concat(axis=1, values=[a, a, a])]
    made += [
        tf.stack([a, a]),
        tf.stack([a, a], axis=1),
        tf.stack([1, 2, tf.size(a)]),
        tf.stack([a, b], -1),
    ]
    made += [tf.stack([1.0, 2.0]), tf.parallel_stack([tf.ones([2]), tf.zeros([2])])]
    made += [tf.unstack(a), tf.unstack(b, axis=1), tf.unstack(b, num=3, axis=-1)]
    c = tf.placeholder(tf.float32, [None, 12], name="c")
    made += [
        tf.split(c, 3, 1),
        tf.split(c, [2, 4, 6], 1),
        tf.split(c, [2, -1], axis=1),
        tf.split(a, 2),
    ]
    made += [tf.split(value=c, num_or_size_splits=4, axis=-1, name="quarters")]
    made += [tf.dynamic_partition(c, tf.placeholder(tf.int32, [None]), 2)]
    made += [tf.dynamic_stitch([[0, 2], [1]], [tf.ones([2, 3]), tf.zeros([1, 3])])]
    made += [tf.convert_to_tensor([[1.0, c[0, 0]], [2.0, 3.0]]), tf.tuple([a, b])]
    return made


def gathering(tf):
    """Selection by index: gather, one_hot, top_k, boolean masks, unique, scatter."""
    x = tf.placeholder(tf.float32, [10, None, 3], name="x")
    index = tf.placeholder(tf.int32, [None], name="index")
    made = [tf.gather(x, index), tf.gather(x, 3), tf.gather(x, [[1, 2], [3, 4]], axis=2)]
    made += [tf.gather(x, index, axis=1, name="picked"), tf.gather_nd(x, [[0, 1], [2, 3]])]
    made += [
        tf.gather_nd(x, tf.placeholder(tf.int64, [None, 3])),
        tf.batch_gather(x, tf.ones([10, 2], "int32")),
    ]
    made += [tf.one_hot(index, 5), tf.one_hot(index, 5, on_value=2.0, off_value=-1.0, axis=0)]
    made += [tf.one_hot([1, 2], 4, dtype=tf.int32), tf.one_hot(3, tf.shape(x)[0])]
    made += [
        tf.nn.top_k(x, 2),
        tf.nn.top_k(tf.ones([7]), k=3, sorted=False),
        tf.nn.in_top_k(tf.ones([2, 5]), [0, 1], 3),
    ]
    made += [
        tf.boolean_mask(x, tf.placeholder(tf.bool, [10])),
        tf.boolean_mask([1, 2, 3], [True, False, True]),
    ]
    made += [tf.boolean_mask(x, tf.placeholder(tf.bool, [10, None]), name="kept")]
    made += [tf.unique([1, 1, 2]), tf.unique_with_counts(index), tf.setdiff1d([1, 2, 3], [2])]
    made += [
        tf.scatter_nd([[0], [2]], tf.ones([2, 3]), [4, 3]),
        tf.where(tf.placeholder(tf.bool, [None, 2])),
    ]
    made += [
        tf.sparse_to_dense([0, 2], [4], 1.0),
    ]
    made += [
        tf.bincount([1, 1, 2]),
        tf.histogram_fixed_width([0.1, 0.9], [0.0, 1.0]),
    ]
    made += [tf.gather(np.arange(6, dtype=np.float32), index)]
    return made


def static_sizes(tf):
    """Dimensions and TensorShapes where numbers and tensors may stand."""
    x = tf.placeholder(tf.float32, [3, 4, None], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    rows, columns = x.shape[0], x.shape[1]
    made = [x[:rows], x[:, :columns], x[rows - 1], x[tf.Dimension(1) :, n:columns]]
    made += [tf.stack([rows, 2]), tf.stack([2, rows]), tf.stack([rows, n]), tf.stack([n, rows])]
    made += [tf.stack([x.shape[:2], x.shape[:2]]), tf.stack([x.shape[:2], tf.constant([1, 2])])]
    made += [tf.reshape(x, [rows * columns, -1]), tf.reshape(x, (rows, n, -1)), tf.range(rows)]
    made += [
        tf.zeros(x.shape[:2]),
        tf.zeros([rows, 2]),
        tf.fill([rows, n], 1.0),
        tf.ones([n, rows]),
    ]
    made += [tf.random_normal([rows, 2]), tf.truncated_normal(x.shape[:2]), tf.identity(columns)]
    made += [tf.random_uniform([rows, n]), n + rows, rows * n, tf.equal(n, rows)]
    made += [tf.concat([x.shape[:2], [n]], 0), tf.convert_to_tensor(x.shape[:2], tf.int64)]
    made += [tf.tile([1], [rows]), tf.split(x, columns, axis=1)[0], tf.to_float(rows)]
    return made
