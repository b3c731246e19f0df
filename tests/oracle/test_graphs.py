"""What Penstock writes, TensorFlow runs with the same values: `pytest -m oracle`.

TF1_PYTHON names a Python with TensorFlow 1.15, TF2_PYTHON one with TensorFlow 2; without them there
is nothing to compare with.
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from tests.golden.meta_graphs.programs import OPTIMIZERS, write_and_train
from tests.parity.test_graph_defs import SCRIPTS_WITH_GRAPHS, comparable, golden_graph

pytestmark = pytest.mark.oracle

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
X = [[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]]


def dense(x):
    w = tf.get_variable("w", initializer=np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4))
    b = tf.get_variable("b", initializer=[0.1, 0.2, 0.3, 0.4], use_resource=True)
    return tf.nn.softmax(tf.nn.relu(tf.matmul(x, w) + b))


def choice(x):
    r = tf.get_variable("r", initializer=[1.0, 2.0, 3.0], use_resource=True)
    return tf.cond(tf.reduce_sum(x) > 0.0, lambda: x * r, lambda: x - r)


def loop(x):
    r = tf.get_variable("r", initializer=[0.1, 0.2, 0.3], use_resource=True)
    outside = tf.tanh(x)

    def body(i, total):
        return i + 1, tf.cond(total[0, 0] > 1.0, lambda: total - outside, lambda: total + r)

    return tf.while_loop(lambda i, total: i < 6, body, [0, x])[1]


def loops_in_loops(x):
    def body(i, total):
        inner = tf.while_loop(lambda j, v: j < 3, lambda j, v: (j + 1, v * 1.1 + x), [0, total])
        return i + 1, inner[1]

    return tf.while_loop(lambda i, total: i < 4, body, [0, x])[1]


def convolution(x):
    image = tf.reshape(tf.tile(x, [1, 6]), [1, 6, 6, 1])
    kernel = tf.get_variable("k", initializer=np.linspace(-1, 1, 18).reshape(3, 3, 1, 2))
    out = tf.nn.conv2d(image, tf.cast(kernel, tf.float32), [1, 1, 1, 1], "SAME")
    return tf.nn.max_pool(tf.nn.relu(out), [1, 2, 2, 1], [1, 2, 2, 1], "VALID")


def rows(x):
    table = tf.get_variable(
        "table", initializer=np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
    )
    used = tf.argmax(x, axis=1)

    def body(i, total):
        return i + 1, total * 0.5 + tf.gather(table, used) * x

    return tf.while_loop(lambda i, total: i < 3, body, [0, x])[1]


MODELS = {
    model.__name__: model for model in (dense, choice, loop, loops_in_loops, convolution, rows)
}


def _train(session, steps):
    return [session.run(["train", "loss:0"], {"x:0": X})[1] for _ in range(steps)]


def _write(name, folder, tasks, expected):
    """Write a model as a frozen graph, a SavedModel, and a checkpoint in mid-training."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2, 3], name="x")
        y = tf.identity(MODELS[name](x), name="y")
        (slope,) = tf.gradients(y, x)
        tf.identity(slope, name="slope")
        loss = tf.reduce_mean(tf.square(y), name="loss")
        if tf.trainable_variables():
            tf.train.AdamOptimizer(0.01).minimize(loss, name="train")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            fetches, feeds = ["y:0", "slope:0"], {"x:0": X}
            run = {"feeds": feeds, "fetches": fetches}
            values = session.run(fetches, feeds)
            frozen = tf.graph_util.convert_variables_to_constants(
                session, graph.as_graph_def(), ["y", "slope"]
            )
            path = tf.train.write_graph(frozen, folder, f"{name}.pb", as_text=False)
            tasks[f"{name} frozen"] = {"kind": "graph", "path": path, **run}
            expected[f"{name} frozen"] = values
            export = os.path.join(folder, name)
            tf.saved_model.simple_save(session, export, {"x": x}, {"y": y})
            tasks[f"{name} saved model"] = {"kind": "saved_model", "path": export, **run}
            expected[f"{name} saved model"] = values
            if tf.trainable_variables():
                _train(session, 2)
                path = tf.train.Saver().save(session, os.path.join(folder, f"{name}-ckpt"))
                tasks[f"{name} training"] = {
                    "kind": "meta",
                    "path": path,
                    **run,
                    "fetches": ["loss:0"],
                }
                expected[f"{name} training"] = [session.run("loss:0", feeds)]


@pytest.mark.parametrize("interpreter", ["TF1_PYTHON", "TF2_PYTHON"])
def test_tensorflow_runs_what_penstock_writes(interpreter, tmp_path):
    python = os.environ.get(interpreter)
    if not python:
        pytest.skip(f"{interpreter} names no Python with TensorFlow")
    tasks, expected = {}, {}
    for name in MODELS:
        _write(name, str(tmp_path), tasks, expected)
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    results = tmp_path / "results.json"
    subprocess.run(
        [python, str(HERE / "run_graphs.py"), str(tmp_path / "tasks.json"), str(results)],
        check=True,
        capture_output=True,
    )
    found = json.loads(results.read_text())
    for name, values in expected.items():
        assert not isinstance(found[name], str), f"{name}: {found[name]}"
        for mine, theirs in zip(values, found[name], strict=True):
            np.testing.assert_allclose(theirs, mine, rtol=1e-4, atol=1e-5, err_msg=name)


def test_the_golden_graphs_are_what_tensorflow_writes(tmp_path):
    """Made anew, the GraphDefs of the parity scripts are the same."""
    python = os.environ.get("TF1_PYTHON")
    if not python:
        pytest.skip("TF1_PYTHON names no Python with TensorFlow")
    script = (
        "import sys\n"
        "from tests.parity import make_golden as maker\n"
        "maker.GOLDEN = sys.argv[1]\n"
        "maker.main([])\n"
    )
    subprocess.run([python, "-c", script, str(tmp_path)], check=True, capture_output=True, cwd=ROOT)
    for script in SCRIPTS_WITH_GRAPHS:
        made = comparable(golden_graph(script, tmp_path))
        assert made == comparable(golden_graph(script)), script


def test_tensorflow_trains_on(tmp_path):
    """Training that was begun here goes on there, with each optimizer and in both forms."""
    python = os.environ.get("TF1_PYTHON")
    if not python:
        pytest.skip("TF1_PYTHON names no Python with TensorFlow")
    losses = []
    for number, name in enumerate(OPTIMIZERS):
        (tmp_path / name).mkdir()
        losses.append(write_and_train(tf, str(tmp_path / name), name, number % 2 == 0))
    done = subprocess.run(
        [python, "-m", "tests.oracle.trains_on", *(str(tmp_path / name) for name in OPTIMIZERS)],
        check=True,
        capture_output=True,
        cwd=ROOT,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    np.testing.assert_allclose(found, losses, rtol=2e-4, atol=1e-6)
