"""Wrong dtypes, shapes and values that show while the graph is built."""

import numpy as np

from tests.unit.errors.wrong import wrong

# Dtypes


@wrong(must="dtype", came="int32", todo="tf.cast")
def add_of_two_dtypes(env):
    env.tf.add(env.x, env.tf.constant([1, 2, 3], name="whole"))


@wrong(must="dtype", came="int32", todo="tf.cast")
def plus_of_two_dtypes(env):
    env.x + env.tf.constant([1, 2, 3], name="whole")


@wrong(must="float32", came="int32", todo="tf.cast")
def logarithm_of_integers(env):
    env.tf.log(env.tf.constant([1, 2, 3], name="whole"))


@wrong(must="bool", came="float32", todo="tf.cast")
def logic_of_floats(env):
    env.tf.logical_and(env.x, env.x)


@wrong(must="dtype", came="float64", todo="tf.cast")
def concat_of_two_dtypes(env):
    env.tf.concat([env.x, env.tf.constant([[1.0, 2.0, 3.0]], env.tf.float64)], 0)


@wrong(must="int32", came="float32", todo="tf.cast")
def gather_by_floats(env):
    env.tf.gather(env.x, env.x)


@wrong(must="float32", came="int32", todo="tf.cast")
def multiply_number_of_wrong_kind(env):
    env.tf.constant([1, 2]) * 1.5


@wrong(must="float32", came="'text'", todo="convert")
def constant_of_text_as_float(env):
    env.tf.constant("text", env.tf.float32)


@wrong(must="int32", came="1.5", todo="tf.cast")
def constant_of_fraction_as_integer(env):
    env.tf.constant(1.5, env.tf.int32)


@wrong(must="rows of one length", came="(1,)", todo="Pad")
def constant_of_ragged_rows(env):
    env.tf.constant([[1.0, 2.0], [3.0]])


@wrong(must="cannot become a tensor", came="None", todo="tf.gradients")
def constant_of_none(env):
    env.tf.constant(None)


@wrong(must="part of a tensor", came="object", todo="Numbers")
def constant_of_object(env):
    env.tf.constant(object())


@wrong(must="room", came="3", todo="elements")
def constant_longer_than_its_shape(env):
    env.tf.constant([1.0, 2.0, 3.0], shape=[2])


@wrong(must="A dtype is wanted", came="'floating'", todo="tf.float32")
def placeholder_of_unknown_dtype(env):
    env.tf.placeholder("floating")


@wrong(must="int32", came="float32", todo="tf.cast")
def convert_to_another_dtype(env):
    env.tf.convert_to_tensor(env.x, env.tf.int32)


# Shapes


@wrong(must="MatMul", came="(4, 5)", todo="transpose")
def product_of_wrong_sizes(env):
    env.tf.matmul(env.x, np.ones((4, 5), np.float32))  # made here


@wrong(must="MatMul", came="(3,)", todo="expand")
def product_of_wrong_rank(env):
    env.tf.matmul(env.x, np.ones(3, np.float32))  # made here


@wrong(must="broadcast", came="(2,)", todo="shapes")
def sum_of_wrong_sizes(env):
    env.x + [1.0, 2.0]  # made here


@wrong(must="as many elements", came="(2, 3)", todo="shapes")
def reshape_to_wrong_size(env):
    env.tf.reshape(np.ones((2, 3)), [4])  # made here


@wrong(must="equal sizes", came="(2, 4)", todo="shapes")
def concat_of_wrong_sizes(env):
    env.tf.concat([np.ones((2, 3)), np.ones((2, 4))], 0)  # made here


@wrong(must="one shape", came="(4,)", todo="shapes")
def stack_of_wrong_sizes(env):
    env.tf.stack([np.ones(3), np.ones(4)])  # made here


@wrong(must="2 divides", came="(5, 3)", todo="shapes")
def split_into_uneven_parts(env):
    env.tf.split(np.ones((5, 3)), 2)  # made here


@wrong(must="axes from -2 to 1", came="(?, 3)", todo="shapes")
def sum_over_absent_axis(env):
    env.tf.reduce_sum(env.x, 2)  # made here


@wrong(must="an axis from -3 to 2", came="(?, 3)", todo="shapes")
def expand_at_absent_axis(env):
    env.tf.expand_dims(env.x, 4)  # made here


@wrong(must="size 1", came="(?, 3)", todo="shapes")
def squeeze_of_wide_axis(env):
    env.tf.squeeze(env.x, 1)  # made here


@wrong(must="as many axes", came="(?, 3)", todo="shapes")
def transpose_by_too_few_axes(env):
    env.tf.transpose(env.x, [0])  # made here


@wrong(must="fits", came="slice index 2", todo="shapes")
def index_beyond_the_end(env):
    env.tf.constant(np.ones((2, 3)))[2]  # made here


