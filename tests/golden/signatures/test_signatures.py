"""Every op record has TensorFlow 1.15.5's signature: arguments, attrs, defaults, state."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from penstock.graph.spec import MISSING
from penstock.ops.library import LIBRARY

_PACKED = (Path(__file__).parent / "signatures.json.gz").read_bytes()
_OWN_FORM = {"While", "StatelessWhile"}  # they also give out the stacks of their gradients
_UNMEANT = {"NCHW_VECT_C"}  # a layout for packed int8 on some GPUs
SIGNATURES = json.loads(gzip.decompress(_PACKED))


def _arg(arg):
    kind = arg.type_attr or arg.type_list_attr or arg.dtype.name
    if arg.number_attr:
        kind = f"{arg.number_attr} * {kind}"
    return f"{arg.name}: Ref({kind})" if arg.is_ref else f"{arg.name}: {kind}"


def _plain(value):
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return float(np.float32(value))
    if isinstance(value, np.ndarray):
        return {"dtype": value.dtype.name, "value": value.tolist()}
    return getattr(value, "name", value)


def _least(kind, minimum):
    return (minimum or None) if kind.startswith("list(") else minimum


def _ours(attr):
    found = {"name": attr.name, "kind": attr.kind, "minimum": _least(attr.kind, attr.minimum)}
    if attr.default is not MISSING:
        found["default"] = _plain(attr.default)
    return found


def _theirs(attr):
    found = {key: value for key, value in attr.items() if key != "allowed"}
    return {**found, "minimum": _least(attr["kind"], attr["minimum"])}


def _refused(attr, golden):
    """List what TensorFlow allows as the attr's value and the record does not."""
    ours = None if attr.allowed is None else set(map(_plain, attr.allowed))
    if ours is None:
        return []
    return (
        "anything"
        if golden["allowed"] is None
        else sorted(set(golden["allowed"]) - ours - _UNMEANT)
    )


def _is_compared(name):
    return name in SIGNATURES and name not in _OWN_FORM and not name.startswith("_")


@pytest.mark.parametrize("name", sorted(filter(_is_compared, LIBRARY)))
def test_signature_equals_tensorflows(name):
    """Names, notation, order, defaults; no allowed value is refused, no state forgotten."""
    record, golden = LIBRARY[name], SIGNATURES[name]
    assert [_arg(arg) for arg in record.inputs] == golden["inputs"]
    assert [_arg(arg) for arg in record.outputs] == golden["outputs"]
    assert [_ours(attr) for attr in record.attrs] == [_theirs(attr) for attr in golden["attrs"]]
    for attr, theirs in zip(record.attrs, golden["attrs"], strict=True):
        assert not _refused(attr, theirs), f"attr {attr.name} refuses what TensorFlow allows"
    assert record.stateful or not golden["stateful"]
