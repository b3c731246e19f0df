"""Write small networks of well-known kinds, frozen: run with TensorFlow 1.15.5, at the root.

    python -m tests.golden.graphs.make_networks

`networks.zip` holds the graphs, `networks.json` what they take and give. Their shapes are those of
ResNet-50, MobileNet v2, BERT, an LSTM and a multilayer perceptron, with few channels.
"""

import json
import os
import zipfile

import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))


class Weights:
    """Gives variables with values from a fixed seed."""

    def __init__(self):
        self._source = np.random.RandomState(7)
        self._count = 0

    def __call__(self, *shape):
        scale = 1.0 / np.sqrt(np.prod(shape[:-1]) or 1)
        value = (self._source.randn(*shape) * scale).astype(np.float32)
        return tf.get_variable(self._name(), initializer=value)

    def _name(self):
        self._count += 1
        return f"w{self._count}"

    def positive(self, *shape):
        """Give a variable of values around 1."""
        value = (1.0 + 0.2 * self._source.rand(*shape)).astype(np.float32)
        return tf.get_variable(self._name(), initializer=value)


def dense(w, x, size):
    """A dense layer."""
    return tf.nn.bias_add(tf.matmul(x, w(x.shape[-1].value, size)), w(size))


def normalized(w, x):
    """A batch normalization as it is in inference."""
    channels = x.shape[-1].value
    y, _, _ = tf.nn.fused_batch_norm(
        x, w.positive(channels), w(channels), w(channels), w.positive(channels), is_training=False
    )
    return y


def convolution(w, x, size, channels, stride=1):
    """A convolution and its normalization."""
    kernel = w(size, size, x.shape[-1].value, channels)
    return normalized(w, tf.nn.conv2d(x, kernel, [1, stride, stride, 1], "SAME"))


def bottleneck(w, x, channels, stride):
    """A block of ResNet: 1x1, 3x3, 1x1, and the way around them."""
    around = convolution(w, x, 1, 2 * channels, stride)
    y = tf.nn.relu(convolution(w, x, 1, channels))
    y = tf.nn.relu(convolution(w, y, 3, channels, stride))
    return tf.nn.relu(convolution(w, y, 1, 2 * channels) + around)


def resnet(w, images):
    """7x7 convolution, pooling, two blocks, average, classes."""
    x = tf.pad(images, [[0, 0], [3, 3], [3, 3], [0, 0]])
    x = tf.nn.relu(convolution(w, x, 7, 6, 2))
    x = tf.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")
    x = bottleneck(w, bottleneck(w, x, 4, 1), 6, 2)
    return tf.nn.softmax(dense(w, tf.reduce_mean(x, [1, 2]), 5))


def mobilenet(w, images):
    """Inverted residuals: expanded, by depth, projected."""
    x = tf.nn.relu6(convolution(w, images, 3, 6, 2))
    for stride in (1, 2):
        channels = x.shape[-1].value
        y = tf.nn.relu6(convolution(w, x, 1, 3 * channels))
        kernel = w(3, 3, 3 * channels, 1)
        y = tf.nn.depthwise_conv2d(y, kernel, [1, stride, stride, 1], "SAME")
        y = convolution(w, tf.nn.relu6(normalized(w, y)), 1, channels)
        x = x + y if stride == 1 else y
    x = tf.nn.avg_pool(x, [1, 8, 8, 1], [1, 8, 8, 1], "VALID")
    x = tf.nn.conv2d(x, w(1, 1, x.shape[-1].value, 5), [1, 1, 1, 1], "SAME")
    return tf.nn.softmax(tf.squeeze(x, [1, 2]))


def layer_norm(w, x):
    """Normalize the last axis."""
    mean, variance = tf.nn.moments(x, [-1], keep_dims=True)
    size = x.shape[-1].value
    return tf.nn.batch_normalization(x, mean, variance, w(size), w.positive(size), 1e-12)


def attention(w, x, mask, heads, size):
    """Self-attention over rows of a flat matrix, as BERT has it."""
    batch, length = tf.shape(mask)[0], tf.shape(mask)[1]

    def split(values):
        values = tf.reshape(values, [batch, length, heads, size])
        return tf.transpose(values, [0, 2, 1, 3])

    query, key, value = (split(dense(w, x, heads * size)) for _ in range(3))
    scores = tf.multiply(tf.matmul(query, key, transpose_b=True), 1.0 / np.sqrt(float(size)))
    scores += (1.0 - tf.cast(mask[:, None, None, :], tf.float32)) * -10000.0
    context = tf.transpose(tf.matmul(tf.nn.softmax(scores), value), [0, 2, 1, 3])
    return tf.reshape(context, [-1, heads * size])


