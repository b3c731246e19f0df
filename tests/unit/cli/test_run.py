"""`penstock run SCRIPT` is `python SCRIPT`, whose tensorflow is Penstock."""

import signal
import subprocess
import sys

import pytest

from penstock.cli.main import main
from penstock.cli.run import SHIM, environment, interpreter_options
from tests.programs.launch import ROOT, run


@pytest.fixture
def script(tmp_path):
    def write(text, name="program.py"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_tensorflow_is_penstock(script):
    program = run(
        script(
            "import tensorflow as tf\n"
            "import tensorflow.compat.v1 as tf1\n"
            "import penstock\n"
            "print(tf is tf1, tf.__version__, tf.VERSION, penstock.__version__)\n"
        )
    )
    assert program.stdout == "True 1.15.5 1.15.5 0.1.0\n", program.stderr


def test_six_is_there_as_with_tensorflow(script):
    program = run(script("from six.moves import xrange\nprint(list(xrange(2)))\n"))
    assert program.stdout == "[0, 1]\n", program.stderr


def test_arguments_path_and_main_are_those_of_python(script):
    path = script(
        "import __main__, sys\n"
        "print(sys.argv[1:], sys.path[0], __name__, __file__, __main__.__file__, __spec__)\n"
    )
    ours = run(path, "--flag", "value", "-m", "x")
    theirs = subprocess.run(
        [sys.executable, path, "--flag", "value", "-m", "x"], capture_output=True, text=True
    )
    assert ours.stdout == theirs.stdout != ""


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return 1 / 0\n\nf()\n",
        "raise SystemExit(7)",
        "raise SystemExit('a message')",
        "import sys; sys.exit()",
        "import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(9)",
        "import os; os._exit(3)",
        "this is no Python",
    ],
    ids=["error", "exit code", "exit message", "exit", "interrupt", "hard exit", "syntax"],
)
def test_traceback_and_exit_code_are_those_of_python(script, text):
    path = script(text)
    ours = run(path)
    theirs = subprocess.run([sys.executable, path], capture_output=True, text=True)
    assert ours.returncode == theirs.returncode
    assert ours.stderr == theirs.stderr


def test_interrupt_ends_by_the_signal(script):
    program = run(script("raise KeyboardInterrupt"))
    assert program.returncode == -signal.SIGINT


def test_pickles_of_the_scripts_classes_work(script):
    program = run(
        script(
            "import pickle\n"
            "import tensorflow as tf\n"
            "class Point:\n"
            "    x = 3\n"
            "print(type(pickle.loads(pickle.dumps(Point()))), Point.__module__)\n"
        )
    )
    assert program.stdout == "<class '__main__.Point'> __main__\n", program.stderr


def test_spawned_processes_get_penstock_too(script):
    program = run(
        script(
            "import multiprocessing\n"
            "import tensorflow as tf\n"
            "def version(_):\n"
            "    return tf.__version__\n"
            "if __name__ == '__main__':\n"
            "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
            "        print(pool.map(version, [0]))\n"
        )
    )
    assert program.stdout == "['1.15.5']\n", program.stderr


def test_module(script, tmp_path):
    script("import sys, tensorflow as tf\nprint(__name__, tf.__version__, sys.argv[1:])", "mod.py")
    program = run("-m", "mod", "--a", "b", cwd=tmp_path, environment=environment_with(ROOT))
    assert program.stdout == "__main__ 1.15.5 ['--a', 'b']\n", program.stderr


def test_standard_input():
    program = run("-", "a", stdin="import sys, tensorflow as tf; print(tf.__version__, sys.argv)")
    assert program.stdout == "1.15.5 ['-', 'a']\n", program.stderr


def test_pythons_own_options_reach_the_program(script):
    path = script("import sys, warnings\nprint(__debug__, sys.warnoptions)")
    program = run(path, options=["-O", "-W", "ignore"])
    assert program.stdout == "False ['ignore']\n"


def test_a_missing_script_is_pythons_error():
    program = run("no_such_file.py")
    assert program.returncode == 2
    assert "can't open file" in program.stderr


def test_a_missing_name_says_what_there_is(script):
    program = run(script("from tensorflow.python.ops import mathh_ops"))
    assert program.returncode == 1
    assert "no 'mathh_ops' in Penstock" in program.stderr
    assert "Near it: math_ops" in program.stderr


@pytest.mark.parametrize("arguments", [["run"], ["run", "--fast", "x.py"], ["run", "-m"]])
def test_wrong_usage(arguments, capsys):
    assert main(arguments) == 2
    assert "must come first" in capsys.readouterr().err


def test_help(capsys):
    assert main(["run", "--help"]) == 0
    told = capsys.readouterr().out
    assert "SCRIPT [ARGS...]" in told and "--replicas N" in told


def test_an_ignored_environment_is_refused():
    program = run("x.py", options=["-E"], cwd=ROOT)
    assert program.returncode == 2
    assert "-E or -I" in program.stderr


def test_the_shim_comes_first_on_the_path_once():
    first = environment({"PYTHONPATH": "/a:/b", "HOME": "/h"})
    assert first == {"PYTHONPATH": f"{SHIM}:/a:/b", "HOME": "/h"}
    assert environment(first) == first
    assert environment({}) == {"PYTHONPATH": str(SHIM)}


def test_interpreter_options_of_each_way_to_start():
    assert interpreter_options(["python", "-mpenstock", "run", "x.py"], 1) == []
    assert interpreter_options(["python", "-u", "bin/penstock", "run", "x.py", "-u"], 2) == ["-u"]


def environment_with(path):
    import os

    return {**os.environ, "PYTHONPATH": str(path)}
