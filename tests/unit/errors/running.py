"""Wrong indices and numbers, and failed assertions, that only a run can see."""

import numpy as np

from tests.unit.errors.wrong import wrong

# Indices


@wrong(must="[0, 3)", came="indices[1] = 7", todo="Check")
def gather_beyond_the_end(env):
    indices, feeds = env.fed([0, 7], np.int32)
    return env.tf.gather(np.ones((3, 2)), indices), feeds  # made here


@wrong(must="[0, 3)", came="indices[1] = -1", todo="Check")
def gather_before_the_start(env):
    indices, feeds = env.fed([0, -1], np.int32)
    return env.tf.gather(np.ones((3, 2)), indices), feeds  # made here


@wrong(must="[0, 3)", came="indices[2] = 3", todo="Check")
def gather_at_computed_place(env):
    scores, feeds = env.fed([0.0, 1.0, 2.0])
    places = env.tf.cast(scores, env.tf.int32) + 1
    return env.tf.gather(np.ones((3, 2)), places), feeds  # made here


@wrong(must="[0, 3)", came="indices[0,1] = 3", todo="Check")
def embedding_beyond_the_end(env):
    table = env.tf.get_variable("table", [3, 2])
    env.session.run(table.initializer)
    ids, feeds = env.fed([[0, 3]], np.int64)
    return env.tf.nn.embedding_lookup(table, ids), feeds  # made here


@wrong(must="[0, 3)", came="indices[0,1] = 3", todo="Check")
def embedding_of_resource_beyond_the_end(env):
    table = env.tf.get_variable("table", [3, 2], use_resource=True)
    env.session.run(table.initializer)
    ids, feeds = env.fed([[0, 3]], np.int64)
    return env.tf.nn.embedding_lookup(table, ids), feeds  # made here


@wrong(must="[3, 2]", came="indices[1] = [0, 5]", todo="Check")
def gather_point_outside(env):
    points, feeds = env.fed([[1, 1], [0, 5]], np.int32)
    return env.tf.gather_nd(np.ones((3, 2)), points), feeds  # made here


@wrong(must="[0, 3)", came="indices[1] = 3", todo="Check")
def scatter_beyond_the_end(env):
    rows = env.tf.Variable(np.ones(3), name="rows")
    env.session.run(rows.initializer)
    indices, feeds = env.fed([0, 3], np.int32)
    return env.tf.scatter_update(rows, indices, [5.0, 5.0]), feeds  # made here


@wrong(must="[3, 2]", came="indices[1] = [0, 5]", todo="Check")
def scatter_to_point_outside(env):
    points, feeds = env.fed([[1, 1], [0, 5]], np.int32)
    return env.tf.scatter_nd(points, [1.0, 2.0], [3, 2]), feeds  # made here


@wrong(must="[0, 3), the classes", came="labels[1] = 3", todo="Check")
def label_beyond_the_classes(env):
    labels, feeds = env.fed([0, 3], np.int32)
    labels.set_shape([None])
    feeds[env.x] = np.ones((2, 3))
    return env.tf.nn.sparse_softmax_cross_entropy_with_logits(  # made here
        labels=labels, logits=env.x
    ), feeds


@wrong(must="must not fall", came="int32", todo="PENSTOCK_ERRORS=long")
def segments_out_of_order(env):
    segments, feeds = env.fed([1, 0], np.int32)
    return env.tf.segment_sum(np.ones((2, 3)), segments), feeds  # made here


@wrong(must="from 0 to 1", came="[0 2]", todo="PENSTOCK_ERRORS=long")
def partition_beyond_their_number(env):
    parts, feeds = env.fed([0, 2], np.int32)
    return env.tf.dynamic_partition(np.ones(2), parts, 2), feeds  # made here


@wrong(must="[3, 4]", came="[1, 9]", todo="PENSTOCK_ERRORS=long")
def sparse_index_outside(env):
    indices, feeds = env.fed([[0, 0], [1, 9]], np.int64)
    sparse = env.tf.SparseTensor(indices, [1.0, 2.0], [3, 4])
    return env.tf.sparse_tensor_to_dense(sparse), feeds  # made here


@wrong(must="ids below 3", came="one is 5", todo="PENSTOCK_ERRORS=long")
def unsorted_segment_beyond_their_number(env):
    segments, feeds = env.fed([-1, 5], np.int32)
    return env.tf.unsorted_segment_sum(np.ones((2, 3)), segments, 3), feeds  # made here


@wrong(must="rise", came="[0, 0]", todo="Sort them")
def sparse_indices_out_of_order(env):
    indices, feeds = env.fed([[1, 0], [0, 0]], np.int64)
    sparse = env.tf.SparseTensor(indices, [1.0, 2.0], [3, 4])
    return env.tf.sparse_tensor_to_dense(sparse), feeds  # made here


