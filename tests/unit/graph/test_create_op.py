"""`Graph.create_op`, containers, blocks of threads, and tensors from the inside of a branch."""

import threading

import pytest

import penstock as tf


@pytest.fixture
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_an_op_by_its_name(graph):
    x = tf.constant(1.0)
    node = graph.create_op("Add", [x, x], [tf.float32])
    assert node.name == "Add" and node.get_attr("T") == tf.float32
    assert graph.create_op("Add", [x, x], name="sum/").name == "sum"
    assert graph.create_op("NoOp", [], [], attrs={"_mark": "here"}).get_attr("_mark") == b"here"
    with tf.Session() as sess:
        assert sess.run(node.outputs[0]) == 2


@pytest.mark.parametrize("attrs", [{}, {"N": 3}])
def test_a_list_takes_the_tensors_that_are_left(graph, attrs):
    x = tf.constant(1.0)
    node = graph.create_op("AddN", [x, x, x], [tf.float32], attrs=attrs)
    assert node.get_attr("N") == 3 and node.inputs[:] == (x, x, x)
    packed = graph.create_op("IdentityN", [x, tf.constant(1)])
    assert [tensor.dtype for tensor in packed.outputs] == [tf.float32, tf.int32]


@pytest.mark.parametrize(
    ("error", "words", "arguments"),
    [
        (TypeError, "3.0", ("Add", [1, 3.0])),
        (TypeError, "input_types", ("Add", [1, 1], None, [tf.int32, tf.int32])),
        (TypeError, "'y'", ("Add", [1])),
        (TypeError, "takes 2", ("Add", [1, 1, 1])),
        (TypeError, "'foo'", ("NoOp", [], None, None, None, {"foo": 3})),
        (ValueError, "'dtype'", ("Placeholder", [])),
        (ValueError, "name", ("NoOp", [], None, None, "")),
        (tf.errors.NotFoundError, "Nope", ("Nope", [])),
    ],
)
def test_what_does_not_fit(graph, error, words, arguments):
    op, inputs, *rest = arguments
    tensors = [tf.constant(1.0) if value == 1 else value for value in inputs]
    before = graph.version
    with pytest.raises(error, match=words):
        graph.create_op(op, tensors, *rest)
    assert graph.version == before


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_container_keeps_variables_apart(graph, use_resource):
    with graph.container("one") as name:
        first = tf.Variable(1.0, name="v", use_resource=use_resource)
        with tf.container(None):
            plain = tf.Variable(1.0, use_resource=use_resource)
    assert name == "one" and first.op.get_attr("container") == b"one"
    assert plain.op.get_attr("container") == b""
    with tf.container("two"):
        raw = tf.raw_ops.VariableV2(shape=[], dtype=tf.float32, shared_name="v")
    with tf.Session() as sess:
        sess.run([first.initializer, tf.raw_ops.Assign(ref=raw, value=5.0)])
        assert sess.run([first, raw]) == [1, 5]
    with pytest.raises(TypeError, match="3"), tf.container(3):
        pass


def blocks_of_another_thread(graph):
    """What a node has that another thread makes, of the blocks open in this one."""
    found = []

    def make():
        with graph.as_default():
            node = tf.constant(1).op
        found.extend([node.name, node.control_inputs, node.device])

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    return found


def test_a_name_scope_is_its_threads_own(graph):
    first = tf.constant(0, name="first")
    with tf.name_scope("scope"), tf.control_dependencies([first]), tf.device("/cpu:0"):
        name, control, device = blocks_of_another_thread(graph)
        assert tf.constant(1).name == "scope/Const:0"
    assert name == "Const" and control == [first.op] and device == "/device:CPU:0"


def test_all_blocks_of_a_thread_after_the_switch(graph):
    first = tf.constant(0, name="first")
    with tf.device("/cpu:0"), pytest.raises(RuntimeError, match="none may be open"):
        graph.switch_to_thread_local()
    graph.switch_to_thread_local()
    with tf.control_dependencies([first]), tf.device("/cpu:0"), graph.container("here"):
        name, control, device = blocks_of_another_thread(graph)
        assert tf.constant(1).op.control_inputs == [first.op]
    assert name == "Const" and control == [] and device == ""


def test_the_names_of_collections(graph):
    graph.add_to_collection("b", 1)
    graph.add_to_collections(("a", "b"), 2)
    assert graph.collections == ["b", "a"]


def test_a_tensor_from_the_inside_of_a_branch():
    inside = []

    def branch():
        inside.append(tf.constant(1.0) + x)
        return inside[0]

    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [])
        y = tf.cond(x > 0, branch, lambda: x)
        before = graph.version
        for use in (
            lambda: inside[0] * 2.0,
            lambda: y + inside[0],
            lambda: tf.raw_ops.AddN(inputs=[y, inside[0]]),
            lambda: graph.create_op("Neg", [inside[0]]),
        ):
            with pytest.raises(ValueError, match="one graph"):
                use()
        assert graph.version == before
        with pytest.raises(ValueError, match="has a value only there"):
            tf.negative(inside[0])
        with tf.Session() as sess:
            assert sess.run(y, {x: 2.0}) == 3


def test_things_hung_on_tensors_and_nodes(graph):
    x = tf.constant(1.0)
    x.aliases, x.op.mark = ["x"], 3
    assert x.op.outputs[0].aliases == ["x"] and graph.get_operation_by_name("Const").mark == 3
    assert not hasattr(x, "nothing")
    with pytest.raises(AttributeError):
        x.name = "y"


def test_attributes_and_shapes_as_messages(graph):
    shape = tf.TensorShape([None, 3]).as_proto()
    assert [dim.size for dim in shape.dim] == [-1, 3] and not shape.unknown_rank
    assert tf.TensorShape(shape).as_list() == [None, 3]
    assert tf.TensorShape(tf.TensorShape(None).as_proto()).ndims is None
    attrs = {
        "dtype": tf.AttrValue(type=tf.float32.as_datatype_enum),
        "shape": tf.AttrValue(shape=shape),
        "_mark": tf.AttrValue(s=b"here"),
    }
    node = graph.create_op("Placeholder", [], [tf.float32], name="x", attrs=attrs)
    assert node.outputs[0].shape.as_list() == [None, 3]
    assert node.get_attr("shape") == shape and node.get_attr("_mark") == b"here"
    assert graph.graph_def_versions.producer > 0
    with tf.Session() as sess:
        assert [one.name for one in sess.graph_def.node] == ["x"]


def test_where_a_node_was_made(graph):
    node = tf.constant(1).op
    (entry,) = node.traceback_with_start_lines
    assert entry[:4] == node.traceback[0] and entry[0] == __file__ and entry[4] < entry[1]
