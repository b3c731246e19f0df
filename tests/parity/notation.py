"""How a graph is written down for comparison, the same on both sides.

A listing is a dict: ``nodes`` (one record per node, in the order of creation), ``collections``
(name to items), ``variables`` (name, dtype, shape) and ``returned`` (what the script gave back,
flattened to text). Attributes, dtypes and shapes are text: ``float32<2,?>``, ``[1, 2]``,
``'SAME'``. Control flow is the exception to parity: what is under the name scope of a branch, a
loop or a TensorArray is left out, and a reference to it becomes ``cond/*``.

This module knows neither TensorFlow nor Penstock, and runs on Python 3.7 too, which TensorFlow
1.15 needs.
"""

import hashlib
import re

import numpy as np

__all__ = ["array_text", "attr_text", "outside", "record", "returned_text", "shape_text"]

_FEW = 16  # values of a constant that are written out; beyond, a hash stands for them
_SENTENCE = re.compile(r"[A-Za-z)] [A-Za-z(=]")  # Penstock words its messages itself
_COUNTED = re.compile(r"^(CustomGradient-)\d+$")
_DRAWN = re.compile(r"_temp_[0-9a-f]{32}")  # the folder of a save, which is new each time
_FLOW = re.compile(
    r"^((?:.*?/)??(?:cond|case|AssertGuard|while|TensorArray\w*)(?:_\d+)?)(?:[/:].*)?$"
)


def shape_text(shape):
    """Write a static shape: None, or a sequence of sizes where None or -1 is an unknown one."""
    if shape is None:
        return "<unknown>"
    return "<{}>".format(
        ",".join("?" if size is None or size < 0 else str(int(size)) for size in shape)
    )


def _plain_name(name):
    return _FLOW.sub(r"\1/*", _COUNTED.sub(r"\1*", name))


def outside(nodes):
    """Keep the records of nodes which are outside of all control flow."""
    return [node for node in nodes if not _FLOW.match(node["name"])]


def _text(value):
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _string_text(value):
    text = _DRAWN.sub("_temp_*", _COUNTED.sub(r"\1*", _text(value)))
    return "(a sentence)" if _SENTENCE.search(text) else repr(text)


def _number_text(value):
    if isinstance(value, (bytes, str, np.str_)):
        return _string_text(value)
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (complex, np.complexfloating)):
        return repr(complex(value))
    if isinstance(value, (int, np.integer)):
        return repr(int(value))
    return repr(float(value))


def array_text(dtype, array):
    """Write a constant: dtype, shape, then its values or, if they are many, their hash."""
    array = np.asarray(array)
    head = dtype + shape_text(array.shape)
    values = [_number_text(value) for value in array.ravel()]
    body = ", ".join(values)
    if len(values) > _FEW:
        if len(set(values)) == 1:
            return f"{head} all {values[0]}"
        body = "sha1 " + hashlib.sha1(body.encode()).hexdigest()
    return f"{head}[{body}]"


def attr_text(kind, value):
    """Write an attr by TensorFlow's word for its kind; types come as names, tensors as text."""
    if kind.startswith("list("):
        return "[{}]".format(", ".join(attr_text(kind[5:-1], item) for item in value))
    if kind == "string":
        return _string_text(value)
    if kind == "float":
        return repr(float(np.float32(value)))
    if kind == "bool":
        return str(bool(value))
    if kind == "int":
        return str(int(value))
    if kind == "shape":
        return shape_text(value)
    return str(value)


def record(name, op, inputs, control, device, attrs, outputs):
    """Make a node's record; control inputs are a set, so they stand in alphabetical order."""
    return {
        "name": name,
        "op": op,
        "inputs": [_plain_name(name) for name in inputs],
        "control": sorted(set(map(_plain_name, control))),
        "device": device,
        "attrs": dict(sorted(attrs.items())),
        "outputs": list(outputs),
    }


def returned_text(value):
    """Flatten what a script returned: names of what has one, other values as text."""
    if value is None or isinstance(value, (str, bytes, bool, int, float)):
        return [_number_text(value) if value is not None else "None"]
    if isinstance(value, dict):
        value = sorted(value.items())
    if isinstance(value, (list, tuple)) or type(value).__name__ == "PartitionedVariable":
        return ["(", *(text for item in value for text in returned_text(item)), ")"]
    if hasattr(value, "indices"):
        shape = value.dense_shape
        parts = [value.values.name, value.indices.name, "None" if shape is None else shape.name]
        return ["slices({})".format(", ".join(parts))]
    return [_plain_name(value.name)]
