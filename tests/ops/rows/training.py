"""Rows of the training ops: TensorFlow 1.15.5's own results, of `tests/golden/training`."""

from pathlib import Path

import numpy as np

from penstock.ops.library import LIBRARY
from tests.golden.training.cases import cases
from tests.ops.row import Row

_GOLDEN = Path(__file__).parents[2] / "golden" / "training" / "training.npz"


def _rows():
    with np.load(_GOLDEN) as arrays:
        golden = dict(arrays)
    seen = set()
    for case in cases():
        expected = [golden[f"{case['name']}/{name}"] for name in case["states"]]
        inputs = [*case["states"].values(), *case["inputs"].values()]
        first = case["op"] not in seen
        seen.add(case["op"])
        for op in (case["op"], f"Resource{case['op']}"):
            if op in LIBRARY and (first or op == case["op"]):
                yield Row(
                    op,
                    inputs,
                    reference=lambda *_, expected=expected: expected,
                    attrs=case["attrs"],
                    rtol=3e-5,
                    label=case["name"].partition("-")[2],
                )


ROWS = list(_rows())
