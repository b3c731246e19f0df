"""Checkpoints that are damaged: an error that says where, in bounded time and memory."""

import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from penstock import errors
from penstock.formats.bundle_index import HEADER_KEY, index_path, read_index, shard_path
from penstock.formats.bundle_writing import write_bundle
from penstock.formats.checkpoint import open_checkpoint
from penstock.formats.checkpoint_messages import BundleEntry, BundleHeader
from penstock.formats.checksum import masked_crc32c
from penstock.formats.slices import parse_spec
from penstock.formats.snappy import decompress
from penstock.formats.table import Table, TableWriter
from penstock.formats.varint import read_varint, varint

GOLDEN = Path("tests/golden/checkpoints")
FILES = {
    "index": (GOLDEN / "v2", "model-7", "model-7.index"),
    "data": (GOLDEN / "v2", "model-7", "model-7.data-00000-of-00001"),
    "first": (GOLDEN / "v1", "model-7", "model-7"),
}
BAD = (errors.DataLossError, errors.NotFoundError, errors.UnimplementedError)


def read_all(prefix):
    reader = open_checkpoint(str(prefix))
    for name in reader.shapes:
        reader.read(name)


def damaged(folder, kind, change):
    source, name, file = FILES[kind]
    shutil.copytree(source, folder, dirs_exist_ok=True)
    content = bytearray((source / file).read_bytes())
    (folder / file).write_bytes(change(content))
    return folder / name


def in_vain(prefix):
    """Read it; damage is told by an error of these, or it is in bytes that nothing depends on."""
    try:
        read_all(prefix)
    except BAD as error:
        return error
    return None


@pytest.mark.parametrize("kind", FILES)
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(place=st.floats(0, 0.999), bit=st.integers(0, 7))
def test_a_bit_that_flipped(tmp_path_factory, kind, place, bit):
    def flip(content):
        content[int(place * len(content))] ^= 1 << bit
        return content

    error = in_vain(damaged(tmp_path_factory.mktemp("flip"), kind, flip))
    if kind == "data":
        assert isinstance(error, errors.DataLossError)  # each byte is checked


@pytest.mark.parametrize("kind", FILES)
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(place=st.floats(0, 0.999))
def test_a_file_that_ends_too_soon(tmp_path_factory, kind, place):
    folder = tmp_path_factory.mktemp("cut")
    prefix = damaged(folder, kind, lambda content: content[: int(place * len(content))])
    assert isinstance(in_vain(prefix), errors.DataLossError)


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(junk=st.binary(max_size=300))
def test_what_is_no_checkpoint_at_all(tmp_path_factory, junk):
    folder = tmp_path_factory.mktemp("junk")
    (folder / "m.index").write_bytes(junk)
    (folder / "m").write_bytes(junk)
    assert isinstance(in_vain(folder / "m"), errors.DataLossError)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    key=st.sampled_from([b"a", b"", b"\0a", b"b" * 50]),
    content=st.binary(max_size=60),
)
def test_entries_that_are_no_entries(tmp_path_factory, key, content):
    """The table is sound, with its checksums, but what it holds is not."""
    folder = tmp_path_factory.mktemp("entries")
    table = TableWriter()
    if key != HEADER_KEY:
        table.add(HEADER_KEY, BundleHeader(num_shards=1).SerializeToString())
    table.add(key, content)
    (folder / "m.index").write_bytes(table.finish())
    (folder / "m.data-00000-of-00001").write_bytes(b"")
    in_vain(folder / "m")


