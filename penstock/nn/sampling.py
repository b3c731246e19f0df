"""Candidate samplers: a few classes drawn for a batch, to stand for all in a loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from penstock.functions.random import seeds_of
from penstock.graph.build import raw
from penstock.graph.node import Tensor

__all__ = [
    "all_candidate_sampler",
    "compute_accidental_hits",
    "fixed_unigram_candidate_sampler",
    "learned_unigram_candidate_sampler",
    "log_uniform_candidate_sampler",
    "uniform_candidate_sampler",
]

Draw = tuple[Tensor, Tensor, Tensor]


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Draw:
    """Draw classes by Zipf's law, nearly: the chance of class c goes with log((c + 2) / (c + 1)).

    It fits classes that are numbered by falling frequency, as words of a dictionary.

    Args:
      true_classes: int64 [batch, num_true], the classes that are right.
      num_true: how many there are per example.
      num_sampled: how many classes to draw for the whole batch.
      unique: whether all drawn classes differ.
      range_max: the number of classes.
      seed: the op's seed; see `tf.set_random_seed`.
      name: the node's name.

    Returns:
      The drawn classes, int64 [num_sampled]; how often each of `true_classes` is expected in such
      a draw, float32; and how often each drawn class is, float32 [num_sampled].
    """
    return raw.LogUniformCandidateSampler(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        **seeds_of(seed),
        name=name,
    )


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Draw:
    """Draw classes with equal chances; arguments as for `log_uniform_candidate_sampler`."""
    return raw.UniformCandidateSampler(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        **seeds_of(seed),
        name=name,
    )


def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Draw:
    """Draw classes as often as they were true before.

    The node can be built, but not run: use `fixed_unigram_candidate_sampler` with the classes'
    frequencies. Arguments as for `log_uniform_candidate_sampler`.
    """
    return raw.LearnedUnigramCandidateSampler(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        **seeds_of(seed),
        name=name,
    )


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: int | None = None,
    name: str | None = None,
) -> Draw:
    """Draw classes with chances that are given.

    Args:
      true_classes: int64 [batch, num_true], the classes that are right.
      num_true: how many there are per example.
      num_sampled: how many classes to draw for the whole batch.
      unique: whether all drawn classes differ.
      range_max: the number of classes.
      vocab_file: a CSV file with a class per line, its weight in the last column; or empty.
      distortion: the power to which weights are raised: 0 makes all equal.
      num_reserved_ids: how many first classes, not in the file, are never drawn.
      num_shards: in how many parts the classes are dealt out.
      shard: which part this draws from.
      unigrams: the weights, if there is no file.
      seed: the op's seed.
      name: the node's name.

    Returns:
      As `log_uniform_candidate_sampler` does.
    """
    return raw.FixedUnigramCandidateSampler(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        vocab_file=vocab_file,
        distortion=distortion,
        num_reserved_ids=num_reserved_ids,
        num_shards=num_shards,
        shard=shard,
        unigrams=unigrams,
        **seeds_of(seed),
        name=name,
    )


def all_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: int | None = None,
    name: str | None = None,
) -> Draw:
    """Take the first `num_sampled` classes, each expected once: for trying losses out.

    Arguments as for `log_uniform_candidate_sampler`.
    """
    return raw.AllCandidateSampler(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        **seeds_of(seed),
        name=name,
    )


def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Build where drawn classes are among the true ones.

    Args:
      true_classes: int64 [batch, num_true].
      sampled_candidates: int64 [num_sampled].
      num_true: how many classes are right per example.
      seed: has no effect.
      name: the node's name.

    Returns:
      For each hit: its row in the batch, int32; the drawn class's place, int64; and the lowest
      float32, which added to the class's score takes it out of the loss.
    """
    return raw.ComputeAccidentalHits(
        true_classes, sampled_candidates, num_true=num_true, **seeds_of(seed), name=name
    )
