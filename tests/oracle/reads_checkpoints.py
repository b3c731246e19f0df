"""Runs in TensorFlow 1.15.5: prints what it reads in a checkpoint of Penstock's, as JSON."""

import json
import sys

import tensorflow as tf


def main(prefix):
    """Print names, dtypes, shapes and values."""
    reader = tf.compat.v1.train.NewCheckpointReader(prefix)
    dtypes = reader.get_variable_to_dtype_map()
    found = {}
    for name, shape in reader.get_variable_to_shape_map().items():
        value = reader.get_tensor(name)
        plain = value.tolist() if hasattr(value, "tolist") else value
        found[name] = [dtypes[name].name, shape, repr(plain)]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
