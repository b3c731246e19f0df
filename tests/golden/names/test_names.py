"""The list of TensorFlow's names knows what Penstock has."""

import penstock as tf
from penstock.core import surface


def test_names_that_penstock_has_are_in_the_list():
    known = surface._tensorflow_names()
    for path, names in (("", tf.__all__), ("nn", tf.nn.__all__), ("math", tf.math.__all__)):
        assert len(known[path] & set(names)) > 0.8 * len(set(names))
    assert {"placeholder", "Session", "nn"} <= known[""] and "conv2d" in known["nn"]
    assert sum(map(len, known.values())) > 5000
