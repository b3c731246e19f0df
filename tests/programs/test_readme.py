"""The README's Python examples print what their comments say."""

import re

import pytest

from tests.programs.launch import ROOT

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
FIFTEEN_LINES, GRAPH, ASSIGNED, UNINITIALIZED, AGAIN = BLOCKS


def printed(source, names, capsys):
    exec(compile(source, "README.md", "exec"), names)
    return capsys.readouterr().out.strip()


def promised(source, word):
    return re.search(rf"# {word}: (.*)", source)[1]


def test_fifteen_lines(capsys):
    expected = re.search(r"# (\[\[.*)", FIFTEEN_LINES)[1]
    assert printed(FIFTEEN_LINES, {}, capsys) == expected


def test_a_graph_and_two_sessions(capsys):
    names = {}
    exec(GRAPH, names)
    assert printed(ASSIGNED, names, capsys) == promised(ASSIGNED, "Output") == "13"
    with pytest.raises(names["tf"].errors.FailedPreconditionError) as error:
        exec(UNINITIALIZED, names)
    assert promised(UNINITIALIZED, "Error") in str(error.value)
    assert printed(AGAIN, names, capsys) == promised(AGAIN, "Output") == "42"
