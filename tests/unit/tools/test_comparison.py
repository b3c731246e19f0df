"""How `diff` tells apart checkpoints and graphs."""

from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.tools.comparison import diff

CHECKPOINTS = Path(__file__).parents[2] / "golden" / "checkpoints"


def tables(found):
    return {table.title: table.rows for table in found.report.tables}


def test_equal_checkpoints_of_different_files():
    found = diff(CHECKPOINTS / "v2", CHECKPOINTS / "sharded")
    assert not found.differs
    assert "are equal" in str(found)


def test_checkpoints_of_two_versions():
    found = diff(CHECKPOINTS / "v1", CHECKPOINTS / "v2")
    assert found.differs
    names = [row[0] for row in tables(found)["tensors only in the second"]]
    assert names == ["bfloat16", "types/complex128", "types/uint16"]


def test_every_kind_of_difference(tmp_path):
    first = {
        "a": np.array([1.0, np.nan]), "b": np.arange(3), "gone": np.zeros(2), "c": np.zeros(4),
        "large": np.array([2**62]), "word": np.array(["x"]),
    }  # fmt: skip
    second = {
        "a": np.array([1.0, np.nan]), "b": np.arange(3) * 2, "new": np.zeros(2),
        "c": np.zeros((2, 2)), "large": np.array([2**62 + 1]), "word": np.array(["y"]),
    }  # fmt: skip
    np.savez(tmp_path / "a.npz", **first)
    np.savez(tmp_path / "b.npz", **second)
    found = tables(diff(tmp_path / "a.npz", tmp_path / "b.npz"))
    assert found["tensors only in the first"] == (("gone", "float64 [2]"),)
    assert found["tensors only in the second"] == (("new", "float64 [2]"),)
    assert found["tensors of another shape or dtype"] == (("c", "float64 [4]", "float64 [2, 2]"),)
    values = found["tensors with other values, the largest difference first"]
    assert values[0] == ("b", "2 of 3", "2", "[2]", "2", "4")
    assert {row[0] for row in values} == {"b", "large", "word"}


def test_tolerance(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.array([1.0]))
    np.savez(tmp_path / "b.npz", x=np.array([1.01]))
    assert diff(tmp_path / "a.npz", tmp_path / "b.npz").differs
    assert not diff(tmp_path / "a.npz", tmp_path / "b.npz", 0.1).differs


def test_graphs(tmp_path):
    for name, axis in (("a.pb", 0), ("b.pbtxt", 1)):
        with tf.Graph().as_default() as graph:
            x = tf.placeholder(tf.float32, [2, 2], name="x")
            tf.reduce_sum(x, axis, keepdims=axis == 1, name=f"sum_{axis}")
            tf.square(x, name="y") if axis else tf.exp(x, name="y")
            tf.train.write_graph(graph, str(tmp_path), name, name.endswith("txt"))
    assert not diff(tmp_path / "a.pb", tmp_path / "a.pb").differs
    found = tables(diff(tmp_path / "a.pb", tmp_path / "b.pbtxt"))
    assert [row[0] for row in found["nodes only in the first"]] == [
        "sum_0/reduction_indices",
        "sum_0",
    ]
    assert ("y", "op", "Exp", "Square") in found["nodes that differ"]


def test_a_graph_and_a_checkpoint(tmp_path):
    with tf.Graph().as_default() as graph:
        tf.constant(1.0)
        tf.train.write_graph(graph, str(tmp_path), "a.pb", False)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Two checkpoints or two graphs"):
        diff(tmp_path / "a.pb", CHECKPOINTS / "v2")
