"""Words that have no place in the code."""

import re
import subprocess

import pytest

from tests.house.source import FILES, ROOT, label

UNFINISHED = re.compile(
    r"#.*\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b"
)
SWALLOWED = re.compile(r"except( Exception| BaseException)?:\s*(#.*)?\n\s+pass\b")
# Absolute paths of somebody's machine.
PLACES = re.compile(r"(?<![\w.])/(?:home|root|work|Users|mnt)/\w")


@pytest.mark.parametrize("path", FILES, ids=label)
def test_nothing_is_left_open(path):
    found = [match[0] for match in UNFINISHED.finditer(path.read_text())]
    assert not found, f"{label(path)}: finish it or take it out: {found}"


@pytest.mark.parametrize("path", FILES, ids=label)
def test_no_error_is_swallowed(path):
    assert not SWALLOWED.search(path.read_text()), f"{label(path)} swallows every exception"


def test_no_path_of_somebodys_machine():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    found = []
    for name in filter(None, listed):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        found += [f"{name}: {match[0]}" for match in PLACES.finditer(text)]
    assert not found, f"a path of one machine: {found}"
