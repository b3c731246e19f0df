"""Write constants.json: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.golden.constants.make_golden

What each case of `cases.py` becomes.
"""

import json
import os

import tensorflow as tf

from tests.golden.constants.cases import CASES, run


def main():
    """Run the cases and write down what they give."""
    lines = [json.dumps([text, dtype, run(tf, text, dtype)]) for text, dtype in CASES]
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, "constants.json"), "w") as target:
        target.write("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{len(lines)} cases")


if __name__ == "__main__":
    main()
