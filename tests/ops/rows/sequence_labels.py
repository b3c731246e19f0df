"""Rows of CTC and of distances between sequences; the references try every alignment."""

from __future__ import annotations

import itertools

import numpy as np

from tests.ops.row import Row, normal

_T, _B, _C = 5, 3, 4
_X = normal(_T, _B, _C)
_PLACES = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [1, 2], [2, 3]], np.int64)
_LABELS = np.array([1, 2, 0, 0, 1, 2], np.int32)
_TIMES = np.array([5, 4, 3], np.int32)


def _probabilities(x):
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _read(path, blank, merge):
    merged = [c for i, c in enumerate(path) if i == 0 or not merge or c != path[i - 1]]
    return [c for c in merged if c != blank]


def _rows(indices, values, classes, collapse):
    rows = [[] for _ in range(_B)]
    for (row, _), value in zip(indices, values, strict=True):
        rows[row].append(int(value))
    if collapse:
        rows = [[c for i, c in enumerate(row) if i == 0 or c != row[i - 1]] for row in rows]
    return [[c for c in row if c < classes - 1] for row in rows]


def _loss(collapse=False, merge=True, lenient=False):
    """Sum the probabilities of all paths that spell the labels; and of those through a class."""

    def reference(x, indices, values, times):
        probabilities = _probabilities(x)
        losses, slopes = np.zeros(_B), np.zeros(x.shape)
        for row, labels in enumerate(_rows(indices, values, x.shape[2], collapse)):
            steps = int(times[row])
            if lenient and len(labels) > steps:
                continue
            p = probabilities[:steps, row]
            total, through = 0.0, np.zeros(p.shape)
            for path in itertools.product(range(x.shape[2]), repeat=steps):
                if _read(path, x.shape[2] - 1, merge) == labels:
                    probability = np.prod(p[range(steps), path])
                    total += probability
                    through[range(steps), path] += probability
            losses[row] = -np.log(total)
            slopes[:steps, row] = p - (through / total if total else 0)
        return [losses, slopes]

    return reference


def _loss_row(label, labels=_LABELS, places=_PLACES, times=_TIMES, **options):
    names = {
        "collapse": "preprocess_collapse_repeated",
        "merge": "ctc_merge_repeated",
        "lenient": "ignore_longer_outputs_than_inputs",
    }
    attrs = {names[key]: value for key, value in options.items()}
    return Row(
        "CTCLoss",
        [_X, places, np.asarray(labels, np.int32), np.asarray(times, np.int32)],
        _loss(**options),
        attrs,
        dtypes=("float32", "float64"),
        rtol=2e-5,
        label=label,
    )


def _sparse(rows):
    places = [(r, c) for r, row in enumerate(rows) for c in range(len(row))]
    return [
        np.array(places, np.int64).reshape(-1, 2),
        np.array([c for row in rows for c in row], np.int64),
        np.array([len(rows), max(map(len, rows))], np.int64),
    ]


def _greedy(merge):
    def reference(x, times):
        rows, scores = [], []
        for row, steps in enumerate(times):
            path = x[:steps, row].argmax(-1).tolist()
            rows.append(_read(path, x.shape[2] - 1, merge))
            scores.append([-x[:steps, row].max(-1).sum()])
        return [*_sparse(rows), np.array(scores)]

    return reference


def _best(paths, merge):
    """Rank all label sequences by the probabilities of their paths; no beam drops any."""

    def reference(x, times):
        probabilities = _probabilities(x)
        ranked = []
        for row, steps in enumerate(times):
            totals = {}
            for path in itertools.product(range(x.shape[2]), repeat=int(steps)):
                labels = tuple(_read(path, x.shape[2] - 1, merge=True))
                gain = np.prod(probabilities[range(steps), row, path])
                totals[labels] = totals.get(labels, 0) + gain
            order = sorted(totals, key=lambda labels, t=totals: -t[labels])[:paths]
            ranked.append([(labels, np.log(totals[labels])) for labels in order])
        found = []
        for number in range(paths):
            rows = [ranked[row][number][0] for row in range(len(times))]
            if merge:
                rows = [[k for k, _ in itertools.groupby(labels)] for labels in rows]
            found.append(_sparse(rows))
        scores = np.array([[score for _, score in one] for one in ranked])
        return [*(part for kind in zip(*found, strict=True) for part in kind), scores]

    return reference


