"""Write streams.npz: run at the root of the repository with TensorFlow 1.15.5 (Python 3.7).

    python -m tests.golden.random.make_golden

For a case `c` of `cases.py`, array ``c/run0`` is what its first run gives, ``c/run1`` the next.
"""

import os

import numpy as np
import tensorflow as tf

from tests.golden.random.cases import CASES, kept


def _runs(case):
    with tf.Graph().as_default():
        tf.set_random_seed(case.graph_seed)
        for _ in range(case.prelude):
            tf.constant(0)
        result = case.build(tf)
        with tf.Session() as session:
            for size in case.sizes:
                yield session.run(result, {} if size is None else {"size:0": [size]})


def main():
    """Run every case and write the file."""
    streams = {}
    for name, case in CASES.items():
        for index, values in enumerate(_runs(case)):
            streams[f"{name}/run{index}"] = kept(values)
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "streams.npz")
    np.savez_compressed(target, **streams)
    print(f"{len(CASES)} cases, {len(streams)} arrays, {os.path.getsize(target)} bytes")


if __name__ == "__main__":
    main()
