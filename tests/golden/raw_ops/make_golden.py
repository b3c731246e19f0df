"""Write raw_ops.json.gz: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.golden.raw_ops.make_golden

Every function of `tf.raw_ops`: its parameters in order, each a name, or [name, its default].
"""

import gzip
import inspect
import io
import json
import os

import tensorflow as tf


def _parameter(parameter):
    if parameter.default is parameter.empty:
        return parameter.name
    return [parameter.name, str(parameter.default)]


def main():
    """Read the signatures of the functions and write them down."""
    lines = []
    for name in sorted(dir(tf.raw_ops)):
        if not name.startswith("_") and callable(getattr(tf.raw_ops, name)):
            signature = inspect.signature(getattr(tf.raw_ops, name))
            parameters = [_parameter(one) for one in signature.parameters.values()]
            lines.append(f"{json.dumps(name)}: {json.dumps(parameters)}")
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as target:
        target.write(("{\n" + ",\n".join(lines) + "\n}\n").encode())
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "raw_ops.json.gz"), "wb") as target:
        target.write(packed.getvalue())
    print(f"{len(lines)} functions, {len(packed.getvalue())} bytes")


if __name__ == "__main__":
    main()
