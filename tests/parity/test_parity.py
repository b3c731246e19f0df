"""The same script gives the same graph as TensorFlow 1.15.5: node by node, collections included."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.parity.built import built
from tests.parity.catalogue import SCRIPTS
from tests.parity.notation import array_text, attr_text, outside, record, returned_text, shape_text

GOLDEN = Path(__file__).parent / "golden"
_AROUND = 2  # nodes shown before the first difference


def _golden(script):
    with gzip.open(GOLDEN / f"{script}.json.gz", "rt", encoding="utf-8") as source:
        return json.load(source)


def _static(tensor):
    return tensor.dtype.name + shape_text(tensor.static_shape)


def _attr_texts(node):
    kinds = {declared.name: declared.kind for declared in node.spec.attrs}
    for name, value in node.attrs.items():
        kind = kinds.get(name, "list(string)" if isinstance(value, (list, tuple)) else "string")
        if kind in ("type", "list(type)"):
            names = [tf.as_dtype(item).name for item in (value if "(" in kind else [value])]
            yield name, attr_text("list(func)", names) if "(" in kind else names[0]
        elif kind == "tensor":
            array = np.asarray(value)
            dtype = "string" if array.dtype.kind in "OSU" else tf.as_dtype(array.dtype).name
            yield name, array_text(dtype, array)
        else:
            yield name, attr_text(kind, value)
    if node.gradient_override is not None:
        yield "_gradient_op_type", attr_text("string", node.gradient_override)


def _node(node):
    return record(
        node.name,
        node.type,
        [tensor.name for tensor in node.inputs],
        [other.name for other in node.control_inputs],
        node.device,
        dict(_attr_texts(node)),
        [_static(tensor) for tensor in node.outputs],
    )


def _listing(graph, returned):
    collections = {}
    found = {}
    for key in graph.get_all_collection_keys():
        items = graph.get_collection(key)
        if isinstance(key, str):
            collections[key] = [text for item in items for text in returned_text(item)]
        for item in items:
            if isinstance(item, tf.Variable):
                found[item.name] = item.dtype.name + shape_text(item.shape.static)
    nodes = outside([_node(node) for node in graph.get_operations()])
    return {"nodes": nodes, "collections": collections, "variables": found, "returned": returned}


def _line(node):
    inputs = [*node["inputs"], *("^" + name for name in node["control"])]
    attrs = ", ".join(f"{key}={value}" for key, value in node["attrs"].items())
    device = f" @{node['device']}" if node["device"] else ""
    outputs = ", ".join(node["outputs"])
    return f"{node['name']} = {node['op']}({', '.join(inputs)}){device} {{{attrs}}} -> {outputs}"


def _first_difference(ours, theirs):
    """Explain where two lists of nodes part, or give None if they do not."""
    for index in range(max(len(ours), len(theirs))):
        mine, golden = (nodes[index] if index < len(nodes) else None for nodes in (ours, theirs))
        if mine != golden:
            break
    else:
        return None
    lines = [f"node {index} of {len(theirs)} (Penstock made {len(ours)}):"]
    lines += [f"  same      {_line(node)}" for node in theirs[max(0, index - _AROUND) : index]]
    lines.append(f"  TF 1.15   {_line(golden) if golden else '(no more nodes)'}")
    lines.append(f"  Penstock  {_line(mine) if mine else '(no more nodes)'}")
    if mine and golden:
        parts = [key for key in golden if golden[key] != mine[key]]
        lines += [f"  {part}: {golden[part]!r} became {mine[part]!r}" for part in parts]
    return "\n".join(lines)


@pytest.mark.parametrize("script", SCRIPTS)
def test_graph_equals_tensorflows(script):
    """Every node, in the order of creation; then collections, variables and what was returned."""
    golden = _golden(script)
    listing = _listing(*built(script))
    difference = _first_difference(listing["nodes"], golden["nodes"])
    assert difference is None, difference
    assert listing["returned"] == golden["returned"]
    assert listing["collections"] == golden["collections"]
    assert listing["variables"] == golden["variables"]
