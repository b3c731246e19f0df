"""Putting axes, or the elements along them, into another order."""

from __future__ import annotations

from typing import Any

import numpy as np

from penstock.core import dtypes
from penstock.core.shapes import Shape, merge
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.arrays_common import (
    INDEX,
    INDEX_AS_INT32,
    INDEX_AS_INT64,
    any_type,
    index_type,
    normal_axis,
    require,
    sizes_of,
)
from penstock.ops.index_range import check_range

__all__ = ["SPECS", "check_permutation", "reverse_sequence"]

_REVERSIBLE = frozenset(
    {
        dtypes.uint8, dtypes.int8, dtypes.uint16, dtypes.int16, dtypes.int32, dtypes.int64,
        dtypes.bool, dtypes.float16, dtypes.float32, dtypes.float64, dtypes.complex64,
        dtypes.complex128, dtypes.string,
    }
)  # fmt: skip


# Transposing


def _transposed_shape(c: ShapeContext) -> Shape:
    shape, perm = c.shape("x"), c.value("perm")
    length = c.shape("perm")
    if perm is not None:
        rank = len(perm)
    elif length is not None and length[0] is not None:
        rank = length[0]
    else:
        return None if shape is None else (None,) * len(shape)
    if shape is not None and len(shape) != rank:
        raise c.mismatch(f"as many axes as perm names, {rank},")
    if shape is None or perm is None:
        return (None,) * rank
    if sorted(perm.tolist()) != list(range(rank)):
        raise c.mismatch(f"each axis once in perm, not {perm.tolist()},")
    return tuple(shape[axis] for axis in perm)


def _transpose(xp: Any, x: Any, perm: Any) -> Any:
    axes = sizes_of(perm)
    require(
        sorted(axes) == list(range(len(x.shape))),
        f"perm must hold each of the {len(x.shape)} axes once, but is {axes}.",
    )
    return xp.transpose(x, axes)


def _transposing(name: str, doc: str, kernel: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=["x: T", "perm: Tperm"],
        outputs=["y: T"],
        attrs={"T": any_type(), "Tperm": INDEX_AS_INT32},
        doc=doc,
        shape=_transposed_shape,
        kernel=kernel,
        grad=lambda ops, node, dy: [
            getattr(ops, name)(dy, ops.InvertPermutation(node.inputs[1]), name="transpose"),
            None,
        ],
        static=["perm"],
    )


TRANSPOSE = _transposing("Transpose", "`x` with axis ``perm[i]`` as its axis i.", _transpose)
CONJUGATE_TRANSPOSE = _transposing(
    "ConjugateTranspose",
    "The conjugate of `x` with axis ``perm[i]`` as its axis i.",
    lambda xp, x, perm: xp.conj(_transpose(xp, x, perm)),
)


def _vector(c: ShapeContext) -> Shape:
    return rules.with_rank(c, c.spec.inputs[0].name, 1)


def check_permutation(x: Any) -> None:
    """Raise InvalidArgumentError unless `x` holds each number from 0 on once."""
    require(
        bool((np.sort(x) == np.arange(x.size)).all()),
        f"Each number from 0 to {x.size - 1} must stand once in a permutation, but it is "
        f"{x.tolist()}.",
    )


def _inverse(xp: Any, x: Any) -> Any:
    check_permutation(x)
    return xp.argsort(x).astype(x.dtype)


INVERT_PERMUTATION = OpSpec(
    "InvertPermutation",
    inputs=["x: T"],
    outputs=["y: T"],
    attrs={"T": attr("type", dtypes.int32, allowed=INDEX)},
    doc="The permutation that undoes `x`.",
    shape=_vector,
    kernel=_inverse,
)


# Reversing


def _flip(xp: Any, x: Any, axes: Any) -> Any:
    axes = [normal_axis(axis, len(x.shape)) for axis in axes]
    require(len(set(axes)) == len(axes), f"Each axis can be reversed once only, not {axes}.")
    return xp.flip(x, tuple(axes))


def _reverse_v2_shape(c: ShapeContext) -> Shape:
    shape, axes = c.shape("tensor"), c.value("axis")
    if shape is not None and axes is not None:
        rank = len(shape)
        for axis in axes.ravel():
            if not -rank <= axis < rank:
                raise c.mismatch(f"axes to reverse from {-rank} to {rank - 1}, not {axis},")
        if len({axis % rank for axis in axes.ravel()}) < axes.size:
            raise c.mismatch("each axis at most once")
    return shape


REVERSE = OpSpec(
    "Reverse",
    inputs=["tensor: T", "dims: bool"],
    outputs=["output: T"],
    attrs={"T": _REVERSIBLE},
    doc="`tensor` with the elements in opposite order along each axis for which `dims` is true.",
    shape=rules.same,
    kernel=lambda xp, x, dims: _flip(xp, x, np.flatnonzero(dims)),
    grad=lambda ops, node, dy: [ops.Reverse(dy, node.inputs[1]), None],
    static=["dims"],
)

