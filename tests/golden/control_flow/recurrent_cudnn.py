"""Cases of the cells that compute what cuDNN's networks do: values, states, gradients."""

import importlib

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()


def _case(kind):
    """Two layers in both directions; one of them by lengths."""

    def case(tf, feed):
        tf.get_variable_scope().set_initializer(tf.random_uniform_initializer(-0.8, 0.8, seed=3))
        x = feed(np.random.RandomState(0).normal(size=(3, 5, 2)))
        lengths = feed(np.array([5, 0, 3], np.int32))
        make = getattr(tf.contrib.cudnn_rnn, kind)
        forwards, backwards = ([make(4), make(4)] for _ in range(2))
        both = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
            forwards, backwards, x, dtype=tf.float32, sequence_length=lengths
        )
        one = tf.nn.dynamic_rnn(make(3), x, dtype=tf.float32)
        tensors = tf.nest.flatten([both, one])
        total = tf.add_n([tf.reduce_sum(tf.square(tensor)) for tensor in tensors])
        return [*tensors, *tf.gradients(total, [x, *tf.trainable_variables()])]

    return case


CASES["lstm"] = _case("CudnnCompatibleLSTMCell")
CASES["gru"] = _case("CudnnCompatibleGRUCell")


def _private(name):
    """Find a class where TensorFlow or Penstock has it."""
    homes = (
        "tensorflow.contrib.rnn.python.ops.rnn_cell",
        "penstock.contrib.rnn.lstm_variants",
        "penstock.contrib.rnn.simple_gated",
    )
    for home in homes:
        try:
            return getattr(importlib.import_module(home), name)
        except (ImportError, AttributeError):
            continue
    raise LookupError(name)


def _private_case(name, *settings, **more):
    def case(tf, feed):
        tf.get_variable_scope().set_initializer(tf.random_uniform_initializer(-0.8, 0.8, seed=3))
        x = feed(np.random.RandomState(0).normal(size=(3, 5, 2)))
        cell = _private(name)(4, *settings, **more)
        made = tf.nest.flatten(tf.nn.dynamic_rnn(cell, x, [2, 0, 3], dtype=tf.float32))
        total = tf.add_n([tf.reduce_sum(tf.square(tensor)) for tensor in made])
        slopes = tf.gradients(total, [x, *tf.trainable_variables()])
        return made + [slope for slope in slopes if slope is not None]

    return case


CASES["layer_normalized"] = _private_case("LayerNormLSTMCell", True, layer_norm=True, norm_gain=0.5)
CASES["layer_not_normalized"] = _private_case("LayerNormLSTMCell", num_proj=3, proj_clip=0.3)
CASES["weights_normalized"] = _private_case("WeightNormLSTMCell", True, True, num_proj=3)
