"""The output tensors of a new node: how many, of which dtypes, of what static shapes."""

from __future__ import annotations

from typing import Any

from penstock.core.dtypes import DType
from penstock.graph.node import Node, Tensor
from penstock.graph.shape_context import ShapeContext, ShapeMismatch, arg_length

__all__ = ["dtypes_of", "make_outputs"]


def make_outputs(node: Node) -> list[Tensor]:
    """Make the output tensors of a node whose op, inputs and attrs are set.

    Raises:
      ValueError: if the shapes of the inputs do not fit.
    """
    spec = node.spec
    try:
        shapes = spec.shape(ShapeContext(spec, node.inputs, node.attrs))
    except ShapeMismatch as error:
        raise ValueError(
            f"{error} The node is {node.name!r}, made at {node.line}. Change the shapes, "
            "or reshape, transpose or expand an input, so that they fit."
        ) from None
    if spec.single_output:
        return [Tensor(node, 0, _output_dtype(spec.outputs[0], node.attrs), shapes)]
    dtypes = [dtype for arg in spec.outputs for dtype in dtypes_of(arg, node.attrs)]
    if not dtypes:
        return []
    return [
        Tensor(node, index, dtype, shape)
        for index, (dtype, shape) in enumerate(zip(dtypes, shapes, strict=True))
    ]


def _output_dtype(arg: Any, attrs: dict[str, Any]) -> DType:
    dtype: DType = attrs[arg.type_attr] if arg.type_attr is not None else arg.dtype
    return dtype._as_ref if arg.is_ref else dtype


def dtypes_of(arg: Any, attrs: dict[str, Any]) -> list[DType]:
    """List the dtypes of the tensors that a declared input or output stands for."""
    if arg.type_list_attr is not None:
        return list(attrs[arg.type_list_attr])
    return [_output_dtype(arg, attrs)] * arg_length(arg, attrs)
