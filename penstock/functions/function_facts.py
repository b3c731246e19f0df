"""What is to be known of a function's body: whether it has effects, and what tells it apart."""

from __future__ import annotations

import hashlib
from typing import Any

from penstock.graph.function_graph import FunctionGraph
from penstock.graph.node import Node

__all__ = ["digest", "has_effects"]


def has_effects(node: Node) -> bool:
    """Tell whether a node must run in each call, whatever comes of it."""
    spec = node.spec
    only_looks = bool(spec.reads or spec.queries) and not spec.writes
    makes = spec.kernel is None and not node.inputs and not spec.host
    return spec.stateful and not (only_looks or makes or spec.random is not None)


def digest(function: FunctionGraph) -> str:
    """Give a short text that differs for functions that differ."""
    told = hashlib.sha1(usedforsecurity=False)
    for node in function.get_operations():
        inputs = [tensor.name for tensor in node.inputs]
        attrs = sorted((key, _told(value)) for key, value in node.attrs.items())
        told.update(repr((node.name, node.type, inputs, attrs)).encode())
    told.update(repr([output.name for output in function.outputs]).encode())
    return told.hexdigest()[:11]


def _told(value: Any) -> str:
    if isinstance(value, FunctionGraph):
        return digest(value)
    return value.tobytes().hex() if hasattr(value, "tobytes") else repr(value)
