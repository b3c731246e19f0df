"""Record which class of error TensorFlow 1.15.5 raises for each case; run it with its Python:

python -m tests.unit.errors.make_golden
"""

import json
import os

import tensorflow as tf

from tests.unit.errors.cases import CASES
from tests.unit.errors.wrong import Environment


def _class_of(case):
    try:
        Environment(tf).do(case)
    except Exception as error:
        bases = [base.__name__ for base in type(error).__mro__]
        print("{:40} {:28} {}".format(case.__name__, bases[0], str(error).split("\n")[0][:140]))
        return bases[: bases.index("Exception")]
    print(f"{case.__name__:40} NOTHING")
    return []


if __name__ == "__main__":
    classes = {name: _class_of(case) for name, case in CASES.items()}
    path = os.path.join(os.path.dirname(__file__), "classes.json")
    with open(path, "w") as file:
        json.dump(classes, file, indent=1, sort_keys=True)
        file.write("\n")