def bert(w, ids):
    """Embeddings, one layer of the encoder, and the pooled first token."""
    heads, size = 2, 6
    width = heads * size
    mask = tf.cast(ids > 0, tf.int32)
    flat = tf.gather(w(20, width), tf.reshape(ids, [-1]))
    embedded = tf.reshape(flat, [tf.shape(ids)[0], -1, width])
    embedded += tf.expand_dims(tf.slice(w(16, width), [0, 0], [tf.shape(ids)[1], -1]), 0)
    x = tf.reshape(layer_norm(w, embedded), [-1, width])
    x = layer_norm(w, x + dense(w, attention(w, x, mask, heads, size), width))
    inner = dense(w, x, 2 * width)
    inner *= 0.5 * (1.0 + tf.erf(inner / tf.sqrt(2.0)))
    x = layer_norm(w, x + dense(w, inner, width))
    first = tf.squeeze(tf.reshape(x, [tf.shape(ids)[0], -1, width])[:, 0:1, :], axis=1)
    first.set_shape([None, width])
    return tf.tanh(dense(w, first, width))


def lstm(w, rows):
    """Two LSTM layers in TensorFlow 1's loop, over rows of different lengths."""
    source = np.random.RandomState(3)

    def values(shape, dtype, partition_info=None):
        return tf.constant((source.randn(*shape) * 0.4).astype(np.float32))

    lengths = tf.reduce_sum(tf.cast(tf.reduce_max(tf.abs(rows), 2) > 0, tf.int32), 1)
    with tf.variable_scope("rnn", initializer=values):
        cells = [
            tf.nn.rnn_cell.LSTMCell(size, use_peepholes=size == 6, initializer=values)
            for size in (5, 6)
        ]
        cell = tf.nn.rnn_cell.MultiRNNCell(cells)
        outputs, states = tf.nn.dynamic_rnn(cell, rows, lengths, dtype=tf.float32)
    return tf.concat([tf.reduce_mean(outputs, 1), states[-1].c], 1)


def perceptron(w, x):
    """Three dense layers."""
    x = tf.nn.relu(dense(w, x, 16))
    x = tf.nn.sigmoid(dense(w, x, 12))
    return tf.nn.softmax(dense(w, x, 5))


def inputs():
    """Give each network's input: values, and the placeholder's shape."""
    source = np.random.RandomState(5)
    images = source.rand(2, 32, 32, 3).astype(np.float32).round(1)
    ids = np.array([[4, 7, 19, 2, 0, 0], [3, 3, 11, 12, 18, 1]], np.int32)
    rows = source.randn(3, 5, 4).astype(np.float32).round(1)
    rows[1, 3:] = 0
    return {
        "resnet": (resnet, images, [None, 32, 32, 3]),
        "mobilenet": (mobilenet, images, [None, 32, 32, 3]),
        "bert": (bert, ids, [None, None]),
        "lstm": (lstm, rows, [None, None, 4]),
        "perceptron": (perceptron, source.randn(4, 6).astype(np.float32).round(1), [None, 6]),
    }


def frozen(build, value, shape):
    """Give a frozen graph, and what it gives for a value."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.as_dtype(value.dtype), shape, name="x")
        y = tf.identity(build(Weights(), x), name="y")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            given = session.run(y, {x: value})
            made = tf.graph_util.convert_variables_to_constants(
                session, graph.as_graph_def(), ["y"]
            )
    return made.SerializeToString(), given


def main():
    """Write both files."""
    tf.compat.v1.logging.set_verbosity("ERROR")
    values = {}
    with zipfile.ZipFile(os.path.join(HERE, "networks.zip"), "w") as archive:
        for name, network in inputs().items():
            content, given = frozen(*network)
            info = zipfile.ZipInfo(name + ".pb")
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            values[name] = {
                "x": np.round(network[1].astype(float), 1).tolist(),
                "y": given.tolist(),
            }
    with open(os.path.join(HERE, "networks.json"), "w") as target:
        json.dump(values, target)
        target.write("\n")


if __name__ == "__main__":
    main()
