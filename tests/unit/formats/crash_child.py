"""Starts a child for each line of its input, which saves again and again until it is killed.

A line says the number to begin with. Printed are the child's process number once it has saved, and
`killed` when it is no more.
"""

import itertools
import os
import sys

import numpy as np

from penstock.formats.bundle_writing import write_bundle


def save_on(prefix, first):
    for number in itertools.count(first):
        values = [np.full(1 << 14, number + index, np.int64) for index in range(3)]
        write_bundle(prefix, ["a", "b", "c"], ["", "", ""], values)
        if number == first:
            print(os.getpid(), flush=True)


def main(prefix):
    for line in sys.stdin:
        child = os.fork()
        if not child:
            save_on(prefix, int(line))
        os.waitpid(child, 0)
        print("killed", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
