"""The functions of `tf.raw_ops` take what TensorFlow 1.15.5's take, under the same names."""

import gzip
import inspect
import json
from pathlib import Path

import pytest

import penstock as tf

_PACKED = (Path(__file__).parent / "raw_ops.json.gz").read_bytes()
_OWN_FORM = {"While", "StatelessWhile"}  # they also give out the stacks of their gradients
GOLDEN = json.loads(gzip.decompress(_PACKED))


def _names(parameters):
    return [one if isinstance(one, str) else one[0] for one in parameters]


@pytest.mark.parametrize("name", sorted(GOLDEN.keys() & set(dir(tf.raw_ops)) - _OWN_FORM))
def test_parameters_equal_tensorflows(name):
    parameters = inspect.signature(getattr(tf.raw_ops, name)).parameters.values()
    assert [one.name for one in parameters] == _names(GOLDEN[name])
    needed = [one.name for one in parameters if one.default is one.empty]
    assert needed == [one for one in GOLDEN[name] if isinstance(one, str)]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_names_that_differ_from_the_declaration():
    x = tf.constant([1.0, 2.0])
    fetches = [
        tf.raw_ops.Sum(input=x, axis=0),
        tf.raw_ops.Where(condition=[False, True]),
        tf.raw_ops.Select(condition=True, x=1, y=2),
        tf.raw_ops.ExpandDims(input=x, axis=0),
        tf.raw_ops.Squeeze(input=[[1]], axis=[0]),
        *tf.raw_ops.Split(axis=0, value=x, num_split=2),
    ]
    with tf.Session() as sess:
        values = [value.tolist() for value in sess.run(fetches)]
    assert values == [3, [[1]], 1, [[1, 2]], [1], [1], [2]]


def test_arguments_by_position(graph):
    x = tf.zeros([1, 4, 4, 1])
    pooled = tf.raw_ops.MaxPool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME", "NHWC", "pooled")
    assert pooled.name == "pooled:0" and pooled.shape.as_list() == [1, 2, 2, 1]


@pytest.mark.parametrize(
    ("words", "build"),
    [
        ("axis", lambda: tf.raw_ops.Sum(input=[1.0])),
        ("reduction_indices|axis", lambda: tf.raw_ops.Sum(input=[1.0], reduction_indices=0)),
        ("'T'", lambda: tf.raw_ops.Sum(input=[1.0], axis=0, T=tf.float32)),
        ("'N'", lambda: tf.raw_ops.AddN(inputs=[1.0], N=1)),
        ("'foo'", lambda: tf.raw_ops.Sin(x=1.0, foo=2)),
        ("dtype", lambda: tf.raw_ops.Placeholder()),
    ],
)
def test_what_is_missing_or_unknown(words, build, graph):
    with pytest.raises(TypeError, match=words) as caught:
        build()
    assert "is called as" in str(caught.value)
    assert graph.version == 0


def test_only_public_ops():
    assert not [name for name in dir(tf.raw_ops) if name.startswith("_")]
    for name in ("_Arg", "Nope"):
        with pytest.raises(AttributeError, match=name):
            getattr(tf.raw_ops, name)
    assert tf.raw_ops.Sin.__doc__ and tf.raw_ops.Sin is tf.raw_ops.Sin
