"""Variable scopes and tf.get_variable: names, reuse, defaults, getters, and what goes wrong."""

import threading

import numpy as np
import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_names_of_variables_follow_variable_scopes_only():
    with tf.name_scope("names"), tf.variable_scope("a"):
        with tf.name_scope("inner"):
            v = tf.get_variable("v", [1])
            node = tf.no_op()
        plain = tf.Variable(1.0, name="plain")
    assert v.name == "a/v:0"
    assert node.name == "names/a/inner/NoOp"
    assert plain.name == "names/a/plain:0"


def test_scopes_and_their_name_scopes():
    """The names are those that TensorFlow 1.15.5 gives for the same script."""
    with tf.variable_scope("s") as s, tf.name_scope("n"):
        with tf.variable_scope("t") as t:
            nodes = [tf.no_op()]
        with tf.variable_scope(s):
            nodes.append(tf.no_op())
        with tf.variable_scope(s, auxiliary_name_scope=False):
            nodes.append(tf.no_op())
    with tf.variable_scope(t) as again:
        nodes.append(tf.no_op())
    with tf.variable_scope("") as root:
        nodes.append(tf.no_op())
    with tf.variable_scope("q/r") as nested:
        nodes.append(tf.no_op())
    with tf.variable_scope(nested) as nested_again:
        nodes.append(tf.no_op())
    with tf.variable_scope(tf.get_variable_scope(), reuse=tf.AUTO_REUSE) as auto:
        nodes.append(tf.no_op())
    with tf.variable_scope("s"):
        with tf.variable_scope(None, default_name="t") as first:
            nodes.append(tf.no_op())
        with tf.variable_scope(None, default_name="t") as second:
            nodes.append(tf.no_op())
    assert [node.name for node in nodes] == [
        "s/n/t/NoOp",
        "s/n/s/NoOp",
        "s/n/NoOp",
        "t/NoOp",
        "NoOp",
        "q/r/NoOp",
        "r/NoOp",
        "NoOp_1",
        "s_1/t/NoOp",
        "s_1/t_1/NoOp",
    ]
    scopes = [s, t, again, root, nested, nested_again, auto, first, second]
    assert [(scope.name, scope.original_name_scope) for scope in scopes] == [
        ("s", "s/"),
        ("s/t", "s/n/t/"),
        ("s/t", "s/n/t/"),
        ("", ""),
        ("q/r", "q/r/"),
        ("q/r", "q/r/"),
        ("", ""),
        ("s/t_1", "s_1/t/"),
        ("s/t_2", "s_1/t_1/"),
    ]
    assert auto.reuse is tf.AUTO_REUSE


def test_a_scope_object_may_be_entered_again():
    opener = tf.variable_scope("s")
    names = []
    for _ in range(2):
        with opener as scope:
            names.append((scope.name, tf.no_op().name))
    assert names == [("s", "s/NoOp"), ("s", "s_1/NoOp")]


def test_default_names_are_unique_within_the_scope_around():
    def layer():
        with tf.variable_scope(None, default_name="layer") as scope:
            return scope.name

    assert [layer(), layer()] == ["layer", "layer_1"]
    with tf.variable_scope("net"):
        assert [layer(), layer()] == ["net/layer", "net/layer_1"]
    with tf.variable_scope("net"):
        assert layer() == "net/layer"


def test_reuse():
    with tf.variable_scope("s") as scope:
        v = tf.get_variable("v", [2])
        scope.reuse_variables()
        assert tf.get_variable("v", [2]) is v
    with tf.variable_scope("s", reuse=True):
        assert tf.get_variable("v") is v
        with tf.variable_scope("inner", reuse=False) as inner:
            assert inner.reuse is True
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        assert tf.get_variable("v") is v
        new = tf.get_variable("new", [1])
        assert tf.get_variable("new", [1]) is new
    with tf.variable_scope(scope):
        assert tf.get_variable("v") is v


def test_a_second_variable_of_a_name_is_an_error_that_names_the_line_of_the_first():
    tf.get_variable("v", [2])  # line of the first
    with pytest.raises(ValueError, match="already exists, disallowed") as caught:
        tf.get_variable("v", [2])
    assert f"{__file__}:" in str(caught.value)


