"""The README's Python examples print what their comments say."""

import re

import pytest

import penstock as tf
from tests.programs.launch import ROOT

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
FIFTEEN_LINES, GRAPH, ASSIGNED, UNINITIALIZED, AGAIN, OWN_OP = BLOCKS


def printed(source, names, capsys):
    exec(compile(source, "README.md", "exec"), names)
    return capsys.readouterr().out.strip()


def promised(source, word):
    return re.search(rf"# {word}: (.*)", source)[1]


@pytest.mark.parametrize("source", [FIFTEEN_LINES, OWN_OP], ids=["fifteen lines", "own op"])
def test_prints_what_the_last_comment_says(source, capsys):
    with tf.Graph().as_default():
        assert printed(source, {}, capsys) == source.rpartition("# ")[2].strip()


def test_a_graph_and_two_sessions(capsys):
    names = {}
    exec(GRAPH, names)
    assert printed(ASSIGNED, names, capsys) == promised(ASSIGNED, "Output") == "13"
    with pytest.raises(names["tf"].errors.FailedPreconditionError) as error:
        exec(UNINITIALIZED, names)
    assert promised(UNINITIALIZED, "Error") in str(error.value)
    assert printed(AGAIN, names, capsys) == promised(AGAIN, "Output") == "42"
