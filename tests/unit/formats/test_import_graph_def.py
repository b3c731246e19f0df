"""tf.import_graph_def: names, mappings, order, and what it refuses."""

import pytest

import penstock as tf


def listing(graph):
    return [
        (
            node.name,
            [tensor.name for tensor in node.inputs],
            [one.name for one in node.control_inputs],
        )
        for node in graph.get_operations()
    ]


@pytest.fixture
def small():
    """x -> y -> z = y + 1, z placed on a GPU together with y."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        y = tf.identity(x, name="y")
        with tf.device("/gpu:0"), graph.colocate_with(y.op):
            tf.add(y, 1.0, name="z")
    return graph.as_graph_def()


def test_names_get_a_prefix_or_a_number(small):
    with tf.Graph().as_default() as graph:
        assert tf.import_graph_def(small) is None
        tf.import_graph_def(small)
        z0, z, y = tf.import_graph_def(small, name="", return_elements=["z:0", "z", "y"])
        tf.import_graph_def(small, name="")
        assert z0 is z.outputs[0] and y.name == "y"
        names = [name for name, *_ in listing(graph)]
    parts = ["x", "y", "z/y", "z"]
    assert names == [
        *(f"import/{part}" for part in parts),
        *(f"import_1/{part}" for part in parts),
        *parts,
        *(f"{part}_1" for part in parts),
    ]


def test_a_name_that_was_imported_is_taken(small):
    with tf.Graph().as_default():
        tf.import_graph_def(small, name="")
        assert tf.constant(1.0, name="X").name == "X_1:0"


def test_inputs_are_mapped_and_blocks_hold(small):
    with tf.Graph().as_default() as graph:
        k = tf.constant([[1.0, 2.0]], name="k")
        with tf.control_dependencies([k]), tf.device("/cpu:0"):
            (z,) = tf.import_graph_def(
                small, name="dev", input_map={"x": k}, return_elements=["z:0"]
            )
        assert listing(graph)[1:] == [
            ("dev/x", [], ["k"]),
            ("dev/y", ["k:0"], ["k"]),
            ("dev/z/y", [], ["k"]),
            ("dev/z", ["dev/y:0", "dev/z/y:0"], ["k"]),
        ]
        assert z.op.get_attr("_class") == [b"loc:@dev/y"]
        assert z.device == "/device:CPU:0"
        with tf.Session() as session:
            assert session.run(z).tolist() == [[2.0, 3.0]]


def test_a_value_that_is_mapped_becomes_a_constant(small):
    with tf.Graph().as_default() as graph:
        (z,) = tf.import_graph_def(small, input_map={"x:0": 5.0}, return_elements=["z:0"])
        assert graph.get_operations()[0].name == "import/_inputs/Const"
        with tf.Session() as session:
            assert session.run(z) == 6.0