def test_a_missing_variable_is_an_error_under_reuse():
    tf.Variable(1.0, name="v")
    with (
        tf.variable_scope("", reuse=True),
        pytest.raises(ValueError, match="does not exist, or was not created with tf.get_variable"),
    ):
        tf.get_variable("v", [])


def test_a_variable_is_shared_in_its_own_shape_and_dtype_only():
    tf.get_variable("v", [2])
    with tf.variable_scope("", reuse=True):
        with pytest.raises(ValueError, match=r"shape \(3,\) and found shape \(2,\)"):
            tf.get_variable("v", [3])
        with pytest.raises(ValueError, match="dtype float64 and found dtype float32"):
            tf.get_variable("v", [2], dtype=tf.float64)


def test_defaults_are_handed_on():
    def regularizer(value):
        return tf.convert_to_tensor(value) * 2.0

    with tf.variable_scope(
        "s",
        initializer=tf.ones_initializer(),
        regularizer=regularizer,
        dtype=tf.float64,
        use_resource=True,
        caching_device="/cpu:0",
    ):
        with tf.variable_scope("inner"):
            v = tf.get_variable("v", [2])
            w = tf.get_variable("w", [2], tf.float32, tf.zeros_initializer(), tf.no_regularizer)
        scope = tf.get_variable_scope()
        assert scope.dtype == tf.float64
        assert scope.use_resource
        assert scope.caching_device == "/cpu:0"
    assert v.dtype == tf.float64
    assert v.op.type == "VarHandleOp"
    (loss,) = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert loss.name == "s/inner/v/Regularizer/mul:0"
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(sess.run([v, w]), [[1, 1], [0, 0]])


def test_a_constraint_is_not_handed_on():
    with tf.variable_scope("s", constraint=abs):
        assert tf.get_variable_scope().constraint is abs
        v = tf.get_variable("v", [1])
        with tf.variable_scope("inner"):
            assert tf.get_variable_scope().constraint is None
    assert v.constraint is abs


def test_custom_getters_call_those_of_scopes_around():
    calls = []

    def noting(label):
        def getter(getter, name, *args, **kwargs):
            calls.append((label, name))
            return getter(name, *args, **kwargs)

        return getter

    with (
        tf.variable_scope("s", custom_getter=noting("outer")),
        tf.variable_scope("t", custom_getter=noting("inner")),
    ):
        tf.get_variable("x", [1])
        tf.get_variable("y", [1], custom_getter=noting("own"))
    assert calls == [("inner", "s/t/x"), ("outer", "s/t/x"), ("own", "s/t/y")]


def test_a_custom_getter_without_constraint_is_spared_it():
    def getter(
        getter, name, shape, dtype, initializer, regularizer, reuse, trainable, collections,
        caching_device, partitioner, validate_shape, use_resource, synchronization, aggregation,
    ):  # fmt: skip
        return getter(name, shape=shape, dtype=dtype, trainable=False)

    v = tf.get_variable("v", [1], custom_getter=getter, constraint=abs)
    assert not v.trainable


def test_local_variables():
    v = tf.get_local_variable("v", [2], collections=["mine"])
    assert tf.local_variables() == tf.get_collection("mine") == [v]
    assert tf.global_variables() == tf.trainable_variables() == []
    assert not v.trainable


def test_collections_of_a_scope():
    with tf.variable_scope("s") as scope:
        v = tf.get_variable("v", [1])
    tf.get_variable("w", [1])
    assert scope.global_variables() == scope.trainable_variables() == [v]
    assert scope.local_variables() == []
    assert tf.global_variables("s") == [v]


def test_initial_values_of_all_kinds():
    array = tf.get_variable("array", initializer=np.eye(2, dtype=np.float32))
    called = tf.get_variable("called", initializer=lambda: tf.ones([3], tf.int32))
    shaped = tf.get_variable("shaped", [2], initializer=lambda shape, dtype: tf.ones(shape, dtype))
    whole = tf.get_variable("whole", [2], tf.int32)
    text = tf.get_variable("text", [1], tf.string)
    classed = tf.get_variable("classed", [2], initializer=tf.ones_initializer)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        values = sess.run([array, called, shaped, whole, text, classed])
    for value, wanted in zip(
        values, [np.eye(2), [1] * 3, [1, 1], [0, 0], [b""], [1, 1]], strict=True
    ):
        np.testing.assert_array_equal(value, wanted)


