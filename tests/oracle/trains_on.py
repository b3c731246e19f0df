"""Runs in TensorFlow 1.15.5: reads MetaGraphs of Penstock's, trains on, and prints the losses.

python -m tests.oracle.trains_on FOLDER...
"""

import json
import sys

import tensorflow as tf

from tests.golden.meta_graphs.programs import read_and_train

if __name__ == "__main__":
    tf.compat.v1.logging.set_verbosity("ERROR")
    print(json.dumps([read_and_train(tf, folder) for folder in sys.argv[1:]]))
