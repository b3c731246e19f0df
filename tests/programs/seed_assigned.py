"""A session holds the values of its variables: prints 13."""

import tensorflow as tf

graph = tf.Graph()
with graph.as_default():
    variable = tf.Variable(42, name="foo")
    initialize = tf.initialize_all_variables()
    assign = variable.assign(13)

with tf.Session(graph=graph) as sess:
    sess.run(initialize)
    sess.run(assign)
    print(sess.run(variable))
