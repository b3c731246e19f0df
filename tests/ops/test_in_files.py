"""Every op survives being written to a GraphDef and read back: attributes, shapes, values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from penstock.core.dtypes import as_dtype, resource
from penstock.formats.import_graph_def import import_graph_def
from penstock.formats.messages import GraphDef
from penstock.graph.build import apply, raw
from penstock.graph.graph import Graph
from penstock.graph.node import Node
from penstock.graph.spec import Arg, Attr
from penstock.ops.library import LIBRARY
from penstock.session.session import Session
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


def _feedable(node: Node) -> bool:
    """Tell whether a session can run a node of a row: nothing is drawn, inputs are values."""
    inputs = [one.dtype for one in node.inputs]
    return (
        has_kernel(node.type)
        and bool(node.outputs)
        and not (node.spec.random or node.spec.objects or node.spec.makes)
        and not any(one.is_ref_dtype or one is resource for one in inputs)
        and not any(one.dtype.is_ref_dtype or one.dtype is resource for one in node.outputs)
    )


@pytest.mark.parametrize("case", list(enumerate(ROWS)), ids=_id)
def test_runs_after_reading(case: tuple[int, Row]) -> None:
    """A session gives the same of a graph that was read as of the one that was written."""
    row = case[1]
    dtype = row.dtypes[0] if row.dtypes else None
    graph, node, values = build(row, cast_inputs(row, dtype), "all")
    if not _feedable(node):
        return
    found = []
    for one in (node, _again(graph, node)):
        feeds = {
            tensor: value
            for tensor, value in zip(one.inputs, values, strict=True)
            if tensor.op.type == "Placeholder"
        }
        with Session(graph=one.graph) as session:
            found.append(session.run(one.outputs, feeds))
    for left, right in zip(*found, strict=True):
        assert np.asarray(left).dtype == np.asarray(right).dtype
        np.testing.assert_array_equal(left, right)


_SAMPLES: dict[str, Any] = {
    "bool": True, "float": 0.5, "shape": (2,), "list(bool)": [True], "list(float)": [0.5],
    "list(int)": [1], "list(shape)": [(2,)], "list(string)": ["a"],
}  # fmt: skip


def _sample(declared: Attr) -> Any:
    """Give a value that an attribute may have."""
    if declared.kind == "type":
        allowed = sorted(one.name for one in declared.allowed or ())
        return as_dtype(allowed[0] if allowed and "float32" not in allowed else "float32")
    if declared.kind == "string":
        return sorted(declared.allowed)[0] if declared.allowed else "a"
    least = max(declared.minimum or 0, 1)
    if declared.kind == "int":
        return least
    return (
        [as_dtype("float32")] * least if declared.kind == "list(type)" else _SAMPLES[declared.kind]
    )


def _input(dtype: Any, arg: Arg) -> Any:
    if arg.is_ref:
        return raw.VariableV2(shape=(), dtype=dtype)
    return apply("Placeholder", (), {"dtype": dtype, "shape": None}, None)


_WITH_ROWS = {row.op for row in ROWS}
_OTHERS = [
    op
    for op, spec in LIBRARY.items()
    if op not in _WITH_ROWS
    and op[0] != "_"
    and not any(one.kind.endswith(("func", "func)")) for one in spec.attrs)
]


@pytest.mark.parametrize("op", _OTHERS)
def test_an_op_without_rows_is_written_and_read(op: str) -> None:
    """Those on objects, and those that only stand in a graph; tests of calls have functions."""
    spec = LIBRARY[op]
    graph = Graph()
    if spec.removed is not None:
        graph.producer = spec.removed - 1
    attrs = {one.name: _sample(one) for one in spec.attrs}
    inputs: list[Any] = []
    with graph.as_default():
        for arg in spec.inputs:
            if arg.type_list_attr:
                inputs.append([_input(dtype, arg) for dtype in attrs[arg.type_list_attr]])
                continue
            dtype = arg.dtype or attrs[arg.type_attr or ""]
            count = attrs[arg.number_attr] if arg.number_attr else 1
            made = [_input(dtype, arg) for _ in range(count)]
            inputs.append(made if arg.number_attr else made[0])
        taken = {arg.type_attr for arg in spec.inputs} | {arg.number_attr for arg in spec.inputs}
        taken |= {arg.type_list_attr for arg in spec.inputs}
        apply(op, tuple(inputs), {k: v for k, v in attrs.items() if k not in taken}, None)
    written = graph.as_graph_def(add_shapes=True).SerializeToString(deterministic=True)
    read = Graph()
    with read.as_default():
        import_graph_def(GraphDef.FromString(written), name="")
    assert read.as_graph_def(add_shapes=True).SerializeToString(deterministic=True) == written
