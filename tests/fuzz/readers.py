"""Every reader of files, as a function of bytes, and for each a sound file to begin with.

A reader may raise what it is documented to raise, `TOLD`; anything else is a fault.
"""

import gzip
import io
import shutil
import zipfile
import zlib
from pathlib import Path

import numpy as np
from google.protobuf import text_format

import penstock as tf
from penstock.formats.bundle_index import HEADER_KEY, read_index
from penstock.formats.bundle_writing import write_bundle
from penstock.formats.checkpoint import open_checkpoint
from penstock.formats.checkpoint_messages import BundleEntry
from penstock.formats.checksum import masked_crc32c
from penstock.formats.object_graph import OBJECT_GRAPH_KEY
from penstock.formats.records import framed
from penstock.formats.table import TableWriter
from penstock.tools.inspection import inspect

GOLDEN = Path(__file__).parents[1] / "golden"
CHECKPOINTS = GOLDEN / "checkpoints"
OBJECTS = CHECKPOINTS / "object_v2" / "ckpt-1"
TOLD = (tf.errors.OpError, ValueError, TypeError, OSError, RuntimeError)


def _graph_def(folder, content):
    (folder / "g.pb").write_bytes(content)
    tf.load(folder / "g.pb").close()


def _graph_text(folder, content):
    (folder / "g.pbtxt").write_bytes(content)
    tf.load(folder / "g.pbtxt").close()


def _meta_graph(folder, content):
    (folder / "m.meta").write_bytes(content)
    with tf.Graph().as_default() as graph:
        try:
            tf.train.import_meta_graph(str(folder / "m.meta"))
        except TOLD:
            assert not graph.get_operations()  # never half a graph
            raise


def _saved_model(folder, content):
    (folder / "saved_model.pb").write_bytes(content)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.saved_model.load(session, ["serve"], str(folder))


def _read_all(prefix):
    reader = open_checkpoint(str(prefix))
    for name in reader.shapes:
        reader.read(name)


def _index(folder, content):
    shutil.copy(CHECKPOINTS / "v2" / "model-7.data-00000-of-00001", folder)
    (folder / "model-7.index").write_bytes(content)
    _read_all(folder / "model-7")


def _data(folder, content):
    shutil.copy(CHECKPOINTS / "v2" / "model-7.index", folder)
    (folder / "model-7.data-00000-of-00001").write_bytes(content)
    _read_all(folder / "model-7")


def _first_checkpoint(folder, content):
    (folder / "model").write_bytes(content)
    _read_all(folder / "model")


def _entry(folder, content):
    """A sound table of a checkpoint, in which what is told of a tensor is damaged."""
    prefix = str(folder / "m")
    write_bundle(prefix, ["a"], [""], [np.zeros(4, np.float32)])
    header, _ = read_index(prefix)
    table = TableWriter()
    table.add(HEADER_KEY, header.SerializeToString())
    table.add(b"a", content)
    (folder / "m.index").write_bytes(table.finish())
    _read_all(prefix)


def _framed(read):
    """Let a reader of records read one that is damaged, but whose checksums fit."""
    return lambda folder, content: read(folder, framed(content))


def _object_graph(folder, content):
    """A checkpoint of objects, whose description of them is damaged."""
    prefix = str(folder / "objects")
    reader = open_checkpoint(str(OBJECTS))
    values = {name: reader.read(name) for name in reader.shapes}
    values[OBJECT_GRAPH_KEY] = np.array(content, object)
    write_bundle(prefix, list(values), [""] * len(values), list(values.values()))
    with tf.Graph().as_default(), tf.Session() as session:
        checkpoint = tf.train.Checkpoint(step=tf.Variable(1, dtype=tf.int64))
        checkpoint.restore(prefix).run_restore_ops(session)


def _state(folder, content):
    (folder / "checkpoint").write_bytes(content)
    tf.train.latest_checkpoint(str(folder))
    tf.train.get_checkpoint_state(str(folder))


def _records(options):
    def read(folder, content):
        (folder / "r").write_bytes(content)
        for record in tf.python_io.tf_record_iterator(str(folder / "r"), options):
            assert isinstance(record, bytes)

    return read


