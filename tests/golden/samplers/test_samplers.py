"""Candidate samplers draw what TensorFlow 1.15.5 draws, in a first run and in a second."""

import json
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.graph.build import apply
from tests.golden.samplers.cases import CASES, TRUE_CLASSES

_SAMPLES = json.loads((Path(__file__).parent / "samples.json").read_text())


@pytest.mark.parametrize(
    ("op", "attrs", "runs"),
    [(*case, runs) for case, runs in zip(CASES, _SAMPLES, strict=True)],
)
def test_draws_are_tensorflows(op, attrs, runs):
    """Samples are equal; expected counts too, but for the last bits of float32."""
    with tf.Graph().as_default(), tf.Session() as session:
        true_classes = tf.constant(TRUE_CLASSES, tf.int64)
        outputs = list(apply(op, (true_classes,), dict(attrs), None))
        for expected in runs:
            samples, *counts = session.run(outputs)
            assert samples.tolist() == expected[0]
            for count, wanted in zip(counts, expected[1:], strict=True):
                np.testing.assert_allclose(count, wanted, rtol=5e-6)
