"""Functions whose types are left open: each call settles them."""

import pytest
from google.protobuf import text_format

import penstock as tf

_PLACEHOLDER = """
node { name: "%s" op: "Placeholder" attr { key: "dtype" value { type: %s } }
  attr { key: "shape" value { shape { unknown_rank: true } } } }
"""
_OPEN = 'attr { key: "T" value { placeholder: "T" } }'
_LIBRARY = f"""
library {{
 function {{
  signature {{ name: "Twice" input_arg {{ name: "a" type_attr: "T" }}
    output_arg {{ name: "y" type_attr: "T" }} attr {{ name: "T" type: "type" }} }}
  node_def {{ name: "s" op: "Add" input: "a" input: "a" {_OPEN} }}
  ret {{ key: "y" value: "s:z:0" }} }}
 function {{
  signature {{ name: "Four" input_arg {{ name: "a" type_attr: "T" }}
    output_arg {{ name: "y" type_attr: "T" }}
    attr {{ name: "T" type: "type" default_value {{ type: DT_FLOAT }} }} }}
  node_def {{ name: "m" op: "Twice" input: "a" {_OPEN} }}
  node_def {{ name: "n" op: "PartitionedCall" input: "m:y:0"
    attr {{ key: "Tin" value {{ list {{ type: DT_FLOAT }} }} }}
    attr {{ key: "Tout" value {{ list {{ type: DT_FLOAT }} }} }}
    attr {{ key: "f" value {{ func {{ name: "Twice" {_OPEN} }} }} }} }}
  ret {{ key: "y" value: "n:output:0" }} }}
 function {{
  signature {{ name: "Back" input_arg {{ name: "a" type_attr: "T" }}
    input_arg {{ name: "dy" type_attr: "T" }} output_arg {{ name: "dx" type_attr: "T" }}
    attr {{ name: "T" type: "type" }} }}
  node_def {{ name: "s" op: "Mul" input: "a" input: "dy" {_OPEN} }}
  ret {{ key: "dx" value: "s:z:0" }} }}
 gradient {{ function_name: "Twice" gradient_func: "Back" }}
}}
"""


def _read(nodes, library=_LIBRARY):
    graph_def = tf.GraphDef()
    text_format.Parse(nodes + library + "versions { producer: 134 }", graph_def)
    tf.import_graph_def(graph_def, name="")
    return graph_def


def _call(name, function, source, dtype=None):
    attr = f'attr {{ key: "T" value {{ type: {dtype} }} }}' if dtype else ""
    return f'node {{ name: "{name}" op: "{function}" input: "{source}" {attr} }}'


_X = _PLACEHOLDER % ("x", "DT_FLOAT")
_I = _PLACEHOLDER % ("i", "DT_INT32")


def test_each_call_settles_the_types():
    with tf.Graph().as_default() as graph, tf.Session() as session:
        before = _read(
            _X
            + _I
            + _call("fx", "Twice", "x", "DT_FLOAT")
            + _call("fi", "Twice", "i", "DT_INT32")
            + _call("four", "Four", "x")
        )
        assert {one.signature.name for one in before.library.function} == {"Twice", "Four", "Back"}
        for _ in range(3):
            values = session.run(["fx:0", "fi:0", "four:0"], {"x:0": [1.5], "i:0": [4]})
            assert [value.tolist() for value in values] == [[3.0], [8], [6.0]]
        (slope,) = tf.gradients(graph.get_tensor_by_name("fx:0"), graph.get_tensor_by_name("x:0"))
        assert session.run(slope, {"x:0": [1.5]}).tolist() == [1.5]  # what `Back` says
        written = graph.as_graph_def().SerializeToString()
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(tf.GraphDef.FromString(written), name="again")
        assert session.run("again/four:0", {"again/x:0": [1.0]}).tolist() == [4.0]


@pytest.mark.parametrize(
    ("nodes", "library", "must"),
    [
        (_X + _call("f", "Twice", "x"), _LIBRARY, "must give its attribute 'T'"),
        (
            _X + _call("f", "Twice", "x", "DT_FLOAT"),
            _LIBRARY.replace('placeholder: "T"', 'placeholder: "S"', 1),
            "'S', which the function does not have",
        ),
        (
            _X + _call("f", "Twice", "x", "DT_FLOAT"),
            _LIBRARY.replace('type_attr: "T"', 'type_attr: "S"', 1),
            "has the type 'S'",
        ),
        (
            _X + _call("f", "Twice", "x", "DT_FLOAT"),
            _LIBRARY.replace('type_attr: "T"', 'type_attr: "T" number_attr: "N"', 1),
            "list of open length",
        ),
        (_X + _call("f", "Twice", "x", "97"), _LIBRARY, "names no dtype"),
    ],
)
def test_damage(nodes, library, must):
    with tf.Graph().as_default() as graph:
        with pytest.raises(ValueError, match=must):
            _read(nodes, library)
        assert graph.get_operations() == []
