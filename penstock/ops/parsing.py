"""Ops that take serialized examples apart; the host does."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import float32, int64, string
from penstock.core.shapes import Shape
from penstock.graph.shape_context import ShapeContext
from penstock.graph.spec import OpSpec, attr

__all__ = ["SPECS"]

_TYPES = attr("list(type)", allowed={float32, int64, string}, minimum=0)


def _outputs(number: str) -> list[str]:
    return [
        f"sparse_indices: {number} * int64",
        "sparse_values: sparse_types",
        f"sparse_shapes: {number} * int64",
        "dense_values: Tdense",
    ]


def _shape(number: str, batched: bool) -> Any:
    """Give the shape rule: of one example, or of a batch of them."""

    def rule(c: ShapeContext) -> list[Shape]:
        serialized = c.shape("serialized")
        if serialized is not None and len(serialized) != batched:
            raise c.mismatch(
                "serialized examples of rank 1" if batched else "one serialized example"
            )
        batch = ((None,) if serialized is None else serialized) if batched else ()
        count, rank = c.attrs[number], 1 + batched
        dense: list[Shape] = [
            None if shape is None else (*batch, *shape) for shape in c.attrs["dense_shapes"]
        ]
        return [*[(None, rank)] * count, *[(None,)] * count, *[(rank,)] * count, *dense]

    return rule


SPECS = (
    OpSpec(
        "ParseExample",
        inputs=[
            "serialized: string",
            "names: string",
            "sparse_keys: Nsparse * string",
            "dense_keys: Ndense * string",
            "dense_defaults: Tdense",
        ],
        outputs=_outputs("Nsparse"),
        attrs={
            "Nsparse": attr("int", minimum=0),
            "Ndense": attr("int", minimum=0),
            "sparse_types": _TYPES,
            "Tdense": _TYPES,
            "dense_shapes": attr("list(shape)", minimum=0),
        },
        doc="The features of a batch of serialized `Example`s, as sparse and as dense tensors.",
        shape=_shape("Nsparse", batched=True),
        host=True,
    ),
    OpSpec(
        "ParseSingleExample",
        inputs=["serialized: string", "dense_defaults: Tdense"],
        outputs=_outputs("num_sparse"),
        attrs={
            "num_sparse": attr("int", minimum=0),
            "sparse_keys": attr("list(string)", minimum=0),
            "dense_keys": attr("list(string)", minimum=0),
            "sparse_types": _TYPES,
            "Tdense": _TYPES,
            "dense_shapes": attr("list(shape)", minimum=0),
        },
        doc="The features of one serialized `Example`, as sparse and as dense tensors.",
        shape=_shape("num_sparse", batched=False),
        host=True,
    ),
)
