"""Array functions: what they refuse, what they make of special cases, which tier agrees."""

from __future__ import annotations

import numpy as np
import pytest

import penstock as tf


def _session(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return tf.Session(config=config)


def _run(fetch, feeds=None, tier="numpy"):
    with _session(tier) as session:
        return session.run(fetch, feeds)


@pytest.fixture(autouse=True)
def _graph():
    with tf.Graph().as_default():
        yield


# What is refused while the graph is built: the error's class, and words of its message

_REFUSED = {
    "reshape to another count": (lambda: tf.reshape(tf.zeros([6]), [4]), ValueError, "elements"),
    "reshape by a scalar": (lambda: tf.reshape(tf.zeros([6]), 6), ValueError, "vector of sizes"),
    "squeeze a longer axis": (lambda: tf.squeeze(tf.zeros([2]), 0), ValueError, "size 1"),
    "expand_dims without axis": (lambda: tf.expand_dims([1]), ValueError, "'axis'"),
    "expand_dims far away": (lambda: tf.expand_dims([1], 5), ValueError, "an axis from -2 to 1"),
    "transpose by a wrong perm": (lambda: tf.transpose([[1]], [0]), ValueError, "as many axes"),
    "transpose an axis twice": (lambda: tf.transpose([[1]], [0, 0]), ValueError, "each axis once"),
    "concat of ranks": (lambda: tf.concat([[1], [[1]]], 0), ValueError, "equal sizes"),
    "concat of sizes": (
        lambda: tf.concat([tf.zeros([2, 3]), tf.zeros([2, 4])], 0), ValueError, "but for axis 0"),
    "concat of dtypes": (lambda: tf.concat([[1], [1.5]], 0), TypeError, "int32"),
    "stack of shapes": (lambda: tf.stack([tf.zeros([2]), tf.zeros([3])]), ValueError, "one shape"),
    "stack far away": (lambda: tf.stack([[1], [2]], axis=3), ValueError, "from -2 to 1"),
    "unstack of unknown size": (
        lambda: tf.unstack(tf.placeholder(tf.float32, [None])), ValueError, "num="),
    "split that leaves a rest": (lambda: tf.split(tf.zeros([5]), 2), ValueError, "2 divides"),
    "split by a tensor": (
        lambda: tf.split(tf.zeros([4]), tf.constant(2)), ValueError, "Python integer"),
    "split of wrong sizes": (lambda: tf.split(tf.zeros([4]), [1, 2]), ValueError, "add up"),
    "slice beyond the end": (lambda: tf.slice(tf.zeros([4]), [2], [3]), ValueError, "lies within"),
    "gather along no axis": (lambda: tf.gather([1], 0, axis=2), ValueError, "an axis 2"),
    "gather_nd too deep": (
        lambda: tf.gather_nd(tf.zeros([2]), [[0, 0]]), ValueError, "no more numbers"),
    "pad of another rank": (lambda: tf.pad([1], [[1, 1], [1, 1]]), ValueError, "paddings"),
    "pad in no mode": (lambda: tf.pad([1], [[1, 1]], "WRAP"), ValueError, "CONSTANT"),
    "tile of another rank": (lambda: tf.tile([1], [1, 2]), ValueError, "a multiple for each"),
    "one_hot of two dtypes": (lambda: tf.one_hot([1], 2, 1.0, dtype=tf.int32), TypeError, "int32"),
    "one_hot below zero": (lambda: tf.one_hot([1], -1), ValueError, "depth"),
    "where with one side": (lambda: tf.where([True], [1]), ValueError, "both x and y"),
    "where of shapes": (
        lambda: tf.where([True, False], tf.zeros([3]), tf.zeros([3])), ValueError, "condition"),
    "boolean_mask by a scalar": (lambda: tf.boolean_mask([1], True), ValueError, "one axis"),
    "boolean_mask of another size": (
        lambda: tf.boolean_mask([1, 2], [True]), ValueError, "incompatible"),
    "reverse an axis twice": (lambda: tf.reverse([[1]], [0, 0]), ValueError, "at most once"),
    "constant of a tensor": (lambda: tf.constant(tf.zeros([2])), TypeError, r"tf\.identity"),
    "constant of rows": (lambda: tf.constant([[1], [1, 2]]), ValueError, "one length"),
    "constant of too much": (lambda: tf.constant([1, 2, 3], shape=[2]), ValueError, "room for 2"),
    "meshgrid in no order": (lambda: tf.meshgrid([1], indexing="yx"), ValueError, "'xy' or 'ij'"),
    "batch_gather of unknown rank": (
        lambda: tf.batch_gather([1], tf.placeholder(tf.int32)), ValueError, "rank of indices"),
}  # fmt: skip


@pytest.mark.parametrize("name", _REFUSED)
def test_what_cannot_be_is_refused_while_the_graph_is_built(name):
    build, error, words = _REFUSED[name]
    with pytest.raises(error, match=words):
        build()


# What only a run can tell

_FED = {
    "reshape": (lambda x, n: tf.reshape(x, [n, 2]), "values"),
    "gather": (lambda x, n: tf.gather(x, n), "indices|not in|point into"),
    "gather_nd": (lambda x, n: tf.gather_nd(x, [[n, 0]]), "indices|not in|point into"),
    "slice": (lambda x, n: tf.slice(x, [n, 0], [2, 1]), "(?i)slice|begin"),
    "split": (lambda x, n: tf.split(x, [n, 1], 0), "add up"),
    "tile": (lambda x, n: tf.tile(x, [-n, 1]), "non-negative"),
    "fill": (lambda x, n: tf.fill([-n], 1), "non-negative"),
    "concat": (lambda x, n: tf.concat([x, x[:, :1]], 0 * n), "equal sizes"),
    "scatter_nd": (lambda x, n: tf.scatter_nd([[n]], [1.0], [3]), "indices|not in|point into"),
    "dynamic_partition": (lambda x, n: tf.dynamic_partition(x, [n, 0, 0], 2), "numbers from 0"),
    "transpose": (lambda x, n: tf.transpose(x, [n, 0]), "each of the 2 axes"),
}  # fmt: skip


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("name", _FED)
def test_what_a_run_brings_is_checked_by_both_tiers(name, tier):
    build, words = _FED[name]
    x = tf.placeholder(tf.float32, [None, None])
    n = tf.placeholder(tf.int32, [])
    fetch = build(x, n)
    with _session(tier) as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match=words) as caught:
            session.run(fetch, {x: np.zeros((3, 2)), n: 5})
        assert caught.value.op.graph is tf.get_default_graph()
        assert session.run(n, {n: 1}) == 1


