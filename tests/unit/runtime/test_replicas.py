"""Steps that several replicas make together, each with its part of the batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.cli import run
from penstock.core.mesh import Mesh, as_mesh
from penstock.core.settings import Settings

_ROOT = Path(__file__).parents[3]
_CHILD = Path(__file__).parent / "replicas_child.py"


def _child(what, **environment):
    path = os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])
    given = {**os.environ, "PYTHONPATH": path, "PENSTOCK_TIER": "xla", **environment}
    done = subprocess.run(
        [sys.executable, str(_CHILD), what], env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def trained():
    return _child("meshes")


@pytest.mark.parametrize("mesh", ["four", "parted", "resource"])
def test_replicas_train_as_one_device_does(trained, mesh):
    one = trained["one, resource" if mesh == "resource" else "one"]
    other = trained[mesh]
    np.testing.assert_allclose(other["losses"], one["losses"], rtol=1e-4)
    for mine, theirs in zip(other["values"], one["values"], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-3, atol=2e-5)


def test_explain_tells_what_is_spread(trained):
    whole, parted = trained["four"]["told"], trained["parted"]["told"]
    assert "over 4 replicas: " in whole
    by_axis, on_each = whole.split("over 4 replicas: ")[1].split("; ")[:2]
    assert "Placeholder:0" in by_axis and by_axis.endswith("by axis 0")
    assert "net/table" in on_each and "net/dense/kernel" in on_each
    by_axis = parted.split("over 4 replicas: ")[1].split("; ")[0]
    assert "net/table" in by_axis and "net/dense/kernel" in by_axis
    assert "over" not in trained["one"]["told"].split("compiled", 1)[1]


def test_batches_that_cannot_be_parted(trained):
    for part in ("4 replicas", "(30,", "28 or 32", "replicas_child.py"):
        assert part in trained["four"]["wrong"]
    assert trained["one"]["wrong"] == ""
    assert "5 replicas" in trained["too many"] and "--replicas" in trained["too many"]


@pytest.mark.parametrize("count", ["4", "2"])
def test_towers_on_devices_of_their_own(count):
    found = _child("towers", XLA_FLAGS=f"--xla_force_host_platform_device_count={count}")
    np.testing.assert_allclose(found["made"], found["expected"], rtol=1e-5)


def test_what_a_mesh_is():
    assert as_mesh(None) is None and as_mesh(3) == Mesh(3)
    for wrong, error in ((0, ValueError), (True, TypeError), ("4", TypeError)):
        with pytest.raises(error, match="replica"):
            as_mesh(wrong)
    with pytest.raises(ValueError, match="target"):
        tf.Session("grpc://localhost:1", mesh=2)
    assert Mesh(2).axis_of([4, 4], tf.float32, 2) is None
    parted = Mesh(2, tf.variable_axis_size_partitioner(64, axis=1))
    assert parted.axis_of([8, 10], tf.float32, 2) == 1
    assert parted.axis_of([8, 9], tf.float32, 2) is None
    assert parted.axis_of([2, 2], tf.float32, 2) is None


def test_the_number_of_replicas_comes_from_the_command_line():
    assert Settings.of({"PENSTOCK_REPLICAS": "3"}).replicas == 3
    for wrong in ("0", "x", "-1"):
        with pytest.raises(ValueError, match="PENSTOCK_REPLICAS"):
            Settings.of({"PENSTOCK_REPLICAS": wrong})


@pytest.mark.parametrize("arguments", [["--replicas"], ["--replicas", "x", "a.py"]])
def test_wrong_numbers_on_the_command_line(arguments, capsys):
    assert run.main(arguments) == 2
    assert "--replicas needs a number" in capsys.readouterr().err


def test_run_with_replicas(tmp_path):
    script = tmp_path / "train.py"
    script.write_text(
        "import tensorflow as tf\n"
        "x = tf.placeholder(tf.float32, [None, 50])\n"
        "w = tf.Variable(tf.ones([50, 50]))\n"
        "loss = tf.reduce_mean(tf.matmul(x, w))\n"
        "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
        "with tf.Session() as sess:\n"
        "    sess.run(tf.global_variables_initializer())\n"
        "    for _ in range(3):\n"
        "        sess.run(train, {x: [[1.0] * 50] * 6})\n"
        "    told = 'over 3 replicas' in str(sess.explain(train, [x]))\n"
        "    print(round(float(sess.run(w)[0, 0]), 4), told)\n"
    )
    given = {**os.environ, "PYTHONPATH": str(_ROOT), "PENSTOCK_TIER": "xla"}
    command = [sys.executable, "-m", "penstock", "run", "--replicas", "3", str(script)]
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["0.994", "True"], done.stderr
