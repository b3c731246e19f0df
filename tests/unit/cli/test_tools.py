"""The commands that look into files: what they print, and how they fail."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import penstock as tf
from penstock.cli.main import main

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


def test_inspect_prints_plain_text_where_there_is_no_terminal(command):
    status, output, errors = command("inspect", CHECKPOINT)
    assert (status, errors) == (0, "")
    assert "types/int8" in output
    assert "\x1b" not in output


def test_run_model_prints_or_writes(command, models, tmp_path):
    value = json.dumps(VALUES["x"])
    status, output, errors = command("run-model", models / "saved_model", "--inputs", f"x={value}")
    assert (status, errors) == (0, "")
    assert output.startswith("y:\n[[")
    np.save(tmp_path / "x.npy", np.array(VALUES["x"], np.float32))
    np.savez(tmp_path / "x.npz", x=np.array(VALUES["x"], np.float32))
    for given in (f"x={tmp_path}/x.npy", f"x={tmp_path}/x.npz[x]", f"{tmp_path}/x.npz"):
        out = tmp_path / "out.npz"
        arguments = ["--inputs", given, "--outputs", "y", "-o", out]
        assert command("run-model", models / "variables.pb", *arguments)[0] == 0
        np.testing.assert_allclose(np.load(out)["y"], VALUES["variables"], rtol=1e-4, atol=1e-6)


@pytest.fixture
def trained(tmp_path):
    """A checkpoint with its graph beside it, and the same graph in a file of its own."""
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        x = tf.placeholder(tf.float32, [2], name="x")
        tf.multiply(x, tf.get_variable("w", initializer=[2.0, 3.0]), name="y")
        sess.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(sess, str(tmp_path / "model"))
        tf.train.write_graph(graph, str(tmp_path), "alone.pb", as_text=False)
    return path


def test_a_checkpoint_stands_for_the_graph_beside_it(command, trained, tmp_path):
    for path in (trained, f"{trained}.index", f"{trained}.meta", tmp_path):
        status, output, errors = command("run-model", path, "--inputs", "x=[1, 1]")
        assert (status, errors, output) == (0, "", "y:\n[2. 3.]\n")
    assert command("graph", trained, "-o", tmp_path / "g.svg")[0] == 0
    Path(f"{trained}.meta").unlink()
    status, output, errors = command("run-model", trained, "--inputs", "x=[1, 1]")
    assert (status, output) == (1, "")
    assert "model.meta', is missing" in errors


@pytest.mark.parametrize("work", [["run-model"], ["convert", "saved"], ["convert", "frozen.pb"]])
def test_a_graph_without_its_values(command, trained, tmp_path, work):
    name, *target = work
    arguments = [tmp_path / "alone.pb", *(tmp_path / one for one in target)]
    flags = ["--outputs", "y", *(["--inputs", "x=[1, 1]"] if name == "run-model" else [])]
    status, output, errors = command(name, *arguments, *flags)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert "has 1 variables, such as 'w', but not their values" in errors
    assert not any((tmp_path / one).exists() for one in target)


def test_penstock_alone_tells_what_there_is(command):
    status, output, errors = command()
    assert (status, errors) == (2, "")
    assert "run-model" in output


def test_diff_tells_by_its_exit_status(command, models):
    assert command("diff", CHECKPOINT, CHECKPOINT)[0] == 0
    assert command("diff", CHECKPOINT, GOLDEN / "checkpoints" / "v1")[0] == 1
    status, output, errors = command("diff", CHECKPOINT, models / "variables.pb")
    assert (status, output, errors.count("\n")) == (2, "", 1)


WRONG = {
    "missing file": (["inspect", "nowhere/model"], "folder 'nowhere' is missing"),
    "no model": (["run-model", "nowhere.pb"], "There is no model"),
    "damaged": (["inspect", str(GOLDEN / "graphs" / "models.json")], "of no known kind"),
    "unknown input": (["run-model", "M", "--inputs", "xx=[1]"], "no 'xx' in the model; near"),
    "unknown output": (["run-model", "M", "--inputs", "x=X", "--outputs", "w/raed"], "w/read"),
    "wrong shape": (["run-model", "M", "--inputs", "x=[[1, 2]]"], "has the shape (2, 3)"),
    "missing input": (["run-model", "M"], "needs values for its inputs ['x']"),
    "no value": (["run-model", "M", "--inputs", "x"], "name=file.npy"),
    "no JSON": (["run-model", "M", "--inputs", "x=[1,"], "nor JSON"),
    "no array": (["run-model", "M", "--inputs", "x=none.npy"], "No such file"),
    "no folder": (["graph", "M", "-o", "nowhere/a.svg"], "nowhere/a.svg; No such file"),
    "no graph": (["graph", CHECKPOINT, "-o", "a.svg"], "is a checkpoint: it holds values"),
    "no arrays": (["convert", "M", "a.npz"], "is a graph, which cannot be written"),
    "diff": (["diff", CHECKPOINT, CHECKPOINT + "0"], "Near it is"),
}


@pytest.mark.parametrize("arguments, message", WRONG.values(), ids=WRONG)
def test_wrong_input_is_one_line_on_the_standard_error(command, models, arguments, message):
    standing = {"M": str(models / "variables.pb"), "x=X": f"x={VALUES['x']}"}
    arguments = [standing.get(one, one) for one in arguments]
    status, output, errors = command(*arguments)
    assert status
    assert output == ""
    assert message in errors
    assert errors.startswith(f"penstock {arguments[0]}: ")
    assert errors.count("\n") == 1


def test_the_traceback_is_to_be_had(command, monkeypatch):
    monkeypatch.setenv("PENSTOCK_ERRORS", "long")
    with pytest.raises(Exception, match="is missing"):
        command("inspect", "nowhere/model")


@pytest.mark.parametrize("source", ["saved_model", "functions.pb"])
@pytest.mark.parametrize("ending", ["html", "svg"])
def test_graph_draws_a_file(command, models, tmp_path, source, ending):
    out = tmp_path / f"g.{ending}"
    status, output, errors = command("graph", models / source, "-o", out)
    assert (status, errors) == (0, "")
    assert output.startswith(f"{out}: ")
    assert ("Neg" if source == "functions.pb" else "MatMul") in out.read_text()


def test_convert_tells_what_it_has_written(command, models, tmp_path):
    status, output, errors = command("convert", models / "saved_model", tmp_path / "a.pb")
    assert (status, errors) == (0, "")
    assert "a frozen graph, 16 nodes" in output
    status, output, errors = command("convert", CHECKPOINT, tmp_path / "a.pb")
    assert (status, output, errors.count("\n")) == (1, "", 1)
    status, _, errors = command("convert", "x.pb", "y.mlir", "--shapes", "x=1,two")
    assert status == 1
    assert "name=1,224,224,3" in errors


def test_a_terminal_gets_tables(command, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    status, output, _ = command("inspect", CHECKPOINT)
    assert status == 0
    assert "───" in output
    assert "types/int8" in output
