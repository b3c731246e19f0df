"""Rows of candidate samplers: what holds of any draw; the draws themselves are golden values."""

from __future__ import annotations

import numpy as np

from tests.ops.row import Row

_TRUE = np.array([[0, 3], [7, 2], [1, 9]], np.int64)
_UNIQUE = {"num_true": 2, "num_sampled": 8, "unique": True}
_RANGE = {**_UNIQUE, "range_max": 10}
_WEIGHTS = [1.0, 5.0, 2.0, 0.5, 3.0, 3.0, 8.0, 1.0, 1.0, 2.0]


def _is_draw(outputs):
    samples, true_counts, counts = outputs
    assert len(set(samples.tolist())) == 8
    assert samples.min() >= 0
    assert samples.max() < 10
    assert np.all((true_counts > 0) & (true_counts <= 1))
    chance = dict(zip(samples.tolist(), counts.tolist(), strict=True))
    for place, each in np.ndenumerate(_TRUE):
        if each in chance:
            assert true_counts[place] == np.float32(chance[each])


def _hits(true, sampled):
    found = [
        (row, list(sampled).index(each))
        for row, classes in enumerate(true)
        for each in classes
        if each in sampled
    ]
    lowest = np.full(len(found), np.finfo(np.float32).min, np.float64)
    return [np.array([row for row, _ in found]), np.array([at for _, at in found]), lowest]


ROWS = [
    Row("LogUniformCandidateSampler", [_TRUE], check=_is_draw, attrs=_RANGE),
    Row("UniformCandidateSampler", [_TRUE], check=_is_draw, attrs=_RANGE),
    Row(
        "FixedUnigramCandidateSampler",
        [_TRUE],
        check=_is_draw,
        attrs={**_RANGE, "unigrams": _WEIGHTS},
    ),
    Row("LearnedUnigramCandidateSampler", [_TRUE], attrs=_RANGE),
    Row(
        "AllCandidateSampler",
        [_TRUE],
        lambda true: [np.arange(8), np.ones(true.shape), np.ones(8)],
        _UNIQUE,
    ),
    Row(
        "ComputeAccidentalHits",
        [_TRUE, np.array([9, 3, 5, 0], np.int64)],
        _hits,
        {"num_true": 2},
    ),
]
