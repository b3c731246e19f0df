"""How a case is written: a function of `tf` and `feed` that builds a graph and returns fetches.

Runs on Python 3.7 too, which TensorFlow 1.15 needs. A module with cases has a table of them:

    CASES = Cases()

    @CASES
    def counted(tf, feed):
        n = feed(np.int32(5))           # a placeholder of the value's shape, fed with it
        x = feed([1.0, 2.0], [None])    # one of unknown size
        return [tf.while_loop(lambda i, x: i < n, lambda i, x: (i + 1, x * 2.0), [0, x])]

Its name stands in `MODULES` of `make_golden.py`, which writes what TensorFlow gives. A case may
fail, when built or when run: then its error's class is kept.
"""

import numpy as np

__all__ = ["Cases", "run_case"]


class Cases(dict):
    """Cases by name; used as a decorator, it adds one."""

    def __call__(self, function):
        """Add a case."""
        assert function.__name__ not in self, function.__name__
        self[function.__name__] = function
        return function


def _as_array(value):
    array = np.asarray(value)
    return array.astype("S") if array.dtype == object else array


def run_case(tf, case, run):
    """Build a case and give its values, or the name of the class of its error.

    Args:
      tf: TensorFlow or Penstock.
      case: the case's function.
      run: from (fetches, feeds) to values, within the case's graph.
    """
    feeds = {}

    def feed(value, shape="same"):
        value = np.asarray(value)
        value = value.astype(np.float32) if value.dtype == np.float64 else value
        shape = value.shape if shape == "same" else shape
        tensor = tf.compat.v1.placeholder(value.dtype, shape)
        feeds[tensor] = value
        return tensor

    with tf.Graph().as_default():
        tf.compat.v1.set_random_seed(1)
        try:
            fetches = tf.nest.flatten(case(tf, feed))
            return [_as_array(value) for value in run(fetches, feeds)]
        except (ValueError, TypeError, tf.errors.OpError) as error:
            return type(error).__name__
