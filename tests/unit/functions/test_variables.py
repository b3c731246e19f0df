"""tf.Variable in both forms: facts, reading, writing, slices, and what goes wrong."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture(params=[False, True], ids=["reference", "resource"])
def use_resource(request):
    return request.param


@pytest.fixture
def variable(use_resource):
    def make(*args, **kwargs):
        return tf.Variable(*args, use_resource=use_resource, **kwargs)

    return make


def run(*fetches, feed=None):
    """Initialize everything in a new session, and run what is asked for, one after the other."""
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        return [sess.run(fetch, feed) for fetch in fetches]


def test_facts(variable, use_resource, graph):
    v = variable([[1.0, 2.0]], name="v")
    assert isinstance(v, tf.Variable)
    assert issubclass(type(v), tf.Variable)
    assert not isinstance(v.value(), tf.Variable)
    assert (v.name, v.op.name) == ("v:0", "v")
    assert v.dtype.base_dtype == tf.float32
    assert v.dtype == (tf.float32 if use_resource else tf.as_dtype("float32_ref"))
    assert v.shape.as_list() == v.get_shape().as_list() == [1, 2]
    assert v.graph is graph
    assert v.trainable
    assert v.constraint is None
    assert v.device == ""
    assert v.initial_value.op.type == "Const"
    kind = "float32" if use_resource else "float32_ref"
    assert repr(v) == f"<tf.Variable 'v:0' shape=(1, 2) dtype={kind}>"


def test_collections(variable):
    v = variable(1.0)
    w = variable(1.0, trainable=False)
    local = variable(1.0, collections=["mine", tf.GraphKeys.LOCAL_VARIABLES])
    assert tf.global_variables() == tf.all_variables() == [v, w]
    assert tf.trainable_variables() == [v, local]
    assert tf.local_variables() == tf.get_collection("mine") == [local]


def test_variables_are_told_apart_by_identity(variable):
    v, w = variable(1.0), variable(1.0)
    assert v == v
    assert v != w
    assert len({v, w, v}) == 2
    assert v.experimental_ref() in {v.experimental_ref()}


def test_operators_work_on_the_value(variable):
    v = variable([2.0, 3.0])
    results = [v + 1.0, 1.0 - v, v * v, 6.0 / v, v**2.0, -v, abs(v), v > 2.5, v[1], v[::-1]]
    values = run(results)[0]
    expected = [
        [3, 4],
        [-1, -2],
        [4, 9],
        [3, 2],
        [4, 9],
        [-2, -3],
        [2, 3],
        [False, True],
        3,
        [3, 2],
    ]
    for value, wanted in zip(values, expected, strict=True):
        np.testing.assert_array_equal(value, wanted)


def test_writing(variable):
    v = variable([1.0, 2.0])
    slices = tf.IndexedSlices(tf.constant([5.0]), tf.constant([1]))
    changes = [
        (v.assign_add([1.0, 1.0]), [2, 3]),
        (tf.assign_sub(v, [2.0, 0.0]), [0, 3]),
        (v.scatter_add(slices), [0, 8]),
        (v.scatter_sub(slices), [0, 3]),
        (v.scatter_mul(slices), [0, 15]),
        (v.scatter_div(slices), [0, 3]),
        (v.scatter_max(slices), [0, 5]),
        (v.scatter_update(slices), [0, 5]),
        (tf.scatter_min(v, [0], [-1.0]), [-1, 5]),
        (v.scatter_nd_add([[0]], [3.0]), [2, 5]),
        (tf.scatter_nd_sub(v, [[1]], [4.0]), [2, 1]),
        (tf.scatter_nd_update(v, [[1]], [7.0]), [2, 7]),
        (v[0].assign(9.0), [9, 7]),
        (v[::-1].assign([1.0, 2.0]), [2, 1]),
        (v.assign([0.0, 0.0]), [0, 0]),
    ]
    for value, (_, wanted) in zip(run(*(change for change, _ in changes)), changes, strict=True):
        np.testing.assert_array_equal(value, wanted)


def test_writes_without_a_read_give_the_node(variable):
    v = variable(1.0)
    for node in (
        v.assign(2.0, read_value=False),
        v.assign_add(2.0, read_value=False),
        v.assign_sub(1.0, read_value=False),
    ):
        assert isinstance(node, tf.Operation)


def test_batch_scatter_update(variable):
    v = variable(np.zeros([2, 3], np.float32))
    change = tf.batch_scatter_update(v, [[0], [2]], [[1.0], [2.0]])
    np.testing.assert_array_equal(run(change)[0], [[1, 0, 0], [0, 0, 2]])


def test_reading(variable):
    v = variable([[1.0, 2.0], [3.0, 4.0]])
    values = run([v, v.value(), v.read_value(), v.sparse_read([1]), v.gather_nd([[0, 1]])])[0]
    np.testing.assert_array_equal(values[0], values[1])
    np.testing.assert_array_equal(values[0], values[2])
    np.testing.assert_array_equal(values[3], [[3, 4]])
    np.testing.assert_array_equal(values[4], [2])


def test_a_read_after_a_write_sees_it(variable):
    v = variable(1.0)
    with tf.control_dependencies([v.assign_add(1.0)]):
        late = v.read_value()
    assert run(late)[0] == 2.0


def test_count_up_to(variable):
    counter = variable(0)
    following = counter.count_up_to(2)
    with tf.Session() as sess:
        sess.run(counter.initializer)
        assert [sess.run(following) for _ in range(2)] == [0, 1]
        with pytest.raises(tf.errors.OutOfRangeError, match="limit of 2"):
            sess.run(following)
        assert sess.run(counter) == 2


def test_load_and_eval(variable):
    v = variable([1.0, 2.0])
    with tf.Session():
        v.load([3.0, 4.0])
        np.testing.assert_array_equal(v.eval(), [3, 4])
    with pytest.raises(ValueError, match="session"):
        v.load([3.0, 4.0])


def test_initial_values_may_use_other_variables(variable):
    v = variable(2.0)
    w = variable(v.initialized_value() * 3.0)
    x = tf.Variable(w.initialized_value() + 1.0)
    assert run([v, w, x])[0] == [2.0, 6.0, 7.0]


def test_an_initial_value_reads_other_variables_safely():
    v = tf.Variable(2.0)
    w = tf.Variable(v * 3.0)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(w) == 6.0
        sess.run([v.assign(5.0)])
        sess.run(w.initializer)
        assert sess.run(w) == 15.0


def test_a_variable_made_in_a_control_block_can_be_initialized_alone(variable):
    with tf.control_dependencies([tf.placeholder(tf.float32)]):
        v = variable(1.0)
    assert run(v)[0] == 1.0


def test_initialized(variable):
    v, w = variable(1.0, name="v"), variable(1.0, name="w")
    missing = tf.report_uninitialized_variables()
    check = tf.is_variable_initialized(v)
    assert_all = tf.assert_variables_initialized()
    with tf.Session() as sess:
        assert not sess.run(check)
        assert list(sess.run(missing)) == [b"v", b"w"]
        sess.run(v.initializer)
        assert sess.run(check)
        assert list(sess.run(missing)) == [b"w"]
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w"):
            sess.run(assert_all)
        sess.run(tf.variables_initializer([w]))
        assert list(sess.run(missing)) == []
        sess.run(assert_all)


def test_nothing_to_report():
    missing = tf.report_uninitialized_variables()
    with tf.Session() as sess:
        assert sess.run(missing).shape == (0,)
        sess.run(tf.global_variables_initializer())
    assert tf.assert_variables_initialized() is None


def test_the_default_form_can_be_changed():
    try:
        tf.enable_resource_variables()
        assert tf.resource_variables_enabled()
        assert tf.Variable(1.0).op.type == "VarHandleOp"
        assert tf.Variable(1.0, use_resource=False).op.type == "VariableV2"
    finally:
        tf.disable_resource_variables()
    assert tf.Variable(1.0).op.type == "VariableV2"


def test_creators_take_part():
    def renamed(next_creator, **kwargs):
        kwargs["name"] = f"{kwargs['name']}_renamed"
        return next_creator(**kwargs)

    def untrained(next_creator, **kwargs):
        return next_creator(**{**kwargs, "trainable": False})

    with tf.variable_creator_scope(untrained), tf.variable_creator_scope(renamed):
        v = tf.Variable(1.0, name="v")
        w = tf.get_variable("w", [1])
    assert (v.name, w.name) == ("v_renamed:0", "w_renamed:0")
    assert tf.trainable_variables() == []
    assert tf.Variable(1.0, name="x").name == "x:0"


def test_bad_arguments(variable):
    with pytest.raises(ValueError, match="initial_value must be specified"):
        variable()
    with pytest.raises(ValueError, match="list, tuple or set"):
        variable(1.0, collections="mine")
    with pytest.raises(ValueError, match="function"):
        variable(1.0, constraint=3)
    on_read = tf.VariableSynchronization.ON_READ
    assert not variable(1.0, synchronization=on_read).trainable
    assert variable(1.0, trainable=True, synchronization=on_read).trainable
    with pytest.raises(ValueError, match="VariableAggregation"):
        variable(1.0, aggregation=9)
    with pytest.raises(TypeError, match="iterated"):
        list(variable([1.0]))
    with pytest.raises(TypeError, match="IndexedSlices"):
        variable([1.0]).scatter_sub(3)


def test_an_unknown_shape_is_an_error_unless_it_may_be():
    x = tf.placeholder(tf.float32)
    with pytest.raises(ValueError, match="must have a shape specified"):
        tf.Variable(x)
    assert tf.Variable(x, validate_shape=False).shape.ndims is None


def test_dtypes_must_fit(variable):
    v = variable([1, 2])
    with pytest.raises(ValueError, match="float32"):
        tf.convert_to_tensor(v, tf.float32)
    with pytest.raises(TypeError):
        tf.assign(v, [1.5, 2.5])


def test_shapes_must_fit_when_the_graph_is_built(variable):
    v = variable([1.0, 2.0])
    with pytest.raises(ValueError, match="shape"):
        tf.assign(v, [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"\(2,\)"):
        tf.Variable([1.0, 2.0]).set_shape([3])


def test_shapes_must_fit_when_it_runs():
    v = tf.Variable([1.0, 2.0])
    x = tf.placeholder(tf.float32)
    changes = [tf.assign(v, x), tf.assign_add(v, x)]
    with tf.Session() as sess:
        sess.run(v.initializer)
        for change in changes:
            with pytest.raises(tf.errors.InvalidArgumentError, match=r"\(3,\)"):
                sess.run(change, {x: [1.0, 2.0, 3.0]})
        np.testing.assert_array_equal(sess.run(v), [1, 2])


def test_a_shape_may_change_where_it_is_not_validated():
    v = tf.Variable([1.0, 2.0])
    longer = tf.assign(v, [1.0, 2.0, 3.0], validate_shape=False)
    assert len(run(longer)[0]) == 3


def test_indices_must_be_in_range(variable):
    v = variable([1.0, 2.0])
    change, read = tf.scatter_add(v, [5], [1.0]), v.sparse_read([-1])
    with tf.Session() as sess:
        sess.run(v.initializer)
        for fetch in (change, read):
            with pytest.raises(tf.errors.InvalidArgumentError, match="not in"):
                sess.run(fetch)
        np.testing.assert_array_equal(sess.run(v), [1, 2])


def test_a_destroyed_variable_is_uninitialized():
    v = tf.Variable(1.0, use_resource=True)
    destroy = tf.raw_ops.DestroyResourceOp(resource=v.handle)
    with tf.Session() as sess:
        sess.run(v.initializer)
        sess.run(destroy)
        assert not sess.run(v.is_initialized())


def test_a_caching_device_keeps_a_copy():
    v = tf.Variable(1.0, caching_device="/cpu:0", name="v")
    r = tf.Variable(1.0, caching_device="/cpu:0", name="r", use_resource=True)
    assert v.value().device == r.value().device == "/device:CPU:0"
    assert r.value().op.name == "r/Read/Identity"
    assert run([v + r])[0] == [2.0]
