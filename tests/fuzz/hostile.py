"""Files made to do harm: they announce too much, go in circles, nest without end, run code."""

import gzip
import io
import os
import pickle
import zipfile
import zlib

import numpy as np

import penstock as tf
from penstock.formats.bundle_index import HEADER_KEY, read_index
from penstock.formats.checkpoint_messages import BundleEntry, BundleHeader
from penstock.formats.checksum import masked_crc32c
from penstock.formats.table import TableWriter
from penstock.formats.varint import varint
from tests.fuzz.readers import CHECKPOINTS, npz

HUGE = 1 << 50


def announced(length):
    """Give the beginning of a record of so many bytes, its checksum right."""
    header = length.to_bytes(8, "little")
    return header + masked_crc32c(header).to_bytes(4, "little")


def nested(depth):
    """Give a GraphDef in which functions are attributes of functions of functions."""

    def field(number, content):
        return varint(number << 3 | 2) + varint(len(content)) + content

    value = b""
    for _ in range(depth):
        value = field(10, field(1, b"f") + field(2, field(1, b"a") + field(2, value)))
    return field(1, field(1, b"n") + field(2, b"NoOp") + field(5, field(1, b"a") + field(2, value)))


def nested_text(depth):
    """Give the same as text."""
    begin = 'attr { key: "a" value { func { name: "f" '
    return f'node {{ name: "n" op: "NoOp" {begin * depth}{"} } }" * depth} }}'.encode()


def circle():
    """Give a GraphDef whose nodes take from each other."""
    made = tf.GraphDef()
    for name, source in (("a", "c"), ("b", "a"), ("c", "b")):
        node = made.node.add(name=name, op="Identity", input=[source])
        node.attr["T"].type = 1
    return made.SerializeToString()


def calls_itself():
    """Give a GraphDef with a function that calls itself."""
    made = tf.GraphDef()
    function = made.library.function.add()
    function.signature.name = "f"
    function.signature.input_arg.add(name="x", type=1)
    function.signature.output_arg.add(name="y", type=1)
    function.node_def.add(name="call", op="f", input=["x"])
    function.ret["y"] = "call:y:0"
    made.node.add(name="x", op="Placeholder").attr["dtype"].type = 1
    made.node.add(name="y", op="f", input=["x"])
    return made.SerializeToString()


def constant(sizes, **content):
    """Give a GraphDef of a constant, whose shape and content need not fit."""
    made = tf.GraphDef()
    node = made.node.add(name="c", op="Const")
    node.attr["dtype"].type = 1
    tensor = node.attr["value"].tensor
    tensor.dtype = 1
    for size in sizes:
        tensor.tensor_shape.dim.add().size = size
    for field, value in content.items():
        if field == "tensor_content":
            tensor.tensor_content = value
        else:
            getattr(tensor, field).extend(value)
    return made.SerializeToString()


def many_outputs():
    """Give a GraphDef of a node that announces more outputs than memory holds."""
    made = tf.GraphDef()
    made.node.add(name="x", op="Placeholder").attr["dtype"].type = 1
    axis = made.node.add(name="axis", op="Const")
    axis.attr["dtype"].type = 3
    axis.attr["value"].tensor.dtype = 3
    axis.attr["value"].tensor.int_val.append(0)
    axis.attr["value"].tensor.tensor_shape.SetInParent()
    node = made.node.add(name="s", op="Split", input=["axis", "x"])
    node.attr["num_split"].i = HUGE
    node.attr["T"].type = 1
    return made.SerializeToString()


def index_of(entry):
    """Give the index of the golden checkpoint, with another entry in it."""
    header, entries = read_index(str(CHECKPOINTS / "v2" / "model-7"))
    table = TableWriter()
    table.add(HEADER_KEY, header.SerializeToString())
    for key in sorted({*entries, b"zz"}):
        table.add(key, entries[key] if key in entries else entry.SerializeToString())
    return table.finish()


def large_entry():
    """Give an entry of a tensor that is larger than any file."""
    entry = BundleEntry(dtype=1, size=HUGE * 4)
    entry.shape.dim.add().size = HUGE
    return entry


def many_shards():
    """Give an index that announces a great many data files."""
    table = TableWriter()
    table.add(HEADER_KEY, BundleHeader(num_shards=(1 << 31) - 1).SerializeToString())
    return table.finish()


def lying_npz(shape):
    """Give an npz file whose array announces more than there is."""
    header = io.BytesIO()
    facts = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, facts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", header.getvalue() + bytes(1 << 24))
    return made.getvalue()


class Harmful:
    """Makes a folder when it is read as a pickle."""

    def __reduce__(self):
        return os.mkdir, ("made",)


def pickled_npz():
    """Give an npz file that holds a Python object."""
    made = io.BytesIO()
    np.savez(made, x=np.array([Harmful()], object))
    return made.getvalue()


def bomb(compress):
    """Give a compressed record of 64 MB that announces 4 GB."""
    return compress(announced(1 << 32) + bytes(1 << 26))


CASES = {
    "graph_def": [
        nested(5000), circle(), calls_itself(), many_outputs(), b"\x0a" + varint(1 << 62),
        constant([HUGE], float_val=[1.0]), constant([HUGE, HUGE, HUGE], float_val=[1.0]),
        constant([HUGE], tensor_content=b"1234"), constant([-1], float_val=[1.0]),
    ],
    "graph_text": [nested_text(5000), b"node {" * 5000, b'node { name: "' + b"a" * 100_000],
    "saved_model": [b"\x12" + varint(1 << 62), b"\x12\x80\x80"],
    "checkpoint_index": [index_of(large_entry()), many_shards(), bytes(48)],
    "checkpoint_first": [bytes(1 << 20)],
    "records": [announced(HUGE), announced((1 << 64) - 1), announced(1 << 31) + bytes(100)],
    "records_gzip": [bomb(gzip.compress), gzip.compress(announced(HUGE)), gzip.compress(b"")],
    "records_zlib": [bomb(zlib.compress), zlib.compress(announced(HUGE))],
    "events": [announced(HUGE)],
    "npz": [lying_npz((HUGE,)), lying_npz((1 << 30,)), pickled_npz(), npz()[:-30]],
    "safetensors": [
        HUGE.to_bytes(8, "little") + b"{}",
        (60).to_bytes(8, "little") + b'{"x":{"dtype":"F32","shape":[%d],"data_offsets":[0,4]}}'
        % HUGE,
    ],
    "unknown": [bomb(gzip.compress), nested(5000), bytes(1 << 20), b"(" * 100_000],
    "vocabulary": [
        pickle.dumps(Harmful()), b"\x80\x03r\xff\xff\xff\xff.", b"(" * 100_000 + b".",
        b"\x80\x04\x96" + HUGE.to_bytes(8, "little"), b"]" * 100_000 + b"a" * 100_000,
    ],
}  # fmt: skip
