"""Wrong shapes and sizes that only a run can see."""

import numpy as np

from tests.unit.errors.wrong import wrong


@wrong(must="broadcast", came="(3,)", todo="shapes")
def sum_of_wrong_sizes_at_run(env):
    x, feeds = env.fed([1.0, 2.0, 3.0])
    return env.tf.add(x, [1.0, 2.0], name="total"), feeds  # made here


@wrong(must="as many columns", came="(2, 3)", todo="PENSTOCK_ERRORS=long")
def product_of_wrong_sizes_at_run(env):
    x, feeds = env.fed(np.ones((2, 3)))
    return env.tf.matmul(x, np.ones((4, 5))), feeds  # made here


@wrong(must="reshape", came="(5,)", todo="PENSTOCK_ERRORS=long")
def reshape_to_wrong_size_at_run(env):
    x, feeds = env.fed(np.ones(5))
    return env.tf.reshape(x, [2, 3]), feeds  # made here


@wrong(must="reshape", came="(5,)", todo="PENSTOCK_ERRORS=long")
def reshape_to_computed_wrong_size(env):
    x, feeds = env.fed(np.ones(5))
    return env.tf.reshape(x, [2, -1]), feeds  # made here


@wrong(must="equal sizes", came="(2, 4)", todo="PENSTOCK_ERRORS=long")
def concat_of_wrong_sizes_at_run(env):
    x, feeds = env.fed(np.ones((2, 4)))
    return env.tf.concat([x, np.ones((2, 3))], 0), feeds  # made here


@wrong(must="one shape", came="(4,)", todo="PENSTOCK_ERRORS=long")
def stack_of_wrong_sizes_at_run(env):
    x, feeds = env.fed(np.ones(4))
    return env.tf.stack([x, np.ones(3)]), feeds  # made here


@wrong(must="multiple", came="(5, 3)", todo="PENSTOCK_ERRORS=long")
def split_into_uneven_parts_at_run(env):
    x, feeds = env.fed(np.ones((5, 3)))
    return env.tf.split(x, 2), feeds  # made here


@wrong(must="within the rest", came="(2, 3)", todo="PENSTOCK_ERRORS=long")
def slice_beyond_the_end_at_run(env):
    x, feeds = env.fed(np.ones((2, 3)))
    return env.tf.slice(x, [0, 2], [2, 2]), feeds  # made here


@wrong(must="out of bounds", came="(2, 3)", todo="PENSTOCK_ERRORS=long")
def index_beyond_the_end_at_run(env):
    x, feeds = env.fed(np.ones((2, 3)))
    return x[2], feeds  # made here


@wrong(must="out of bounds", came="(2, 3)", todo="PENSTOCK_ERRORS=long")
def index_by_fed_number_beyond_the_end(env):
    place, feeds = env.fed(2, np.int32)
    return env.tf.constant(np.ones((2, 3)))[place], feeds  # made here


@wrong(must="dimension of 1", came="(2, 3)", todo="PENSTOCK_ERRORS=long")
def squeeze_of_wide_axis_at_run(env):
    x, feeds = env.fed(np.ones((2, 3)))
    return env.tf.squeeze(x, 1), feeds  # made here


@wrong(must="axes once", came="[0, 0]", todo="PENSTOCK_ERRORS=long")
def transpose_by_wrong_order_at_run(env):
    order, feeds = env.fed([0, 0], np.int32)
    return env.tf.transpose(np.ones((2, 3)), order), feeds  # made here


@wrong(must="axes from -2 to 1", came="(2, 3)", todo="PENSTOCK_ERRORS=long")
def sum_over_absent_axis_at_run(env):
    x, feeds = env.fed(np.ones((2, 3)))
    return env.tf.reduce_sum(x, 2), feeds  # made here


@wrong(must="non-negative", came="-1", todo="PENSTOCK_ERRORS=long")
def tile_by_negative_number(env):
    times, feeds = env.fed([-1], np.int32)
    return env.tf.tile(np.ones(3), times), feeds  # made here


@wrong(must="non-negative", came="-2", todo="PENSTOCK_ERRORS=long")
def fill_of_negative_size(env):
    size, feeds = env.fed([-2], np.int32)
    return env.tf.fill(size, 1.0), feeds  # made here


@wrong(must="not 0", came="int32", todo="PENSTOCK_ERRORS=long")
def range_that_never_ends(env):
    step, feeds = env.fed(0, np.int32)
    return env.tf.range(0, 5, step), feeds  # made here


@wrong(must="at least k = 5", came="3", todo="fewer")
def top_of_too_few(env):
    count, feeds = env.fed(5, np.int32)
    return env.tf.nn.top_k(np.ones(3), count).values, feeds  # made here


@wrong(must="(?, 4)", came="[2, 3]", todo="Feed or compute")
def ensured_shape_at_run(env):
    x, feeds = env.fed(np.ones((2, 3)))
    return env.tf.ensure_shape(x, [None, 4]), feeds  # made here


@wrong(must="shape ()", came="(2,)", todo="validate_shape")
def assign_of_another_shape_at_run(env):
    value, feeds = env.fed([1.0, 2.0], np.float32)
    return env.tf.assign(env.v, value), feeds  # made here


@wrong(must="not be negative", came="-1", todo="PENSTOCK_ERRORS=long")
def one_hot_of_negative_depth(env):
    depth, feeds = env.fed(-1, np.int32)
    return env.tf.one_hot([0, 1], depth), feeds  # made here


@wrong(must="two axes", came="(3,)", todo="tf.expand_dims")
def product_of_vectors(env):
    x, feeds = env.fed(np.ones(3))
    return env.tf.matmul(x, x), feeds  # made here


@wrong(must="fit", came="(1, 2, 2, 1)", todo="'SAME'")
def window_longer_than_the_image(env):
    x, feeds = env.fed(np.ones((1, 2, 2, 1)), np.float32)
    return env.tf.nn.max_pool(x, [1, 4, 4, 1], [1, 1, 1, 1], "VALID"), feeds  # made here
