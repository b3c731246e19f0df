"""The three programs that Penstock began with run as they were written, the error included."""

from pathlib import Path

from tests.programs.launch import run

HERE = Path(__file__).parent


def test_a_session_holds_the_assigned_value():
    program = run(HERE / "seed_assigned.py")
    assert (program.returncode, program.stdout) == (0, "13\n"), program.stderr


def test_a_new_session_has_no_value_yet():
    program = run(HERE / "seed_uninitialized.py")
    assert program.returncode == 1
    assert program.stdout == ""
    last = program.stderr[program.stderr.rindex("FailedPreconditionError") :]
    assert "Attempting to use uninitialized value foo" in last


def test_two_sessions_share_no_values():
    program = run(HERE / "seed_two_sessions.py")
    assert (program.returncode, program.stdout) == (0, "13\n42\n"), program.stderr
