"""Loops, branches and TensorArrays give what TensorFlow 1.15.5 gives, on both tiers."""

import importlib
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.golden.control_flow.case_table import run_case

_HERE = Path(__file__).parent


def _modules():
    return sorted(path.stem for path in _HERE.glob("*.npz"))


def _table(module):
    return importlib.import_module(f"tests.golden.control_flow.{module}").CASES


def _expected(module, name):
    with np.load(_HERE / f"{module}.npz") as golden:
        if f"{name}/error" in golden:
            return str(golden[f"{name}/error"])
        count = sum(key.startswith(f"{name}/") for key in golden)
        return [golden[f"{name}/{index}"] for index in range(count)]


def _runner(tier):
    def run(fetches, feeds):
        config = tf.ConfigProto()
        config.experimental.executor_type = tier
        with tf.Session(config=config) as session:
            session.run(tf.global_variables_initializer())
            return session.run(fetches, feeds)

    return run


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module in _modules() for name in _table(module)]
)
def test_values_are_tensorflows(module, name, tier):
    """Values are equal up to rounding, and errors of one class."""
    expected = _expected(module, name)
    values = run_case(tf, _table(module)[name], _runner(tier))
    if isinstance(expected, str):
        assert values == expected
        return
    assert not isinstance(values, str), values
    assert len(values) == len(expected)
    for value, wanted in zip(values, expected, strict=True):
        assert value.dtype == wanted.dtype
        assert value.shape == wanted.shape
        if wanted.dtype.kind in "fc":
            coarse = wanted.dtype == np.float16
            rtol, atol = (1e-2, 2e-3) if coarse else (2e-5, 1e-6)
            np.testing.assert_allclose(value, wanted, rtol=rtol, atol=atol)
        else:
            np.testing.assert_array_equal(value, wanted)
