"""Messages in files: what is too large for one is told, and nothing is written."""

import numpy as np
import pytest
from google.protobuf.message import EncodeError

import penstock as tf
from penstock.formats import graph_files


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_a_graph_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(graph_files, "_LARGEST", 1000)
    tf.constant(np.arange(1000))
    with pytest.raises(ValueError, match="larger than 2 GB in a file, and this one takes 8,"):
        tf.train.write_graph(tf.get_default_graph(), str(tmp_path), "g.pb", as_text=False)
    with pytest.raises(ValueError, match="A MetaGraphDef cannot be larger"):
        tf.train.export_meta_graph(str(tmp_path / "g.meta"))
    assert list(tmp_path.iterdir()) == []


def test_a_message_in_a_message_that_is_too_large(tmp_path):
    class Large:
        def ByteSize(self):
            raise EncodeError

    with pytest.raises(ValueError, match="A Large cannot be larger than 2 GB"):
        graph_files.write_message(Large(), str(tmp_path / "x"))


def test_paths_as_bytes(tmp_path):
    prefix = str(tmp_path / "m")
    with tf.Session() as session:
        variable = tf.Variable([1.0, 2.0], name="v")
        session.run(variable.initializer)
        saver = tf.train.Saver()
        saver.save(session, prefix)
        saver.restore(session, prefix.encode())
    assert tf.train.checkpoint_exists(prefix.encode())
    assert tf.train.load_variable(prefix.encode(), "v").tolist() == [1.0, 2.0]
