"""tf.graph_util: parts of graphs, and frozen graphs that compute what the variables' graph does."""

import numpy as np
import pytest

import penstock as tf


@pytest.fixture
def model():
    """A session of a graph with variables of both forms, and its output o2."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2], name="x")
        i = tf.identity(tf.check_numerics(x, "m", name="chk"), name="i")
        with tf.control_dependencies([i]):
            j = tf.identity(x, name="j")
        w = tf.identity(tf.identity(tf.add(i, j, name="y"), name="z"), name="w")
        v = tf.get_variable("v", [2])
        r = tf.get_variable("r", [2], use_resource=True)
        e = tf.get_variable("e", [4, 2], use_resource=True)
        o = tf.add(v + r, w, name="o")
        tf.add(o, tf.nn.embedding_lookup(e, [1, 2], name="emb"), name="o2")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            yield session


def inputs(graph_def):
    return {node.name: list(node.input) for node in graph_def.node}


def test_extract_sub_graph(model):
    part = tf.graph_util.extract_sub_graph(model.graph.as_graph_def(), ["o2"])
    assert [node.name for node in part.node] == [
        *("x", "chk", "i", "j", "y", "z", "w", "v", "v/read", "r", "e"),
        *("add/ReadVariableOp", "add", "o", "emb/ids", "emb", "emb/Identity", "emb/Identity_1"),
        "o2",
    ]
    assert part.versions.producer == 134


@pytest.mark.parametrize("arguments, error", [(("o2",), TypeError), ((["nope"],), AssertionError)])
def test_extract_refuses(model, arguments, error):
    with pytest.raises(error, match="nope|list"):
        tf.graph_util.extract_sub_graph(model.graph.as_graph_def(), *arguments)
    with pytest.raises(TypeError, match="GraphDef"):
        tf.graph_util.extract_sub_graph(None, *arguments)


def test_remove_training_nodes(model):
    whole = model.graph.as_graph_def()
    names = inputs(tf.graph_util.remove_training_nodes(whole))
    assert {"chk", "z", "w", "v/read"}.isdisjoint(names)
    assert names["i"] == ["x"] and names["j"] == ["x", "^i"] and names["o"] == ["add", "y"]
    kept = inputs(tf.graph_util.remove_training_nodes(whole, ["w"]))
    assert kept["w"] == ["y"] and kept["o"] == ["add", "w"]


def test_frozen_graph_computes_the_same(model):
    frozen = tf.graph_util.convert_variables_to_constants(model, model.graph.as_graph_def(), ["o2"])
    ops = {node.name: node.op for node in frozen.node}
    assert {ops["v"], ops["r"], ops["e"]} == {"Const"}
    assert ops["add/ReadVariableOp"] == "Identity" and ops["emb"] == "GatherV2"
    assert inputs(frozen)["emb"] == ["e", "emb/ids", "emb/axis"]
    expected = model.run("o2:0", {"x:0": [1.0, 2.0]})
    with tf.Graph().as_default():
        (o2,) = tf.import_graph_def(frozen, return_elements=["o2:0"])
        with tf.Session() as session:
            np.testing.assert_allclose(session.run(o2, {"import/x:0": [1.0, 2.0]}), expected)


def test_only_some_variables(model):
    whole = model.graph.as_graph_def()
    freeze = tf.graph_util.convert_variables_to_constants
    frozen = freeze(model, whole, ["o2"], variable_names_whitelist=["v"])
    ops = {node.name: node.op for node in frozen.node}
    assert (ops["v"], ops["r"], ops["add/ReadVariableOp"]) == (
        "Const",
        "VarHandleOp",
        "ReadVariableOp",
    )
    frozen = freeze(model, whole, ["o2"], variable_names_blacklist=["v"])
    assert {node.name: node.op for node in frozen.node}["v"] == "VariableV2"


def test_variables_within_branches_and_loops():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2], name="x")
        r = tf.get_variable("r", initializer=[1.0, 2.0], use_resource=True)
        table = tf.get_variable("t", initializer=[[1.0, 2.0], [3.0, 4.0]], use_resource=True)

        def body(i, total):
            chosen = tf.cond(total[0] > 2.0, lambda: total * r, lambda: total + 1.0)
            return i + 1, chosen + tf.nn.embedding_lookup(table, [i % 2])[0]

        _, total = tf.while_loop(lambda i, total: i < 4, body, [0, x])
        tf.identity(total, name="y")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            expected = session.run("y:0", {"x:0": [1.0, 2.0]})
            frozen = tf.graph_util.convert_variables_to_constants(
                session, graph.as_graph_def(), ["y"]
            )
    with tf.Graph().as_default():
        (y,) = tf.import_graph_def(frozen, return_elements=["y:0"])
        with tf.Session() as session:
            for _ in range(2):  # in both tiers
                found = session.run(y, {"import/x:0": [1.0, 2.0]})
                np.testing.assert_allclose(found, expected)


def test_a_frozen_loop_has_nothing_that_only_its_gradient_needs():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2], name="x")
        w = tf.get_variable("w", initializer=[0.5, 2.0], use_resource=True)
        _, y = tf.while_loop(lambda i, v: i < 4, lambda i, v: (i + 1, tf.tanh(v * w)), [0, x])
        tf.identity(y, name="y")
        tf.gradients(y, [x, w])
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            expected = session.run("y:0", {"x:0": [1.0, 2.0]})
            whole = graph.as_graph_def()
            frozen = tf.graph_util.convert_variables_to_constants(session, whole, ["y"])
    assert "EmptyTensorList" in {node.op for node in whole.node}
    assert "EmptyTensorList" not in {node.op for node in frozen.node}
    assert len(frozen.library.function) == 2
    (loop,) = (node for node in frozen.node if node.op in ("While", "StatelessWhile"))
    assert len(loop.attr["T"].list.type) == 3 == len(loop.input)
    with tf.Graph().as_default():
        (y,) = tf.import_graph_def(frozen, return_elements=["y:0"])
        with tf.Session() as session:
            for _ in range(2):
                found = session.run(y, {"import/x:0": [1.0, 2.0]})
                np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_what_writes_a_variable_cannot_be_frozen():
    with tf.Graph().as_default() as graph:
        v = tf.get_variable("v", [2], use_resource=True)
        update = v.assign_add([1.0, 1.0], read_value=False)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            with pytest.raises(ValueError, match="AssignAddVariableOp.*blacklist"):
                tf.graph_util.convert_variables_to_constants(
                    session, graph.as_graph_def(), [update.name]
                )


def test_questions_about_nodes(model):
    pinned = [n.name for n in model.graph.get_operations() if tf.graph_util.must_run_on_cpu(n)]
    assert "emb/ids" in pinned and "v" not in pinned
    variable = model.graph.get_operation_by_name("v").node_def
    assert tf.graph_util.must_run_on_cpu(variable, pin_variables_on_cpu=True)
    shape = tf.graph_util.tensor_shape_from_node_def_name(model.graph, "x")
    assert shape.as_list() == [2]