def test_bad_arguments_of_get_variable():
    with pytest.raises(ValueError, match="do not specify shape"):
        tf.get_variable("v", [2], initializer=np.ones(2))
    with pytest.raises(ValueError, match="float64"):
        tf.get_variable("v", dtype=tf.float32, initializer=np.ones(2))
    with pytest.raises(ValueError, match="required"):
        tf.get_variable("v", [2], tf.complex64)
    with pytest.raises(ValueError, match="function of the shape"):
        tf.get_variable("v")
    with pytest.raises(ValueError, match="function of the shape"):
        tf.get_variable("v", [None, 2])
    with pytest.raises(ValueError, match="function"):
        tf.get_variable("v", [2], custom_getter=3)
    assert tf.global_variables() == []


def test_bad_arguments_of_variable_scope():
    with pytest.raises(TypeError, match="name_or_scope is required"):
        tf.variable_scope(None)
    with pytest.raises(ValueError, match="reuse"):
        tf.variable_scope("s", reuse=3)
    with pytest.raises(TypeError, match="auxiliary_name_scope"):
        tf.variable_scope("s", auxiliary_name_scope=3)
    with pytest.raises(TypeError, match="name or a VariableScope"), tf.variable_scope(3):
        pass
    with (
        pytest.raises(ValueError, match="reuse=True"),
        tf.variable_scope(None, default_name="s", reuse=True),
    ):
        pass
    assert tf.get_variable_scope().name == ""


def test_an_error_inside_leaves_the_scope():
    with pytest.raises(KeyError), tf.variable_scope("s"), tf.variable_scope("t"):
        raise KeyError("mine")
    assert tf.get_variable_scope().name == ""
    assert tf.no_op().name == "NoOp"


def test_each_thread_has_its_own_scope(graph):
    names = []

    def work():
        with graph.as_default():
            names.append(tf.get_variable_scope().name)

    with tf.variable_scope("s"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert names == [""]


def test_values_say_which_graph_is_meant():
    other = tf.Graph()
    with other.as_default():
        x = tf.constant(1.0)
    with tf.variable_op_scope([x], "s"):
        v = tf.get_variable("v", [1])
    assert v.graph is other


def test_a_variable_made_in_a_branch_belongs_to_the_graph_around(graph):
    def branch():
        return tf.get_variable("inside", [2], initializer=tf.ones_initializer()) * 2.0

    x = tf.placeholder(tf.bool)
    chosen = tf.cond(x, branch, lambda: tf.zeros([2]))
    (variable,) = tf.global_variables()
    assert variable.graph is graph
    assert variable.name == "inside:0"
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(sess.run(chosen, {x: True}), [2, 2])


def test_templates_share_variables():
    def scale(x, factor):
        return factor * x * tf.get_variable("scale", [], initializer=tf.ones_initializer())

    shared = tf.make_template("shared", scale, factor=3.0)
    assert shared.variable_scope is None
    results = [shared(tf.constant(2.0)), shared(tf.constant(4.0))]
    assert [variable.name for variable in shared.variables] == ["shared/scale:0"]
    assert shared.variable_scope_name == "shared"
    other = tf.make_template("shared", scale, factor=1.0)
    other(tf.constant(1.0))
    assert [variable.name for variable in other.trainable_variables] == ["shared_1/scale:0"]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert sess.run(results) == [6.0, 12.0]


def test_a_template_may_make_its_scope_at_once():
    def make():
        return tf.get_variable("v", [1])

    early = tf.make_template("early", make, create_scope_now_=True)
    assert early.variable_scope_name == "early"
    assert early() is early()


def test_a_template_that_makes_variables_at_every_call_is_an_error():
    template = tf.make_template("bad", lambda: tf.Variable(1.0))
    template()
    with pytest.raises(ValueError, match="after its first call"):
        template()
    with pytest.raises(ValueError, match="name"):
        tf.make_template(None, lambda: 1)
