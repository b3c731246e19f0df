"""Candidate sampling: a few classes drawn to stand for all, for losses over very many classes.

Each sampler draws classes from its distribution and tells how often each is expected in such a
draw, for those drawn and for the true classes. With `unique`, a class that was drawn already is
rejected, and expected counts are chances to be drawn at all. The draws are TensorFlow's.

Jean et al., "On using very large target vocabulary for neural machine translation", 2014.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import candidate_draws, shape_rules as rules

__all__ = ["SPECS"]

# As many 32-bit words are reserved per sample, whether they are used or not.
_WORDS_PER_SAMPLE = 2048


def _shape(c: ShapeContext) -> list[Shape]:
    true = rules.with_rank(c, "true_classes", 2)
    assert true is not None
    if true[1] not in (None, c.attrs["num_true"]):
        raise c.mismatch(f"true_classes [batch, num_true = {c.attrs['num_true']}]")
    sampled = (c.attrs["num_sampled"],)
    return [sampled, (true[0], c.attrs["num_true"]), sampled]


def _blocks(attrs: dict[str, Any], inputs: Any, outputs: Any) -> int:
    return _WORDS_PER_SAMPLE * attrs["num_sampled"] // 4


def _counts(
    probabilities: Callable[[Any], Any], classes: Any, num_sampled: int, tries: int
) -> np.ndarray:
    """Give how often classes are expected among the samples, as float32."""
    chance = probabilities(classes).astype(np.float32)
    if tries == num_sampled:
        return chance * np.float32(num_sampled)
    return -np.expm1(np.float32(tries) * np.log1p(-chance))


def _kernel(distribution: Callable[..., candidate_draws.Distribution]) -> Callable[..., Any]:
    """Make the kernel of a sampler from what makes its distribution of the attrs."""

    def kernel(
        xp: Any, true_classes: Any, *, num_sampled: int, unique: bool, key: Any, counter: Any,
        range_max: int, vocab_file: str = "", distortion: float = 1.0, num_reserved_ids: int = 0,
        num_shards: int = 1, shard: int = 0, unigrams: Any = (),
    ) -> tuple[Any, Any, Any]:  # fmt: skip
        chosen = distribution(
            range_max, vocab_file=vocab_file, distortion=distortion,
            num_reserved_ids=num_reserved_ids, num_shards=num_shards, shard=shard,
            unigrams=unigrams,
        )  # fmt: skip
        stream = candidate_draws.Stream(key, counter)
        draw = candidate_draws.draw_unique if unique else candidate_draws.draw
        samples, tries = draw(chosen, stream, num_sampled)
        return (
            samples,
            _counts(chosen.probabilities, true_classes, num_sampled, tries),
            _counts(chosen.probabilities, samples, num_sampled, tries),
        )

    return kernel


def _all(xp: Any, true_classes: Any, *, num_sampled: int) -> tuple[Any, Any, Any]:
    ones = np.ones(true_classes.shape, np.float32)
    return np.arange(num_sampled), ones, np.ones(num_sampled, np.float32)


_SEEDS = {"seed": 0, "seed2": 0}
_COUNTS = {
    "num_true": attr("int", minimum=1),
    "num_sampled": attr("int", minimum=1),
    "unique": attr("bool"),
}
_RANGE = {"range_max": attr("int", minimum=1)}
_OUTPUTS = (
    "sampled_candidates: int64",
    "true_expected_count: float32",
    "sampled_expected_count: float32",
)


def _sampler(name: str, doc: str, kernel: Callable[..., Any] | None, **attrs: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["true_classes: int64"],
        outputs=_OUTPUTS,
        attrs={**_COUNTS, **attrs, **_SEEDS},
        doc=doc,
        shape=_shape,
        kernel=kernel,
        random=_blocks,
        host=True,
    )


LOG_UNIFORM = _sampler(
    "LogUniformCandidateSampler",
    "Draws classes c with chances proportional to log((c + 2) / (c + 1)): Zipf's law, nearly, for "
    "classes sorted by frequency.",
    _kernel(candidate_draws.log_uniform),
    **_RANGE,
)

UNIFORM = _sampler(
    "UniformCandidateSampler",
    "Draws classes below `range_max`, each with the same chance.",
    _kernel(candidate_draws.uniform),
    **_RANGE,
)

LEARNED_UNIGRAM = _sampler(
    "LearnedUnigramCandidateSampler",
    "Draws classes as often as they were true before.",
    None,
    **_RANGE,
)

FIXED_UNIGRAM = _sampler(
    "FixedUnigramCandidateSampler",
    "Draws classes with given weights, raised to `distortion`.",
    _kernel(candidate_draws.fixed_unigram),
    **_RANGE,
    vocab_file="",
    distortion=1.0,
    num_reserved_ids=0,
    num_shards=attr("int", 1, minimum=1),
    shard=attr("int", 0, minimum=0),
    unigrams=attr("list(float)", []),
)

ALL = OpSpec(
    "AllCandidateSampler",
    inputs=["true_classes: int64"],
    outputs=_OUTPUTS,
    attrs={**_COUNTS, **_SEEDS},
    doc="The first `num_sampled` classes, each expected once: for trying losses out.",
    shape=_shape,
    kernel=_all,
    stateful=True,
)


def _accidental_hits(
    xp: Any, true_classes: Any, sampled_candidates: Any, *, num_true: int
) -> tuple[Any, Any, Any]:
    place_of = {int(each): place for place, each in enumerate(sampled_candidates)}
    hits = [
        (row, place_of[each])
        for row, classes in enumerate(true_classes.tolist())
        for each in classes
        if each in place_of
    ]
    rows = np.array([row for row, _ in hits], np.int32)
    places = np.array([place for _, place in hits], np.int64)
    return rows, places, np.full(len(hits), np.finfo(np.float32).min)


def _accidental_hits_shape(c: ShapeContext) -> list[Shape]:
    rules.with_rank(c, "true_classes", 2)
    rules.with_rank(c, "sampled_candidates", 1)
    return [(None,), (None,), (None,)]


COMPUTE_ACCIDENTAL_HITS = OpSpec(
    "ComputeAccidentalHits",
    inputs=["true_classes: int64", "sampled_candidates: int64"],
    outputs=["indices: int32", "ids: int64", "weights: float32"],
    attrs={"num_true": attr("int"), **_SEEDS},
    doc="Where a sampled class is one of a row's true ones: the row, the sample's place, and the "
    "lowest float32, which added to its score takes it out.",
    shape=_accidental_hits_shape,
    kernel=_accidental_hits,
    host=True,
)

SPECS = (LOG_UNIFORM, UNIFORM, LEARNED_UNIGRAM, FIXED_UNIGRAM, ALL, COMPUTE_ACCIDENTAL_HITS)