def _events(folder, content):
    (folder / "events.out.tfevents.1.a").write_bytes(content)
    for event in tf.train.summary_iterator(str(folder / "events.out.tfevents.1.a")):
        str(event)


def _inspected(name):
    def read(folder, content):
        (folder / name).write_bytes(content)
        str(inspect(folder / name, values=True))

    return read


def _vocabulary(folder, content):
    (folder / "v").write_bytes(content)
    restore = tf.contrib.learn.preprocessing.VocabularyProcessor.restore
    restore(str(folder / "v"), lambda texts: texts)


READERS = {
    "graph_def": _graph_def,
    "graph_text": _graph_text,
    "meta_graph": _meta_graph,
    "saved_model": _saved_model,
    "checkpoint_index": _index,
    "checkpoint_data": _data,
    "checkpoint_first": _first_checkpoint,
    "checkpoint_entry": _entry,
    "checkpoint_objects": _object_graph,
    "checkpoint_state": _state,
    "records": _records(""),
    "records_gzip": _records("GZIP"),
    "records_zlib": _records("ZLIB"),
    "events": _events,
    "event": _framed(_events),
    "example": _framed(_inspected("e.tfrecord")),
    "npz": _inspected("a.npz"),
    "safetensors": _inspected("a.safetensors"),
    "unknown": _inspected("file"),
    "vocabulary": _vocabulary,
}


def seeds():
    """Give a sound file for each reader."""
    checkpoint = CHECKPOINTS / "v2" / "model-7"
    small = tf.GraphDef.FromString(archive_member("first_loops.pb"))
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2], name="x")
        tf.multiply(x, tf.get_variable("w", initializer=[2.0, 3.0]), name="y")
        saver = tf.train.Saver()
        meta_graph = tf.train.export_meta_graph(saver_def=saver.as_saver_def())
    example = tf.train.Example()
    example.features.feature["x"].float_list.value.extend([1.0, 2.0])
    entry = BundleEntry(dtype=1, size=16, crc32c=masked_crc32c(bytes(16)))
    entry.shape.dim.add().size = 4
    records = framed(example.SerializeToString()) + framed(b"") + framed(b"third")
    value = tf.Summary.Value(tag="loss", simple_value=0.5)
    told = tf.Event(step=3, summary=tf.Summary(value=[value]))
    events = [tf.Event(file_version="brain.Event:2"), told]
    return {
        "graph_def": archive_member("functions.pb"),
        "saved_model": archive_member("saved_model/saved_model.pb"),
        "graph_text": text_format.MessageToString(small).encode(),
        "meta_graph": meta_graph.SerializeToString(deterministic=True),
        "checkpoint_index": Path(f"{checkpoint}.index").read_bytes(),
        "checkpoint_data": Path(f"{checkpoint}.data-00000-of-00001").read_bytes(),
        "checkpoint_first": (CHECKPOINTS / "v1" / "model-7").read_bytes(),
        "checkpoint_entry": entry.SerializeToString(),
        "checkpoint_objects": open_checkpoint(str(OBJECTS)).read(OBJECT_GRAPH_KEY).item(),
        "checkpoint_state": (CHECKPOINTS / "v2" / "checkpoint").read_bytes(),
        "records": records,
        "records_gzip": gzip.compress(records, mtime=0),
        "records_zlib": zlib.compress(records),
        "events": b"".join(framed(event.SerializeToString()) for event in events),
        "event": told.SerializeToString(),
        "example": example.SerializeToString(),
        "npz": npz(),
        "safetensors": SAFETENSORS,
        "unknown": records,
        "vocabulary": (GOLDEN / "learn" / "vocabulary").read_bytes(),
    }


SAFETENSORS = b"".join(
    [
        (56).to_bytes(8, "little"),
        b'{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ',
        np.array([1.0, 2.0], np.float32).tobytes(),
    ]
)


def archive_member(name):
    """Give a file of the golden models."""
    with zipfile.ZipFile(GOLDEN / "graphs" / "models.zip") as archive:
        return archive.read(name)


def npz():
    """Give an npz file of two arrays."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in (("a", np.arange(6.0).reshape(2, 3)), ("b", np.array(3))):
            member = io.BytesIO()
            np.save(member, array)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return made.getvalue()