def _distance(normalize):
    def apart(one, other):
        if not one or not other:
            return len(one) + len(other)
        return min(
            apart(one[:-1], other) + 1,
            apart(one, other[:-1]) + 1,
            apart(one[:-1], other[:-1]) + (one[-1] != other[-1]),
        )

    def reference(h_places, h_values, h_shape, t_places, t_values, t_shape):
        result = np.zeros(np.maximum(h_shape, t_shape)[:-1], np.float32)
        for group in np.ndindex(result.shape):
            one = [v for p, v in zip(h_places, h_values, strict=True) if tuple(p[:-1]) == group]
            other = [v for p, v in zip(t_places, t_values, strict=True) if tuple(p[:-1]) == group]
            count = apart(one, other)
            if normalize:
                count = count / len(other) if other else (np.inf if one else 0)
            result[group] = count
        return result

    return reference


_STEPS = np.random.default_rng(1).integers(0, 6, (5, 3, 4)).astype(np.int32)
_PARENTS = np.random.default_rng(2).integers(0, 4, (5, 3, 4)).astype(np.int32)


def _tree(steps, parents, lengths, end):
    """Walk back from each beam's end; after an end token, only end tokens follow."""
    found = np.full(steps.shape, end)
    for row, beam in np.ndindex(steps.shape[1:]):
        place = beam
        for time in reversed(range(min(lengths[row], len(steps)))):
            found[time, row, beam] = steps[time, row, place]
            place = parents[time, row, place]
        ended = np.cumsum(found[:, row, beam] == end) > 0
        found[ended, row, beam] = end
    return found


_HYPOTHESIS = [
    np.array([[0, 0], [0, 1], [0, 2], [1, 0], [3, 0]], np.int64),
    np.array([1, 2, 3, 4, 5], np.int32),
    np.array([4, 3], np.int64),
]
_TRUTH = [
    np.array([[0, 0], [0, 1], [0, 2], [0, 3], [1, 0], [2, 0]], np.int64),
    np.array([2, 3, 3, 1, 4, 6], np.int32),
    np.array([3, 5], np.int64),
]
_WORDS = [
    [np.array([[0, 0, 0], [0, 0, 1]], np.int64), np.array([b"a", b"b"], object)],
    [np.array([[0, 0, 0], [0, 1, 1]], np.int64), np.array([b"a", b"c"], object)],
]
_SIZES = np.array([1, 2, 2], np.int64)

ROWS = [
    _loss_row("plain"),
    _loss_row("collapse", collapse=True),
    _loss_row("no_merge", merge=False),
    _loss_row("null_labels", [1, 3, 0, 0, 7, 2]),
    _loss_row("more_labels_than_steps", times=[5, 2, 3], lenient=True),
    _loss_row("no_steps", times=[5, 4, 0], lenient=True),
    _loss_row("impossible", times=[5, 3, 3]),
    _loss_row(
        "one_long_row",
        [0, 1, 2, 0, 1, 2, 1],
        np.array([[0, i] for i in range(5)] + [[1, 0], [2, 0]], np.int64),
    ),
    Row("CTCGreedyDecoder", [_X, _TIMES], _greedy(False), dtypes=("float32", "float64")),
    Row("CTCGreedyDecoder", [_X, _TIMES], _greedy(True), {"merge_repeated": True}, label="merge"),
    Row(
        "CTCBeamSearchDecoder",
        [_X, _TIMES],
        _best(3, False),
        {"beam_width": 400, "top_paths": 3, "merge_repeated": False},
        dtypes=("float32", "float64"),
    ),
    Row(
        "CTCBeamSearchDecoder",
        [_X * 0.1, _TIMES],
        _best(6, True),
        {"beam_width": 300, "top_paths": 6},
        label="merge",
    ),
    Row("GatherTree", [_STEPS, _PARENTS, np.array([5, 0, 3], np.int32), np.int32(5)], _tree),
    Row(
        "GatherTree",
        [_STEPS, _PARENTS, np.array([9, 4, 1], np.int32), np.int32(7)],
        _tree,
        label="too_long",
    ),
    Row("EditDistance", [*_HYPOTHESIS, *_TRUTH], _distance(True)),
    Row("EditDistance", [*_HYPOTHESIS, *_TRUTH], _distance(False), {"normalize": False}, label="n"),
    Row("EditDistance", [*_WORDS[0], _SIZES, *_WORDS[1], _SIZES], _distance(True), label="words"),
]
