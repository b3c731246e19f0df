"""What a graph keeps: names, scopes, collections, who waits for whom, what may be fed."""

import threading

import pytest

import penstock as tf


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_graphs_stack():
    outer = tf.get_default_graph()
    with tf.Graph().as_default() as inner:
        assert tf.get_default_graph() is inner
        with pytest.raises(AssertionError, match="reset_default_graph"):
            tf.reset_default_graph()
    assert tf.get_default_graph() is outer


def test_the_stack_of_each_thread_is_its_own(graph):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(tf.get_default_graph()))
    thread.start()
    thread.join()
    assert seen[0] is not graph


def test_names_are_unique_without_regard_to_case(graph):
    assert [graph.unique_name(name) for name in ("a", "A", "a")] == ["a", "A_1", "a_2"]
    assert graph.unique_name("b", mark_as_used=False) == graph.unique_name("b") == "b"


def test_a_scopes_own_name_reopens_it():
    with tf.name_scope("outer") as scope, tf.name_scope("inner"):
        assert tf.constant(1).op.name == "outer/inner/Const"
    with tf.name_scope(scope):
        assert tf.constant(1).op.name == "outer/Const"
    with tf.name_scope("outer") as second:
        assert second == "outer_1/"
        with tf.name_scope(None):
            assert tf.constant(1).op.name == "Const"


def test_a_full_name_must_be_free_and_well_formed():
    first = tf.constant(1, name="taken")
    with pytest.raises(ValueError, match=r"'taken' is the name of the node made at .*test_graph"):
        tf.constant(2, name="taken/")
    assert tf.get_default_graph().get_operation_by_name("taken") is first.op
    for name in ("/", "a b/", "_a/"):
        with pytest.raises(ValueError, match="is not a valid|at least one character"):
            tf.constant(1, name=name)
        with pytest.raises(ValueError, match="is not a valid"), tf.name_scope(name):
            pass


def test_a_nodes_outputs_are_a_list():
    node = tf.constant(1).op
    assert node.outputs + [1] == [*node.values(), 1]
    with tf.Session() as session:
        assert session.run(node.outputs) == [1]


def test_collections(graph):
    key = object()
    graph.add_to_collections(["a", "b", "a"], 1)
    graph.add_to_collection(key, 2)
    graph.get_collection_ref("c").append(3)
    assert graph.get_collection("a") == [1] and graph.get_collection("none") == []
    assert graph.get_all_collection_keys() == ["a", "b", "c"]
    assert list(graph.collections) == ["a", "b", key, "c"]
    graph.clear_collection("a")
    assert graph.get_collection("a") == []


def test_a_copy_of_a_collection_is_given(graph):
    graph.add_to_collection("a", 1)
    graph.get_collection("a").append(2)
    assert graph.get_collection("a") == [1]


def test_devices_merge_from_the_outside_in():
    with tf.device("/job:ps/task:1"), tf.device("/cpu:0"):
        assert tf.constant(1).device == "/job:ps/task:1/device:CPU:0"
        with tf.device(None):
            assert tf.constant(1).device == ""
    with tf.device(lambda node: f"/gpu:{len(node.inputs)}"):
        assert tf.constant(1).device == "/gpu:0"
        with tf.device("/job:ps"):
            assert tf.constant(1).device == "/gpu:0"
    with tf.device("/job:ps"), tf.device(lambda node: "/gpu:0"):
        assert tf.constant(1).device == "/job:ps/device:GPU:0"


def test_who_waits_for_whom():
    a, b = tf.constant(1), tf.constant(2)
    with tf.control_dependencies([a, b.op]):
        waiting = tf.constant(3)
        through_input = tf.identity(a)
        with tf.control_dependencies(None):
            free = tf.constant(4)
    assert waiting.op.control_inputs == [a.op, b.op]
    assert through_input.op.control_inputs == [b.op]
    assert free.op.control_inputs == []


def test_colocation_names_the_group():
    with tf.device("/gpu:0"):
        a = tf.constant(1)
    with tf.colocate_with(a):
        b = tf.constant(2)
    assert b.op.colocation_groups() == [b"loc:@Const"] and b.device == a.device


def test_a_gradient_can_be_overridden(graph):
    @tf.RegisterGradient("TestGraphSeven")
    def seven(op, dy):
        return 7.0 * dy

    x = tf.constant(3.0)
    with graph.gradient_override_map({"Square": "TestGraphSeven"}):
        y = tf.square(x)
    with tf.Session() as session:
        assert session.run(tf.gradients(y, x)) == [7.0]
        assert session.run(tf.gradients(tf.square(x), x)) == [6.0]


def test_a_final_graph_takes_no_nodes(graph):
    before = graph.version
    tf.constant(1)
    assert graph.version > before and not graph.finalized
    graph.finalize()
    assert graph.finalized
    with pytest.raises(RuntimeError, match="finalized"):
        tf.constant(2)


def test_feeding_and_fetching_can_be_prevented(graph):
    x = tf.constant(1)
    graph.prevent_feeding(x)
    graph.prevent_fetching(x.op)
    assert not graph.is_feedable(x) and not graph.is_fetchable(x)
    y = tf.identity(x)
    with tf.Session() as session:
        assert session.run(y) == 1
        with pytest.raises(ValueError, match="may not be fed"):
            session.run(y, {x: 2})
        with pytest.raises(ValueError, match="not fetchable"):
            session.run(x)


def test_elements_are_found_by_what_stands_for_them(graph):
    variable = tf.Variable(1, name="v")
    x = tf.constant(1, name="x")
    find = graph.as_graph_element
    assert find("x:0") is x and find("x") is x.op and find(x) is x and find(b"x:0") is x
    assert find(variable).name == "v:0"
    with pytest.raises(ValueError, match="another"):
        tf.Graph().as_graph_element(x)


def test_a_body_of_a_branch_is_a_function(graph):
    inside = []

    def branch():
        inside.append(tf.get_default_graph().building_function)
        return tf.constant(1)

    tf.cond(tf.placeholder(tf.bool), branch, branch)
    assert inside == [True, True] and not graph.building_function