def with_entry(folder, **fields):
    """Write a checkpoint of one float32 tensor of 4 elements, its entry changed."""
    prefix = str(folder / "m")
    write_bundle(prefix, ["a"], [""], [np.zeros(4, np.float32)])
    header, entries = read_index(prefix)
    entry = BundleEntry.FromString(entries[b"a"])
    sizes = fields.pop("sizes", None)
    for name, value in fields.items():
        setattr(entry, name, value)
    if sizes is not None:
        del entry.shape.dim[:]
        for size in sizes:
            entry.shape.dim.add().size = size
    table = TableWriter()
    table.add(HEADER_KEY, header.SerializeToString())
    table.add(b"a", entry.SerializeToString())
    Path(index_path(prefix)).write_bytes(table.finish())
    return prefix


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"size": 1 << 60, "sizes": [1 << 58]}, "cut off"),
        ({"sizes": [1 << 40, 1 << 40]}, "does not take 16 bytes"),
        ({"sizes": [-1]}, "damaged"),
        ({"offset": -5}, "cut off"),
        ({"offset": 1 << 50}, "cut off"),
        ({"dtype": 7}, "strings"),
        ({"dtype": 99}, "damaged"),
        ({"dtype": 0}, "damaged"),
        ({"dtype": 2}, "does not take 16 bytes"),
        ({"crc32c": 1}, "checksum"),
    ],
)
def test_entries_that_lie(tmp_path, fields, told):
    prefix = with_entry(tmp_path, **fields)
    tracemalloc.start()
    with pytest.raises(errors.DataLossError, match=told) as caught:
        read_all(prefix)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert "'a'" in str(caught.value)


def test_a_data_file_that_is_not_there(tmp_path):
    prefix = with_entry(tmp_path, shard_id=3)
    with pytest.raises(errors.NotFoundError, match="m.data-00003-of-00001"):
        read_all(prefix)


def test_a_version_that_is_not_known_yet(tmp_path):
    header = BundleHeader(num_shards=1)
    header.version.min_consumer = 5
    table = TableWriter()
    table.add(HEADER_KEY, header.SerializeToString())
    (tmp_path / "m.index").write_bytes(table.finish())
    with pytest.raises(errors.UnimplementedError, match="version 5"):
        open_checkpoint(str(tmp_path / "m"))


def test_numbers_of_the_other_byte_order(tmp_path):
    prefix = str(tmp_path / "m")
    write_bundle(prefix, ["a"], [""], [np.array([1, 2, 3], np.int32)])
    swapped = np.array([1, 2, 3], ">i4").tobytes()
    Path(shard_path(prefix, 0, 1)).write_bytes(swapped)
    _, entries = read_index(prefix)
    entry = BundleEntry.FromString(entries[b"a"])
    entry.crc32c = masked_crc32c(swapped)
    header = BundleHeader(num_shards=1, endianness=1)
    table = TableWriter()
    table.add(HEADER_KEY, header.SerializeToString())
    table.add(b"a", entry.SerializeToString())
    Path(index_path(prefix)).write_bytes(table.finish())
    assert open_checkpoint(prefix).read("a").tolist() == [1, 2, 3]


@given(st.binary(max_size=200))
def test_snappy_of_anything(junk):
    try:
        assert len(decompress(junk)) <= 64 * len(junk)
    except errors.DataLossError as error:
        assert error.message


def test_snappy_that_announces_too_much():
    with pytest.raises(errors.DataLossError, match="cannot come out"):
        decompress(varint(1 << 40) + b"\0a")


def test_snappy():
    repeated = b"\x0a" + b"\x04ab" + bytes([(8 - 4) << 2 | 1, 2])
    assert decompress(repeated) == b"ababababab"


@given(st.integers(0, 2**64 - 1))
def test_numbers_in_variable_length_form(number):
    written = varint(number)
    assert read_varint(written + b"\xff", 0) == (number, len(written))


@settings(max_examples=40)
@given(st.dictionaries(st.binary(min_size=1, max_size=30), st.binary(max_size=3000), max_size=120))
def test_tables_give_back_what_was_put_in(entries):
    table = TableWriter()
    for key in sorted(entries):
        table.add(key, entries[key])
    read = Table(table.finish(), "the table")
    assert dict(read.items()) == entries
    for key in list(entries)[:5]:
        assert read.get(key) == entries[key]
    assert read.get(b"no such key, for it is too long to be one") is None


@pytest.mark.parametrize(
    "spec", ["4", "4 3 0,2", "4 0,5", "4 -1,2", "4 a,2", "x 0,2", "4 0,2:0,1", "4 0;2", " "]
)
def test_slices_that_are_none(spec):
    with pytest.raises(errors.InvalidArgumentError, match="sizes and extents"):
        parse_spec(spec)