@wrong(must="2 axes", came="3 of them", todo="shapes")
def index_by_too_many(env):
    env.x[0, 0, 0]  # made here


@wrong(must="integers, slices", came="'name'", todo="tf.gather")
def index_by_text(env):
    env.x["name"]


@wrong(must="set_shape", came="(4, 4)", todo="x:0")
def set_contradicting_shape(env):
    env.x.set_shape([4, 4])


@wrong(must="multiple", came="(1, 8, 8, 4)", todo="shapes")
def convolution_of_wrong_depth(env):
    images = env.tf.placeholder(env.tf.float32, [1, 8, 8, 4])
    env.tf.nn.conv2d(images, np.ones((3, 3, 3, 5), np.float32), [1, 1, 1, 1], "SAME")  # made here


@wrong(must="one of", came="'LOOSE'", todo="'VALID'")
def convolution_of_wrong_padding(env):
    images = env.tf.placeholder(env.tf.float32, [1, 8, 8, 3])
    env.tf.nn.conv2d(images, np.ones((3, 3, 3, 5), np.float32), [1, 1, 1, 1], "LOOSE")


@wrong(must="one axis less", came="(?, 1)", todo="use softmax")
def labels_of_wrong_rank(env):
    labels = env.tf.placeholder(env.tf.int32, [None, 1])
    env.tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=env.x)


@wrong(must="by name", came="softmax_cross_entropy_with_logits", todo="labels=...")
def labels_by_position(env):
    env.tf.nn.softmax_cross_entropy_with_logits(env.x, env.x)


@wrong(must="less than 1", came="1.0", todo="keep_prob")
def dropout_of_everything(env):
    env.tf.nn.dropout(env.x, keep_prob=0.0)


@wrong(must="cannot be told", came="(?, 3)", todo="num=")
def unstack_of_unknown_size(env):
    env.tf.unstack(env.x)


# Python with tensors


@wrong(must="neither true nor false", came="x:0", todo="tf.cond")
def tensor_as_bool(env):
    if env.x:
        pass


@wrong(must="cannot be iterated", came="x:0", todo="tf.unstack")
def tensor_iterated(env):
    for _ in env.x:
        pass


@wrong(must="len()", came="x:0", todo="tf.shape(x)[0]")
def tensor_length(env):
    len(env.x)


@wrong(must="NumPy", came="x:0", todo="sess.run(x)")
def tensor_as_array(env):
    np.sin(env.x)


@wrong(must="must be a tensor", came="True", todo="Python's own if")
def branch_on_python_bool(env):
    env.tf.cond(True, lambda: env.x, lambda: -env.x)


@wrong(must="callable", came="x:0", todo="lambda")
def branch_that_is_no_function(env):
    env.tf.cond(env.v > 0.0, env.x, lambda: -env.x)


@wrong(must="same", came="int32", todo="tf.cast")
def branches_of_two_dtypes(env):
    env.tf.cond(env.v > 0.0, lambda: env.x, lambda: env.tf.constant(1))


# Checks that the graph settles


@wrong(must="x == y", came="[1 2]", todo="Change")
def assertion_of_equal_constants(env):
    x = env.tf.constant([1, 2])  # made here
    env.tf.assert_equal(x, [1, 3])


@wrong(must="x > 0", came="-1", todo="Change")
def assertion_of_positive_constant(env):
    x = env.tf.constant(-1)  # made here
    env.tf.assert_positive(x)


@wrong(must="rank 3", came="(?, 3)", todo="expand_dims")
def assertion_of_rank(env):
    x = env.tf.placeholder(env.tf.float32, [None, 3])  # made here
    env.tf.assert_rank(x, 3)


@wrong(must="integers", came="float32", todo="tf.cast")
def assertion_of_integers(env):
    x = env.tf.placeholder(env.tf.float32, [])  # made here
    env.tf.assert_integer(x)


@wrong(must="int32", came="float32", todo="tf.cast")
def assertion_of_dtype(env):
    x = env.tf.placeholder(env.tf.float32, [])  # made here
    env.tf.assert_type(x, env.tf.int32)


@wrong(must="scalar", came="(3,)", todo="Reshape")
def assertion_of_scalar(env):
    x = env.tf.placeholder(env.tf.float32, [3])  # made here
    env.tf.assert_scalar(x)


@wrong(must="list", came="x:0", todo="list")
def assertion_of_iterable(env):
    env.tf.assert_proper_iterable(env.x)


@wrong(must="(?, 4)", came="(?, 3)", todo="reshape")
def ensured_shape_that_contradicts(env):
    env.tf.ensure_shape(env.x, [None, 4])  # made here


@wrong(must="a list", came="'told'", todo="list of what to show")
def assertion_of_data_not_in_list(env):
    env.tf.Assert(env.v > 0.0, "told")
