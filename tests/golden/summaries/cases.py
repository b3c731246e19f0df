"""The cases of the summary ops' golden bytes. Runs on Python 3.7 too, and knows no library."""

import numpy as np

__all__ = ["CASES"]


def _drawn(*shape):
    return np.random.RandomState(sum(shape)).randn(*shape)


def _cases():
    """Give (label, op, inputs, attributes)."""
    for dtype in ("float32", "float64", "int32", "int64", "uint8", "int16", "float16"):
        yield "scalar " + dtype, "ScalarSummary", [b"a", np.array(3, dtype)], {}
        yield "histogram " + dtype, "HistogramSummary", [b"h", np.arange(30).astype(dtype)], {}
    yield "scalars", "ScalarSummary", [np.array([b"a", b"b"]), np.array([0.1, -2.5])], {}
    yield "scalar nan", "ScalarSummary", [b"a", np.float32("nan")], {}
    for label, values in (
        ("wide", [1.0, 2.0, 2.5, -3.0, 0.0, 1e-20, 1e30]),
        ("none", []),
        ("same", [1.0, 1.0]),
        ("zeros", [0.0, 0.0]),
        ("negative", [-1.0]),
        ("many", _drawn(40, 30)),
    ):
        yield "histogram " + label, "HistogramSummary", [b"h", np.asarray(values, np.float32)], {}
    for channels in (1, 3, 4):
        pixels = np.cumsum(np.arange(2 * 9 * 7 * channels)).reshape(2, 9, 7, channels) % 251
        yield f"image {channels}", "ImageSummary", [b"i", pixels.astype(np.uint8)], {}
        yield (
            f"image one {channels}",
            "ImageSummary",
            [b"i", pixels.astype(np.uint8)],
            {"max_images": 1},
        )
        yield (
            f"image float {channels}",
            "ImageSummary",
            [b"i", _drawn(1, 8, 8, channels)],
            {},
        )
        yield f"image positive {channels}", "ImageSummary", [
            b"i", abs(_drawn(2, 8, 8, channels)).astype(np.float32),
        ], {}  # fmt: skip
    yield "image half", "ImageSummary", [b"i", _drawn(1, 8, 8, 3).astype(np.float16)], {}
    bad = _drawn(1, 4, 4, 3).astype(np.float32)
    bad[0, 1, 2, 0], bad[0, 3, 3, 1] = np.nan, np.inf
    yield "image not finite", "ImageSummary", [b"i", bad], {}
    yield "image black", "ImageSummary", [b"i", np.zeros([1, 4, 4, 1], np.float32)], {}
    sound = np.linspace(-1.2, 1.2, 24).astype(np.float32)
    yield "audio", "AudioSummaryV2", [b"s", sound.reshape(2, 12), np.float32(8000)], {}
    yield (
        "audio stereo",
        "AudioSummaryV2",
        [b"s", sound.reshape(1, 12, 2), np.float32(44100.4)],
        {"max_outputs": 1},
    )
    for label, tensor in (
        ("numbers", np.arange(6, dtype=np.int32).reshape(2, 3)),
        ("number", np.float64(2.5)),
        ("strings", np.array([b"a", b""])),
        ("none", np.zeros([0, 2], np.float32)),
    ):
        yield "tensor " + label, "TensorSummaryV2", [b"t", tensor, b"\n\x06\n\x04text"], {}


CASES = list(_cases())
