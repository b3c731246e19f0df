"""What the summary ops give equals what TensorFlow 1.15.5's give, byte for byte."""

import base64
import io
import json
import wave
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import penstock as tf
from penstock.graph.build import raw
from tests.golden.summaries.cases import CASES

USUAL_ZLIB = zlib.ZLIB_RUNTIME_VERSION.startswith("1.2.") and "ng" not in zlib.ZLIB_RUNTIME_VERSION
GOLDEN = json.loads((Path(__file__).parent / "summaries.json").read_text())


def given(op, inputs, attrs):
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = [tf.constant(value) for value in inputs]
        return session.run(getattr(raw, op)(*tensors, **attrs))


def decoded(png):
    return np.asarray(Image.open(io.BytesIO(png))).tolist()


@pytest.mark.parametrize(("label", "op", "inputs", "attrs"), CASES, ids=[row[0] for row in CASES])
def test_bytes_equal_tensorflows(label, op, inputs, attrs):
    ours, theirs = given(op, inputs, attrs), base64.b64decode(GOLDEN[label])
    if op == "ImageSummary" and not USUAL_ZLIB:
        # Another zlib packs the same pixels in another way.
        ours, theirs = tf.Summary.FromString(ours), tf.Summary.FromString(theirs)
        for one, other in zip(ours.value, theirs.value, strict=True):
            mine, golden = (value.image.encoded_image_string for value in (one, other))
            assert decoded(mine) == decoded(golden)
            one.image.encoded_image_string = golden
    assert ours == theirs


def test_images_are_png_files():
    pixels = np.random.RandomState(0).randint(0, 256, [1, 30, 20, 3], np.uint8)
    summary = tf.Summary.FromString(given("ImageSummary", [b"i", pixels], {}))
    read = Image.open(io.BytesIO(summary.value[0].image.encoded_image_string))
    np.testing.assert_array_equal(np.asarray(read), pixels[0])


def test_sounds_are_wav_files():
    sound = np.array([[0.0, 0.5, -1.0, 2.0]], np.float32)
    summary = tf.Summary.FromString(given("AudioSummaryV2", [b"s", sound, np.float32(10)], {}))
    with wave.open(io.BytesIO(summary.value[0].audio.encoded_audio_string)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, 10, 2)
        frames = np.frombuffer(file.readframes(4), "<i2")
    assert frames.tolist() == [0, 16384, -32768, 32767]
