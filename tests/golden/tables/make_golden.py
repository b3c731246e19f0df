"""Write tables.json: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.golden.tables.make_golden

It holds what each case of `cases.py` gives, or the class of its error.
"""

import json
import os
import shutil
import tempfile

import tensorflow as tf

from tests.golden.tables.cases import CASES


def plain(value):
    """Turn bytes into text, all the way down."""
    if isinstance(value, bytes):
        return value.decode()
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def outcome(case):
    """Give a case's value or error."""
    folder = tempfile.mkdtemp()
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        try:
            return {"value": plain(case(tf, session, folder))}
        except Exception as error:
            return {"error": type(error).__name__}
        finally:
            shutil.rmtree(folder)


def main():
    """Run every case and write the file."""
    tf.compat.v1.logging.set_verbosity("ERROR")
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables.json")
    with open(target, "w") as file:
        rows = ",\n".join(f"{json.dumps(k)}: {json.dumps(outcome(v))}" for k, v in CASES.items())
        file.write("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
