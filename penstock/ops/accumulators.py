"""Accumulators: gradients of several workers, put together by some runs and taken by another.

As in TensorFlow, the dense one is there twice, known by a reference to a string or by a resource
handle, the sparse one once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from penstock.core.dtypes import NUMBERS, qint8, qint32, quint8
from penstock.core.errors import InvalidArgumentError
from penstock.graph.node import Node
from penstock.graph.spec import OpSpec, attr
from penstock.ops import shape_rules as rules
from penstock.ops.accumulator_objects import Accumulator, DenseAccumulator, SparseAccumulator

__all__ = ["SPECS"]

_TYPES = NUMBERS | {qint8, quint8, qint32}
_HANDLES = (("", "Ref(string)"), ("Resource", "resource"))
_FLOATS = ("float16", "float32", "float64")


def _maker(kind: Callable[..., Accumulator]) -> Callable[[Node], Accumulator]:
    def make(node: Node) -> Accumulator:
        attrs = node.attrs
        if attrs["dtype"].name not in _FLOATS:
            raise InvalidArgumentError(
                None,
                node,
                f"An accumulator adds up numbers of {', '.join(_FLOATS)}, but {node.name!r} is of "
                f"{attrs['dtype'].name}. Convert the gradients with tf.cast.",
            )
        return kind(node.name, attrs["shape"], attrs["reduction_type"] == "MEAN")

    return make


def _made(name: str, handle: str, kind: Callable[..., Accumulator], doc: str) -> OpSpec:
    return OpSpec(
        name,
        outputs=[f"handle: {handle}"],
        attrs={
            "dtype": _TYPES,
            "shape": attr("shape"),
            "container": "",
            "shared_name": "",
            "reduction_type": attr("string", "MEAN", allowed=("MEAN", "SUM")),
        },
        doc=doc,
        shape=lambda c: (2,),
        makes=_maker(kind),
        stateful=True,
    )


def _on(name: str, handle: str, inputs: list[str], **fields: Any) -> OpSpec:
    return OpSpec(
        name,
        inputs=[f"handle: {handle}", *inputs],
        objects=["handle"],
        host=True,
        stateful=handle == "resource",
        **fields,
    )


def _apply(xp: Any, handle: Accumulator, local_step: Any, gradient: Any) -> tuple[()]:
    handle.apply(local_step, np.asarray(gradient))
    return ()


def _apply_rows(
    xp: Any,
    handle: Accumulator,
    local_step: Any,
    gradient_indices: Any,
    gradient_values: Any,
    gradient_shape: Any,
    *,
    has_known_shape: bool,
) -> tuple[()]:
    shape = [int(size) for size in np.ravel(gradient_shape)] if has_known_shape else None
    handle.apply(local_step, (np.asarray(gradient_indices), np.asarray(gradient_values), shape))
    return ()


def _set_step(xp: Any, handle: Accumulator, new_global_step: Any) -> tuple[()]:
    handle.set_step(new_global_step)
    return ()


def _dense(prefix: str, handle: str) -> list[OpSpec]:
    """Declare the ops of the accumulator of arrays."""
    return [
        _made(
            f"{prefix}ConditionalAccumulator",
            handle,
            DenseAccumulator,
            "An accumulator of gradients that are arrays.",
        ),
        _on(
            f"{prefix}AccumulatorApplyGradient",
            handle,
            ["local_step: int64", "gradient: dtype"],
            attrs={"dtype": _TYPES},
            shape=lambda c: [],
            kernel=_apply,
            doc="Adds a gradient to an accumulator, unless it was begun before its step.",
        ),
        _on(
            f"{prefix}AccumulatorNumAccumulated",
            handle,
            [],
            outputs=["num_accumulated: int32"],
            shape=rules.scalar,
            kernel=lambda xp, handle: np.int32(handle.count),
            doc="How many gradients an accumulator has.",
        ),
        _on(
            f"{prefix}AccumulatorSetGlobalStep",
            handle,
            ["new_global_step: int64"],
            shape=lambda c: [],
            kernel=_set_step,
            doc="Sets the step before which gradients are stale.",
        ),
        _on(
            f"{prefix}AccumulatorTakeGradient",
            handle,
            ["num_required: int32"],
            outputs=["average: dtype"],
            attrs={"dtype": _TYPES},
            shape=lambda c: None,
            kernel=lambda xp, handle, num_required: handle.take(num_required),
            blocks=True,
            doc="Waits for enough gradients, and takes their mean or sum.",
        ),
    ]


_SPARSE_HANDLE = "Ref(string)"

SPECS = (
    *[spec for prefix, handle in _HANDLES for spec in _dense(prefix, handle)],
    _made(
        "SparseConditionalAccumulator",
        _SPARSE_HANDLE,
        SparseAccumulator,
        "An accumulator of gradients that are rows with their numbers.",
    ),
    _on(
        "SparseAccumulatorApplyGradient",
        _SPARSE_HANDLE,
        [
            "local_step: int64",
            "gradient_indices: int64",
            "gradient_values: dtype",
            "gradient_shape: int64",
        ],
        attrs={"dtype": _TYPES, "has_known_shape": attr("bool")},
        shape=lambda c: [],
        kernel=_apply_rows,
        doc="Adds rows to an accumulator, unless they were begun before its step.",
    ),
    _on(
        "SparseAccumulatorTakeGradient",
        _SPARSE_HANDLE,
        ["num_required: int32"],
        outputs=["indices: int64", "values: dtype", "shape: int64"],
        attrs={"dtype": _TYPES},
        shape=lambda c: [None, None, None],
        kernel=lambda xp, handle, num_required: handle.take(num_required),
        blocks=True,
        doc="Waits for enough gradients, and takes the mean or sum of each row.",
    ),
)
