"""Cases of recurrent networks that are built or run wrongly."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

X = np.ones((3, 5, 2), np.float32)


def _case(build):
    return lambda tf, feed: tf.nest.flatten(build(tf, tf.nn.rnn_cell, feed))


def _steps(tf, feed):
    return tf.unstack(feed(X), axis=1)


_TABLE = {
    "unknown_depth": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X, [None, None, None]), dtype=tf.float32
    ),
    "too_few_axes": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X[:, :, 0]), dtype=tf.float32
    ),
    "no_axes": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(np.float32(1)), dtype=tf.float32
    ),
    "no_dtype": lambda tf, cell, feed: tf.nn.dynamic_rnn(cell.GRUCell(4), feed(X)),
    "no_dtype_for_a_list": lambda tf, cell, feed: tf.nn.static_rnn(
        cell.GRUCell(4), _steps(tf, feed)
    ),
    "lengths_of_a_matrix": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X), [[1], [2], [3]], dtype=tf.float32
    ),
    "lengths_of_a_matrix_for_a_list": lambda tf, cell, feed: tf.nn.static_rnn(
        cell.GRUCell(4), _steps(tf, feed), dtype=tf.float32, sequence_length=[[1], [2], [3]]
    ),
    "too_few_lengths": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X), feed(np.array([1, 2], np.int32), [None]), dtype=tf.float32
    ),
    "no_cell": lambda tf, cell, feed: tf.nn.dynamic_rnn(4, feed(X), dtype=tf.float32),
    "no_cell_for_a_list": lambda tf, cell, feed: tf.nn.static_rnn(
        None, _steps(tf, feed), dtype=tf.float32
    ),
    "no_list": lambda tf, cell, feed: tf.nn.static_rnn(cell.GRUCell(4), feed(X), dtype=tf.float32),
    "empty_list": lambda tf, cell, feed: tf.nn.static_rnn(cell.GRUCell(4), [], dtype=tf.float32),
    "list_of_unknown_depth": lambda tf, cell, feed: tf.nn.static_rnn(
        cell.GRUCell(4), [feed(X[0], [3, None])], dtype=tf.float32
    ),
    "list_of_several_batches": lambda tf, cell, feed: tf.nn.static_rnn(
        cell.GRUCell(4), [feed(X[0]), feed(X[0, :2])], dtype=tf.float32
    ),
    "list_of_several_depths": lambda tf, cell, feed: tf.nn.static_rnn(
        cell.GRUCell(4), [feed(X[0]), feed(X[0, :, :1])], dtype=tf.float32
    ),
    "inputs_of_several_times": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), (feed(X), feed(X[:, :2])), dtype=tf.float32
    ),
    "inputs_of_several_batches": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), (feed(X), feed(X[:2])), dtype=tf.float32
    ),
    "several_inputs_for_one": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), (feed(X), feed(X)), dtype=tf.float32
    ),
    "integers": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X.astype(np.int32)), dtype=tf.int32
    ),
    "cell_of_integers": lambda tf, cell, feed: cell.LSTMCell(4, dtype=tf.int32),
    "one_tensor_for_two": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.LSTMCell(4), feed(X), initial_state=tf.zeros([3, 4])
    ),
    "two_tensors_for_one": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X), initial_state=(tf.zeros([3, 4]), tf.zeros([3, 4]))
    ),
    "state_of_another_size": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X), initial_state=tf.zeros([3, 5])
    ),
    "state_of_another_dtype": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.GRUCell(4), feed(X), initial_state=tf.zeros([3, 4], tf.float64)
    ),
    "state_of_several_dtypes": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.LSTMCell(4),
        feed(X),
        initial_state=cell.LSTMStateTuple(tf.zeros([3, 4]), tf.zeros([3, 4], tf.float64)),
    ),
    "stack_of_nothing": lambda tf, cell, feed: cell.MultiRNNCell([]),
    "stack_of_one_cell": lambda tf, cell, feed: cell.MultiRNNCell(cell.GRUCell(4)),
    "stack_of_tuples": lambda tf, cell, feed: cell.MultiRNNCell(
        [cell.LSTMCell(4)], state_is_tuple=False
    ),
    "stack_with_one_state": lambda tf, cell, feed: cell.MultiRNNCell([cell.GRUCell(4)])(
        feed(X[0]), tf.zeros([5, 4])
    ),
    "keep_of_two": lambda tf, cell, feed: cell.DropoutWrapper(cell.GRUCell(4), 2.0),
    "lasting_without_dtype": lambda tf, cell, feed: cell.DropoutWrapper(
        cell.GRUCell(4), 0.5, variational_recurrent=True
    ),
    "lasting_without_size": lambda tf, cell, feed: cell.DropoutWrapper(
        cell.GRUCell(4), 0.5, variational_recurrent=True, dtype=tf.float32
    ),
    "filter_of_dropout": lambda tf, cell, feed: cell.DropoutWrapper(
        cell.GRUCell(4), dropout_state_filter_visitor=3
    ),
    "wrapped_nothing": lambda tf, cell, feed: cell.ResidualWrapper(None),
    "residual_of_another_size": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        cell.ResidualWrapper(cell.GRUCell(4)), feed(X), dtype=tf.float32
    ),
    "unknown_activation": lambda tf, cell, feed: cell.GRUCell(4, activation="tanhh"),
    "no_loop_fn": lambda tf, cell, feed: tf.nn.raw_rnn(cell.GRUCell(4), None),
    "variables_of_another_size": lambda tf, cell, feed: [
        tf.nn.dynamic_rnn(gru, x, dtype=tf.float32)
        for gru in [cell.GRUCell(4)]
        for x in (feed(X), feed(X[:, :, :1]))
    ],
    "variables_that_exist": lambda tf, cell, feed: [
        tf.nn.dynamic_rnn(cell.GRUCell(4), feed(X), dtype=tf.float32) for _ in range(2)
    ],
    "layers_without_cells": lambda tf, cell, feed: tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
        [], [], feed(X), dtype=tf.float32
    ),
    "layers_of_several_heights": lambda tf, cell, feed: (
        tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
            [cell.GRUCell(4)] * 2, [cell.GRUCell(4)], feed(X), dtype=tf.float32
        )
    ),
    "groups_that_do_not_fit": lambda tf, cell, feed: tf.contrib.rnn.GLSTMCell(
        4, number_of_groups=3
    ),
    "intersection_of_another_size": lambda tf, cell, feed: tf.nn.dynamic_rnn(
        tf.contrib.rnn.IntersectionRNNCell(4), feed(X), dtype=tf.float32
    ),
    "empty_window": lambda tf, cell, feed: tf.contrib.rnn.AttentionCellWrapper(cell.GRUCell(4), 0),
    "no_projection": lambda tf, cell, feed: tf.contrib.rnn.OutputProjectionWrapper(
        cell.GRUCell(4), 0
    ),
    "images_of_too_few_axes": lambda tf, cell, feed: tf.contrib.rnn.ConvLSTMCell(
        2, [4, 2], 3, [3, 2]
    ),
    "block_without_units": lambda tf, cell, feed: tf.contrib.rnn.GRUBlockCell(),
    "fused_without_dtype": lambda tf, cell, feed: tf.contrib.rnn.LSTMBlockFusedCell(4)(feed(X)),
    "names_of_another_nest": lambda tf, cell, feed: tf.nn.static_state_saving_rnn(
        cell.LSTMCell(4), _steps(tf, feed), None, "c"
    ),
}

CASES.update({name: _case(build) for name, build in _TABLE.items()})


@CASES
def state_that_grows(tf, feed):
    class Growing(tf.nn.rnn_cell.RNNCell):
        state_size = output_size = 2

        def __call__(self, inputs, state, scope=None):
            return inputs, tf.concat([state, inputs], 1)

    return tf.nest.flatten(tf.nn.dynamic_rnn(Growing(), feed(X), dtype=tf.float32))


@CASES
def state_of_another_structure(tf, feed):
    class Pair(tf.nn.rnn_cell.RNNCell):
        state_size = output_size = 2

        def __call__(self, inputs, state, scope=None):
            return inputs, (state, state)

    return tf.nest.flatten(tf.nn.dynamic_rnn(Pair(), feed(X), [1, 2, 3], dtype=tf.float32))
