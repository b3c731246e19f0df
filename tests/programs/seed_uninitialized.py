"""A variable has no value before it is initialized: an error says so."""

import tensorflow as tf

graph = tf.Graph()
with graph.as_default():
    variable = tf.Variable(42, name="foo")
    initialize = tf.initialize_all_variables()
    assign = variable.assign(13)

with tf.Session(graph=graph) as sess:
    print(sess.run(variable))