REVERSE_V2 = OpSpec(
    "ReverseV2",
    inputs=["tensor: T", "axis: Tidx"],
    outputs=["output: T"],
    attrs={"Tidx": INDEX_AS_INT32, "T": _REVERSIBLE | {dtypes.bfloat16}},
    doc="`tensor` with the elements in opposite order along each axis that `axis` names.",
    shape=_reverse_v2_shape,
    kernel=lambda xp, x, axis: _flip(xp, x, sizes_of(axis)),
    grad=lambda ops, node, dy: [ops.ReverseV2(dy, node.inputs[1]), None],
    static=["axis"],
)


def _reverse_sequence_shape(c: ShapeContext) -> Shape:
    shape, lengths = c.shape("input"), rules.with_rank(c, "seq_lengths", 1)
    batch = c.attrs["batch_dim"]
    if shape is None or lengths is None:
        return None
    if not (batch < len(shape) and c.attrs["seq_dim"] < len(shape)):
        raise c.mismatch(f"an input with the axes {batch} and {c.attrs['seq_dim']}")
    try:
        count = merge((shape[batch],), lengths)
    except ValueError:
        raise c.mismatch(f"one length for each entry along axis {batch}") from None
    return None if count is None else (*shape[:batch], count[0], *shape[batch + 1 :])


def reverse_sequence(xp: Any, x: Any, lengths: Any, *, seq_dim: int, batch_dim: int) -> Any:
    lengths = xp.asarray(lengths)
    require(
        x.shape[batch_dim] == lengths.shape[0],
        f"There must be a length for each of the {x.shape[batch_dim]} entries along axis "
        f"{batch_dim}, but there are {lengths.shape[0]}.",
    )
    moved = xp.moveaxis(xp.asarray(x), (batch_dim, seq_dim), (0, 1))
    place = xp.arange(moved.shape[1], dtype=lengths.dtype)[None, :]
    length = lengths[:, None]
    source = xp.where(place < length, length - 1 - place, place)
    source = source.reshape(source.shape + (1,) * (moved.ndim - 2))
    return xp.moveaxis(xp.take_along_axis(moved, source, 1), (0, 1), (batch_dim, seq_dim))


def _checked_reverse(xp: Any, x: Any, lengths: Any, *, seq_dim: int, batch_dim: int) -> Any:
    check_range(lengths, x.shape[seq_dim] + 1, "the lengths that there can be", "seq_lengths")
    return reverse_sequence(xp, x, lengths, seq_dim=seq_dim, batch_dim=batch_dim)


REVERSE_SEQUENCE = OpSpec(
    "ReverseSequence",
    inputs=["input: T", "seq_lengths: Tlen"],
    outputs=["output: T"],
    attrs={"seq_dim": attr("int"), "batch_dim": 0, "T": any_type(), "Tlen": INDEX_AS_INT64},
    doc="`input` with the first ``seq_lengths[i]`` elements of each sequence i in opposite order.",
    shape=_reverse_sequence_shape,
    kernel=_checked_reverse,
    grad=lambda ops, node, dy: [
        ops.ReverseSequence(
            dy,
            node.inputs[1],
            seq_dim=node.attrs["seq_dim"],
            batch_dim=node.attrs["batch_dim"],
        ),
        None,
    ],
)


# Rolling


def _roll(xp: Any, x: Any, shift: Any, axis: Any) -> Any:
    require(len(x.shape) >= 1, "A tensor to roll must have an axis, but it is a scalar.")
    axes = [normal_axis(one, len(x.shape)) for one in sizes_of(axis)]
    shifts = xp.asarray(shift).ravel()
    require(
        len(axes) == shifts.shape[0],
        f"There must be a shift for each axis, but {shifts.shape[0]} shifts for axes {axes} came.",
    )
    for index, one in enumerate(axes):
        x = xp.roll(x, shifts[index], one)
    return x


def _roll_shape(c: ShapeContext) -> Shape:
    shape = c.shape("input")
    if shape == ():
        raise c.mismatch("an input with an axis to roll along")
    return shape


ROLL = OpSpec(
    "Roll",
    inputs=["input: T", "shift: Tshift", "axis: Taxis"],
    outputs=["output: T"],
    attrs={"T": any_type(), "Tshift": index_type(), "Taxis": index_type()},
    doc="`input` moved by `shift` along `axis`; what leaves at one end comes in at the other.",
    shape=_roll_shape,
    kernel=_roll,
    grad=lambda ops, node, dy: [
        ops.Roll(dy, ops.Neg(node.inputs[1]), node.inputs[2]),
        None,
        None,
    ],
    static=["axis"],
)

SPECS = (
    TRANSPOSE,
    CONJUGATE_TRANSPOSE,
    INVERT_PERMUTATION,
    REVERSE,
    REVERSE_V2,
    REVERSE_SEQUENCE,
    ROLL,
)
