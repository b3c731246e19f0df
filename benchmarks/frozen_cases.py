"""Programs that are timed: frozen graphs, read from their bytes and run."""

import numpy as np


def load_100_mb(tf):
    """Reading a frozen graph of 100 MB: from its bytes to nodes."""

    def build():
        x = tf.placeholder(tf.float32, [None, 1024], name="x")
        for layer in range(24):
            x = tf.nn.relu(tf.matmul(x, weights(tf, f"w{layer}", [1024, 1024])))
        return tf.identity(x, name="y")

    data = frozen(tf, build)

    def load(_):
        with tf.Graph().as_default() as graph:
            graph_def = tf.GraphDef()
            graph_def.ParseFromString(data)
            tf.import_graph_def(graph_def, name="")
            return len(graph.get_operations())

    return load


def frozen_mlp(tf):
    """A network with two hidden layers on a batch of 32."""

    def build():
        h = tf.placeholder(tf.float32, [None, 784], name="x")
        for layer, (rows, columns) in enumerate(((784, 512), (512, 512), (512, 10))):
            h = tf.matmul(h, weights(tf, f"w{layer}", [rows, columns])) + 0.1
            h = tf.nn.relu(h) if layer < 2 else tf.nn.softmax(h)
        return tf.identity(h, name="y")

    return runner(tf, build, [32, 784])


def frozen_lstm(tf):
    """An LSTM of 128 units over 28 steps, on a batch of 32."""

    def build():
        x = tf.placeholder(tf.float32, [None, 28, 28], name="x")
        cell = tf.nn.rnn_cell.BasicLSTMCell(128)
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        return tf.identity(tf.matmul(outputs[:, -1], weights(tf, "w", [128, 10])), name="y")

    return runner(tf, build, [32, 28, 28])


def frozen_bert(tf):
    """Four layers of an encoder, 256 wide with 4 heads, on 8 sequences of 64."""
    width, heads, length = 256, 4, 64

    def project(h, columns, name):
        w = weights(tf, name, [h.shape[-1].value, columns])
        return tf.reshape(
            tf.matmul(tf.reshape(h, [-1, w.shape[0].value]), w), [-1, length, columns]
        )

    def norm(h):
        mean, variance = tf.nn.moments(h, [-1], keep_dims=True)
        return (h - mean) * tf.rsqrt(variance + 1e-12)

    def split(h):
        return tf.transpose(tf.reshape(h, [-1, length, heads, width // heads]), [0, 2, 1, 3])

    def gelu(h):
        return 0.5 * h * (1.0 + tf.tanh(0.79788456 * (h + 0.044715 * h * h * h)))

    def build():
        h = tf.placeholder(tf.float32, [None, length, width], name="x")
        for layer in range(4):
            q, k, v = (split(project(h, width, f"{kind}{layer}")) for kind in "qkv")
            scores = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * (width // heads) ** -0.5)
            mixed = tf.reshape(
                tf.transpose(tf.matmul(scores, v), [0, 2, 1, 3]), [-1, length, width]
            )
            h = norm(h + project(mixed, width, f"o{layer}"))
            wide = gelu(project(h, 4 * width, f"wide{layer}"))
            h = norm(h + project(wide, width, f"narrow{layer}"))
        return tf.identity(h, name="y")

    return runner(tf, build, [8, length, width])


def frozen_resnet(tf):
    """The shape of ResNet-50 on one image of 224 x 224."""

    def convolve(h, columns, size, stride, name):
        filters = weights(tf, name, [size, size, h.shape[-1].value, columns])
        h = tf.nn.conv2d(h, filters, [1, stride, stride, 1], "SAME")
        ones, zeros = np.ones(columns, np.float32), np.zeros(columns, np.float32)
        h, _, _ = tf.nn.fused_batch_norm(h, ones, zeros, zeros, ones, is_training=False)
        return h

    def build():
        h = tf.placeholder(tf.float32, [None, 224, 224, 3], name="x")
        h = tf.nn.relu(convolve(h, 64, 7, 2, "stem"))
        h = tf.nn.max_pool(h, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")
        for stage, blocks in enumerate((3, 4, 6, 3)):
            narrow = 64 << stage
            for block in range(blocks):
                stride = 2 if stage and not block else 1
                name, short = f"{stage}_{block}", h
                if not block:
                    short = convolve(h, 4 * narrow, 1, stride, f"short{name}")
                h = tf.nn.relu(convolve(h, narrow, 1, stride, f"a{name}"))
                h = tf.nn.relu(convolve(h, narrow, 3, 1, f"b{name}"))
                h = tf.nn.relu(convolve(h, 4 * narrow, 1, 1, f"c{name}") + short)
        return tf.matmul(tf.reduce_mean(h, [1, 2]), weights(tf, "classes", [2048, 1000]), name="y")

    return runner(tf, build, [1, 224, 224, 3])


def frozen_mobilenet(tf):
    """The shape of MobileNet on one image of 224 x 224."""
    blocks = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]
    blocks += [(512, 1)] * 5 + [(1024, 2), (1024, 1)]

    def build():
        h = tf.placeholder(tf.float32, [None, 224, 224, 3], name="x")
        h = tf.nn.relu6(tf.nn.conv2d(h, weights(tf, "stem", [3, 3, 3, 32]), [1, 2, 2, 1], "SAME"))
        for number, (columns, stride) in enumerate(blocks):
            taps = weights(tf, f"taps{number}", [3, 3, h.shape[-1].value, 1])
            h = tf.nn.relu6(tf.nn.depthwise_conv2d(h, taps, [1, stride, stride, 1], "SAME"))
            mix = weights(tf, f"mix{number}", [1, 1, h.shape[-1].value, columns])
            h = tf.nn.relu6(tf.nn.conv2d(h, mix, [1, 1, 1, 1], "SAME"))
        return tf.matmul(tf.reduce_mean(h, [1, 2]), weights(tf, "classes", [1024, 1000]), name="y")

    return runner(tf, build, [1, 224, 224, 3])


def weights(tf, name, shape):
    """A variable whose outputs stay of the size of its inputs."""
    scale = (2.0 / np.prod(shape[:-1])) ** 0.5
    return tf.get_variable(name, shape, initializer=tf.random_normal_initializer(0, scale, seed=1))


def frozen(tf, build):
    """The bytes of a graph whose variables became constants; its output is called ``y``."""
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        build()
        sess.run(tf.global_variables_initializer())
        graph_def = graph.as_graph_def()
        constant = tf.graph_util.convert_variables_to_constants(sess, graph_def, ["y"])
    return constant.SerializeToString()


def runner(tf, build, shape):
    """A function that runs the frozen graph, read from its bytes, on one batch."""
    graph_def = tf.GraphDef()
    graph_def.ParseFromString(frozen(tf, build))
    tf.import_graph_def(graph_def, name="")
    batch = np.random.RandomState(0).rand(*shape).astype(np.float32)
    sess = tf.Session()
    return lambda: sess.run("y:0", {"x:0": batch})
