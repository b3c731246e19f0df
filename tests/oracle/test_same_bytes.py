"""What has one form only, Penstock writes byte for byte as TensorFlow 1.15.5 does."""

import os
import subprocess
from pathlib import Path

import pytest

import penstock as tf
from tests.oracle import writes_files

pytestmark = pytest.mark.oracle
PYTHON = os.environ.get("TF1_PYTHON")
if not PYTHON:
    pytest.skip("TF1_PYTHON names no Python with TensorFlow", allow_module_level=True)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The files of TensorFlow and those of Penstock."""
    theirs, mine = (tmp_path_factory.mktemp(name) for name in ("theirs", "mine"))
    script = Path(writes_files.__file__)
    subprocess.run([PYTHON, str(script), str(theirs)], check=True, capture_output=True)
    writes_files.write_all(tf, str(mine))
    return theirs, mine


@pytest.mark.parametrize(
    "name",
    ["checkpoint", "model-3.index", "model-3.data-00000-of-00001", "records", "recordsZLIB",
     "recordsGZIP"],
)  # fmt: skip
def test_files(folders, name):
    theirs, mine = ((folder / name).read_bytes() for folder in folders)
    if name == "checkpoint":
        theirs, mine = (
            text.replace(str(folder).encode(), b"FOLDER")
            for text, folder in zip((theirs, mine), folders, strict=True)
        )
    assert mine == theirs


def test_events(folders):
    """Equal but for the time; graphs are compared as messages, whose maps have no order."""
    theirs, mine = (told(folder / "events") for folder in folders)
    assert len(theirs) == len(mine) == 6
    for one, other in zip(theirs, mine, strict=True):
        assert nodes(one.graph_def) == nodes(other.graph_def)
        assert bool(one.meta_graph_def) == bool(other.meta_graph_def)
        for event in (one, other):
            event.wall_time = 0
            event.graph_def = event.meta_graph_def = b""
        assert one == other


def told(folder):
    (path,) = folder.iterdir()
    return list(tf.train.summary_iterator(str(path)))


def nodes(content):
    found = tf.GraphDef.FromString(content).node
    return [(node.name, node.op, list(node.input), sorted(node.attr)) for node in found]


def test_meta_graphs(folders):
    """The same nodes and collections; the list of ops tells the attributes in another order."""
    theirs, mine = (
        tf.MetaGraphDef.FromString((folder / "model-3.meta").read_bytes()) for folder in folders
    )
    assert list(theirs.graph_def.node) == list(mine.graph_def.node)
    assert theirs.collection_def == mine.collection_def
    assert theirs.saver_def == mine.saver_def
    ops = [{op.name for op in one.meta_info_def.stripped_op_list.op} for one in (theirs, mine)]
    assert ops[0] == ops[1]
