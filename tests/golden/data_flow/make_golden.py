"""Write data_flow.json: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.golden.data_flow.make_golden

It holds what each step of each case gives.
"""

import json
import os

import tensorflow as tf
from tensorflow.python.ops import data_flow_ops

from tests.golden.data_flow.running import CASES, results_of


def main():
    """Run every case and write the file."""
    for name in ("Barrier", "MapStagingArea", "StagingArea"):  # not public there
        setattr(tf, name, getattr(data_flow_ops, name))
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data_flow.json")
    with open(target, "w") as file:
        lines = [f"{json.dumps(name)}: {json.dumps(results_of(tf, CASES[name]))}" for name in CASES]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
