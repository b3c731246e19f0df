"""Saves again and again under one name until it is killed; prints when it has begun."""

import sys

import numpy as np

from penstock.formats.bundle_writing import write_bundle


def main(prefix):
    for number in range(1, 1_000_000):
        values = [np.full(1 << 14, number + index, np.int64) for index in range(3)]
        write_bundle(prefix, ["a", "b", "c"], ["", "", ""], values)
        if number == 1:
            print("begun", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
