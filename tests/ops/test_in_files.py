"""Every op survives being written to a GraphDef and read back: attributes, shapes, values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from penstock.core.dtypes import resource
from penstock.formats.import_graph_def import import_graph_def
from penstock.formats.messages import GraphDef
from penstock.graph.build import raw
from penstock.graph.graph import Graph
from penstock.graph.node import Node
from penstock.ops.library import LIBRARY
from tests.ops.row import Row
from tests.ops.test_ops import ROWS
from tests.ops.tiers import build, cast_inputs, compute, has_kernel


def _id(case: tuple[int, Row]) -> str:
    number, row = case
    return f"{row.op}-{row.label or number}"


def _again(graph: Graph, node: Node) -> Node:
    """Write the graph, read it, and give the node; references come from variables there."""
    written = graph.as_graph_def(add_shapes=True).SerializeToString(deterministic=True)
    read = Graph()
    with read.as_default():
        references = {
            tensor.name: raw.VariableV2(shape=tensor.static_shape, dtype=tensor.dtype.base_dtype)
            for tensor in node.inputs
            if tensor.dtype.is_ref_dtype
        }
        prefix = "again" if references else ""
        import_graph_def(GraphDef.FromString(written), references, name=prefix)
    if not references:
        assert read.as_graph_def(add_shapes=True).SerializeToString(deterministic=True) == written
    return read.get_operation_by_name(f"{prefix}/{node.name}".lstrip("/"))


def _same(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype and one.tobytes() == other.tobytes() or one.dtype == object
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, float):
        assert np.float32(one) == np.float32(other)
    elif isinstance(one, list):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            _same(left, right)
    else:
        assert one == other


@pytest.mark.parametrize("case", list(enumerate(ROWS)), ids=_id)
def test_written_and_read(case: tuple[int, Row]) -> None:
    row = case[1]
    dtype = row.dtypes[0] if row.dtypes else None
    graph, node, values = build(row, cast_inputs(row, dtype), "all")
    again = _again(graph, node)
    assert [(one.dtype, one.static_shape) for one in again.outputs] == [
        (one.dtype, one.static_shape) for one in node.outputs
    ]
    assert again.attrs.keys() | {"_class"} == node.attrs.keys() | {"_class"}
    for name in again.attrs.keys() - {"_class"}:
        _same(node.attrs[name], again.attrs[name])
    if has_kernel(row.op) and not any(one.dtype is resource for one in node.outputs):
        spec = LIBRARY[row.op]
        if not (spec.random or spec.objects or spec.makes):
            for left, right in zip(
                compute("numpy", node, values), compute("numpy", again, values), strict=True
            ):
                np.testing.assert_array_equal(left, right)
