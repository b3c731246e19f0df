"""Neural network functions in their rarer forms."""

__all__ = ["sampled_classes", "second_derivatives_of_networks", "windows_with_gaps"]


def windows_with_gaps(tf):
    """Convolutions and pooling with gaps, over lines and volumes, and transposed."""
    x = tf.placeholder(tf.float32, [None, 9, 9, 3], name="x")
    unknown = tf.placeholder(tf.float32, [None, None, None, 3], name="unknown")
    first = tf.placeholder(tf.float32, [2, 3, 9, 9], name="first")
    k = tf.placeholder(tf.float32, [3, 3, 3, 4], name="k")
    d = tf.placeholder(tf.float32, [3, 3, 3, 2], name="d")
    up = tf.placeholder(tf.float32, [3, 3, 4, 3], name="up")
    line = tf.placeholder(tf.float32, [5, 9, 3], name="line")
    tap = tf.placeholder(tf.float32, [3, 4, 3], name="tap")
    made = [tf.nn.atrous_conv2d(x, k, 2, "VALID"), tf.nn.atrous_conv2d(x, k, 1, "SAME")]
    made += [tf.nn.convolution(unknown, k, "SAME", dilation_rate=[2, 3])]
    made += [tf.nn.convolution(first, k, "SAME", dilation_rate=[2, 2], data_format="NCHW")]
    made += [tf.nn.convolution(x, k, "SAME", strides=[2, 2])]
    made += [tf.nn.depthwise_conv2d(x, d, [1, 1, 1, 1], "SAME", rate=[2, 2])]
    made += [tf.nn.pool(x, [2, 2], "MAX", "VALID", strides=[2, 2], name="strided")]
    made += [tf.nn.pool(unknown, [2, 3], "AVG", "VALID", dilation_rate=[2, 2])]
    made += [tf.nn.conv1d_transpose(line, tap, [5, 18, 4], 2)]
    made += [tf.nn.atrous_conv2d_transpose(x, up, [5, 9, 9, 4], 2, "SAME")]
    made += [tf.nn.atrous_conv2d_transpose(x, up, tf.constant([5, 13, 13, 4]), 2, "VALID")]
    made += [tf.nn.conv_transpose(x, up, [5, 18, 18, 4], 2)]
    made += [tf.nn.max_pool1d(line, 2, 2, "SAME"), tf.nn.avg_pool_v2(line, 2, 1, "VALID")]
    made += [tf.gradients(made[2], [unknown, k]), tf.gradients(made[8], [line, tap])]
    return made


def sampled_classes(tf):
    """Losses over sampled classes, and the largest entries."""
    weights = tf.placeholder(tf.float32, [100, 8], name="weights")
    biases = tf.placeholder(tf.float32, [100], name="biases")
    labels = tf.placeholder(tf.int64, [None, 1], name="labels")
    inputs = tf.placeholder(tf.float32, [None, 8], name="inputs")
    two = tf.placeholder(tf.int32, [4, 2], name="two")
    made = [tf.nn.nce_loss(weights, biases, labels, inputs, 5, 100)]
    made += [tf.nn.sampled_softmax_loss(weights, biases, labels, inputs, 5, 100, seed=1)]
    drawn = tf.nn.uniform_candidate_sampler(tf.cast(two, tf.int64), 2, 5, True, 100)
    made += [tf.nn.nce_loss([weights, weights], biases, two, inputs, 5, 100, 2, drawn, True, "div")]
    for y in made[:2]:
        made.append(tf.gradients(y, [weights, biases, inputs]))
    made += [tf.nn.top_k(inputs, 2), tf.nn.top_k(inputs), tf.nn.in_top_k(inputs, labels[:, 0], 2)]
    made += [tf.gradients(made[5][0], inputs)]
    return made


def second_derivatives_of_networks(tf):
    """Gradients of gradients of activations, biases, convolutions and pooling."""
    x = tf.placeholder(tf.float32, [None, 8, 8, 3], name="x")
    k = tf.placeholder(tf.float32, [3, 3, 3, 4], name="k")
    b = tf.placeholder(tf.float32, [4], name="b")
    made = []
    for function in (tf.nn.relu, tf.nn.elu, tf.nn.selu, tf.nn.softplus, tf.nn.leaky_relu):
        y = tf.square(function(tf.nn.bias_add(tf.nn.conv2d(x, k, 2, "SAME"), b)))
        made.append(tf.gradients(tf.gradients(y, [x, k, b]), [x, k, b]))
    for function in (tf.nn.max_pool, tf.nn.avg_pool):
        y = tf.square(function(x, 2, 2, "SAME"))
        made.append(tf.gradients(tf.gradients(y, x), x))
    return made
