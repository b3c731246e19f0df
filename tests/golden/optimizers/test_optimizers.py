"""Every optimizer moves variables as TensorFlow 1.15.5's does, step by step, on both tiers."""

from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.golden.optimizers.cases import OPTIMIZERS, batches, build

_TOLERANCE = 2e-5  # float32, after a few steps that divide by roots


@pytest.fixture(scope="module")
def golden():
    with np.load(Path(__file__).parent / "optimizers.npz") as arrays:
        return dict(arrays)


def _session(tier):
    config = tf.ConfigProto()
    config.experimental.executor_type = tier
    return tf.Session(config=config)


@pytest.mark.parametrize("tier", ["numpy", "xla"])
@pytest.mark.parametrize("form", ["reference", "resource"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_moves_as_tensorflow(name, form, tier, golden):
    """A matrix by dense gradients, a table by those of rows; slots and shared variables too."""
    with tf.Graph().as_default(), _session(tier) as session:
        feeds, train, variables = build(tf, name, form == "resource")
        session.run(tf.global_variables_initializer())
        assert {f"{name}/{form}/{variable.op.name}" for variable in variables} == {
            key for key in golden if key.startswith(f"{name}/{form}/")
        }
        for index, batch in enumerate(batches()):
            session.run(train, dict(zip(feeds, batch, strict=True)))
            for variable, value in zip(variables, session.run(variables), strict=True):
                wanted = golden[f"{name}/{form}/{variable.op.name}"][index]
                np.testing.assert_allclose(
                    value, wanted, rtol=_TOLERANCE, atol=_TOLERANCE, err_msg=variable.op.name
                )
