"""Write the golden listings: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.parity.make_golden [SCRIPT...]

Each script's graph goes to ``golden/<script>.json.gz``, one node a line, and as a GraphDef to
``golden/<script>.pb.xz``.
"""

import gzip
import io
import json
import lzma
import os
import sys

import tensorflow as tf
from tensorflow.python.framework import dtypes, tensor_util

from tests.parity.catalogue import SCRIPTS
from tests.parity.notation import array_text, attr_text, outside, record, returned_text, shape_text

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
_CONTEXTS = ("cond_context", "while_context")  # what TensorFlow notes about control flow
_KINDS = {"s": "string", "i": "int", "f": "float", "b": "bool"}


def _shape(proto):
    return None if proto.unknown_rank else [dim.size for dim in proto.dim]


def _attr(value):
    field = value.WhichOneof("value")
    if field in _KINDS:
        return attr_text(_KINDS[field], getattr(value, field))
    if field == "type":
        return dtypes.as_dtype(value.type).name
    if field == "shape":
        return shape_text(_shape(value.shape))
    if field == "tensor":
        dtype = dtypes.as_dtype(value.tensor.dtype).name
        return array_text(dtype, tensor_util.MakeNdarray(value.tensor))
    if field == "func":
        return attr_text("func", value.func.name)
    return _list_attr(value.list)


def _list_attr(items):
    for field, kind in _KINDS.items():
        if getattr(items, field):
            return attr_text(f"list({kind})", getattr(items, field))
    names = [dtypes.as_dtype(item).name for item in items.type]
    names += [shape_text(_shape(item)) for item in items.shape]
    return attr_text("list(func)", names)


def _static(tensor):
    shape = tensor.shape
    return tensor.dtype.name + shape_text(None if shape.rank is None else shape.as_list())


def _node(op):
    inputs = [tensor.name for tensor in op.inputs]
    control = [other.name for other in op.control_inputs]
    attrs = {key: _attr(value) for key, value in op.node_def.attr.items()}
    return record(
        op.name, op.type, inputs, control, op.device, attrs, [_static(out) for out in op.outputs]
    )


def _listing(build):
    graph = tf.Graph()
    with graph.as_default():
        returned = returned_text(build(tf))
    collections = {}
    found = {}
    for key in graph.get_all_collection_keys():
        items = graph.get_collection(key)
        if isinstance(key, str) and key not in _CONTEXTS:
            collections[key] = [text for item in items for text in returned_text(item)]
        for item in items:
            if isinstance(item, tf.Variable):
                found[item.name] = _static(item)
    nodes = outside([_node(op) for op in graph.get_operations()])
    graph_def = graph.as_graph_def(add_shapes=True).SerializeToString(deterministic=True)
    listing = {"nodes": nodes, "collections": collections, "variables": found, "returned": returned}
    return listing, graph_def


def _write(script, listing):
    lines = [f'{{"script": {json.dumps(script)},', '"nodes": [']
    lines.append(",\n".join(json.dumps(node) for node in listing["nodes"]))
    lines.append("],")
    rest = {key: listing[key] for key in ("collections", "variables", "returned")}
    lines.append(json.dumps(rest, sort_keys=True)[1:])
    plain = io.BytesIO()
    with gzip.GzipFile(fileobj=plain, mode="wb", mtime=0) as packed:
        packed.write("\n".join(lines).encode())
    with open(os.path.join(GOLDEN, script + ".json.gz"), "wb") as target:
        target.write(plain.getvalue())


def main(chosen):
    """Write the listings of the `chosen` scripts, of all if there are none."""
    tf.compat.v1.logging.set_verbosity("ERROR")
    for script in chosen or SCRIPTS:
        listing, graph_def = _listing(SCRIPTS[script])
        _write(script, listing)
        with open(os.path.join(GOLDEN, script + ".pb.xz"), "wb") as target:
            target.write(lzma.compress(graph_def, preset=9))
        print(f"{script:32} {len(listing['nodes']):5} nodes")


if __name__ == "__main__":
    main(sys.argv[1:])
