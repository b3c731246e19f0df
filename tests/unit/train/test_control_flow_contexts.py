"""Contexts of control flow: where a program builds, and what the MetaGraphs of files tell."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from google.protobuf import text_format

import penstock as tf
from penstock.formats.control_flow_messages import CondContextDef, WhileContextDef
from penstock.functions.control_flow_contexts import (
    CondContext,
    WhileContext,
    containing_cond_context,
    containing_while_context,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "contexts"
EXPECTED = json.loads((GOLDEN / "contexts.json").read_text())
KINDS = {"cond_context": CondContextDef, "while_context": WhileContextDef}


def golden():
    """Read the MetaGraph that TensorFlow has written."""
    return tf.MetaGraphDef.FromString(gzip.decompress((GOLDEN / "graph.meta.gz").read_bytes()))


def messages(meta_graph, key):
    """Give the messages of a collection."""
    values = meta_graph.collection_def[key].bytes_list.value
    return [KINDS[key].FromString(value) for value in values]


@pytest.mark.parametrize("scope", EXPECTED)
def test_contexts_of_files_are_tensorflows(scope):
    """Nodes are in the contexts, and Enters in the frames, that TensorFlow has them in."""
    expected = EXPECTED[scope]
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(golden(), import_scope=scope or None)
        found = {node.name: node._get_control_flow_context() for node in graph.get_operations()}
        assert {key: one and one.name for key, one in found.items()} == expected["contexts"]
        frames = {node.name: node.attrs.get("frame_name") for node in graph.get_operations()}
        assert {key: frames[key] for key in expected["frames"]} == expected["frames"]
        for key, kind in KINDS.items():
            wanted = [text_format.Parse(text, kind()) for text in expected["protos"][key]]
            assert [context.to_proto() for context in tf.get_collection(key)] == wanted


@pytest.mark.parametrize("scope", EXPECTED)
def test_values_and_gradients_of_files_are_tensorflows(scope):
    """What was read runs, loops in scopes included."""
    prefix = f"{scope}/" if scope else ""
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(golden(), import_scope=scope or None)
        y, x = graph.get_tensor_by_name(f"{prefix}y:0"), graph.get_tensor_by_name(f"{prefix}x:0")
        fetches = [y, *tf.gradients(y, x)]
        with tf.Session() as session:
            values = session.run(fetches, {x: 2.0, f"{prefix}p:0": True})
    np.testing.assert_allclose(values, EXPECTED[scope]["values"])


def test_contexts_are_written_as_they_were_read():
    """The collections come back, with the scope's name or without."""
    meta_graph = golden()
    with tf.Graph().as_default():
        tf.train.import_meta_graph(meta_graph, import_scope="imported")
        inside = tf.train.export_meta_graph(export_scope="imported")
        whole = tf.train.export_meta_graph()
    for key in KINDS:
        assert messages(inside, key) == messages(meta_graph, key)
        assert all(one.context_name.startswith("imported/") for one in messages(whole, key))


def test_a_context_that_names_what_is_not_there_is_refused():
    """A damaged collection is told of."""
    meta_graph = golden()
    (value,) = messages(meta_graph, "while_context")
    value.values_def.values.append("nowhere:0")
    content = value.SerializeToString()
    meta_graph.collection_def["while_context"].bytes_list.value[0] = content
    with tf.Graph().as_default(), pytest.raises((KeyError, ValueError), match="nowhere"):
        tf.train.import_meta_graph(meta_graph)


def test_what_is_built_is_in_a_context():
    """A program can ask in a branch or a loop where it is; outside it is nowhere."""
    graph = tf.get_default_graph()
    seen = {}

    def note(name):
        seen[name] = tf.get_default_graph()._get_control_flow_context()
        assert graph._get_control_flow_context() is seen[name]

    def taken(value):
        note("branch")
        return value * 2.0

    def turn(i, value):
        note("loop")
        return i + 1, tf.cond(value > 0.0, lambda: taken(value), lambda: value)

    x = tf.placeholder(tf.float32, [], name="x")
    last = tf.while_loop(
        lambda i, _: i < 3, turn, [0, x], parallel_iterations=4, back_prop=False, name="outer"
    )
    loop, branch = seen["loop"], seen["branch"]
    assert (loop.name, loop.outer_context, loop.parallel_iterations) == (
        "outer/while_context", None, 4,
    )  # fmt: skip
    assert loop.IsWhileContext() and not loop.IsCondContext() and not loop.back_prop
    assert (branch.name, branch.branch, branch.outer_context) == (
        "outer/cond/cond_text", 1, loop,
    )  # fmt: skip
    assert branch.GetWhileContext() is loop and branch.IsCondContext()
    assert not branch.IsXLAContext() and branch.grad_state is None
    assert graph._get_control_flow_context() is None
    assert last[1].op._get_control_flow_context() is None
    assert containing_while_context(branch) is loop
    assert containing_while_context(branch, loop) is None
    assert containing_cond_context(loop) is None
    assert containing_cond_context(branch) is branch


def test_nodes_of_functions_are_in_their_contexts():
    """A node tells of the branch that it was made in."""
    made = {}

    def build():
        made["node"] = tf.constant(1.0).op
        return made["node"].outputs[0]

    tf.cond(tf.placeholder(tf.bool, []), build, lambda: tf.constant(2.0), name="pick")
    assert made["node"]._get_control_flow_context().name == "pick/cond_text"


def test_a_context_can_be_entered():
    """What is made between Enter and Exit is in it."""
    with tf.Graph().as_default() as graph:
        context = WhileContext(name="mine")
        context.Enter()
        inside = tf.constant(1.0)
        branch = CondContext(tf.constant(True), inside, 0, "branch")
        context.Exit()
        outside = tf.constant(2.0)
        assert branch.outer_context is context
        assert inside.op._get_control_flow_context() is context
        assert outside.op._get_control_flow_context() is None
        assert graph._get_control_flow_context() is None
        assert branch.GetControlPivot() is inside.op and context.GetControlPivot() is None
        assert branch.AddValue(outside) is outside and outside.name in branch.values
        assert str(context) == "mine"
