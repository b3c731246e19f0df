"""Cases of TensorLists, op by op: values, gradients, and what is refused."""

import numpy as np

from tests.golden.control_flow.case_table import Cases

__all__ = ["CASES"]

CASES = Cases()

ROWS = np.arange(6, dtype=np.float32).reshape(3, 2) / 4 - 0.5


def _ints(tf, *values):
    return tf.constant(list(values), tf.int32)


def _any(tf):
    return tf.constant(-1, tf.int32)


def _listed(tf, rows, shape=None):
    return tf.raw_ops.TensorListFromTensor(
        tensor=rows, element_shape=_any(tf) if shape is None else _ints(tf, *shape)
    )


def _stacked(tf, handle, dtype=None, **more):
    return tf.raw_ops.TensorListStack(
        input_handle=handle, element_shape=_any(tf), element_dtype=dtype or tf.float32, **more
    )


def _with_slopes(tf, values, inputs):
    """The values, and the gradients of the sum of their squares."""
    total = tf.add_n([tf.reduce_sum(value * value) for value in values])
    return [*values, *[each for each in tf.gradients(total, inputs) if each is not None]]


@CASES
def rows_there_and_back(tf, feed):
    x = feed(ROWS)
    return _with_slopes(tf, [_stacked(tf, _listed(tf, x, [2]), num_elements=3)], [x])


@CASES
def pushed_and_popped(tf, feed):
    x, y = feed(ROWS), feed(ROWS[1])
    handle = tf.raw_ops.TensorListPushBack(input_handle=_listed(tf, x), tensor=tf.exp(y))
    handle, last = tf.raw_ops.TensorListPopBack(
        input_handle=handle, element_shape=_any(tf), element_dtype=tf.float32
    )
    handle = tf.raw_ops.TensorListPushBack(input_handle=handle, tensor=last * y)
    length = tf.raw_ops.TensorListLength(input_handle=handle)
    return [length, *_with_slopes(tf, [last, _stacked(tf, handle)], [x, y])]


@CASES
def from_nothing(tf, feed):
    x = feed(ROWS[0])
    handle = tf.raw_ops.EmptyTensorList(
        element_shape=_ints(tf, 2), max_num_elements=-1, element_dtype=tf.float32
    )
    for factor in (1.0, 3.0):
        handle = tf.raw_ops.TensorListPushBack(input_handle=handle, tensor=x * factor)
    return _with_slopes(tf, [_stacked(tf, handle)], [x])


@CASES
def items_set_and_got(tf, feed):
    x, y, index = feed(ROWS), feed(ROWS[0]), feed(np.int32(1))
    handle = tf.raw_ops.TensorListSetItem(input_handle=_listed(tf, x), index=index, item=y * y)
    got = [
        tf.raw_ops.TensorListGetItem(
            input_handle=handle, index=at, element_shape=_ints(tf, 2), element_dtype=tf.float32
        )
        for at in (0, index)
    ]
    return _with_slopes(tf, [*got, _stacked(tf, handle)], [x, y])


@CASES
def reserved(tf, feed):
    x = feed(ROWS[0])
    handle = tf.raw_ops.TensorListReserve(
        element_shape=_ints(tf, 2), num_elements=3, element_dtype=tf.float32
    )
    handle = tf.raw_ops.TensorListSetItem(input_handle=handle, index=2, item=x)
    shape = tf.raw_ops.TensorListElementShape(input_handle=handle, shape_type=tf.int64)
    return [shape, *_with_slopes(tf, [_stacked(tf, handle)], [x])]


@CASES
def gathered(tf, feed):
    x, indices = feed(ROWS), feed(np.array([2, 0, 2], np.int32))
    rows = tf.raw_ops.TensorListGather(
        input_handle=_listed(tf, x), indices=indices, element_shape=_any(tf),
        element_dtype=tf.float32,
    )  # fmt: skip
    return _with_slopes(tf, [rows], [x])


@CASES
def gathered_once_each(tf, feed):
    x = feed(ROWS)
    rows = tf.raw_ops.TensorListGather(
        input_handle=_listed(tf, x), indices=[2, 0], element_shape=_any(tf),
        element_dtype=tf.float32,
    )  # fmt: skip
    return _with_slopes(tf, [rows], [x])


@CASES
def scattered(tf, feed):
    x = feed(ROWS)
    handle = tf.raw_ops.TensorListScatter(tensor=x, indices=[3, 0, 1], element_shape=_ints(tf, 2))
    return _with_slopes(tf, [_stacked(tf, handle)], [x])


@CASES
def scattered_into_a_size(tf, feed):
    x = feed(ROWS)
    handle = tf.raw_ops.TensorListScatterV2(
        tensor=x, indices=[3, 0, 1], element_shape=_ints(tf, 2), num_elements=6
    )
    return _with_slopes(tf, [_stacked(tf, handle)], [x])


@CASES
def scattered_into_what_is_there(tf, feed):
    x, y = feed(ROWS), feed(ROWS[:2])
    handle = tf.raw_ops.TensorListScatterIntoExistingList(
        input_handle=_listed(tf, x), tensor=y * 2.0, indices=[2, 0]
    )
    return _with_slopes(tf, [_stacked(tf, handle)], [x, y])


