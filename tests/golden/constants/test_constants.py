"""Python values become the constants that TensorFlow 1.15.5 makes of them, or the same errors."""

import json
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.golden.constants.cases import CASES, run

GOLDEN = json.loads((Path(__file__).parent / "constants.json").read_text())


def test_the_golden_file_has_the_cases():
    assert [(text, dtype) for text, dtype, _ in GOLDEN] == CASES


@pytest.mark.parametrize(("text", "dtype", "golden"), GOLDEN)
@pytest.mark.filterwarnings("ignore:overflow")
def test_value(text, dtype, golden):
    assert run(tf, text, dtype) == golden


@pytest.mark.parametrize("value", [range(3), [np.ones(2), np.ones(2)]])
def test_what_tensorflow_does_not_take(value):
    with tf.Graph().as_default(), tf.Session() as sess:
        got = sess.run(tf.convert_to_tensor(value)).tolist()
    assert got in ([0, 1, 2], [[1, 1], [1, 1]])


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ([tf.Dimension(3), 2], None),  # or else tf.stack of sizes would make other nodes
        (tf.Dimension(3), tf.float32),
        ([tf.Dimension(3)], tf.float32),
        (tf.TensorShape([3]), tf.float32),
    ],
)
def test_sizes_need_an_integer_dtype(value, dtype):
    with tf.Graph().as_default(), pytest.raises(TypeError, match="Dimension|int32 or int64"):
        tf.convert_to_tensor(value, dtype)
