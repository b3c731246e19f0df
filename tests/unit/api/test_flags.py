"""tf.flags and tf.app: absl's flags with what TensorFlow 1 added."""

import pytest

from tests.programs.launch import run

PROGRAM = """
import sys
import tensorflow as tf

flags = tf.app.flags
FLAGS = flags.FLAGS
flags.DEFINE_integer("steps", 10, "How many.")
flags.DEFINE_string(flag_name="log_dir", default_value="logs", docstring="Where to.")
flags.DEFINE_boolean("fast", False, "Whether.")
flags.DEFINE_float("rate", 0.5, "How fast.")
flags.DEFINE_list("sizes", ["1", "2"], "How large.")
flags.DEFINE_enum("mode", "train", ["train", "test"], "Which.")


def main(argv):
    print(argv[1:], FLAGS.steps, FLAGS.log_dir, FLAGS.fast, FLAGS.rate, FLAGS.sizes, FLAGS.mode)
    return 3


if __name__ == "__main__":
    {end}
"""


@pytest.fixture
def program(tmp_path):
    def start(end, *arguments):
        path = tmp_path / "program.py"
        path.write_text(PROGRAM.replace("{end}", end))
        return run(path, *arguments)

    return start


def test_defaults(program):
    finished = program("tf.app.run()")
    assert finished.stdout == "[] 10 logs False 0.5 ['1', '2'] train\n", finished.stderr
    assert finished.returncode == 3


def test_flags_from_the_command_line(program):
    numbers = ["--steps=3", "--rate", "1e-3", "--sizes=7,8"]
    words = ["--log_dir", "/x", "--fast", "--mode=test", "rest"]
    finished = program("tf.app.run()", *numbers, *words)
    assert finished.stdout == "['rest'] 3 /x True 0.001 ['7', '8'] test\n", finished.stderr


def test_run_leaves_unknown_flags_to_main(program):
    finished = program("tf.app.run(main=main)", "--nofast", "--other=3", "rest")
    assert finished.stdout.startswith("['--other=3', 'rest'] 10"), finished.stderr


def test_run_takes_its_own_arguments(program):
    finished = program("tf.app.run(main, ['program', '--steps=4'])", "--steps=9")
    assert finished.stdout.startswith("[] 4"), finished.stderr


def test_flags_are_parsed_when_first_read(program):
    assert program("print(FLAGS.steps)", "--steps=5").stdout == "5\n"


def test_reading_refuses_an_unknown_flag(program):
    finished = program("print(FLAGS.steps)", "--stepz=5")
    assert finished.returncode == 1
    assert "UnrecognizedFlagError: Unknown command line flag 'stepz'" in finished.stderr


def test_a_flag_can_be_set_looked_up_and_listed(program):
    look = "'steps' in FLAGS, FLAGS['steps'].default, FLAGS.flag_values_dict()['steps']"
    assert program(f"FLAGS.steps = 8; print({look})").stdout == "True 10 8\n"


def test_an_unknown_flag_is_an_attribute_error(program):
    assert "AttributeError: nothing" in program("FLAGS.nothing").stderr


def test_help_lists_the_programs_flags(program):
    finished = program("tf.app.run()", "--help")
    assert "--steps: How many." in finished.stdout
    assert "verbosity" not in finished.stdout