@CASES
def concatenated(tf, feed):
    x = feed(ROWS)
    made = tf.raw_ops.TensorListConcat(
        input_handle=_listed(tf, tf.reshape(x, [3, 2])), element_dtype=tf.float32,
        element_shape=tf.TensorShape([2]),
    )  # fmt: skip
    return [made[1], *_with_slopes(tf, [made[0]], [x])]


@CASES
def split_and_concatenated(tf, feed):
    x, lengths = feed(np.arange(6) / 4.0), feed(np.array([1, 3, 2], np.int64))
    handle = tf.raw_ops.TensorListSplit(tensor=x, element_shape=_any(tf), lengths=lengths)
    made = tf.raw_ops.TensorListConcatV2(
        input_handle=handle, element_shape=_ints(tf, -1), leading_dims=lengths,
        element_dtype=tf.float32,
    )  # fmt: skip
    return [made[1], *_with_slopes(tf, [made[0]], [x])]


@CASES
def resized(tf, feed):
    x = feed(ROWS)
    shorter = tf.raw_ops.TensorListResize(input_handle=_listed(tf, x, [2]), size=2)
    longer = tf.raw_ops.TensorListResize(input_handle=shorter, size=4)
    return _with_slopes(tf, [_stacked(tf, shorter), _stacked(tf, longer)], [x])


@CASES
def two_lists_in_one(tf, feed):
    x, y = feed(ROWS), feed(ROWS[:1])
    handle = tf.raw_ops.TensorListConcatLists(
        input_a=_listed(tf, x), input_b=_listed(tf, y), element_dtype=tf.float32
    )
    return [_stacked(tf, handle)]


@CASES
def of_strings(tf, feed):
    handle = _listed(tf, tf.constant(["a", "bc"]))
    handle = tf.raw_ops.TensorListPushBack(input_handle=handle, tensor="d")
    return [_stacked(tf, handle, tf.string)]


@CASES
def each_of_a_batch(tf, feed):
    x = feed(ROWS[:, :1])
    lists = tf.stack([_listed(tf, x), _listed(tf, x[:1])])
    lists = tf.raw_ops.TensorListPushBackBatch(input_handles=lists, tensor=[[7.0], [8.0]])
    return [_stacked(tf, each) for each in tf.unstack(tf.gather(lists, [1, 0, 1]))]


@CASES
def each_of_a_batch_beyond_the_most(tf, feed):
    handle = tf.raw_ops.EmptyTensorList(
        element_shape=_ints(tf), max_num_elements=1, element_dtype=tf.float32
    )
    lists = tf.stack([handle, handle])
    for _ in range(2):
        lists = tf.raw_ops.TensorListPushBackBatch(input_handles=lists, tensor=[7.0, 8.0])
    return [_stacked(tf, lists[1])]


def _refused(name, build):
    CASES[name] = lambda tf, feed: build(tf, tf.raw_ops, feed)


_refused("no_rows", lambda tf, ops, feed: [_stacked(tf, _listed(tf, feed(np.float32(1))))])
_refused(
    "pop_of_nothing",
    lambda tf, ops, feed: ops.TensorListPopBack(
        input_handle=ops.EmptyTensorList(
            element_shape=_ints(tf), max_num_elements=-1, element_dtype=tf.float32
        ),
        element_shape=_any(tf), element_dtype=tf.float32,
    )[1],
)  # fmt: skip
_refused(
    "push_beyond_the_most",
    lambda tf, ops, feed: ops.TensorListLength(
        input_handle=ops.TensorListPushBack(
            input_handle=ops.EmptyTensorList(
                element_shape=_ints(tf), max_num_elements=0, element_dtype=tf.float32
            ),
            tensor=1.0,
        )
    ),
)
_refused(
    "index_beyond",
    lambda tf, ops, feed: ops.TensorListGetItem(
        input_handle=_listed(tf, feed(ROWS)), index=feed(np.int32(3)), element_shape=_any(tf),
        element_dtype=tf.float32,
    ),
)  # fmt: skip
_refused(
    "other_count",
    lambda tf, ops, feed: _stacked(tf, _listed(tf, feed(ROWS, [None, 2])), num_elements=2),
)
_refused(
    "negative_size",
    lambda tf, ops, feed: ops.TensorListLength(
        input_handle=ops.TensorListResize(
            input_handle=_listed(tf, feed(ROWS)), size=feed(np.int32(-1))
        )
    ),
)
_refused(
    "batch_of_another_count",
    lambda tf, ops, feed: ops.TensorListPushBackBatch(
        input_handles=tf.stack([_listed(tf, feed(ROWS))] * 2), tensor=tf.zeros([3, 2])
    ),
)
_refused(
    "batch_of_another_shape",
    lambda tf, ops, feed: ops.TensorListLength(
        input_handle=ops.TensorListPushBackBatch(
            input_handles=tf.stack([_listed(tf, feed(ROWS), [2])] * 2),
            tensor=feed(np.zeros((2, 3)), [2, None]),
        )[0]
    ),
)
_refused("batch_that_is_one", lambda tf, ops, feed: ops.TensorListPushBackBatch(
    input_handles=_listed(tf, feed(ROWS)), tensor=tf.zeros([2])
))  # fmt: skip
