"""Write what TensorFlow 1.15.5's summary ops give: run with it, at the root of the repository.

python -m tests.golden.summaries.make_golden
"""

import base64
import json
import os

import tensorflow as tf

from tests.golden.summaries.cases import CASES

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    """Write the file."""
    found = {}
    for label, op, inputs, attrs in CASES:
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            tensors = [tf.constant(value) for value in inputs]
            node = getattr(tf.raw_ops, op)(**_named(op, tensors), **attrs)
            summary = session.run(node)
            found[label] = base64.b64encode(summary).decode()
    with open(os.path.join(HERE, "summaries.json"), "w") as target:
        json.dump(found, target, indent=0, sort_keys=True)
        target.write("\n")


def _named(op, tensors):
    names = {
        "ScalarSummary": ("tags", "values"),
        "HistogramSummary": ("tag", "values"),
        "ImageSummary": ("tag", "tensor"),
        "AudioSummaryV2": ("tag", "tensor", "sample_rate"),
        "TensorSummaryV2": ("tag", "tensor", "serialized_summary_metadata"),
    }[op]
    return dict(zip(names, tensors))  # noqa: B905  Python 3.7 has no strict


if __name__ == "__main__":
    main()
