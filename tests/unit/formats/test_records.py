"""TFRecord files: written, read, compressed, damaged."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import penstock as tf
from penstock import errors
from penstock.formats.records import framed

RECORDS = [b"one", b"", b"x" * 1000]
KINDS = tf.python_io.TFRecordCompressionType


def write(path, records, options=None):
    with tf.python_io.TFRecordWriter(str(path), options) as writer:
        for record in records:
            writer.write(record)
    return path


def read(path, options=None):
    return list(tf.python_io.tf_record_iterator(str(path), options))


@pytest.mark.parametrize(
    "options",
    [
        None, "", "GZIP", "ZLIB",
        tf.python_io.TFRecordOptions(KINDS.NONE),
        tf.python_io.TFRecordOptions(KINDS.ZLIB),
        tf.python_io.TFRecordOptions("GZIP", compression_level=9, mem_level=4, window_bits=12),
    ],
)  # fmt: skip
@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(records=st.lists(st.binary(max_size=400), max_size=20))
def test_gives_back_what_was_written(tmp_path_factory, options, records):
    path = write(tmp_path_factory.mktemp("records") / "r", records, options)
    assert read(path, options) == records


def test_bytes_of_a_record():
    """TensorFlow 1.15.5 writes these."""
    assert framed(b"hello").hex() == "0500000000000000eab2043e68656c6c6fbb1f1c19"


def test_compressed_files_are_plain_gzip_and_zlib(tmp_path):
    plain = b"".join(map(framed, RECORDS))
    assert write(tmp_path / "r", RECORDS).read_bytes() == plain
    assert gzip.decompress(write(tmp_path / "g", RECORDS, "GZIP").read_bytes()) == plain
    assert zlib.decompress(write(tmp_path / "z", RECORDS, "ZLIB").read_bytes()) == plain


def test_several_streams_behind_each_other(tmp_path):
    path = tmp_path / "g"
    path.write_bytes(gzip.compress(framed(b"a")) + gzip.compress(framed(b"b")))
    assert read(path, "GZIP") == [b"a", b"b"]


@pytest.mark.parametrize("options", [None, "GZIP"])
def test_what_is_flushed_can_be_read(tmp_path, options):
    writer = tf.python_io.TFRecordWriter(str(tmp_path / "r"), options)
    writer.write(b"a")
    writer.flush()
    assert read(tmp_path / "r", options) == [b"a"]
    writer.close()


@pytest.mark.parametrize(
    ("change", "told", "whole"),
    [
        (lambda data: data[:-3], "truncated record at 35", 2),
        (lambda data: data[:-1], "truncated record at 35", 2),
        (lambda data: bytes([data[0] ^ 1]) + data[1:], "corrupted record at 0", 0),
        (lambda data: data[:13] + b"Q" + data[14:], "corrupted record at 12", 0),
        (lambda data: b"\xff" * 8 + data[8:], "corrupted record at 0", 0),
        (lambda data: b"hello, this is no file of records at all", "corrupted record at 0", 0),
    ],
)
def test_damaged_files(tmp_path, change, told, whole):
    path = write(tmp_path / "r", RECORDS)
    path.write_bytes(change(path.read_bytes()))
    found = []
    with pytest.raises(errors.DataLossError, match=told):
        for record in tf.python_io.tf_record_iterator(str(path)):
            found.append(record)
    assert found == RECORDS[:whole]


def test_a_file_that_ends_within_a_length_ends_there(tmp_path):
    path = write(tmp_path / "r", RECORDS)
    path.write_bytes(path.read_bytes() + b"\x05\0\0")
    assert read(path) == RECORDS
    path.write_bytes(b"")
    assert read(path) == []


@pytest.mark.parametrize("options", ["GZIP", "ZLIB"])
def test_files_compressed_in_another_way(tmp_path, options):
    path = write(tmp_path / "r", RECORDS)
    with pytest.raises(errors.DataLossError, match="cannot be decompressed"):
        read(path, options)
    with pytest.raises(errors.DataLossError, match="corrupted record at 0"):
        read(write(tmp_path / "c", RECORDS, options))


def test_a_small_file_that_grows_hugely_takes_no_memory(tmp_path):
    """200 MB of zeros, none of them a record."""
    packer = zlib.compressobj(wbits=31)
    content = packer.compress(framed(b"a"))
    for _ in range(200):
        content += packer.compress(bytes(1 << 20))
    (tmp_path / "bomb").write_bytes(content + packer.flush())
    tracemalloc.start()
    with pytest.raises(errors.DataLossError):
        read(tmp_path / "bomb", "GZIP")
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(junk=st.binary(max_size=200), options=st.sampled_from([None, "GZIP", "ZLIB"]))
def test_what_is_no_file_of_records(tmp_path_factory, junk, options):
    path = tmp_path_factory.mktemp("junk") / "r"
    path.write_bytes(junk)
    try:
        assert read(path, options) == []
    except errors.DataLossError as error:
        assert error.message


@pytest.mark.parametrize("options", ["BZIP", 7])
def test_compressions_there_are_not(options):
    with pytest.raises(ValueError, match="Not a valid compression_type"):
        tf.python_io.TFRecordOptions(options)


def test_names_of_compressions():
    name = tf.python_io.TFRecordOptions.get_compression_type_string
    options = tf.python_io.TFRecordOptions(KINDS.GZIP)
    assert [name(given) for given in (options, None, "ZLIB", KINDS.GZIP)] == [
        "GZIP", "", "ZLIB", "GZIP",
    ]  # fmt: skip


def test_wrong_uses(tmp_path):
    with pytest.raises(errors.NotFoundError):
        tf.python_io.TFRecordWriter(str(tmp_path / "no" / "folder"))
    with pytest.raises(errors.NotFoundError):
        read(tmp_path / "nothing")
    with pytest.raises(errors.FailedPreconditionError):
        read(tmp_path)
    writer = tf.python_io.TFRecordWriter(str(tmp_path / "r"))
    with pytest.raises(TypeError, match="expected bytes, str found"):
        writer.write("text")
    writer.close()
    writer.close()
    with pytest.raises(errors.FailedPreconditionError, match="is closed"):
        writer.write(b"a")


# Examples


FEATURES = {
    "a": tf.train.Feature(int64_list=tf.train.Int64List(value=[1, -3])),
    "b": tf.train.Feature(float_list=tf.train.FloatList(value=[1.5])),
    "c": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"q", b""])),
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a", "0a160a140a0161120f1a0d0a0b01fdffffffffffffffff01"),
        ("b", "0a0f0a0d0a0162120812060a040000c03f"),
        ("c", "0a0e0a0c0a016312070a050a01710a00"),
    ],
)
def test_bytes_of_examples(name, content):
    """TensorFlow 1.15.5 writes these."""
    features = tf.train.Features(feature={name: FEATURES[name]})
    example = tf.train.Example(features=features)
    assert example.SerializeToString().hex() == content
    assert tf.train.Example.FromString(bytes.fromhex(content)) == example


def test_examples():
    example = tf.train.Example(features=tf.train.Features(feature=FEATURES))
    again = tf.train.Example.FromString(example.SerializeToString())
    assert list(again.features.feature["a"].int64_list.value) == [1, -3]
    assert again.features.feature["b"].WhichOneof("kind") == "float_list"


def test_sequences_of_examples():
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[1]))
    lists = tf.train.FeatureLists(
        feature_list={"f": tf.train.FeatureList(feature=[feature, feature])}
    )
    example = tf.train.SequenceExample(feature_lists=lists)
    again = tf.train.SequenceExample.FromString(example.SerializeToString())
    assert len(again.feature_lists.feature_list["f"].feature) == 2


def test_values_of_another_kind():
    with pytest.raises(TypeError):
        tf.train.Int64List(value=[1.5])
    with pytest.raises(TypeError):
        tf.train.BytesList(value=["text"])
