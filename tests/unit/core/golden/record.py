"""Records what TensorFlow 1.15.5 answers to the expressions in this folder's tables.

Each line of a table is `expression => answer`: the answer is the `repr` of the value, or the name
of the class of the error. Statements before the expression are parted by ` ;; `. To add a line,
write the expression alone, and run, with a Python that has TensorFlow 1.15.5:

    python tests/unit/core/golden/record.py
"""

import collections
import copy
import pathlib
import pickle

import numpy as np


def answer(line, names):
    """What the line's expression gives: its repr, or its error's class."""
    *statements, expression = line.split(" ;; ")
    scope = dict(names)
    try:
        for statement in statements:
            exec(statement, scope)
        value = eval(expression, scope)
    except Exception as error:
        return type(error).__name__
    text = repr(int(value) if isinstance(value, int) and type(value) is not bool else value)
    return text.replace("\n", "\\n")


def shared_names():
    """Names that the tables use beside those of TensorFlow."""

    class ListKind(list):
        pass

    class DictKind(dict):
        pass

    Pair = collections.namedtuple("Pair", "b a")
    Other = collections.namedtuple("Other", "b a")
    return {
        "np": np,
        "copy": copy,
        "pickle": pickle,
        "OrderedDict": collections.OrderedDict,
        "defaultdict": collections.defaultdict,
        "deque": collections.deque,
        "ListKind": ListKind,
        "DictKind": DictKind,
        "Pair": Pair,
        "PairTwin": collections.namedtuple("Pair", "b a"),
        "Other": Other,
        "add": lambda *values: sum(values),
    }


def tensorflow_names():
    """The same names as `penstock_names` in `test_golden.py` gives, out of TensorFlow."""
    import tensorflow as tf
    from tensorflow.core.protobuf.rewriter_config_pb2 import RewriterConfig
    from tensorflow.python.framework import device, errors_impl, tensor_shape
    from tensorflow.python.util import nest

    def merge_device(outer, inner):
        spec = tf.DeviceSpec.from_string(outer)
        spec.merge_from(tf.DeviceSpec.from_string(inner))
        return spec.to_string()

    names = dict(vars(tensor_shape))
    names.update(
        tf=tf,
        nest=nest,
        errors=errors_impl,
        as_dtype=tf.as_dtype,
        DeviceSpec=tf.DeviceSpec,
        canonical_name=device.canonical_name,
        merge_device=merge_device,
        ConfigProto=tf.ConfigProto,
        GPUOptions=tf.GPUOptions,
        RunOptions=tf.RunOptions,
        RunMetadata=tf.RunMetadata,
        OptimizerOptions=tf.OptimizerOptions,
        RewriterConfig=RewriterConfig,
        fields_of=lambda kind: [field.name for field in kind.DESCRIPTOR.fields],
    )
    names.update(shared_names())
    return names


def main():
    """Writes the answers into the tables."""
    names = tensorflow_names()
    for table in sorted(pathlib.Path(__file__).parent.glob("*.txt")):
        lines = [line.split(" => ")[0] for line in table.read_text().splitlines()]
        answers = [line + " => " + answer(line, names) for line in lines]
        table.write_text("\n".join(answers) + "\n")


if __name__ == "__main__":
    main()
