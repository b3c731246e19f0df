"""The values in the golden checkpoints. Knows neither TensorFlow nor Penstock."""

import numpy as np

__all__ = ["NUMBERS", "PART", "numbers", "texts", "values"]

NUMBERS = (
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool",
    "complex64", "complex128",
)  # fmt: skip
PART = "part"  # the one that is saved in parts, three of them, along its first axis


def numbers(dtype):
    """Give a small array of a dtype."""
    drawn = np.random.RandomState(len(dtype)).randn(3, 4) * 5
    if dtype.startswith("complex"):
        drawn = drawn + 1j * drawn.T.reshape(3, 4)
    return (abs(drawn) if dtype.startswith("u") else drawn).astype(dtype)


def texts():
    """Give strings, among them an empty one and one of bytes that are no text."""
    return np.array([[b"one", b""], [b"\xff\x00binary", b"a longer one " * 20]], object)


def values():
    """Give all values by name."""
    found = {"types/" + dtype: numbers(dtype) for dtype in NUMBERS}
    found["texts"] = texts()
    found["scalar"] = np.float32(3.5)
    found["scalar_text"] = np.array(b"alone", object)
    found["empty"] = np.zeros([0, 3], np.float32)
    found["one/more/scope"] = np.arange(5, dtype=np.int64)
    found[PART] = np.arange(21, dtype=np.float32).reshape(7, 3) / 8
    return found
