"""The candidate samplers whose draws are compared with TensorFlow 1.15.5's (Python 3.7 too)."""

import itertools

__all__ = ["CASES", "SEEDS", "TRUE_CLASSES"]

SEEDS = {"seed": 1234, "seed2": 5678}
TRUE_CLASSES = [[0, 3], [7, 2], [1, 9]]

_WEIGHTS = [1.0, 5.0, 2.0, 0.5, 3.0, 3.0, 8.0, 1.0, 1.0, 2.0]
_SAMPLERS = [
    ("LogUniformCandidateSampler", {"num_sampled": 6, "range_max": 10}),
    ("LogUniformCandidateSampler", {"num_sampled": 30, "range_max": 10000}),
    ("UniformCandidateSampler", {"num_sampled": 6, "range_max": 10}),
    ("UniformCandidateSampler", {"num_sampled": 6, "range_max": 16}),
    ("UniformCandidateSampler", {"num_sampled": 6, "range_max": 10**10 + 7}),
    (
        "FixedUnigramCandidateSampler",
        {"num_sampled": 6, "range_max": 10, "unigrams": _WEIGHTS, "distortion": 0.75},
    ),
    (
        "FixedUnigramCandidateSampler",
        {"num_sampled": 4, "range_max": 10, "unigrams": _WEIGHTS[:8], "num_reserved_ids": 2},
    ),
    ("AllCandidateSampler", {"num_sampled": 10}),
]

# (op, attrs): each sampler with repetitions and without.
CASES = [
    (op, dict(attrs, num_true=2, unique=unique, **SEEDS))
    for (op, attrs), unique in itertools.product(_SAMPLERS, (True, False))
]
