"""The training ops, on both tiers, compute what TensorFlow's compute."""

import os

import numpy as np
import pytest

from penstock.engine.xla_tier.kernels import training as xla
from penstock.graph.kernel_call import bind_kernel
from penstock.ops.library import LIBRARY
from tests.golden.training.cases import cases

HERE = os.path.dirname(os.path.abspath(__file__))
ALL = list(cases())
# The forms for which the XLA tier has kernels of its own.
SPARSE = [case for case in ALL if "Sparse" in case["op"] and "float32" in case["name"]]


@pytest.fixture(scope="module")
def golden():
    with np.load(os.path.join(HERE, "training.npz")) as arrays:
        return dict(arrays)


def _bound(op, case, kernels):
    spec = LIBRARY[op]
    attrs = {attr.name: attr.default for attr in spec.attrs}
    return bind_kernel(spec, {**attrs, **case["attrs"]}, kernels.get(op, spec.kernel))


def _check(results, case, golden):
    for (name, before), result in zip(case["states"].items(), results, strict=True):
        wanted = golden[f"{case['name']}/{name}"]
        assert result.dtype == before.dtype
        tolerance = 3e-5 if before.dtype == np.float32 else 1e-12
        np.testing.assert_allclose(result, wanted, rtol=tolerance, atol=tolerance / 10)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case["name"])
@pytest.mark.parametrize("prefix", ["", "Resource"])
def test_numpy_tier(case, prefix, golden):
    inputs = [*case["states"].values(), *case["inputs"].values()]
    results = _bound(prefix + case["op"], case, {})(np, inputs)
    _check(results, case, golden)


@pytest.mark.parametrize("case", SPARSE, ids=lambda case: case["name"])
def test_xla_tier(case, golden):
    import jax

    inputs = [*case["states"].values(), *case["inputs"].values()]
    with jax.enable_x64(True):
        arrays = [jax.numpy.asarray(value) for value in inputs]
        call = _bound(case["op"], case, xla.KERNELS)
        results = jax.jit(lambda values: call(jax.numpy, values))(arrays)
    _check(results, case, golden)
