"""Write signatures.json.gz: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.golden.signatures.make_golden

Every op of TensorFlow 1.15.5: inputs and outputs in the notation of `OpSpec` (``"x: N * T"``),
attrs as [name, kind, default, allowed values, minimum] in order, and whether it is stateful.
"""

import gzip
import io
import json
import os

import tensorflow as tf
from tensorflow.core.framework import op_def_pb2
from tensorflow.python import pywrap_tensorflow


def _type(number):
    return tf.as_dtype(number).name


def _arg(arg):
    kind = arg.type_attr or arg.type_list_attr or _type(arg.type)
    if arg.number_attr:
        kind = f"{arg.number_attr} * {kind}"
    return f"{arg.name}: Ref({kind})" if arg.is_ref else f"{arg.name}: {kind}"


def _shape(proto):
    return None if proto.unknown_rank else [dim.size for dim in proto.dim]


def _array(array):
    return {"dtype": array.dtype.name, "value": array.tolist()}


def _value(value):
    field = value.WhichOneof("value")
    if field == "s":
        return value.s.decode()
    if field == "type":
        return _type(value.type)
    if field == "shape":
        return _shape(value.shape)
    if field == "list":
        items = value.list
        plain = [*items.i, *items.f, *items.b, *(text.decode() for text in items.s)]
        return plain + [_type(item) for item in items.type] + [_shape(s) for s in items.shape]
    if field == "tensor":
        return _array(tf.make_ndarray(value.tensor))
    return str(value) if field == "func" else getattr(value, field)


def _attr(attr):
    default = {"default": _value(attr.default_value)} if attr.HasField("default_value") else {}
    allowed = _value(attr.allowed_values) if attr.HasField("allowed_values") else None
    minimum = attr.minimum if attr.has_minimum else None
    return {"name": attr.name, "kind": attr.type, "allowed": allowed, "minimum": minimum, **default}


def _signature(op):
    return {
        "inputs": [_arg(arg) for arg in op.input_arg],
        "outputs": [_arg(arg) for arg in op.output_arg],
        "attrs": [_attr(attr) for attr in op.attr],
        "stateful": op.is_stateful,
    }


def main():
    """Read TensorFlow's op registry and write it down."""
    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tensorflow.TF_GetBuffer(pywrap_tensorflow.TF_GetAllOpList()))
    lines = [f"{json.dumps(op.name)}: {json.dumps(_signature(op))}" for op in ops.op]
    text = "{\n" + ",\n".join(sorted(lines)) + "\n}\n"
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as target:
        target.write(text.encode())
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "signatures.json.gz"), "wb") as target:
        target.write(packed.getvalue())
    print(f"{len(lines)} ops, {len(packed.getvalue())} bytes")


if __name__ == "__main__":
    main()
