"""Rows of files: checkpoints, summaries, and files as they are."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

from penstock.formats.bundle_writing import write_bundle
from penstock.formats.event_messages import Summary
from penstock.formats.example_messages import BytesList, Example, Feature, Features, Int64List
from penstock.formats.histogram import histogram_of
from penstock.train.checkpoint_reading import load_variable
from tests.ops.row import Row, normal

_FOLDER = tempfile.TemporaryDirectory()
_GOLDEN = "tests/golden/checkpoints"


def _text(*values):
    return np.array([value.encode() for value in values], object)


def _one(value):
    return np.array(value.encode(), object)


def _in_folder(name):
    return os.path.join(_FOLDER.name, name)


def _was_saved(name, path="saved"):
    def check(outputs):
        assert outputs == []
        assert load_variable(_in_folder(path), name).tolist() == [1, 2]

    return check


def _was_written(outputs):
    assert Path(_in_folder("a/b.txt")).read_text() == "told"


def _values(check):
    """Let `check` look at the summary's first value."""

    def look(outputs):
        check(Summary.FromString(outputs[0].item()).value[0])

    return look


def _summary(**fields):
    return Summary(value=[Summary.Value(**fields)]).SerializeToString()


def _is_scalar(value):
    assert (value.tag, value.simple_value) == ("a", 2.5)


def _is_histogram(value):
    assert value.histo == histogram_of(np.arange(4.0))


def _is_image(value):
    assert value.tag == "i/image/0"
    assert (value.image.height, value.image.width, value.image.colorspace) == (2, 3, 1)


def _is_sound(value):
    assert (value.audio.sample_rate, value.audio.length_frames) == (8000.0, 9)


def _is_tensor(value):
    assert value.tensor.tensor_content == np.arange(3, dtype=np.int32).tobytes()


def _is_merged(outputs):
    tags = [value.tag for value in Summary.FromString(outputs[0].item()).value]
    assert tags == ["a", "b"]


_PAIR = np.array([1, 2], np.int32)
# Merging moves files; one that is merged with itself can be merged again.
write_bundle(_in_folder("merged"), ["a"], [""], [_PAIR])
_SOUND = [_one("s"), np.zeros([1, 9], np.float32)]
_V2 = f"{_GOLDEN}/v2/model-7"
_SCALAR = np.float32(3.5)
for _name, _words in (("old", "a\nb\nc\n"), ("new", "c\nz\na\n")):
    Path(_in_folder(_name)).write_text(_words)

_FEATURES = {"i": Feature(int64_list=Int64List(value=[4, 5])),
             "w": Feature(bytes_list=BytesList(value=[b"a", b"b"]))}  # fmt: skip
_EXAMPLE = Example(features=Features(feature=_FEATURES)).SerializeToString()
_NONE = np.zeros([0], np.int64)

ROWS = [
    Row("SaveV2", [_one(_in_folder("saved")), _text("a"), _text(""), [_PAIR]],
        check=_was_saved("a")),
    Row("SaveSlices", [_one(_in_folder("first")), _text("a"), _text("4 1,2"), [_PAIR]],
        check=lambda outputs: None),
    Row("Save", [_one(_in_folder("plain")), _text("a"), [_PAIR]], check=_was_saved("a", "plain")),
    Row("MergeV2Checkpoints", [_text(_in_folder("merged")), _one(_in_folder("merged"))],
        check=_was_saved("a", "merged")),
    Row("RestoreV2", [_one(_V2), _text("scalar", "part"), _text("", "7 3 1,2:-")],
        lambda *_: [_SCALAR, np.arange(3.0, 9.0).reshape(2, 3) / 8],
        attrs={"dtypes": ["float32", "float32"]}, shape_known=False),
    Row("Restore", [_one(f"{_GOLDEN}/v1/model-7"), _one("scalar")], lambda *_: _SCALAR,
        attrs={"dt": "float32"}, shape_known=False),
    Row("RestoreSlice", [_one(_V2), _one("part"), _one("7 3 6,1:0,2")],
        lambda *_: np.array([[18.0, 19.0]]) / 8, attrs={"dt": "float32"}),
    Row("GenerateVocabRemapping", [_one(_in_folder("new")), _one(_in_folder("old"))],
        lambda *_: [np.array([2, -1, 0]), np.int32(2)],
        attrs={"new_vocab_offset": 0, "num_new_vocab": 3}),
    Row("LoadAndRemapMatrix", [_one(_V2), _one("part"), np.array([6, -1, 0]), np.array([-1, 0]),
        np.array([30.0, 40.0, 50.0, 60.0], np.float32)],
        lambda *_: np.array([[30.0, 18.0 / 8], [40.0, 50.0], [60.0, 0.0]]),
        attrs={"num_rows": 3, "num_cols": 2}),
    Row("ShardedFilename", [_one("m"), np.int32(3), np.int32(12)],
        lambda *_: _one("m-00003-of-00012")),
    Row("ShardedFilespec", [_one("m"), np.int32(12)], lambda *_: _one("m-?????-of-00012")),
    Row("ReadFile", [_one(f"{_GOLDEN}/v2/checkpoint")],
        lambda *_: _one(Path(_GOLDEN, "v2/checkpoint").read_text())),
    Row("WriteFile", [_one(_in_folder("a/b.txt")), _one("told")], check=_was_written),
    Row("MatchingFiles", [_text(f"{_GOLDEN}/v*/checkpoint", f"{_GOLDEN}/v2/*.index")],
        lambda *_: _text(*(f"{_GOLDEN}/{name}" for name in (
            "v1/checkpoint", "v1_sharded/checkpoint", "v2/checkpoint", "v2/model-7.index"))),
        shape_known=False),
    Row("ParseExample", [np.array([_EXAMPLE, b""], object), np.zeros([0], object), [_one("w")],
                         [_one("i")], [np.array([8, 9])]],
        lambda *_: [np.array([[0, 0], [0, 1]]), _text("a", "b"), np.array([2, 2]),
                    np.array([[4, 5], [8, 9]])],
        attrs={"sparse_types": ["string"], "dense_shapes": [[2]]}, shape_known=False),
    Row("ParseSingleExample", [np.array(_EXAMPLE, object), [_NONE]],
        lambda *_: [np.array([[0], [1]]), _text("a", "b"), np.array([2]), np.array([4, 5])],
        attrs={"num_sparse": 1, "sparse_keys": ["w"], "dense_keys": ["i"],
               "sparse_types": ["string"], "dense_shapes": [[2]]}, shape_known=False),
    Row("ScalarSummary", [_one("a"), np.float32(2.5)], check=_values(_is_scalar),
        dtypes=("float32", "float64", "float16")),
    Row("HistogramSummary", [_one("h"), np.arange(4.0)], check=_values(_is_histogram),
        dtypes=("float32", "int32", "uint8")),
    Row("ImageSummary", [_one("i"), normal(1, 2, 3, 1)], check=_values(_is_image)),
    Row("AudioSummary", _SOUND, attrs={"sample_rate": 8000.0}, check=_values(_is_sound)),
    Row("AudioSummaryV2", [*_SOUND, np.float32(8000)], check=_values(_is_sound)),
    Row("TensorSummary", [np.arange(3, dtype=np.int32)], check=_values(_is_tensor)),
    Row("TensorSummaryV2", [_one("t"), np.arange(3, dtype=np.int32), _one("")],
        check=_values(_is_tensor)),
    Row("MergeSummary", [[np.array(_summary(tag="a", simple_value=1.0), object),
                          np.array(_summary(tag="b", simple_value=2.0), object)]],
        check=_is_merged),
]  # fmt: skip