# Special cases


def test_zeros_are_a_constant_when_small_and_a_fill_when_large():
    assert tf.zeros([999]).op.type == "Const"
    assert tf.zeros([1000]).op.type == "Fill"
    assert tf.zeros([2], tf.string).dtype is tf.string
    assert _run(tf.zeros([2], tf.string)).tolist() == [b"", b""]
    assert _run(tf.ones([2], tf.bool)).tolist() == [True, True]


def test_a_shape_is_a_constant_when_static():
    known, unknown = tf.zeros([2, 3]), tf.placeholder(tf.float32, [None, 3])
    assert tf.shape(known).op.type == "Const"
    assert tf.shape(unknown).op.type == "Shape"
    assert tf.size(known).op.type == "Const"
    assert tf.rank(unknown).op.type == "Const"


def test_static_shapes_follow_computed_sizes():
    x = tf.placeholder(tf.float32, [None, 4, 6])
    assert tf.reshape(x, tf.concat([tf.shape(x)[:1], [24]], 0)).shape.as_list() == [None, 24]
    assert tf.reshape(x, [-1, 24]).shape.as_list() == [None, 24]
    assert tf.zeros(tf.stack([3, tf.size(tf.zeros([2]))])).shape.as_list() == [3, 2]


def test_stack_of_numbers_is_a_constant_and_of_tensors_a_pack():
    assert tf.stack([1, 2]).op.type == "Const"
    assert tf.stack([1, tf.constant(2)]).op.type == "Pack"
    assert _run(tf.stack([[1, 2], [3, 4]], axis=1)).tolist() == [[1, 3], [2, 4]]


def test_gather_reads_only_rows_of_a_variable():
    table = tf.get_variable("table", [5, 2], use_resource=True)
    rows = tf.gather(table, [1])
    assert "ResourceGather" in {node.type for node in rows.graph.get_operations()}


def test_repeat_and_sequence_mask():
    assert _run(tf.repeat([3, 1], [2, 3])).tolist() == [3, 3, 1, 1, 1]
    assert _run(tf.repeat([[1], [2]], 2, axis=0)).tolist() == [[1], [1], [2], [2]]
    expected = [[True, False, False], [True, True, True]]
    assert _run(tf.sequence_mask([1, 3])).tolist() == expected


def test_paddings_for_blocks_fit():
    paddings, crops = tf.required_space_to_batch_paddings([5, 6], [2, 3])
    assert _run(paddings).tolist() == [[0, 1], [0, 0]]
    fed = tf.placeholder(tf.int32, [2])
    paddings, crops = tf.required_space_to_batch_paddings(fed, [2, 3], [[1, 0], [0, 0]])
    assert _run([paddings, crops], {fed: [6, 4]})[0].tolist() == [[1, 1], [0, 2]]


def test_what_a_run_gives_can_be_written_to():
    x = tf.placeholder(tf.float32, [2])
    value = _run(tf.broadcast_to(x, [3, 2]), {x: [1, 2]})
    value[0, 0] = 7
    assert value[1, 0] == 1


def test_no_name_is_the_ops_name():
    assert tf.constant(1, name=None).name.startswith("Const")
