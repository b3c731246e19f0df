"""Accumulators and their kin give what TensorFlow 1.15.5 gives, step by step."""

import json
from pathlib import Path

import numpy as np
import pytest

import penstock
from penstock.functions.barriers import Barrier
from penstock.functions.staging import StagingArea
from penstock.functions.staging_maps import MapStagingArea
from tests.golden.data_flow.running import CASES, results_of

_RESULTS = json.loads((Path(__file__).parent / "data_flow.json").read_text())


class _Surface:
    """Penstock's names, and those that are not public in TensorFlow."""

    Barrier = Barrier
    MapStagingArea = MapStagingArea
    StagingArea = StagingArea

    def __getattr__(self, name):
        return getattr(penstock, name)


def _same(actual, expected):
    if isinstance(expected, dict):
        return set(actual) == set(expected) and all(
            _same(actual[key], item) for key, item in expected.items()
        )
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(_same, actual, expected))
    if isinstance(expected, float):
        return np.isclose(actual, expected, rtol=1e-6)
    return actual == expected


@pytest.mark.parametrize("name", CASES)
def test_steps_give_what_they_give_in_tensorflow(name):
    """Values, errors by their class, and who waits."""
    actual = results_of(_Surface(), CASES[name])
    expected = _RESULTS[name]
    assert len(actual) == len(expected)
    for number, (mine, theirs) in enumerate(zip(actual, expected, strict=True)):
        assert _same(mine, theirs), (number, mine, theirs)
