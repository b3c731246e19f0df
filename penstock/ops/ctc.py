"""Connectionist temporal classification: label sequences of inputs that are longer than they.

An input gives scores of classes step by step; the last class is the *blank*. To read it, repeated
classes are merged, then blanks dropped: `_aab_bb_` reads `abb`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.errors import FailedPreconditionError
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import require
from penstock.ops.ctc_beams import best_sequences
from penstock.ops.ctc_labels import check_labels, kept_labels, label_table
from penstock.ops.ctc_lattice import loss_and_gradient
from penstock.ops.scanning import scan_in_python

__all__ = ["SPECS"]

_SCORES = attr("type", dtypes.float32, allowed=[dtypes.float32, dtypes.float64])


def _batch(c: ShapeContext) -> tuple[tuple[int | None, ...], int | None]:
    """Give the shape of the inputs, and the number of examples."""
    shape = rules.with_rank(c, "inputs", 3)
    times = rules.with_rank(c, "sequence_length", 1)
    try:
        (batch,) = merge(shape[1:2], times) or (None,)
    except ValueError:
        raise c.mismatch("as many sequence lengths as inputs has examples, its second size") from (
            None
        )
    return (shape[0], batch, shape[2]), batch


# Loss


def _loss(
    xp: Any,
    inputs: Any,
    indices: Any,
    values: Any,
    times: Any,
    *,
    preprocess_collapse_repeated: bool,
    ctc_merge_repeated: bool,
    ignore_longer_outputs_than_inputs: bool,
) -> tuple[Any, Any]:
    steps, batch, classes = inputs.shape
    collapse, lenient = preprocess_collapse_repeated, ignore_longer_outputs_than_inputs
    check_labels(
        indices,
        values,
        times,
        steps=steps,
        classes=classes,
        collapse=collapse,
        lenient=lenient,
    )
    kept = kept_labels(np, indices, values, classes, collapse)
    labels, lengths = label_table(np, indices, values, kept, batch, None)
    return loss_and_gradient(
        np,
        scan_in_python,
        inputs,
        times,
        labels,
        lengths,
        merges=ctc_merge_repeated,
        lenient=lenient,
    )


def _loss_shapes(c: ShapeContext) -> list[Shape]:
    shape, batch = _batch(c)
    places = rules.with_rank(c, "labels_indices", 2)
    labels = rules.with_rank(c, "labels_values", 1)
    if None not in (places[0], labels[0]) and places[0] != labels[0]:
        raise c.mismatch("as many labels_values as labels_indices has rows")
    return [(batch,), shape]


def _loss_gradient(ops: Any, node: Any, dy: Any, _: Any) -> list[Any]:
    slope = ops.PreventGradient(
        node.outputs[1],
        message="The gradient of the CTC loss is computed together with the loss, and has no "
        "gradient of its own. Differentiate the loss once only.",
    )
    return [ops.ExpandDims(dy, -1) * slope, None, None, None]


CTC_LOSS = OpSpec(
    "CTCLoss",
    inputs=[
        "inputs: T",
        "labels_indices: int64",
        "labels_values: int32",
        "sequence_length: int32",
    ],
    outputs=["loss: T", "gradient: T"],
    attrs={
        "preprocess_collapse_repeated": False,
        "ctc_merge_repeated": True,
        "ignore_longer_outputs_than_inputs": False,
        "T": _SCORES,
    },
    doc="Minus the logarithm of the probability of each example's labels, and its gradient.",
    shape=_loss_shapes,
    kernel=_loss,
    grad=_loss_gradient,
)


# Decoding


def _check_times(times: Any, steps: int) -> None:
    wrong = np.flatnonzero(times > steps)
    if wrong.size:
        raise FailedPreconditionError(
            None,
            None,
            f"Each sequence_length must be at most {steps}, the number of steps of inputs, but "
            f"sequence_length{wrong[:1]} is {times[wrong[:1]]}. Decoders take inputs as [time, "
            "batch, classes]; transpose what is [batch, time, classes].",
        )


def _sparse(sequences: list[list[int]]) -> tuple[Any, Any, Any]:
    """Give sequences, one for each example, as the parts of a sparse tensor."""
    places = [(row, place) for row, one in enumerate(sequences) for place in range(len(one))]
    labels = [label for one in sequences for label in one]
    longest = max(map(len, sequences), default=0)
    return (
        np.array(places, np.int64).reshape(-1, 2),
        np.array(labels, np.int64),
        np.array([len(sequences), longest], np.int64),
    )


def _greedy(xp: Any, inputs: Any, times: Any, *, merge_repeated: bool) -> Any:
    steps, batch, classes = inputs.shape
    require(steps > 0, "inputs must have at least one step, but its first size is 0.")
    _check_times(times, steps)
    best = inputs.argmax(2)
    active = np.arange(steps)[:, None] < times
    kept = active & (best != classes - 1)
    if merge_repeated:
        kept[1:] &= best[1:] != best[:-1]
    score = np.where(active, -inputs.max(2), inputs.dtype.type(0)).sum(0, inputs.dtype)
    rows = [best[kept[:, row], row].tolist() for row in range(batch)]
    return (*_sparse(rows), score[:, None])


GREEDY_DECODER = OpSpec(
    "CTCGreedyDecoder",
    inputs=["inputs: T", "sequence_length: int32"],
    outputs=[
        "decoded_indices: int64",
        "decoded_values: int64",
        "decoded_shape: int64",
        "log_probability: T",
    ],
    attrs={"merge_repeated": False, "T": _SCORES},
    doc="The labels along the path of the best class of each step.",
    shape=lambda c: [(None, 2), (None,), (2,), (_batch(c)[1], 1)],
    kernel=_greedy,
    host=True,
)


def _beam_search(
    xp: Any, inputs: Any, times: Any, *, beam_width: int, top_paths: int, merge_repeated: bool
) -> Any:
    require(
        top_paths <= beam_width,
        f"No more paths than the beam is wide can be asked for: top_paths is {top_paths}, "
        f"beam_width {beam_width}.",
    )
    _check_times(times, len(inputs))
    found, scores = best_sequences(inputs, times, beam_width)
    short = np.flatnonzero(scores[:, top_paths - 1] == -np.inf)
    require(
        not short.size,
        f"There must be {top_paths} sequences to choose from in each row, but row {short[:1]} of "
        f"inputs, of {times[short[:1]]} steps, has fewer. Ask for fewer top_paths.",
    )
    if merge_repeated:
        found = [[_without_repeats(path) for path in paths[:top_paths]] for paths in found]
    parts = [_sparse([paths[number] for paths in found]) for number in range(top_paths)]
    indices, labels, shapes = (list(part) for part in zip(*parts, strict=True))
    return indices, labels, shapes, scores[:, :top_paths]


def _without_repeats(labels: list[int]) -> list[int]:
    return [label for place, label in enumerate(labels) if place == 0 or label != labels[place - 1]]


def _beam_shapes(c: ShapeContext) -> list[Shape]:
    count = c.attrs["top_paths"]
    return [*[(None, 2)] * count, *[(None,)] * count, *[(2,)] * count, (_batch(c)[1], count)]


BEAM_SEARCH_DECODER = OpSpec(
    "CTCBeamSearchDecoder",
    inputs=["inputs: T", "sequence_length: int32"],
    outputs=[
        "decoded_indices: top_paths * int64",
        "decoded_values: top_paths * int64",
        "decoded_shape: top_paths * int64",
        "log_probability: T",
    ],
    attrs={
        "beam_width": attr("int", minimum=1),
        "top_paths": attr("int", minimum=1),
        "merge_repeated": True,
        "T": _SCORES,
    },
    doc="The most probable label sequences that a search with a beam finds, best first.",
    shape=_beam_shapes,
    kernel=_beam_search,
    host=True,
)

SPECS = (CTC_LOSS, GREEDY_DECODER, BEAM_SEARCH_DECODER)
