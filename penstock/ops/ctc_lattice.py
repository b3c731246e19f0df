"""The sum over all alignments of a label sequence with the steps of an input, and its gradient.

A sequence of n labels is spelled with blanks around each label: 2n + 1 *states*. An alignment
moves through the states, from step to step: it stays, goes on to the next, or skips a blank. The
probabilities of all alignments that reach a state by a step, or that come from it after one, are
summed along time, as logarithms. (Graves et al., "Connectionist Temporal Classification", 2006.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.ops.scanning import Scan

__all__ = ["Lattice", "lattice", "log_softmax", "loss_and_gradient"]


@dataclass(frozen=True, slots=True)
class Lattice:
    """The states of a batch of label sequences.

    Attributes:
      classes: the class of each state, [batch, states].
      stays: whether one may stay in a state.
      skips: whether one may come to a state from the last but one.
      ends: whether an alignment may end in a state.
    """

    classes: Any
    stays: Any
    skips: Any
    ends: Any


def lattice(xp: Any, labels: Any, lengths: Any, blank: int, merges: bool) -> Lattice:
    """Spell label sequences with blanks.

    Args:
      xp: the array library.
      labels: int32 [batch, width].
      lengths: how many labels of each row count.
      blank: the class number of the blank.
      merges: whether a class that is repeated from step to step is one label; if not, a label is
        one step long.
    """
    batch, width = labels.shape
    blanks = xp.full((batch, width), blank, labels.dtype)
    pairs = xp.stack([blanks, labels], -1).reshape(batch, 2 * width)
    last = xp.full((batch, 1), blank, labels.dtype)
    classes = xp.concatenate([pairs, last], 1)
    is_blank = classes == blank
    repeats = xp.concatenate(
        [xp.ones((batch, min(2, 2 * width + 1)), bool), classes[:, 2:] == classes[:, :-2]], 1
    )
    places = xp.arange(2 * width + 1)
    ends = (places == 2 * lengths[:, None]) | (places == 2 * lengths[:, None] - 1)
    skips = ~is_blank & (places > 1) & ~(repeats & merges)
    return Lattice(classes, is_blank | merges, skips, ends)


def log_softmax(xp: Any, scores: Any) -> Any:
    """Give the logarithms of the probabilities of classes, along the last axis."""
    moved = scores - xp.max(scores, -1, keepdims=True)
    return moved - xp.log(xp.sum(xp.exp(moved), -1, keepdims=True))


def _log_sum(xp: Any, *terms: Any) -> Any:
    """Give the logarithm of a sum of numbers whose logarithms are given; minus infinity is 0."""
    lowest = terms[0].dtype.type(-1e30)
    top = lowest
    for term in terms:
        top = xp.maximum(top, term)
    total = xp.exp(terms[0] - top)
    for term in terms[1:]:
        total = total + xp.exp(term - top)
    return xp.log(total) + top


def _moved(xp: Any, values: Any, count: int) -> Any:
    """Move values by `count` states; what comes in has no probability."""
    nothing = xp.full((len(values), min(abs(count), values.shape[1])), -np.inf, values.dtype)
    if count > 0:
        return xp.concatenate([nothing, values[:, :-count]], 1)
    return xp.concatenate([values[:, -count:], nothing], 1)


def _arriving(xp: Any, scan: Scan, states: Lattice, logs: Any, active: Any) -> tuple[Any, Any]:
    """Sum over the alignments that have come to each state by each step, that one included."""
    never = logs.dtype.type(-np.inf)

    def step(reached: Any, row: Any) -> tuple[Any, Any]:
        log, is_active = row
        stayed = xp.where(states.stays, reached, never)
        skipped = xp.where(states.skips, _moved(xp, reached, 2), never)
        total = _log_sum(xp, stayed, _moved(xp, reached, 1), skipped) + log
        total = xp.where(is_active[:, None], total, reached)
        return total, total

    # Before the first step, all stand on the first blank, from which the first label is next.
    start = xp.where(xp.arange(logs.shape[2]) == 0, logs.dtype.type(0), never)
    start = xp.broadcast_to(start, logs.shape[1:])
    return scan(step, start, (logs, active), False)


def _remaining(xp: Any, scan: Scan, states: Lattice, logs: Any, active: Any) -> Any:
    """Sum over the alignments that go on from each state after each step, to an end."""
    never = logs.dtype.type(-np.inf)
    ends = xp.where(states.ends, logs.dtype.type(0), never)

    def step(ahead: Any, row: Any) -> tuple[Any, Any]:
        log, is_active = row
        entered = ahead + log
        stayed = xp.where(states.stays, entered, never)
        skipped = _moved(xp, xp.where(states.skips, entered, never), -2)
        before = _log_sum(xp, stayed, _moved(xp, entered, -1), skipped)
        return xp.where(is_active[:, None], before, ends), ahead

    return scan(step, ends, (logs, active), True)[1]


def loss_and_gradient(
    xp: Any,
    scan: Scan,
    inputs: Any,
    times: Any,
    labels: Any,
    lengths: Any,
    *,
    merges: bool,
    lenient: bool,
) -> tuple[Any, Any]:
    """Compute the CTC loss of a batch.

    Args:
      xp: the array library.
      scan: repeats a step along time.
      inputs: scores [time, batch, classes] of any size; the last class is the blank.
      times: how many steps of each example count.
      labels: int32 [batch, width].
      lengths: how many labels of each row count.
      merges: see `lattice`.
      lenient: whether an example with more labels than steps has no loss.

    Returns:
      The losses [batch], minus logarithms of probabilities; and their gradient to the inputs.
    """
    count, batch, classes = inputs.shape
    if not count:
        return xp.zeros(batch, inputs.dtype), xp.zeros(inputs.shape, inputs.dtype)
    if lenient:
        times = xp.where(lengths > times, 0, times)
    states = lattice(xp, labels, lengths, classes - 1, merges)
    logs = log_softmax(xp, inputs)
    active = xp.arange(count)[:, None] < times
    of_states = xp.take_along_axis(logs, states.classes[None], 2)
    last, arriving = _arriving(xp, scan, states, of_states, active)
    never = logs.dtype.type(-np.inf)
    finals = xp.where(states.ends, last, never)
    total = _row_log_sum(xp, finals)
    losses = xp.where(times > 0, -total, logs.dtype.type(0))
    remaining = _remaining(xp, scan, states, of_states, active)
    shift = xp.where(total == never, logs.dtype.type(0), total)
    shares = xp.exp(arriving + remaining - shift[:, None])
    slope = xp.exp(logs) - _by_class(xp, shares, labels, classes)
    return losses, xp.where(active[:, :, None], slope, logs.dtype.type(0))


def _row_log_sum(xp: Any, values: Any) -> Any:
    top = xp.maximum(xp.max(values, 1), values.dtype.type(-1e30))
    return xp.log(xp.sum(xp.exp(values - top[:, None]), 1)) + top


def _by_class(xp: Any, shares: Any, labels: Any, classes: int) -> Any:
    """Sum the shares of all states of a class: [time, batch, states] to [time, batch, classes]."""
    of_blank = xp.sum(shares[:, :, 0::2], 2, keepdims=True)
    is_class = labels[:, :, None] == xp.arange(classes - 1)
    of_labels = xp.swapaxes(shares[:, :, 1::2], 0, 1) @ is_class.astype(shares.dtype)
    return xp.concatenate([xp.swapaxes(of_labels, 0, 1), of_blank], 2)
