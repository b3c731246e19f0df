"""Write what TensorFlow 1.15.5 gives for the cases of control flow: run with it, at the root.

    python -m tests.golden.control_flow.make_golden [MODULE ...]

For each module with cases a file of its name, with one array per case and fetch, or the name of
the error's class.
"""

import importlib
import os
import sys

import numpy as np
import tensorflow as tf

from tests.golden.control_flow.case_table import run_case

HERE = os.path.dirname(os.path.abspath(__file__))

MODULES = [
    "beam_search",
    "choices",
    "ctc",
    "functions",
    "gradients_through",
    "legacy_seq2seq",
    "seq2seq_errors",
    "loops",
    "maps",
    "python_calls",
    "recurrent_bands",
    "recurrent_cudnn",
    "recurrent_errors",
    "recurrent_networks",
    "rows_through",
    "seq2seq",
    "tensor_array_errors",
    "tensor_arrays",
    "tensor_lists",
    "wrong_uses",
]


def _run(fetches, feeds):
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        return session.run(fetches, feeds)


def main():
    """Run all cases of the modules named, or of all, and write their files."""
    for module in sys.argv[1:] or MODULES:
        cases = importlib.import_module("tests.golden.control_flow." + module).CASES
        arrays = {}
        for name, case in cases.items():
            values = run_case(tf, case, _run)
            if isinstance(values, str):
                arrays[name + "/error"] = np.array(values)
                print(module, name, values)
            else:
                arrays.update((name + "/" + str(i), value) for i, value in enumerate(values))
        np.savez_compressed(os.path.join(HERE, module + ".npz"), **arrays)
        print(module, len(cases), "cases")


if __name__ == "__main__":
    main()
