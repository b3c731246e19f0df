"""What namespaces say of names that they lack: what is near, and whether TensorFlow has it."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import penstock as tf
from penstock import api, contrib
from tests.programs.launch import ROOT

PLAIN = [
    f"{package.__name__}.{found.name}"
    for package in (api, contrib)
    for found in pkgutil.iter_modules(package.__path__)
    if not found.ispkg and found.name != "checkpoint_values"
]
PACKAGES = ["penstock", "penstock.nn", "penstock.train", "penstock.layers", "penstock.contrib"]


@pytest.mark.parametrize("name", [*PLAIN, *PACKAGES])
def test_every_namespace_tells(name):
    module = importlib.import_module(name)
    with pytest.raises(AttributeError, match="no_such_name|There is no op"):
        getattr(module, "no_such_" + "name")
    assert not hasattr(module, "__no_such_name__")


@pytest.mark.parametrize(
    ("namespace", "name", "words"),
    [
        (tf.nn, "conv22d", "tf.nn has no 'conv22d', .* Near it: conv2d"),
        (tf.math, "logg", "tf.math has no 'logg', .* Near it: log"),
        (tf.contrib, "foo", "TensorFlow 1.15 has none either"),
    ],
)
def test_a_slip_of_the_pen_gets_names_near_it(namespace, name, words):
    with pytest.raises(AttributeError, match=words):
        getattr(namespace, name)


@pytest.mark.parametrize(
    ("namespace", "name"),
    [(tf, "tpu"), (tf, "estimator"), (tf.contrib, "labeled_tensor"), (tf.linalg, "LinearOperator")],
)
def test_what_tensorflow_has_is_said_to_be_missing_yet(namespace, name):
    with pytest.raises(AttributeError, match=rf"TensorFlow 1.15 has .*{name}, but Penstock does"):
        getattr(namespace, name)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("from tensorflow import no_such_name", "tf has no 'no_such_name'"),
        ("import tensorflow.contrib.labeled_tensor", "Penstock does not have it yet"),
        ("import tensorflow.tpu", "TensorFlow 1.15 has tf.tpu"),
    ],
)
def test_importing_it_says_the_same(statement, words):
    program = f"import penstock; penstock.install_as_tensorflow()\n{statement}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1 and words in done.stderr
