"""Files with damage anywhere: `inspect` raises an error of its own kind, or reads what is left."""

import contextlib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import penstock as tf
from penstock.tools.inspection import inspect

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    zipfile.ZipFile(GOLDEN / "graphs" / "models.zip").extractall(folder)
    np.savez(folder / "arrays.npz", x=np.ones((2, 3)), y=np.arange(4))
    tf.train.write_graph(
        tf.GraphDef.FromString((folder / "variables.pb").read_bytes()), str(folder), "text.pbtxt"
    )
    with tf.python_io.TFRecordWriter(str(folder / "data.tfrecord")) as writer:
        example = tf.train.Example()
        example.features.feature["x"].float_list.value.extend([1.0, 2.0])
        writer.write(example.SerializeToString())
    names = ["variables.pb", "functions.pb", "text.pbtxt", "arrays.npz", "data.tfrecord"]
    return [folder / name for name in names] + [GOLDEN / "checkpoints" / "v1" / "model-7"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_anywhere(sources, tmp_path_factory, data):
    source = data.draw(st.sampled_from(sources))
    content = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.one_of(st.none(), st.integers(0, len(content))))]
    path = tmp_path_factory.getbasetemp() / source.name
    path.write_bytes(content)
    with contextlib.suppress(tf.errors.OpError):
        str(inspect(path, values=True))
