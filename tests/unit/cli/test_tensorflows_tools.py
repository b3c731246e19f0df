"""Commands with TensorFlow's flags: runs, checkpoints, summaries, and wrong input."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.cli.main import main
from penstock.tools.saved_model_cli import example_inputs
from tests.programs.launch import run

GOLDEN = Path(__file__).parents[2] / "golden"
CHECKPOINT = str(GOLDEN / "checkpoints" / "v2" / "model-7")
VALUES = json.loads((GOLDEN / "graphs" / "models.json").read_text())


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    zipfile.ZipFile(GOLDEN / "graphs" / "models.zip").extractall(folder)
    return folder


@pytest.fixture
def command(capsys):
    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return status, output.out, output.err

    return run


@pytest.fixture
def signature(models):
    return ["--dir", models / "saved_model", "--tag_set", "serve", "--signature_def",
            "serving_default"]  # fmt: skip


def test_saved_model_cli_run(command, signature, tmp_path):
    np.savez(tmp_path / "x.npz", x=np.array(VALUES["x"], np.float32))
    given = [
        ["--inputs", f"x={tmp_path}/x.npz[x]"],
        ["--input_exprs", f"x=np.array({VALUES['x']})"],
    ]
    for inputs in given:
        arguments = [*signature, *inputs, "--outdir", tmp_path, "--overwrite"]
        status, output, errors = command("saved-model-cli", "run", *arguments)
        assert (status, errors) == (0, "")
        assert output.endswith(f"Written: {tmp_path}/y.npy\n")
        found = np.load(tmp_path / "y.npy")
        np.testing.assert_allclose(found, VALUES["saved_model"], rtol=1e-4, atol=1e-6)
    status, output, _ = command("saved-model-cli", "run", *signature, *inputs)
    assert status == 0
    assert output.startswith("Result for output key y:\n[[")
    status, _, errors = command("saved-model-cli", "run", *signature, *inputs, "--outdir", tmp_path)
    assert status == 1
    assert "already exists. Add --overwrite" in errors


def test_examples_as_inputs():
    (text,) = example_inputs("x=[{'a': [1, 2], 'b': [0.5], 'c': ['word']}]")["x"]
    features = tf.train.Example.FromString(text).features.feature
    assert list(features["a"].int64_list.value) == [1, 2]
    assert list(features["b"].float_list.value) == [0.5]
    assert list(features["c"].bytes_list.value) == [b"word"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "The signature takes ['x']: give values by --inputs"),
        (["--input_exprs", "x=1/0"], "division by zero"),
        (["--input_exprs", "x=np.ones(4)"], "Cannot feed|shape"),
        (["--input_exprs", "xx=1"], "near it are"),
        (["--input_examples", "x=[1]"], "list of dicts"),
        (["--inputs", "x"], "key=value"),
        (["--tag_set", "train", "--input_exprs", "x=1"], "no graph with the tags"),
        (["--signature_def", "serving", "--input_exprs", "x=1"], "serving_default"),
        (["--dir", "nowhere", "--input_exprs", "x=1"], "There is no file"),
    ],
)
def test_wrong_runs(command, signature, arguments, message):
    status, output, errors = command("saved-model-cli", "run", *signature, *arguments)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert any(part in errors for part in message.split("|")), errors


def test_inspect_checkpoint(command):
    status, output, _ = command("inspect-checkpoint", "--file_name", CHECKPOINT)
    assert status == 0
    assert "types/int8 (DT_INT8) [3,4]" in output
    arguments = ["--file_name", CHECKPOINT, "--tensor_name", "scalar"]
    assert command("inspect-checkpoint", *arguments)[1].startswith("tensor_name:  scalar\n3.5\n")
    flags = ["--tensor_name", "types/float32", "--printoptions", "precision=1"]
    assert "[[ 8.5e+00 -2.3e+00 " in command("inspect-checkpoint", *arguments[:2], *flags)[1]
    for flags in (["--all_tensors"], ["--all_tensor_names=true"]):
        assert "tensor_name:  texts" in command("inspect-checkpoint", *arguments[:2], *flags)[1]
    status, output, errors = command("inspect-checkpoint", *arguments[:3], "scaler")
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert "near it are ['scalar'" in errors
    assert command("inspect-checkpoint", "--file_name", CHECKPOINT + "1")[0] == 1


def test_summarize_graph(command, models):
    status, output, _ = command("summarize-graph", "--in_graph", models / "variables.pb")
    assert status == 0
    assert "Found 1 possible inputs: (name=x, type=float(1), shape=[2,3])" in output
    assert "Found 1 possible outputs: (name=y, op=Softmax)" in output
    flag = "--print_structure"
    assert (
        "y = Softmax[float32](add_1)"
        in command("summarize-graph", "--in_graph", models / "variables.pb", flag)[1]
    )
    assert command("summarize-graph", "--in_graph", CHECKPOINT)[0] == 1


def test_programs_find_the_tools_under_tensorflows_paths(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "from tensorflow.python.tools import freeze_graph, inspect_checkpoint\n"
        "from tensorflow.python.tools import optimize_for_inference_lib, strip_unused_lib\n"
        "from tensorflow.python.tools import saved_model_utils\n"
        "from tensorflow.python.tools.freeze_graph import freeze_graph as f\n"
        "print(f is freeze_graph.freeze_graph)\n"
        "print(inspect_checkpoint.print_tensors_in_checkpoint_file)\n"
        "print(optimize_for_inference_lib.optimize_for_inference, strip_unused_lib.strip_unused)\n"
        "print(saved_model_utils.get_meta_graph_def)\n"
    )
    done = run(program)
    assert done.stdout.startswith("True"), done.stderr


def test_programs_under_tensorflows_paths(models, tmp_path):
    """`python -m tensorflow.python.tools.strip_unused` and the like, flags and all."""
    arguments = [
        *["-m", "tensorflow.python.tools.optimize_for_inference"],
        f"--input={models / 'variables.pb'}",
        f"--output={tmp_path / 'small.pb'}",
        *["--input_names=x", "--output_names=y", "--frozen_graph=True"],
    ]
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    with tf.load(tmp_path / "small.pb") as model:
        found = model(np.array(VALUES["x"], np.float32))
        np.testing.assert_allclose(found, VALUES["variables"], rtol=1e-4, atol=1e-6)
    done = run("-m", "tensorflow.python.tools.freeze_graph", "--input_graph=nowhere.pb")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "penstock freeze-graph: " in done.stderr


@pytest.mark.parametrize("command_name", ["strip-unused", "optimize-for-inference"])
def test_parts_of_graphs(command, models, tmp_path, command_name):
    names = {
        "strip-unused": ("input_graph", "output_graph", "input_node_names", "output_node_names"),
        "optimize-for-inference": ("input", "output", "input_names", "output_names"),
    }
    source, target, inputs, outputs = (f"--{name}" for name in names[command_name])
    paths = [source, models / "variables.pb", target, tmp_path / "part.pb"]
    status, output, errors = command(command_name, *paths, inputs, "Relu", outputs, "y")
    assert (status, errors) == (0, "")
    part = tf.GraphDef.FromString((tmp_path / "part.pb").read_bytes())
    assert output == f"{len(part.node)} ops in the final graph.\n"
    assert {node.name: node.op for node in part.node}["Relu"] == "Placeholder"
    status, output, errors = command(command_name, *paths, inputs, "Rulu", outputs, "y")
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert "near it are ['Relu']" in errors
