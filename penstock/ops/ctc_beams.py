"""The most probable label sequences of CTC's outputs, by a search that keeps the best few.

After every step the search holds the `width` most probable prefixes, each with the logarithms of
two probabilities: of the alignments that end in its last label, and of those that end in a blank.
A prefix is known by a number, made of its labels, so that a prefix that was dropped and comes back
is found to be the beginning of those that are still held. (Graves, "Sequence Transduction with
Recurrent Neural Networks", 2012, and Hannun et al., "First-Pass Large Vocabulary Continuous Speech
Recognition", 2014.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from penstock.ops.ctc_lattice import log_softmax
from penstock.ops.ctc_turns import Turns

__all__ = ["best_sequences"]

_ROOT = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0xD1342543DE82EF95)
_NOBODY = np.uint64(0)


@dataclass(slots=True)
class _Beams:
    """Prefixes of a batch, [batch, width] each, best first; `total` of one not there is -inf."""

    number: Any
    parent: Any
    label: Any
    by_label: Any
    by_blank: Any
    total: Any


def best_sequences(inputs: Any, times: Any, width: int) -> tuple[list[list[list[int]]], Any]:
    """Search the label sequences of highest probability.

    Args:
      inputs: scores [time, batch, classes]; the last class is the blank.
      times: how many steps of each example count.
      width: how many prefixes are kept from step to step.

    Returns:
      For each example its sequences, best first: lists of labels; and the logarithms of their
      probabilities [batch, width], -inf where there are no more.
    """
    batch, classes = inputs.shape[1:]
    beams = _first(batch, width, inputs.dtype)
    origins: list[tuple[Any, Any]] = []
    logs = log_softmax(np, inputs)
    for step in range(int(times.max(initial=0))):
        active = (step < times)[:, None]
        following, source, added = _advance(beams, logs[step], classes - 1)
        origins.append((np.where(active, source, np.arange(width)), np.where(active, added, -1)))
        beams = _Beams(
            *(
                np.where(active, getattr(following, name), getattr(beams, name))
                for name in _Beams.__slots__
            )
        )
    return _sequences(origins, beams.total), beams.total


def _first(batch: int, width: int, dtype: Any) -> _Beams:
    """Begin with the empty prefix, which ends in a blank."""
    shape = (batch, width)
    total = np.full(shape, -np.inf, dtype)
    total[:, 0] = 0
    nobody = np.full(shape, _NOBODY)
    number = nobody.copy()
    number[:, 0] = _ROOT
    nothing = np.full(shape, -np.inf, dtype)
    return _Beams(number, nobody, np.full(shape, -1), nothing, total.copy(), total)


def _advance(beams: _Beams, logs: Any, labels: int) -> tuple[_Beams, Any, Any]:
    """Take one step: prefixes that are kept, and prefixes longer by one label.

    Returns:
      The new beams; which of the old each comes from; and the label it got, or -1.
    """
    batch, width = beams.total.shape
    rows = np.arange(batch)[:, None]
    parent, by_label, by_blank = _kept(beams, logs)
    grown = np.where(
        beams.label[:, :, None] == np.arange(labels),
        beams.by_blank[:, :, None],
        beams.total[:, :, None],
    )
    grown = grown + logs[:, None, :-1]
    batches, children = np.nonzero(parent >= 0)
    grown[batches, parent[batches, children], beams.label[batches, children]] = -np.inf

    kept = np.logaddexp(by_label, by_blank)
    scores = np.concatenate([kept, grown.reshape(batch, -1)], 1)
    chosen = _largest(scores, width)
    for row in _undecided(chosen, width, labels):
        turns = Turns(kept[row], grown[row], beams.total[row])
        chosen[row] = turns.choose(parent[row], beams.label[row])
    is_new = chosen >= width
    source = np.where(is_new, (chosen - width) // max(labels, 1), chosen)
    label = np.where(is_new, (chosen - width) % max(labels, 1), beams.label[rows, source])
    total = scores[rows, chosen]
    sources = beams.number[rows, source]
    following = _Beams(
        number=np.where(is_new, sources * _FACTOR + (label + 1).astype(np.uint64), sources),
        parent=np.where(is_new, sources, beams.parent[rows, source]),
        label=label,
        by_label=np.where(is_new, total, by_label[rows, source]),
        by_blank=np.where(is_new, logs.dtype.type(-np.inf), by_blank[rows, source]),
        total=total,
    )
    return following, source, np.where(is_new, label, -1)


def _undecided(chosen: Any, width: int, labels: int) -> Any:
    """Find the rows in which a prefix is dropped, but one that it grew into is not.

    There the order decides in which prefixes take their turns to grow; elsewhere the best are the
    best in any order.
    """
    is_new = chosen >= width
    source = np.where(is_new, (chosen - width) // max(labels, 1), -1)
    stays = (np.where(is_new, -2, chosen)[:, None, :] == source[:, :, None]).any(2)
    return np.flatnonzero((is_new & ~stays).any(1))


def _kept(beams: _Beams, logs: Any) -> tuple[Any, Any, Any]:
    """Go on with the prefixes as they are.

    Returns:
      For each the place of its parent, or -1 if that is not held; and the logarithms of the
      probabilities that it ends in its last label, and in a blank.
    """
    rows = np.arange(len(logs))[:, None]
    is_held = beams.total > -np.inf
    is_parent = beams.parent[:, :, None] == beams.number[:, None, :]
    is_parent &= is_held[:, None, :] & is_held[:, :, None]
    has_parent = is_parent.any(2)
    parent = is_parent.argmax(2)
    # The parent gives all of its alignments, or those that end in a blank where the label is the
    # parent's own last one.
    repeats = beams.label == beams.label[rows, parent]
    given = np.where(repeats, beams.by_blank[rows, parent], beams.total[rows, parent])
    given = np.where(has_parent, given, -np.inf)
    by_label = np.logaddexp(beams.by_label, given) + logs[rows, beams.label]
    by_label = np.where(beams.label >= 0, by_label, -np.inf)
    return np.where(has_parent, parent, -1), by_label, beams.total + logs[:, -1:]


def _largest(scores: Any, count: int) -> Any:
    """Give the places of each row's largest scores, in falling order; of equal ones the first."""
    if scores.shape[1] > 4 * count:
        bound = -np.partition(-scores, count - 1, axis=1)[:, count - 1 : count]
        if ((scores >= bound).sum(1) == count).all():
            places = np.nonzero(scores >= bound)[1].reshape(len(scores), count)
            order = np.argsort(-np.take_along_axis(scores, places, 1), 1, kind="stable")
            return np.take_along_axis(places, order, 1)
    return np.argsort(-scores, 1, kind="stable")[:, :count]


def _sequences(origins: list[tuple[Any, Any]], total: Any) -> list[list[list[int]]]:
    """Read the labels of all beams, from the last step back to the first."""
    batch, width = total.shape
    rows = np.arange(batch)[:, None]
    place = np.broadcast_to(np.arange(width), (batch, width))
    found = np.full((len(origins), batch, width), -1)
    for step in reversed(range(len(origins))):
        source, label = origins[step]
        found[step] = label[rows, place]
        place = source[rows, place]
    return [
        [[label for label in found[:, row, beam].tolist() if label >= 0] for beam in range(width)]
        for row in range(batch)
    ]
