"""Checkpoints and event files of Penstock's, read by TensorFlow 1.15.5."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.formats.bundle_writing import write_bundle
from penstock.formats.first_checkpoint import write_first_checkpoint
from tests.golden.checkpoints.values import PART, values

pytestmark = pytest.mark.oracle
PYTHON = os.environ.get("TF1_PYTHON")
if not PYTHON:
    pytest.skip("TF1_PYTHON names no Python with TensorFlow", allow_module_level=True)


def tensorflow(*arguments):
    done = subprocess.run(
        [PYTHON, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def items():
    """Give names, specs and arrays; one tensor comes in parts."""
    for name, value in values().items():
        if name != PART:
            yield name, "", np.asarray(value)
            continue
        for start, length in ((0, 3), (3, 4)):
            yield name, f"7 3 {start},{length}:-", value[start : start + length]


@pytest.mark.parametrize("write", [write_bundle, write_first_checkpoint])
def test_tensorflow_reads_every_value(tmp_path, write):
    # TensorFlow's class that reads checkpoints knows neither these nor parts in the first version.
    late = {f"types/{name}" for name in ("bool", "complex64", "complex128", "float16", "uint16")}
    late.add(PART)
    unknown = late if write is write_first_checkpoint else set()
    rows = [row for row in items() if row[0] not in unknown]
    prefix = str(tmp_path / "m")
    write(prefix, *zip(*rows, strict=True))
    found = tensorflow(Path(__file__).with_name("reads_checkpoints.py"), prefix)
    wanted = {name: value for name, value in values().items() if name not in unknown}
    assert set(found) == set(wanted)
    for name, (dtype, shape, text) in found.items():
        value = np.asarray(wanted[name])
        assert dtype == tf.as_dtype(value.dtype).name
        assert shape == list(value.shape)
        assert text == repr(value.tolist())


def test_tensorflow_reads_event_files(tmp_path):
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        for step in range(3):
            value = tf.Summary.Value(tag="a", simple_value=step / 2)
            writer.add_summary(tf.Summary(value=[value]), step)
        path = writer.event_writer.path
    script = (
        "import json, sys, tensorflow as tf\n"
        "events = list(tf.compat.v1.train.summary_iterator(sys.argv[1]))\n"
        "print(json.dumps([[e.step, v.tag, v.simple_value] for e in events "
        "for v in e.summary.value]))"
    )
    assert tensorflow("-c", script, path) == [[0, "a", 0.0], [1, "a", 0.5], [2, "a", 1.0]]


@pytest.mark.parametrize("options", ["", "GZIP", "ZLIB"])
def test_tensorflow_reads_records(tmp_path, options):
    path = str(tmp_path / "r")
    with tf.python_io.TFRecordWriter(path, options) as writer:
        for number in range(5):
            writer.write(b"x" * number)
    script = (
        "import json, sys, tensorflow as tf\n"
        "read = tf.compat.v1.python_io.tf_record_iterator\n"
        "options = tf.compat.v1.python_io.TFRecordOptions(sys.argv[2])\n"
        "print(json.dumps([record.decode() for record in read(sys.argv[1], options)]))"
    )
    assert tensorflow("-c", script, path, options) == ["x" * number for number in range(5)]
