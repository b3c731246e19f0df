"""tf.compat and tf.version."""

import pathlib

import pytest

import penstock as tf
from penstock import compat


@pytest.mark.parametrize("value", ["é", b"\xc3\xa9"])
def test_text_and_bytes(value):
    assert compat.as_bytes(value) == b"\xc3\xa9"
    assert compat.as_text(value) == compat.as_str(value) == compat.as_str_any(value) == "é"


@pytest.mark.parametrize("value", [3, None, pathlib.Path("a")])
@pytest.mark.parametrize("function", [compat.as_bytes, compat.as_text])
def test_anything_else_is_refused(function, value):
    with pytest.raises(TypeError, match="Text or bytes are wanted"):
        function(value)


def test_any_value_as_text():
    assert compat.as_str_any(3) == "3"
    assert compat.path_to_str(pathlib.Path("/a")) == "/a"
    assert compat.path_to_str(3) == 3


def test_sizes():
    assert compat.dimension_value(tf.Dimension(3)) == compat.dimension_value(3) == 3
    assert compat.dimension_at_index(tf.TensorShape([1, 2]), 1).value == 2
    assert compat.dimension_at_index(tf.TensorShape(None), 1).value is None


def test_horizon():
    assert compat.forward_compatible(2019, 1, 1)
    assert not compat.forward_compatible(2030, 1, 1)


def test_the_whole_api_once_more():
    assert compat.v1 is tf


def test_versions():
    assert tf.VERSION == tf.version.VERSION == "1.15.5"
    assert tf.GRAPH_DEF_VERSION == 134
    assert tf.__version__ == "0.1.0"
