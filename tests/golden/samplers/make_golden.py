"""Write samples.json: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.golden.samplers.make_golden

It holds, for each case of `cases.py`, what two runs give: samples and the expected counts.
"""

import json
import os

import tensorflow as tf

from tests.golden.samplers.cases import CASES, TRUE_CLASSES


def _runs(op, attrs):
    with tf.Graph().as_default(), tf.Session() as session:
        outputs = getattr(tf.raw_ops, op)(true_classes=TRUE_CLASSES, **attrs)
        return [[value.tolist() for value in session.run(list(outputs))] for _ in range(2)]


def main():
    """Run every case and write the file."""
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples.json")
    with open(target, "w") as file:
        lines = ",\n".join(json.dumps(_runs(op, attrs)) for op, attrs in CASES)
        file.write("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
