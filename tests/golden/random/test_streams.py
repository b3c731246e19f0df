"""Random ops give TensorFlow 1.15.5's numbers, run after run."""

from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.golden.random.cases import CASES, kept

_GOLDEN = np.load(Path(__file__).parent / "streams.npz")
_ULPS = 4  # floats that come of logarithms and roots may differ in their last bits
_NORMAL_ULPS = {"float32": 2, "float64": 3}  # what docs/design.md promises
_EXACT = ("uniform_", "seeds", "shuffle", "crop", "multinomial", "categorical", "dropout")


def _tolerance(name, dtype):
    # XLA rounds once where a range is scaled and moved.
    exact = name.startswith(_EXACT) and not name.startswith("uniform_range")
    exact = exact or dtype.kind != "f"
    return 0.0 if exact else _ULPS * float(np.finfo(dtype).eps)


@pytest.mark.parametrize("name", CASES)
def test_stream_equals_tensorflows(name):
    """Each run of the case, in one session."""
    case = CASES[name]
    with tf.Graph().as_default():
        tf.set_random_seed(case.graph_seed)
        for _ in range(case.prelude):
            tf.constant(0)
        result = case.build(tf)
        with tf.Session() as session:
            for index, size in enumerate(case.sizes):
                values = session.run(result, {} if size is None else {"size:0": [size]})
                golden = _GOLDEN[f"{name}/run{index}"]
                assert values.dtype == golden.dtype
                tolerance = _tolerance(name, golden.dtype)
                np.testing.assert_allclose(kept(values), golden, rtol=tolerance, atol=tolerance)
                if "normal" in name and golden.dtype.name in _NORMAL_ULPS:
                    most = _NORMAL_ULPS[golden.dtype.name]
                    np.testing.assert_array_max_ulp(kept(values), golden, most)