@wrong(must="out of bounds", came="index 9", todo="PENSTOCK_ERRORS=long")
def sparse_product_of_index_outside(env):
    indices, feeds = env.fed([[0, 9]], np.int64)
    sparse, dense = env.tf.SparseTensor(indices, [1.0], [2, 3]), np.ones((3, 2), np.float32)
    return env.tf.sparse_tensor_dense_matmul(sparse, dense), feeds  # made here


@wrong(must="[0, 4), the lengths", came="seq_lengths[1] = 9", todo="Check")
def sequence_longer_than_its_row(env):
    lengths, feeds = env.fed([1, 9], np.int32)
    return env.tf.reverse_sequence(np.ones((2, 3)), lengths, 1), feeds  # made here


@wrong(must="stand once", came="[0, 0]", todo="PENSTOCK_ERRORS=long")
def permutation_with_a_number_twice(env):
    x, feeds = env.fed([0, 0], np.int32)
    return env.tf.invert_permutation(x), feeds  # made here


@wrong(must="not be negative", came="int32", todo="Shift")
def count_of_negative_numbers(env):
    x, feeds = env.fed([-1], np.int32)
    return env.tf.bincount(x, minlength=3, maxlength=3), feeds  # made here


# Numbers


@wrong(must="other than 0", came="by zero", todo="tf.where")
def division_of_integers_by_zero(env):
    divisor, feeds = env.fed([1, 0], np.int32)
    return env.tf.floordiv([4, 4], divisor), feeds  # made here


@wrong(must="other than 0", came="by zero", todo="tf.where")
def remainder_of_integers_by_zero(env):
    divisor, feeds = env.fed([1, 0], np.int32)
    return env.tf.mod([4, 4], divisor), feeds  # made here


@wrong(must="other than 0", came="by zero", todo="tf.where")
def old_division_of_integers_by_zero(env):
    divisor, feeds = env.fed([1, 0], np.int32)
    return env.tf.div([4, 4], divisor), feeds  # made here


@wrong(must="not allowed", came="negative", todo="PENSTOCK_ERRORS=long")
def negative_power_of_integer(env):
    power, feeds = env.fed(-2, np.int32)
    return env.tf.pow(3, power), feeds  # made here


@wrong(must="Singular", came="(2, 2)", todo="PENSTOCK_ERRORS=long")
def inverse_of_singular_matrix(env):
    matrix, feeds = env.fed(np.ones((2, 2)))
    return env.tf.matrix_inverse(matrix), feeds  # made here


@wrong(must="positive definite", came="(2, 2)", todo="PENSTOCK_ERRORS=long")
def cholesky_of_indefinite_matrix(env):
    matrix, feeds = env.fed(-np.eye(2))
    return env.tf.cholesky(matrix), feeds  # made here


@wrong(must="finite", came="NaN", todo="zero")
def checked_number_is_nan(env):
    x, feeds = env.fed([1.0, float("nan")])
    return env.tf.check_numerics(x, "here"), feeds  # made here


@wrong(must="finite", came="Inf", todo="zero")
def some_number_is_infinite(env):
    x, feeds = env.fed([0.0, 1.0], np.float32)
    y = env.tf.divide(1.0, x, name="inverse")
    check = env.tf.add_check_numerics_ops()  # made here
    feeds[env.x] = [[1.0, 2.0, 3.0]]
    with env.tf.control_dependencies([check]):
        return env.tf.identity(y), feeds


@wrong(must="less than maxval", came="maxval=0", todo="PENSTOCK_ERRORS=long")
def random_integers_of_empty_range(env):
    limit, feeds = env.fed(0, np.int32)
    return env.tf.random_uniform([2], 5, limit, env.tf.int32), feeds  # made here


# Assertions


@wrong(must="must be small", came="[1 7]", todo="PENSTOCK_ERRORS=long")
def failed_assertion(env):
    x, feeds = env.fed([1.0, 7.0])
    check = env.tf.Assert(env.tf.reduce_all(x < 5.0), ["must be small", x])  # made here
    with env.tf.control_dependencies([check]):
        return env.tf.identity(x), feeds


@wrong(must="x < y", came="[1 7]", todo="PENSTOCK_ERRORS=long")
def failed_comparison(env):
    x, feeds = env.fed([1, 7], np.int32)
    with env.tf.control_dependencies([env.tf.assert_less(x, 5)]):  # made here
        return env.tf.identity(x), feeds


@wrong(must="rank", came="[2]", todo="PENSTOCK_ERRORS=long")
def failed_rank(env):
    x, feeds = env.fed([1.0, 7.0])
    with env.tf.control_dependencies([env.tf.assert_rank(x, 2)]):  # made here
        return env.tf.identity(x), feeds


@wrong(must="no smaller", came="[2]", todo="PENSTOCK_ERRORS=long")
def crop_larger_than_the_whole(env):
    x, feeds = env.fed([1.0, 7.0])
    return env.tf.random_crop(x, [3]), feeds  # made here
