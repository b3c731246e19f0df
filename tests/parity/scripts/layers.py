"""tf.layers: what layers build, which variables they make, and when these are reused."""

__all__ = [
    "batch_normalization_layers",
    "convolution_layers",
    "dense_layers",
    "pooling_layers",
    "separable_layers",
    "trained_layers",
]


def dense_layers(tf):
    """Dense layers of every rank, named, reused, regularized, in scopes."""
    x = tf.placeholder(tf.float32, [None, 5], name="x")
    sequence = tf.placeholder(tf.float32, [None, 4, 5], name="sequence")
    made = [tf.layers.dense(x, 3), tf.layers.dense(x, 4, activation=tf.nn.relu, use_bias=False)]
    made += [tf.layers.dense(x, 3, name="d"), tf.layers.dense(x, 3, name="d", reuse=True)]
    with tf.variable_scope("s", initializer=tf.ones_initializer()):
        made += [tf.layers.dense(x, 3), tf.layers.dense(x, 3, trainable=False)]
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        made += [tf.layers.dense(x, 3), tf.layers.dense(x, 3, name="new")]
    with tf.name_scope("names"):
        made += [tf.layers.dense(x, 3)]
    made += [tf.layers.dense(x, 2, kernel_regularizer=tf.nn.l2_loss, name="decayed")]
    made += [tf.layers.dense(x, 2, activity_regularizer=tf.reduce_sum, name="active")]
    layer = tf.layers.Dense(4, name="object")
    made += [layer(x), layer.apply(x), tf.layers.dense(sequence, 3), tf.gradients(made[-1], x)]
    with tf.variable_scope("resources", use_resource=True):
        made += [tf.layers.dense(x, 2)]
    return made


def convolution_layers(tf):
    """Convolution layers with strides, with gaps, transposed, in both layouts."""
    x = tf.placeholder(tf.float32, [None, 9, 9, 3], name="x")
    first = tf.placeholder(tf.float32, [2, 3, 9, 9], name="first")
    line = tf.placeholder(tf.float32, [None, 9, 3], name="line")
    volume = tf.placeholder(tf.float32, [None, 5, 5, 5, 3], name="volume")
    made = [tf.layers.conv2d(x, 4, 3), tf.layers.conv2d(x, 4, [3, 2], (2, 1), "same")]
    made += [tf.layers.conv2d(x, 4, 3, dilation_rate=2, activation=tf.nn.elu, name="gaps")]
    made += [tf.layers.conv2d(first, 4, 3, data_format="channels_first", use_bias=False)]
    made += [tf.layers.conv1d(line, 4, 3), tf.layers.conv1d(line, 4, 3, dilation_rate=2)]
    made += [tf.layers.conv3d(volume, 4, 3, padding="same", strides=2)]
    made += [tf.layers.conv2d_transpose(x, 4, 3), tf.layers.conv2d_transpose(x, 4, 5, 2, "same")]
    made += [tf.layers.conv3d_transpose(volume, 4, 3, 2)]
    layer = tf.layers.Conv2D(2, 1)
    made += [layer(x), layer(x), layer(x[:, 1:])]
    return made


def separable_layers(tf):
    """Separable convolutions of lines and images."""
    x = tf.placeholder(tf.float32, [None, 9, 9, 3], name="x")
    line = tf.placeholder(tf.float32, [None, 9, 3], name="line")
    made = [tf.layers.separable_conv2d(x, 4, 3), tf.layers.separable_conv1d(line, 4, 3, 2)]
    made += [tf.layers.separable_conv2d(x, 4, 3, 2, "same", depth_multiplier=2, name="two")]
    made += [tf.layers.separable_conv2d(x, 4, 3, use_bias=False, dilation_rate=2)]
    return made


def pooling_layers(tf):
    """Pooling, flattening and dropout."""
    x = tf.placeholder(tf.float32, [None, 9, 9, 3], name="x")
    line = tf.placeholder(tf.float32, [None, 9, 3], name="line")
    volume = tf.placeholder(tf.float32, [2, 4, 4, 4, 3], name="volume")
    made = [tf.layers.max_pooling2d(x, 2, 2), tf.layers.average_pooling2d(x, (2, 3), 2, "same")]
    made += [tf.layers.max_pooling1d(line, 2, 2), tf.layers.average_pooling1d(line, 2, 1)]
    made += [tf.layers.max_pooling3d(volume, 2, 2), tf.layers.average_pooling3d(volume, 2, 2)]
    made += [tf.layers.max_pooling1d(volume[:, :, 0, 0], 2, 2, data_format="channels_first")]
    made += [tf.layers.flatten(x), tf.layers.flatten(volume, name="flat")]
    made += [tf.layers.Flatten()(line)]
    made += [tf.layers.dropout(line), tf.layers.dropout(line, 0.3, [1, None, 3], 7, True)]
    return made


def batch_normalization_layers(tf):
    """Batch normalization, fused and plain, in training and after."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    image = tf.placeholder(tf.float32, [None, 5, 5, 3], name="image")
    normalize = tf.layers.batch_normalization
    made = [normalize(x), normalize(x, training=True), normalize(image)]
    made += [normalize(image, training=True, name="image_norm", momentum=0.9)]
    made += [normalize(image, training=True, center=False, scale=False)]
    made += [normalize(image, axis=1, training=True), normalize(image, fused=False, training=True)]
    made += [normalize(image, training=False, name="image_norm", reuse=True)]
    made += [normalize(tf.cast(image, tf.float16), training=True, trainable=False)]
    made += [tf.gradients(made[3], image)]
    return made


def trained_layers(tf):
    """A network of layers with its updates, its losses, and an optimizer."""
    tf.set_random_seed(4)
    x = tf.placeholder(tf.float32, [None, 8, 8, 1], name="x")
    y = tf.placeholder(tf.int64, [None], name="y")
    hidden = tf.layers.conv2d(x, 4, 3, padding="same", kernel_regularizer=tf.nn.l2_loss)
    hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=True))
    hidden = tf.layers.flatten(tf.layers.max_pooling2d(hidden, 2, 2))
    hidden = tf.layers.dropout(tf.layers.dense(hidden, 16, tf.nn.tanh), 0.4, training=True)
    logits = tf.layers.dense(hidden, 10, name="logits")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    loss += tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train = tf.train.AdamOptimizer().minimize(loss)
    return [loss, train, tf.trainable_variables()]
